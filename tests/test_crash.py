"""The crash screen tells where the program failed, and nothing that it knew."""

from textual.worker import WorkerFailed

from tui.ui.crash import crash_report


def _fail(password: str) -> None:
    assert password
    raise RuntimeError("no answer from ftp://user:hunter2@example.net/x \x1b[31m")


def _caught() -> BaseException:
    try:
        _fail("planted-in-a-local")
    except RuntimeError as error:
        return error
    raise AssertionError


def test_it_names_the_place_and_the_kind() -> None:
    text = crash_report(_caught()).plain
    assert "tests/test_crash.py" in text
    assert "in _fail" in text
    assert "RuntimeError: no answer from" in text


def test_it_gives_nothing_away() -> None:
    text = crash_report(_caught()).plain
    assert "planted-in-a-local" not in text
    assert "hunter2" not in text
    assert "\x1b" not in text


def test_a_failed_worker_is_told_by_its_cause() -> None:
    text = crash_report(WorkerFailed(_caught())).plain
    assert "in _fail" in text
    assert "RuntimeError" in text


def test_no_exception_is_no_crash() -> None:
    assert "bug" in crash_report(None).plain
