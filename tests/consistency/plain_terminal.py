"""A monochrome terminal in memory: it records output and sends keys."""

from functools import lru_cache

import pyte
from pyte.screens import Char
from textual.driver import Driver
from textual.events import Key, Resize
from textual.geometry import Size

_NAMES = {"[": "left_square_bracket", "]": "right_square_bracket", "/": "slash"}


class PlainScreen(pyte.Screen):
    """A faster pyte screen without colours and wide characters, which no order here has."""

    def draw(self, data: str) -> None:
        line, start = self.buffer[self.cursor.y], self.cursor.x
        for x, char in enumerate(data[: self.columns - start], start):
            line[x] = _cell(char)
        self.cursor.x = min(start + len(data), self.columns)
        self.dirty.add(self.cursor.y)


@lru_cache(None)
def _cell(char: str) -> Char:
    return Char(char)


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
