"""Pictures of the real program in terminals of many kinds: `python -m tests.tools.terminal_matrix
FOLDER`.

Each is made of what a real pseudo-terminal got. With names behind the folder, only those.
"""

import sys
import tempfile
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from html import escape
from itertools import groupby
from pathlib import Path

from tests.support.terminal import Terminal
from tests.support.terminal_cells import Cell, cells
from tui.ui.theme.colors import Rgb

TRUE = {"COLORTERM": "truecolor"}
MANY: dict[str, str] = {}
SIXTEEN = {"TERM": "screen"}
NONE = {"NO_COLOR": "1"}
C = {"LANG": "C"}

DOWN, ENTER, HELP, PALETTE = "\x1b[B", "\r", "?", "\x10"
SETUP = ("me\rs3cret\r4\x1b[A\x1b[A\x1b[A\x15http://h\r",)
_WIDTH, _HEIGHT = 8.43, 17


@dataclass(frozen=True)
class Look:
    name: str
    size: tuple[int, int] = (120, 40)
    environ: Mapping[str, str] = field(default_factory=dict)
    theme: str = "dark"
    light: bool = False
    """The terminal is black on white."""
    keys: tuple[str, ...] = (DOWN, DOWN, DOWN)
    demo: bool = True
    """If false, the setup dialog is shown."""

    def raw(self, home: Path, pause: float = 1.5) -> bytes:
        """Run the demo, press `keys`, and return the output; details arrive during `pause`."""
        arguments = (*(["--demo"] if self.demo else []), "--theme", self.theme)
        with Terminal(arguments, self.environ, home, size=self.size) as terminal:
            terminal.wait_for(" live" if self.demo else "  account", 10)
            terminal.read_for(pause / 3)
            for key in self.keys:
                terminal.send(key)
                terminal.read_for(pause / 5)
            terminal.read_for(pause)
            return terminal.raw


LOOKS = (
    Look("true-dark-120x40", environ=TRUE),
    Look("true-light-120x40", environ=TRUE, theme="light"),
    Look("true-dark-200x60", (200, 60), TRUE),
    Look("true-dark-80x24", (80, 24), TRUE, keys=(DOWN, DOWN, DOWN, ENTER)),
    Look("true-light-60x15", (60, 15), TRUE, "light"),
    Look("true-dark-60x15-detail", (60, 15), TRUE, keys=(DOWN, DOWN, DOWN, ENTER)),
    Look("true-dark-40x8", (40, 8), TRUE),
    Look("true-nord", (100, 24), TRUE, "nord"),
    Look("true-gruvbox", (100, 24), TRUE, "gruvbox"),
    Look("true-dracula-palette", (100, 24), TRUE, "dracula", keys=(PALETTE,)),
    Look("true-textual-light", (100, 24), TRUE, "textual-light"),
    Look("true-solarized-light-help", (100, 24), TRUE, "solarized-light", keys=(HELP,)),
    Look("true-catppuccin-latte-detail", (100, 24), TRUE, "catppuccin-latte", keys=(ENTER,)),
    Look("true-rose-pine-toast", (100, 24), TRUE, "rose-pine", keys=("y",)),
    Look("true-ansi-on-dark", (100, 24), TRUE, "ansi"),
    Look("true-ansi-on-light", (100, 24), TRUE, "ansi", light=True),
    Look("true-mono-on-dark", (100, 24), TRUE, "mono"),
    Look("256-mono-on-light", (100, 24), MANY, "mono", light=True),
    Look("true-mono-on-dark-detail", (100, 24), TRUE, "mono", keys=(DOWN, ENTER)),
    Look("true-mono-on-light-palette", (80, 24), TRUE, "mono", light=True, keys=(PALETTE, DOWN)),
    Look(
        "true-mono-on-dark-chosen",
        (100, 24),
        TRUE,
        keys=(PALETTE, "theme", ENTER, "mono", ENTER, "y"),
    ),
    Look("256-dark-120x40", (120, 40), MANY),
    Look("256-light-120x40", (120, 40), MANY, "light"),
    Look("256-nord-100x24", (100, 24), MANY, "nord"),
    Look("256-tokyo-night", (100, 24), MANY, "tokyo-night"),
    Look("256-textual-light-toast", (100, 24), MANY, "textual-light", keys=("y",)),
    Look("256-dark-palette", (80, 24), MANY, keys=(PALETTE,)),
    Look("256-light-help", (80, 24), MANY, "light", keys=(HELP,)),
    Look("16-on-dark", (100, 24), SIXTEEN),
    Look("16-on-light", (100, 24), SIXTEEN, light=True),
    Look("16-on-dark-detail", (100, 24), SIXTEEN, keys=(DOWN, ENTER)),
    Look("16-on-light-palette", (80, 24), SIXTEEN, light=True, keys=(PALETTE, DOWN)),
    Look("16-on-dark-help", (80, 24), SIXTEEN, keys=(HELP,)),
    Look("16-c-on-light-60x15", (60, 15), {**SIXTEEN, **C}, light=True),
    Look("none-on-dark", (100, 24), NONE),
    Look("none-on-light", (100, 24), NONE, light=True),
    Look("none-on-light-toast", (80, 24), NONE, light=True, keys=("y",)),
    Look("none-c-on-dark-detail", (100, 24), {**NONE, **C}, keys=(DOWN, ENTER)),
    Look("none-c-on-light-palette", (80, 24), {**NONE, **C}, light=True, keys=(PALETTE,)),
    Look("none-c-40x8", (40, 8), {**NONE, **C}),
    Look("256-c-dark", (100, 24), C),
    Look("256-c-dark-help", (80, 24), C, keys=(HELP,)),
    Look("true-light-setup-60x15", (60, 15), TRUE, "light", keys=SETUP, demo=False),
    Look("16-on-light-setup", (80, 24), SIXTEEN, light=True, keys=SETUP, demo=False),
    Look("none-c-on-dark-setup", (80, 24), {**NONE, **C}, keys=SETUP, demo=False),
    Look("true-c-light-toast", (80, 24), {**TRUE, **C}, "light", keys=("y",)),
)


