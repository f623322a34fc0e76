"""See `tui/ui/textual_fixes/key_order.py`."""

from collections.abc import Awaitable, Callable
from typing import ClassVar

from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.events import Key
from textual.widget import Widget
from textual.widgets import Input

from tests.support.canary import with_and_without
from tui.ui.textual_fixes.key_order import run_own_binding, wait_for_pending_keys

Wait = Callable[[Widget | None], Awaitable[None]]
RunBinding = Callable[[Widget, Key], Awaitable[None]]


async def do_nothing(_: Widget | None) -> None:
    pass


async def leave_to_textual(_widget: Widget, _event: Key) -> None:
    pass


class BurstApp(App[None]):
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f2", "save", priority=True),
        Binding("f3", "app.focus_next", priority=True),
    ]

    def __init__(self, wait: Wait = do_nothing, run_binding: RunBinding = leave_to_textual) -> None:
        super().__init__()
        self.saved = ""
        self._wait = wait

        class BurstInput(Input):
            async def on_key(self, event: Key) -> None:
                if not event.is_printable:
                    await run_binding(self, event)

        self._input_class = BurstInput

    def compose(self) -> ComposeResult:
        for _ in range(2):
            yield self._input_class("text", select_on_focus=False)

    async def action_save(self) -> None:
        await self._wait(self.focused)
        assert isinstance(self.focused, Input)
        self.saved = self.focused.value


@with_and_without("wait", wait_for_pending_keys, do_nothing)
async def test_a_priority_binding_comes_after_the_keys_before_it(wait: Wait) -> None:
    app = BurstApp(wait)
    async with app.run_test() as pilot:
        for key in ("a", "f2"):
            app.simulate_key(key)
        await pilot.pause()
        assert app.saved == "texta"


@with_and_without("run_binding", run_own_binding, leave_to_textual)
async def test_a_key_has_its_effect_where_the_focus_was(run_binding: RunBinding) -> None:
    app = BurstApp(run_binding=run_binding)
    async with app.run_test() as pilot:
        for key in ("backspace", "f3"):
            app.simulate_key(key)
        await pilot.pause()
        assert [each.value for each in app.query(Input)] == ["tex", "text"]
