"""The dialog that sends once, with something that is sent to nobody."""

import asyncio
from collections.abc import AsyncGenerator

import pytest

from tests.support.app_stage import MIXED_ORDERS, stage
from tui.ui.dialogs.send_dialog import SendDialog
from tui.ui.text import Line


class Letter:
    """Implements `Sending`. It is unknown until `gate` is set, and then found."""

    preparing, title, verb, must_type, prompt = "Reading", "Letter", "sends it", "", ""
    is_allowed, may_be_done = True, True
    result_text = ""

    def __init__(self) -> None:
        self.gate = asyncio.Event()
        self.has_ended = asyncio.Event()

    async def prepare(self) -> None:
        pass

    def lines(self, width: int) -> list[Line]:
        return [(("Dear"[:width], "plain"),)]

    def result_lines(self, width: int) -> list[Line]:
        return [((self.result_text[:width], "plain"),)]

    async def run(self) -> AsyncGenerator[None, None]:
        self.result_text = "outcome unknown"
        yield
        await self.gate.wait()
        self.result_text = "found"
        yield
        yield  # it has ended, and nothing more is known
        self.has_ended.set()


async def test_a_result_that_comes_after_the_dialog_was_closed_is_said_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    letter, said = Letter(), list[str]()
    async with stage(MIXED_ORDERS) as on:
        monkeypatch.setattr(on.app, "notify", lambda text, **_: said.append(text))
        await on.app.push_screen(SendDialog(letter))
        await on.pilot.pause()
        await on.press("enter")
        await on.pilot.pause()
        await on.press("escape")
        await on.pilot.pause()
        assert on.app.screen is on.main_screen
        letter.gate.set()
        await letter.has_ended.wait()
        assert said == ["found"]
