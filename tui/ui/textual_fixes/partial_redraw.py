"""Which cells of a line have to be drawn again. Pure."""

from rich.cells import cell_len

from tui.ui.text import Line, Span

_NEAR = 6
"""To draw so many cells that are as they were takes fewer bytes than to go around them."""

_BLANK: Span = (" ", "plain")

Cells = tuple[int, int]
"""The first cell, and the one behind the last."""


def changed_cells(old: Line, new: Line, width: int) -> list[Cells]:
    """In which of `width` cells a line does not look as it did.

    Terminals do not agree how wide some characters are. What stands behind one of those is
    wherever the terminal has put it, so it is drawn again from there on.
    """
    before, after = _cells(old), _cells(new)
    sure = min(_sure(before, width), _sure(after, width))
    changed: list[Cells] = []
    for x in range(sure):
        if (before[x] if x < len(before) else _BLANK) != (after[x] if x < len(after) else _BLANK):
            _add(changed, (x, x + 1))
    if before[sure:] != after[sure:] and sure < width:
        _add(changed, (sure, width))
    return changed


def _add(changed: list[Cells], cells: Cells) -> None:
    start, end = cells
    if changed and start - changed[-1][1] <= _NEAR:
        start, _ = changed.pop()
    changed.append((start, end))


def _cells(line: Line) -> list[Span]:
    return [(char, role) for text, role in line for char in text]


def _sure(cells: list[Span], width: int) -> int:
    """How many cells at the left hold one character each, whatever the terminal."""
    doubtful = next((x for x, (char, _) in enumerate(cells) if not _is_sure(char)), None)
    # One that has no width of its own is one with the character before.
    return width if doubtful is None else min(width, max(0, doubtful - 1))


def _is_sure(char: str) -> bool:
    narrow = char < "\u0300" or ("\u2010" <= char < "\u2c00" and cell_len(char) == 1)
    return narrow and char.isprintable()
