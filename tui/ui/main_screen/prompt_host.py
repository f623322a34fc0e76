"""Opens dialogs, and the lines above the panes in which a filter or a letter is typed."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, TypeVar

from textual.screen import Screen
from textual.widget import Widget

from tui.ui.textual_fixes.key_order import wait_for_pending_keys
from tui.ui.widgets.line_view import LineView

if TYPE_CHECKING:
    from tui.ui.widgets.text_field import FilterBar

_Result = TypeVar("_Result")


class PromptHost:
    """Knows which prompt is open on a screen. At most one is."""

    def __init__(self, screen: Screen[None], home: Widget) -> None:
        """`home` gets the focus when the filter bar closes."""
        self._screen = screen
        self._home = home
        self.filter_bar: FilterBar | None = None
        self.letter_prompt: LineView | None = None
        self._focus_before: Widget | None = None

    @property
    def is_open(self) -> bool:
        return self.filter_bar is not None or self.letter_prompt is not None

    async def open_filter_bar(
        self,
        text: str,
        values: Callable[[], Mapping[str, Iterable[str]]],
        history: Sequence[str],
    ) -> None:
        from tui.ui.widgets.text_field import FilterBar

        await wait_for_pending_keys(self._screen.focused)
        self.filter_bar = FilterBar(text, values, history)
        await self._open(self.filter_bar, self.filter_bar.field)

    async def typed_filter_bar(self) -> "FilterBar | None":
        """Return the open filter bar when every key that was pressed is in its text."""
        if self.filter_bar is not None:
            await self.filter_bar.field.wait_for_input()
        return self.filter_bar

    async def complete(self, by: int) -> None:
        """Complete the word at the cursor of the filter bar; say so if there is nothing."""
        if (bar := await self.typed_filter_bar()) and not bar.complete(by):
            self._screen.notify("Nothing to complete here", markup=False)

    async def recall(self, by: int) -> None:
        """Show an earlier or a later filter in the filter bar; say so if there is none."""
        if (bar := await self.typed_filter_bar()) and not bar.recall(by):
            self._screen.notify(f"No {'earlier' if by > 0 else 'later'} filter", markup=False)

    async def close_filter_bar(self) -> None:
        bar, self.filter_bar = self.filter_bar, None
        if bar is not None:
            self._screen.set_focus(self._home)
            await bar.remove()
        self._screen.refresh_bindings()

    async def open_letter_prompt(self, prompt: LineView) -> None:
        """Show `prompt` until a letter is typed or the focus moves elsewhere."""
        await wait_for_pending_keys(self._screen.focused)
        self.letter_prompt, self._focus_before = prompt, self._screen.focused
        await self._open(prompt, prompt)

    async def close_letter_prompt(self) -> None:
        """Close the prompt, and give the focus back if it still has it."""
        prompt, self.letter_prompt = self.letter_prompt, None
        if prompt is not None:
            if self._screen.focused is prompt:
                self._screen.set_focus(self._focus_before)
            await prompt.remove()
            self._screen.refresh_bindings()

    async def open_dialog(
        self,
        make: Callable[[], Screen[_Result | None]],
        on_result: Callable[[_Result], None] | None = None,
    ) -> None:
        """Open the dialog that `make` returns. `on_result` is not called if it is cancelled."""

        def closed(result: _Result | None) -> None:
            if result is not None and on_result is not None:
                on_result(result)

        await wait_for_pending_keys(self._screen.focused)
        await self._screen.app.push_screen(make(), closed)

    async def _open(self, prompt: Widget, focus: Widget) -> None:
        await self._screen.mount(prompt, before="#filter-info")
        self._screen.set_focus(focus)  # `focus()` would be deferred
        self._screen.refresh_bindings()
