"""A crash report says where the program failed and contains no data."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from textual.worker import WorkerFailed

from tests.support.app_stage import SESSION, FakeApi, orders
from tui.cli.main import main
from tui.crash_report import crash_report, saved_crash_report
from tui.ui.app import TranscodeApp
from tui.ui.services import AppServices


def _fail(password: str) -> None:
    try:
        int(password)  # its error message contains the text
    except ValueError as error:
        raise RuntimeError(f"no answer from {password} \x1b[31m") from error


def _caught() -> BaseException:
    try:
        _fail("planted-in-a-local")
    except RuntimeError as error:
        return error
    raise AssertionError


def test_the_report_names_location_and_exception() -> None:
    lines = crash_report(_caught()).splitlines()
    places = [line for line in lines if "integration/test_crash_report.py" in line]
    assert [place.rpartition(" ")[2] for place in places] == ["_caught", "_fail", "_fail"]
    assert [line for line in lines if not line.startswith(" ")][1:] == [
        "RuntimeError",
        "while handling, or because of:",
        "ValueError",
    ]


def test_the_report_contains_no_secret() -> None:
    text = crash_report(_caught())
    assert "planted" not in text
    assert "\x1b" not in text


def test_no_exception_is_no_crash() -> None:
    assert "bug" in crash_report(None)


def test_the_report_file_is_private(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    error = _caught()
    text = saved_crash_report(error)
    (path,) = tmp_path.rglob("crash-*.txt")
    assert text.splitlines()[-1].startswith(f"The same is in {path}: ")
    assert path.read_text("utf-8") == crash_report(error)
    assert path.stat().st_mode & 0o777 == 0o600
    # In the same second: no report overwrites another.
    assert saved_crash_report(error) == crash_report(error)
    monkeypatch.setenv("XDG_STATE_HOME", "/dev/null")
    monkeypatch.setenv("HOME", "/dev/null")
    assert saved_crash_report(error) == crash_report(error)


async def _later(app: TranscodeApp) -> None:
    for each in (app, app.screen):  # two exceptions before the first report
        each.call_later(_fail, "planted-in-a-local")


async def _in_a_worker(app: TranscodeApp) -> None:
    async def work() -> None:
        _fail("planted-in-a-local")

    app.run_worker(work())


Fail = Callable[[TranscodeApp], Awaitable[None]]


async def _crash(app: TranscodeApp, fail: Fail) -> None:
    async with app.run_test() as pilot:
        await fail(app)
        await pilot.pause()


@pytest.mark.parametrize("fail", [_later, _in_a_worker])
async def test_a_crash_prints_the_path_of_its_report(
    fail: Fail, capsys: pytest.CaptureFixture[str]
) -> None:
    kept: list[str] = []

    def keep(error: BaseException) -> str:
        kept.append(crash_report(error))
        return f"{kept[0]}\nThe same is in /var/log/crash.txt"

    app = TranscodeApp(AppServices(FakeApi(orders(1)), SESSION))
    app.crash_report = keep
    with pytest.raises((RuntimeError, WorkerFailed)):
        await _crash(app, fail)
    assert len(kept) == 1
    assert "in _fail" in kept[0]
    assert "RuntimeError" in kept[0]
    shown = capsys.readouterr().err
    assert "The same is in /var/log/crash.txt" in shown
    assert "planted" not in kept[0] + shown


def test_a_headless_crash_is_reported_the_same_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setattr("tui.cli.config_command.config_path", lambda _: _fail("planted-in-a-local"))
    assert main(["config", "path"]) == 1
    shown = capsys.readouterr()
    assert "in _fail" in shown.err
    assert "planted" not in shown.out + shown.err
    (kept,) = (tmp_path / "state").rglob("crash-*.txt")
    assert str(kept) in shown.err
