"""The line of keys at the bottom, as a value. Pure."""

from collections.abc import Sequence

import msgspec

from tui.ui.glyphs import ASCII, Glyphs
from tui.ui.spans import Line, width_of

_NAMES = {"⏎": "enter", "⌫": "backspace"}
_ARROWS = {"↑": "up", "↓": "down", "←": "left", "→": "right"}


class Alone:
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


def key_name(shown: str, glyphs: Glyphs) -> str:
    """A key as the README calls it; arrows are words where there are no arrows."""
    return {**_NAMES, **(_ARROWS if glyphs is ASCII else {})}.get(shown, shown)


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
