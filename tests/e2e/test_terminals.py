"""The program in terminals of several kinds: contrast, colours and character sets."""

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from tests.support.changing_server import BackgroundServer, Service
from tests.support.terminal import Terminal
from tests.support.terminal_cells import Cell, cells
from tests.support.tiers import slow_except
from tests.tools.terminal_matrix import (
    DOWN,
    ENTER,
    HELP,
    MANY,
    NONE,
    PALETTE,
    SIXTEEN,
    TRUE,
    C,
    Look,
)
from tui.ui.theme.colors import contrast
from tui.ui.theme.terminal_output import ASCII, UNICODE

LEAST = 2.5
"""Minimal contrast of anything drawn; text needs more."""

COLOUR = re.compile(rb"\x1b\[(?:\d+;)*(?:3[0-8]|4[0-8]|9\d|10[0-7])[;m]")

LOOKS = {
    look.name: look
    for look in (
        Look("true-textual-light", (100, 24), {**TRUE, "NO_COLOR": ""}, "textual-light"),
        Look("256-nord", (120, 30), MANY, "nord"),
        Look("256-light-60x15", (60, 15), MANY, "light", light=True),
        Look("16-on-light", (100, 24), SIXTEEN, light=True),
        Look("none-c-on-dark", (80, 24), {**NONE, **C}),
        Look("true-mono-on-dark", (100, 24), TRUE, "mono"),
        Look("256-mono-on-light", (100, 24), MANY, "mono", light=True),
    )
}

CURSORS = UNICODE.cursor + ASCII.cursor

Drawn = Callable[[str], bytes]
"""Returns the output of the look of that name."""


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Drawn:
    return cache(lambda name: LOOKS[name].raw(tmp_path_factory.mktemp(name), 0.6))


@pytest.mark.parametrize("name", slow_except(["256-nord", "16-on-light"], LOOKS))
def test_drawn_text_has_enough_contrast(name: str, drawn: Drawn) -> None:
    look = LOOKS[name]
    screen = cells(drawn(name), look.size, light=look.light)
    pale = [
        (cell, y)
        for y, row in enumerate(screen)
        for cell in row
        if cell.text.strip() and contrast(cell.foreground, cell.ground) < LEAST
    ]
    assert not pale
    rows = orders(screen)
    marked = [row for row in rows if row[0].text in CURSORS]
    assert len(marked) == 1
    # The cursor is shown by a mark, and by reverse or another ground.
    chosen, other = marked[0][2], next(row[2] for row in rows if row[0].text == " ")
    assert all(cell.bold or cell.reverse for cell in marked[0][2:12])
    assert (chosen.reverse, chosen.ground) != (other.reverse, other.ground)


@pytest.mark.slow
def test_only_supported_colours_are_sent(drawn: Drawn) -> None:
    assert b"38;2;" in drawn("true-textual-light")  # an empty NO_COLOR counts as unset
    assert b"38;2;" not in drawn("256-nord")
    assert b"38;5;" in drawn("256-nord")
    assert not re.search(rb"[34]8;[25];", drawn("16-on-light"))
    assert re.search(rb"\x1b\[(?:\d+;)*35[;m]", drawn("16-on-light"))
    for name in ("none-c-on-dark", "true-mono-on-dark", "256-mono-on-light"):
        assert not COLOUR.search(drawn(name))


@pytest.mark.slow
def test_the_mono_theme_is_saved_for_the_next_start(tmp_path: Path) -> None:
    config = tmp_path / "transcode-tui" / "config.toml"
    with (
        BackgroundServer(Service()) as server,
        Terminal((), {**server.environ, **TRUE}, tmp_path, size=(100, 24)) as terminal,
    ):
        terminal.wait_for("● live")
        terminal.send(PALETTE + "theme")
        terminal.wait_for("Choose the colors")
        terminal.send(ENTER)
        terminal.wait_for("Search for themes")
        terminal.send("mono")
        terminal.wait_for(lambda text: "monokai" in text and "dracula" not in text)
        terminal.send(ENTER)
        terminal.wait_for(lambda text: "monokai" not in text)
        terminal.wait_for(lambda _: config.exists())
        assert COLOUR.search(terminal.raw)
    assert config.read_text() == 'theme = "mono"\n'
    with Terminal(("--demo",), TRUE, tmp_path, size=(100, 24)) as terminal:
        terminal.wait_for("● live")
        for keys, shown in (
            ("y", "Sent to the clipboard"),
            (HELP, "esc closes"),
            (PALETTE, "Search for"),
        ):
            terminal.send(keys)
            terminal.wait_for(shown)
        assert not COLOUR.search(terminal.raw)


