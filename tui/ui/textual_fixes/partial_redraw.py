"""Redraw only the cells that changed.

Fix: a change of a few cells redraws its widget from the left edge, and the cell right of it.
Textual: `_compositor.py`, `ChopsUpdate.render_segments` ("TODO: crop to x extents"). It moves to
the left edge of each chop and compares spans with `<=`. Version: 8.2.8. Delete `crop_update` and
`PatchedApp._display` when Textual crops to the span; `changed_cells` stays.
"""

from collections.abc import Mapping, Sequence
from functools import partial
from itertools import zip_longest
from typing import Any

from rich.cells import cell_len
from rich.control import Control
from textual.strip import Strip

from tui.ui.text import Line, Span

Cells = tuple[int, int]
"""The first cell of a range, and the one after its last."""

_MAX_GAP = 6
"""Cells. Redrawing this many unchanged ones takes fewer bytes than a cursor movement."""

_BLANK: Span = (" ", "plain")


def crop_update(update: Any) -> Any:
    """Return `update`; if it is a partial one, it now draws only the cells of its spans."""
    if all(hasattr(update, name) for name in ("chops", "spans", "chop_ends")):
        # Not a method of a subclass: the base is private and may be missing.
        update.render_segments = partial(
            _render_spans, update.chops, update.spans, update.chop_ends
        )
    return update


def _render_spans(
    chops: Sequence[Mapping[int, Strip | None]],
    spans: Sequence[tuple[int, int, int]],
    chop_ends: Sequence[Sequence[int]],
    console: Any,
) -> str:
    """Return the escape sequences that draw `spans`: each is a line, its first cell, its end."""
    drawn: list[str] = []
    for y, first, last in spans:
        for end, (x, strip) in zip(chop_ends[y], chops[y].items(), strict=False):
            left, right = max(x, first), min(end, last)
            if strip is not None and left < right:
                drawn.append(Control.move_to(left, y).segment.text)
                drawn.append(strip.crop(left - x, right - x).simplify().render(console))
    return "".join(drawn)


def changed_cells(old: Line, new: Line, width: int) -> list[Cells]:
    """Return the ranges of the first `width` cells in which `old` and `new` look different.

    Terminals disagree about the width of some characters. From the first of these on, the rest
    of the line is one range: its position on the screen is unknown.
    """
    before, after = _cells(old), _cells(new)
    certain = min(_certain_cells(before, width), _certain_cells(after, width))
    changed: list[Cells] = []
    for x, (old_cell, new_cell) in enumerate(zip_longest(before, after, fillvalue=_BLANK)):
        start, end = (x, x + 1) if x < certain else (certain, width)
        if old_cell != new_cell and start < width:
            if changed and start - changed[-1][1] <= _MAX_GAP:
                start, _ = changed.pop()
            changed.append((start, end))
    return changed


def _cells(line: Line) -> list[Span]:
    return [(char, role) for text, role in line for char in text]


def _certain_cells(cells: list[Span], width: int) -> int:
    """Return how many cells from the left have one character each in every terminal."""
    uncertain = next((x for x, (char, _) in enumerate(cells) if not _is_one_cell(char)), None)
    # A zero-width character changes the character before it, too.
    return width if uncertain is None else min(width, max(0, uncertain - 1))


def _is_one_cell(char: str) -> bool:
    narrow = char < "\u0300" or ("\u2010" <= char < "\u2c00" and cell_len(char) == 1)
    return narrow and char.isprintable()
