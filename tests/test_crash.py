"""The crash screen tells where the program failed, and nothing that it knew."""

from pathlib import Path

import pytest
from textual.worker import WorkerFailed

from tests.test_app import WHO, FakeApi, orders
from tui.cli.reports import keep_report
from tui.ui.app import TranscodeApp
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


def test_a_report_is_kept_for_its_owner_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    path = keep_report("what happened")
    assert path is not None
    assert path.read_text("utf-8") == "what happened"
    assert path.stat().st_mode & 0o777 == 0o600
    assert keep_report("again in the same second") is None  # no report takes another's place
    monkeypatch.setenv("XDG_STATE_HOME", "/dev/null")
    monkeypatch.setenv("HOME", "/dev/null")
    assert keep_report("nowhere") is None


async def _crash(app: TranscodeApp) -> None:
    async with app.run_test() as pilot:
        app.call_later(_fail, "planted-in-a-local")
        await pilot.pause()


async def test_a_crash_says_where_its_report_is(capsys: pytest.CaptureFixture[str]) -> None:
    kept: list[str] = []

    def keep(text: str) -> Path:
        kept.append(text)
        return Path("/var/log/crash.txt")

    app = TranscodeApp(FakeApi(orders(1)), WHO)
    app.keep_report = keep
    with pytest.raises(RuntimeError):
        await _crash(app)
    assert len(kept) == 1
    assert "in _fail" in kept[0]
    assert "planted-in-a-local" not in kept[0]
    assert "The same is in /var/log/crash.txt" in capsys.readouterr().err