def picture(screen: list[list[Cell]]) -> str:
    """Return the cells as SVG."""
    width, height = len(screen[0]) * _WIDTH, len(screen) * _HEIGHT
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height}">',
        '<g font-family="DejaVu Sans Mono" font-size="14" xml:space="preserve">',
    ]
    for y, row in enumerate(screen):
        for ground, run in groupby(enumerate(row), lambda at: at[1].ground):
            columns = [x for x, _ in run]
            parts.append(_box(columns[0], y, len(columns), ground))
        for _, run in groupby(enumerate(row), lambda at: (at[1].foreground, at[1].bold)):
            parts.append(_text(list(run), y))
    return "\n".join([*parts, "</g></svg>"])


def _box(x: int, y: int, count: int, colour: Rgb) -> str:
    # Half a pixel wider: no seams.
    size = f'width="{count * _WIDTH + 0.5:.2f}" height="{_HEIGHT + 0.5}"'
    return f'<rect x="{x * _WIDTH:.2f}" y="{y * _HEIGHT}" {size} fill="{_hex(colour)}"/>'


def _text(run: list[tuple[int, Cell]], y: int) -> str:
    shown = [(x, cell) for x, cell in run if cell.text.strip()]
    if not shown:
        return ""
    first = shown[0][1]
    look = f'fill="{_hex(first.foreground)}"' + (' font-weight="bold"' if first.bold else "")
    height = y * _HEIGHT + 13
    letters = "".join(
        f'<tspan x="{x * _WIDTH:.2f}">{escape(cell.text)}</tspan>' for x, cell in shown
    )
    lines = "".join(_box_under(x, y, cell.foreground) for x, cell in shown if cell.underline)
    return f'<text y="{height}" {look}>{letters}</text>{lines}'


def _box_under(x: int, y: int, colour: Rgb) -> str:
    return (
        f'<rect x="{x * _WIDTH:.2f}" y="{y * _HEIGHT + 15}" width="{_WIDTH}" height="1" '
        f'fill="{_hex(colour)}"/>'
    )


def _hex(colour: Rgb) -> str:
    return "#{:02x}{:02x}{:02x}".format(*colour)


def _save(look: Look, folder: Path) -> None:
    with tempfile.TemporaryDirectory() as home:
        screen = cells(look.raw(Path(home)), look.size, light=look.light)
    (folder / f"{look.name}.svg").write_text(picture(screen), encoding="utf-8")


def main(folder: Path, only: list[str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    looks = [look for look in LOOKS if not only or look.name in only]
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda look: _save(look, folder), looks))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
