"""A one-line text input, and the bar in which a filter is typed."""

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.events import Key
from textual.widgets import Input  # noqa: TID251 - shows its value unparsed

from tui.filtering.completion import Completion, KnownValues
from tui.filtering.history import MAX_LENGTH, HistoryWalk
from tui.sanitize import sanitize
from tui.ui.textual_fixes.key_order import run_own_binding, wait_for_pending_keys
from tui.ui.widgets.line_view import LineView


class TextField(Input):
    """One line of text, of at most `limit` characters. That of a hidden field can't be copied."""

    def __init__(
        self, key: str, value: str, *, hidden: bool = False, limit: int = MAX_LENGTH
    ) -> None:
        super().__init__(value, password=hidden, compact=True, id=key)
        self.cursor_blink = False
        self._limit = limit

    async def wait_for_input(self) -> None:
        """Wait until every key that was pressed in this field is in its value."""
        await wait_for_pending_keys(self)

    async def on_key(self, event: Key) -> None:
        if not event.is_printable:
            await run_own_binding(self, event)

    def replace(self, text: str, start: int, end: int) -> None:
        # Pasted text may contain control characters, which the terminal would execute.
        super().replace(sanitize(text, self._limit), start, end)

    def action_copy(self) -> None:
        if not self.password:
            super().action_copy()

    def action_cut(self) -> None:
        if not self.password:
            super().action_cut()


class FilterBar(Horizontal):
    """`known_values` returns the values to complete, by the field of the filter language.
    `history` are the filters to choose from, the newest first.
    """

    DEFAULT_CSS = """
    FilterBar { height: 1; background: $background; }
    FilterBar > LineView { width: 3; height: 1; scrollbar-size: 0 0; scrollbar-gutter: auto; }
    FilterBar > Input { width: 1fr; background: $background; color: $role-plain; padding: 0; }
    FilterBar > Input:focus { background: $background; }
    """

    def __init__(self, text: str, known_values: KnownValues, history: Sequence[str]) -> None:
        super().__init__(id="filter")
        self.field = TextField("filter-text", text)
        self.field.select_on_focus = False  # or a key would replace an existing filter
        self.field.cursor_position = len(text)
        self._completion = Completion(known_values)
        self._walk = HistoryWalk(history)

    def compose(self) -> ComposeResult:
        yield LineView([(("/", "accent"),)])
        yield self.field

    def set_text(self, text: str) -> None:
        self.field.value = text
        self.field.cursor_position = len(text)

    def complete(self, by: int) -> bool:
        """Complete the word at the cursor: the next candidate, or if `by` is -1 the previous.
        Return whether there is one.
        """
        completed = self._completion.step(by, self.field.value, self.field.cursor_position)
        if completed:
            self.field.value, self.field.cursor_position = completed
        return bool(completed)

    def recall(self, by: int) -> bool:
        """Show the filter that is `by` steps earlier, if there is one; return whether there is."""
        text = self._walk.step(by, self.field.value)
        if text is not None:
            self.set_text(text)
        return text is not None
