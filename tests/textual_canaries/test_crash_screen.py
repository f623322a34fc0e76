"""See `tui/ui/textual_fixes/crash_screen.py`."""

from contextlib import suppress
from typing import Any

import pytest
from textual.app import App

from tests.support.canary import with_and_without
from tui.ui.textual_fixes.patched_app import PatchedApp


def fail(password: str) -> None:
    raise RuntimeError(password[:0])


class SelfRenderingError(Exception):
    def __rich__(self) -> str:
        return "planted"


def fail_with_rendering(_: str) -> None:
    raise SelfRenderingError


@with_and_without("app_class", PatchedApp, App)
@pytest.mark.parametrize("failure", [fail, fail_with_rendering])
async def test_a_crash_shows_no_values(
    app_class: type[App[Any]], failure: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    app = app_class()
    with suppress(RuntimeError, SelfRenderingError):
        async with app.run_test() as pilot:
            app.call_later(failure, "planted")
            await pilot.pause()
    shown = capsys.readouterr().err
    assert "planted" not in shown
    assert "fail" in shown
