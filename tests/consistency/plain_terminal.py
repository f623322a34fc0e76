"""A terminal in memory: it records output and sends keys."""

import re
from functools import lru_cache

import pyte
from pyte.screens import Char
from textual.driver import Driver
from textual.events import Key, Resize
from textual.geometry import Size

_NAMES = {"[": "left_square_bracket", "]": "right_square_bracket", "/": "slash"}


_STYLE = re.compile(r"\x1b\[([\d;]*)m")
_COLOR = re.compile(r"[34]8;2;\d+;\d+;\d+")
_FOREGROUND = re.compile(r"38;2;(\d+);(\d+);(\d+)")


class PlainScreen(pyte.Screen):
    """A faster pyte screen without wide characters, which no order here has. Of a style it keeps
    the text color, and whether it is reversed.
    """

    def __init__(self, columns: int, lines: int) -> None:
        self._styles: list[str] = []
        self._style = ""
        super().__init__(columns, lines)

    def shorten_styles(self, data: str) -> str:
        """Return `data` with short numbers for the styles, which are slow to parse."""

        def short(found: re.Match[str]) -> str:
            if found[1] not in self._styles:
                self._styles.append(found[1])
            return f"\x1b[{self._styles.index(found[1])}m"

        return _STYLE.sub(short, data)

    def select_graphic_rendition(self, *attrs: int, **_: bool) -> None:
        self._style = self._styles[attrs[0]] if attrs and self._styles else ""

    def draw(self, data: str) -> None:
        line, start = self.buffer[self.cursor.y], self.cursor.x
        for x, char in enumerate(data[: self.columns - start], start):
            line[x] = _cell(char, self._style)
        self.cursor.x = min(start + len(data), self.columns)
        self.dirty.add(self.cursor.y)

    def colors(self, y: int, start: int, end: int) -> frozenset[str]:
        """Return the text colors of the cells that are not blank."""
        line = self.buffer[y]
        return frozenset(line[x].fg for x in range(start, end) if line[x].data != " ")

    def is_reversed(self, y: int) -> bool:
        """Return whether all cells of a line are in reverse video."""
        return all(self.buffer[y][x].reverse for x in range(self.columns))


@lru_cache(None)
def _cell(char: str, style: str) -> Char:
    found = _FOREGROUND.search(style)
    color = "#{:02x}{:02x}{:02x}".format(*map(int, found.groups())) if found else "default"
    return Char(char, fg=color, reverse="7" in _COLOR.sub("", style).split(";"))


class TerminalDriver(Driver):
    """A Textual driver that records what is written."""

    written = ""

    def write(self, data: str) -> None:
        self.written += data

    def take(self) -> str:
        taken, self.written = self.written, ""
        return taken

    def press(self, key: str) -> None:
        self.process_message(Key(_NAMES.get(key, key), key if len(key) == 1 else None))

    def start_application_mode(self) -> None:
        size = Size(*self._size) if self._size else Size(80, 24)
        self._app.call_later(self._app.post_message, Resize(size, size))

    def disable_input(self) -> None:
        pass

    def stop_application_mode(self) -> None:
        pass