def orders(screen: list[list[Cell]]) -> list[list[Cell]]:
    """Return the rows of the table, checked to be below the header."""
    lines = ["".join(cell.text or " " for cell in row) for row in screen]
    header = next(line for line in lines if "STATUS " in line and "AGE" in line)
    status, age = header.index("STATUS"), header.index("AGE") + len("AGE")
    assert header.index("FILE") == 2
    found, ends = [], set()
    for cells_of, line in zip(screen, lines, strict=True):
        if re.match(rf"[{CURSORS} ] \S", line) and re.match(r"  \S ", line[status - 2 :]):
            assert re.match(r".*\d[a-z]?\d*[smhdy](?: |$)", line[:age] + " ")
            ends |= {found.end() for found in re.finditer(r"\d+ %", line[status:age])}
            found.append(cells_of)
    assert len(ends) <= 1
    assert len(found) > 5
    return found


def test_lang_c_output_is_ascii(tmp_path: Path) -> None:
    with Terminal(("--demo",), C, tmp_path, size=(80, 24)) as terminal:
        terminal.wait_for(" live")
        for keys, shown in (
            (DOWN + ENTER, "destination"),
            ("\x1b", "STATUS"),
            (HELP, "esc closes"),
            ("G", "created:today"),
            ("\x1b", lambda text: "created:today" not in text),
            (PALETTE + "the", "Choose the colors"),
            (ENTER, "Search for themes~"),
            ("\x1b", lambda text: "Search for" not in text),
            ("y", "Sent to the clipboard"),
            ("p", "= paused"),
        ):
            terminal.send(keys)
            terminal.wait_for(shown)
        assert re.search(rb".{0,30}[\x80-\xff].{0,30}", terminal.raw, re.DOTALL) is None
        drawn = re.sub(rb"\x1b\[[0-9;?]*[a-zA-Z]", b"", terminal.raw)
        assert b"Switch pane" in drawn
        assert b"destination" in drawn


def test_a_terminal_that_shrinks_and_grows_at_once_is_drawn_again(tmp_path: Path) -> None:
    """Its content is lost, and both signals report the size that is already drawn."""
    with Terminal(("--demo",), {}, tmp_path, size=(100, 24)) as terminal:
        terminal.wait_for("● live")
        terminal.resize(60, 15)
        terminal.resize(100, 24)
        words = ("transcode-tui", "STATUS", "Quit")
        terminal.wait_for(lambda text: all(word in text for word in words))


def test_a_terminal_that_shrinks_and_grows(tmp_path: Path) -> None:
    with Terminal(("--demo",), {}, tmp_path, size=(100, 24)) as terminal:
        terminal.wait_for("● live")
        terminal.resize(38, 7)
        terminal.wait_for("too small (38x7); need 40x8")
        assert "live" not in terminal.text
        terminal.resize(60, 15)
        terminal.wait_for("STATUS")
        assert "destination" not in terminal.text
        terminal.send(ENTER)
        terminal.wait_for("destination")
        terminal.wait_for("1 Facts")
        assert "STATUS" not in terminal.text
        terminal.resize(1, 1)
        terminal.read_for(0.3)
        terminal.resize(100, 24)
        terminal.wait_for(lambda text: "destination" in text and "1 Facts" in text)
        terminal.wait_for(lambda text: "esc Back" in text.splitlines()[-1])
        terminal.send("\x1b")
        terminal.wait_for(lambda text: "destination" in text and "STATUS" in text)
