"""Text and colours of each terminal cell, parsed from the output."""

import re
from dataclasses import dataclass

import pyte

from tests.support.terminal import MISREAD
from tui.ui.theme.colors import Rgb, blend

_SGR = re.compile(rb"\x1b\[([0-9;]*)m")
_NAMES = ("black", "red", "green", "brown", "blue", "magenta", "cyan", "white")
# The sixteen of xterm.
_PLAIN = ("000000", "cd0000", "00cd00", "cdcd00", "0000ee", "cd00cd", "00cdcd", "e5e5e5")
_BRIGHT = ("7f7f7f", "ff0000", "00ff00", "ffff00", "5c5cff", "ff00ff", "00ffff", "ffffff")
_COLOURS = dict(zip(_NAMES, _PLAIN, strict=True)) | {
    f"bright{name}": colour for name, colour in zip(_NAMES, _BRIGHT, strict=True)
}
_DIMMED = 0.5


@dataclass(frozen=True)
class Cell:
    text: str
    """Empty behind a wide character."""
    foreground: Rgb
    ground: Rgb
    bold: bool
    reverse: bool
    underline: bool
    italic: bool


def cells(raw: bytes, size: tuple[int, int], *, light: bool = False) -> list[list[Cell]]:
    """Parse the output `raw` of a terminal that is black on white, or white on black."""
    screen = pyte.Screen(*size)
    pyte.ByteStream(screen).feed(_SGR.sub(_dim_as_blink, MISREAD.sub(b"", raw)))
    paper, foreground = ("ffffff", "000000") if light else ("000000", "e5e5e5")
    return [
        [_cell(screen.buffer[y][x], paper, foreground) for x in range(size[0])]
        for y in range(size[1])
    ]


def _dim_as_blink(sequence: re.Match[bytes]) -> bytes:
    """Replace dim by blink: pyte doesn't know dim, and the program never blinks."""
    parts = sequence[1].split(b";")
    shown, skip = [], 0
    for number, part in enumerate(parts):
        if skip:
            skip -= 1
        elif part in (b"38", b"48"):
            skip = 4 if parts[number + 1] == b"2" else 2
        elif part == b"2":
            part = b"5"  # noqa: PLW2901 - replaced
        shown.append(part)
    return b"\x1b[" + b";".join(shown) + b"m"


def _cell(char: "pyte.screens.Char", paper: str, foreground: str) -> Cell:
    over = _rgb(char.fg, foreground)
    under = _rgb(char.bg, paper)
    if char.reverse:
        over, under = under, over
    if char.blink:
        over = blend(over, under, _DIMMED)
    return Cell(char.data, over, under, char.bold, char.reverse, char.underscore, char.italics)


def _rgb(colour: str, default: str) -> Rgb:
    digits = default if colour == "default" else _COLOURS.get(colour, colour)
    red, green, blue = bytes.fromhex(digits)
    return red, green, blue
