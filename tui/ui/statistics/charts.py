"""Charts of columns, one for each hour or day, drawn as lines. Pure.

An hour or day that was not polled is hatched, because it is not known how many orders ended in it.
"""

import math
from collections.abc import Sequence
from datetime import datetime
from enum import Enum
from itertools import groupby

import msgspec

from tui.model.statistics import Bucket
from tui.ui.text import Line, Span, fit_right
from tui.ui.theme.terminal_output import Glyphs

_MAX_COLUMN = 10
_MIN_COLUMN_WITH_GAP = 3
_MIN_PASSED = 60.0
"""Seconds after which the chart says that nothing was polled: the figures may be as old."""
_DAY = 86_400.0 - 2 * 3600.0  # with daylight saving, the shortest has 23 hours


class Known(Enum):
    """How much is known of an hour or a day."""

    WHOLE = "polled"
    PARTLY = "partly polled"
    NOT_OVER = "not over yet"
    UNPOLLED = "not polled"
    FUTURE = "not begun"


MARKS = {Known.PARTLY: "~", Known.NOT_OVER: "+"}
"""On the axis. What was not polled is hatched."""


def known(bucket: Bucket, now: float) -> Known:
    if bucket.polled <= 0:
        has_begun = now >= bucket.start + _MIN_PASSED
        return Known.UNPOLLED if has_begun else Known.FUTURE
    if not bucket.is_polled(now):
        return Known.PARTLY
    return Known.NOT_OVER if now < bucket.end else Known.WHOLE


class Column(msgspec.Struct, frozen=True):
    """One column: an hour or a day with its value, as far as that is known."""

    start: float
    value: float
    known: Known


class Frame(msgspec.Struct, frozen=True):
    """The places of the columns. `margin` are the cells for the numbers at the left."""

    width: int
    margin: int
    column: int

    @property
    def bar(self) -> int:
        """The cells that a bar has of its column."""
        return self.column - 1 if self.column >= _MIN_COLUMN_WITH_GAP else self.column


def frame(count: int, width: int, greatest: float) -> Frame:
    """Return the places of `count` columns in `width` cells, with room for the greatest number."""
    margin = len(number(greatest)) + 2
    column = max(1, min(_MAX_COLUMN, (width - margin) // max(1, count)))
    return Frame(margin + column * count, margin, column)


def number(value: float) -> str:
    """A number at the axis, in few cells: `38`, `1.2k`."""
    whole = max(1, round(value)) if value else 0
    if whole < 10_000:
        return str(whole)
    return f"{whole / 1000:.0f}k" if whole < 1_000_000 else f"{whole / 1_000_000:.1f}M"


def chart(
    columns: Sequence[Column], place: Frame, height: int, role: str, glyphs: Glyphs
) -> list[Line]:
    """Return bars in `height` lines, with the greatest value at their top."""
    greatest = max((each.value for each in columns), default=0)
    steps = len(glyphs.levels)
    tops = [
        math.ceil(each.value / greatest * height * steps) if greatest else 0 for each in columns
    ]
    lines: list[Line] = []
    for row in reversed(range(height)):
        label = number(greatest) if row == height - 1 and greatest else ""
        spans: list[Span] = [(fit_right(label, place.margin - 1) + " ", "dim")]
        for column, top in zip(columns, tops, strict=True):
            cell, cell_role = " ", role
            if (level := min(steps, top - row * steps)) > 0:
                cell = glyphs.levels[level - 1]
                cell_role = "stale" if column.known is Known.PARTLY else role
            elif row == 0 and column.known is Known.UNPOLLED:
                cell, cell_role = glyphs.not_polled, "faint"
            spans.append(((cell * place.bar).ljust(place.column), cell_role))
        lines.append(_joined(spans))
    return lines


def axis(columns: Sequence[Column], place: Frame, glyphs: Glyphs) -> Line:
    """Return the line below the bars, with the marks of what is not wholly known."""
    spans: list[Span] = [("0 ".rjust(place.margin), "dim")]
    for each in columns:
        line = " " if each.known is Known.FUTURE else glyphs.rule
        mark = MARKS.get(each.known, "").center(place.bar)
        cells = mark.replace(" ", line) + line * (place.column - len(mark))
        spans.append((cells, "plain" if each.known in MARKS else "faint"))
    return _joined(spans)


def labels(columns: Sequence[Column], place: Frame) -> Line:
    """Name as many hours or days as there is room for, at equal distances."""
    return ((" " * place.margin + _labels(columns, place).rstrip(), "dim"),)


def _labels(columns: Sequence[Column], place: Frame) -> str:
    times = [datetime.fromtimestamp(each.start) for each in columns]  # noqa: DTZ006 - the user's
    is_hourly = len(columns) > 1 and columns[1].start - columns[0].start < _DAY
    if not is_hourly and place.column > len("Mon 23"):
        return "".join(f"{each:%a %d}".ljust(place.column) for each in times)
    numbers = [each.hour if is_hourly else each.day for each in times]
    first = 0 if is_hourly else 1
    step = next((n for n in (1, 2, 3, 4, 6, 12) if n * place.column > len("23")), 12)
    text = ""
    for position, value in enumerate(numbers):
        is_new = position == 0 or value != numbers[position - 1]
        if is_new and (value - first) % step == 0 and len(text) <= position * place.column:
            text = text.ljust(position * place.column) + f"{value} "
    return text


def _joined(spans: Sequence[Span]) -> Line:
    """Join neighbours of one role."""
    return tuple(
        ("".join(text for text, _ in group), role)
        for role, group in groupby(spans, key=lambda span: span[1])
    )
