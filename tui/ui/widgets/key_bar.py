"""The line of keys at the bottom, as a value. Pure."""
# FOLD """The line of keys at the bottom: what works now, as much of it as there is room for."""

from collections.abc import Sequence

import msgspec
from textual.events import Click, Resize
from textual.screen import Screen

from tui.ui.actions import active_bindings, key_name
from tui.ui.text import Line, width_of
from tui.ui.theme.terminal_output import Glyphs
from tui.ui.widgets.line_view import LineView


class ExclusiveKeys:
    """A widget that asks for one key. While it is there its keys come first, whatever they do
    elsewhere, so they clash with nothing.
    """


class Key(msgspec.Struct, frozen=True):
    key: str
    shown: str
    """How the key is called on screen."""
    word: str

    @property
    def width(self) -> int:
        return width_of(((f"{self.shown} {self.word}", "plain"),))


def escape_markup(text: str) -> str:
    """`text` for what reads markup: there it is shown as it is."""
    return text.replace("[", "\\[")


def layout_keys(keys: Sequence[Key], width: int, kept: int = 2) -> list[tuple[int, Key]]:
    """Where each key stands. What has no room is left out whole: the last before the `kept`
    first, for those at the end lead everywhere else.
    """
    first, last = list(keys[:-kept]), list(keys[-kept:])
    while first and _length([*first, *last]) > width:
        first.pop()
    placed: list[tuple[int, Key]] = []
    x = 1
    for key in (*first, *last):
        if x + key.width > width:
            break
        placed.append((x, key))
        x += key.width + 2
    return placed


def keys_line(placed: Sequence[tuple[int, Key]]) -> Line:
    line: Line = ()
    for x, key in placed:
        gap = x - width_of(line)
        line = (*line, (" " * gap, "plain"), (key.shown, "accent"), (f" {key.word}", "dim"))
    return line


def _length(keys: Sequence[Key]) -> int:
    return 1 + sum(key.width for key in keys) + 2 * (len(keys) - 1)


class KeyBar(LineView):
    """Like Textual's footer, but it never cuts a word, and it is one line, not many widgets."""

    def __init__(self, glyphs: Glyphs) -> None:
        super().__init__(id="keys")
        self._glyphs = glyphs
        self._places: list[tuple[int, Key]] = []

    def on_mount(self) -> None:
        self.screen.bindings_updated_signal.subscribe(self, self._changed)

    def _changed(self, screen: Screen[object]) -> None:
        if self.is_attached and screen is self.screen:
            self._show()

    def on_resize(self, _: Resize) -> None:
        self._show()

    def _show(self) -> None:
        keys: dict[str, Key] = {}
        for active in active_bindings(self.screen):
            binding = active.binding
            if binding.show:
                shown = key_name(self.app.get_key_display(binding), self._glyphs)
                keys.setdefault(binding.action, Key(binding.key, shown, binding.description))
        self._places = layout_keys(list(keys.values()), self.size.width)
        self.set_lines((keys_line(self._places),))

    def on_click(self, event: Click) -> None:
        for x, key in self._places:
            if x <= event.x < x + key.width:
                self.app.simulate_key(key.key)
