"""A wall display in a real terminal: nobody touches it, and its window changes its size."""

import re
from pathlib import Path

import pytest

from tests.support.terminal import Terminal

SPEED = 20
MINUTES = 3
ACTIVE = "◌↓▶↑"


def top_rows(text: str) -> list[str]:
    """Return the lines of the table below the heading of the active orders, without the pane."""
    table = [line.partition("│")[0] for line in text.splitlines()]
    heading = next((y for y, line in enumerate(table) if line.startswith("─ Active ")), None)
    return [] if heading is None else table[heading + 1 :]


def is_on_the_newest(text: str) -> bool:
    """Return whether the newest active order is in the first row, with the cursor, and the screen
    says that it follows.
    """
    lines, rows = text.splitlines(), top_rows(text)
    if not rows or not re.search(r" following +1/\d+ $", next(filter(_is_tabs, lines), "")):
        return False
    ages = [_seconds(row) for row in rows if re.match(rf"[▌ ] \S.* [{ACTIVE}] ", row)]
    marked = [y for y, row in enumerate(rows) if row.startswith("▌ ")]
    return marked == [0] and bool(ages) and ages == sorted(ages)


def _is_tabs(line: str) -> bool:
    return "1 Now " in line


def _seconds(row: str) -> int:
    """Return the age in a row: only the id and the scrollbar may follow."""
    found = re.search(
        r" (?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?: +\d{10}-\d{4})? *\W?$", row
    )
    assert found is not None, row
    days, hours, minutes, seconds = (int(each or 0) for each in found.groups())
    return ((days * 24 + hours) * 60 + minutes) * 60 + seconds


@pytest.mark.slow
def test_an_untouched_screen_follows_through_every_size(tmp_path: Path) -> None:
    flags = ("--demo", "--demo-speed", str(SPEED))
    with Terminal(flags, {}, tmp_path, size=(120, 40)) as terminal:
        terminal.wait_for("● live")
        terminal.wait_for(is_on_the_newest)
        first = top_rows(terminal.text)[0]
        terminal.read_for(MINUTES * 60 / SPEED)
        terminal.wait_for(is_on_the_newest)
        assert top_rows(terminal.text)[0] != first  # newer orders have come in
        for size in ((200, 60), (80, 24), (120, 40)):
            terminal.resize(*size)
            terminal.wait_for(is_on_the_newest, 5)
            assert "q Quit" in terminal.lines[-1]
            terminal.read_for(3)  # a minute
            terminal.wait_for(is_on_the_newest, 5)
        terminal.send("q")
        assert terminal.wait_exit(5) == 0
