"""The lines of the minutes: bars, and what the projection is made of. Pure."""

from collections.abc import Sequence
from math import ceil, floor
from typing import NamedTuple

import msgspec

from tui import formatting
from tui.model.minutes import (
    MIN_POLLED_DAYS,
    SHOWN_MONTHS,
    Method,
    Month,
    MonthEstimate,
    Projection,
)
from tui.model.profiles import ConsumedMinutes
from tui.ui.text import Line, Span, bar, clip, definition_list, fit, fit_right, wrapped
from tui.ui.theme.terminal_output import Glyphs

_NAMES = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
_NAME_WIDTH = len("contracted") + 2
_MIN_BAR = 6


class MinutesModel(msgspec.Struct, frozen=True):
    """What was read at `read_at` (UTC epoch seconds), and its projection. `problem` says why the
    last reading failed; `refresh_key` reads again.
    """

    consumed: ConsumedMinutes | None = None
    projection: Projection | None = None
    read_at: float = 0.0
    problem: str = ""
    is_reading: bool = True
    has_history: bool = False
    refresh_key: str = "r"


class _Row(NamedTuple):
    """A bar from 0 to `value`, drawn on to `high`, and its figure. None: not known."""

    name: str
    value: float | None
    high: float
    figure: str


def minutes_lines(model: MinutesModel, width: int, glyphs: Glyphs) -> list[Line]:
    lines = wrapped(_as_of(model), width, "dim")
    if model.problem:
        lines += wrapped(f"{glyphs.stale} {model.problem}", width, "warning")
    if model.consumed is not None and model.projection is not None:
        rows = _rows(model.consumed, model.projection)
        lines += [(), *_bars(rows, width, glyphs)] if rows else []
        lines += [(), *_projection(model.consumed, model.projection, width, model.has_history)]
        lines += _contract(model.consumed, model.projection, width)
    return [clip(line, width) for line in lines]


def _as_of(model: MinutesModel) -> str:
    again = f"{model.refresh_key}: read again"
    if model.consumed is None:
        return "Reading the consumed minutes…" if model.is_reading else f"Nothing is read. {again}"
    state = "Reading again…" if model.is_reading else again
    return f"Read at {formatting.local_time(model.read_at)}; months of UTC. {state}"


def _rows(consumed: ConsumedMinutes, projection: Projection) -> list[_Row]:
    """Return the projection, the contracted minutes, and the months from the newest to the earliest
    that is known.
    """
    rows: list[_Row] = []
    if projection.estimates:
        low, high = _rounded(projection)
        rows.append(_Row("projected", low, high, _range(low, high)))
    if (contracted := consumed.contracted) is not None:
        rows.append(_Row("contracted", contracted, contracted, _minutes(contracted)))
    minutes = {Month(each.year, each.month): each.minutes for each in consumed.months}
    shown = [projection.month.after(-number) for number in range(SHOWN_MONTHS)]
    while shown and shown[-1] not in minutes:
        del shown[-1]
    for month in shown:
        value = minutes.get(month)
        figure = "not known" if value is None else _minutes(value)
        if value is not None and month == projection.month:
            figure = f"so far {figure}"
        rows.append(_Row(f"{month.year}-{month.month:02}", value, value or 0.0, figure))
    return rows


def _bars(rows: Sequence[_Row], width: int, glyphs: Glyphs) -> list[Line]:
    greatest = max(row.high for row in rows)
    figure_width = max(len(row.figure) for row in rows) + 1
    bar_width = max(0, width - _NAME_WIDTH - figure_width)
    bar_width = bar_width if bar_width >= _MIN_BAR else 0
    return [
        (
            (fit(row.name, _NAME_WIDTH), "dim"),
            *_bar(row, greatest, bar_width, glyphs),
            (fit_right(row.figure, figure_width), "dim" if row.value is None else "plain"),
        )
        for row in rows
    ]


def _bar(row: _Row, greatest: float, width: int, glyphs: Glyphs) -> Sequence[Span]:
    if row.value is None or not greatest:
        return ((" " * width, "plain"),)
    filled = bar(100 * row.value / greatest, width, glyphs)[0]
    to_high = round(width * row.high / greatest) - len(filled[0]) if row.high > row.value else 0
    uncertain = glyphs.bar_empty * max(0, to_high)
    rest = " " * (width - len(filled[0]) - len(uncertain))
    return (filled, (uncertain, "bar"), (rest, "plain"))


def _projection(
    consumed: ConsumedMinutes, projection: Projection, width: int, has_history: bool
) -> list[Line]:
    """Say what the projection is made of, or why there is none."""
    name = _name(projection.month)
    if not projection.estimates:
        is_known = projection.month in [Month(each.year, each.month) for each in consumed.months]
        begins = formatting.local_time(projection.begins)
        why = f"before {begins}" if is_known else f"the API knows no minutes of {name}"
        return wrapped(f"No projection of {name}{' ' if is_known else ': '}{why}.", width)
    figures = [f"  {_minutes(each.minutes)}  " for each in projection.estimates]
    words = [_words(each, projection.month) for each in projection.estimates]
    lines = wrapped(f"{name} may come to {_range(*_rounded(projection))}, estimated by", width)
    items = [*zip(figures, words, strict=True)]
    lines += definition_list(items, max(map(len, figures)), width)
    if Method.WEEKDAYS not in [each.method for each in projection.estimates]:
        days = f"{projection.polled_days} of {MIN_POLLED_DAYS} days"
        why = f"the history has {days} that were polled wholly" if has_history else "no history"
        lines += wrapped(f"Not by weekday: {why}.", width, "dim")
    return lines


def _words(estimate: MonthEstimate, month: Month) -> str:
    match estimate.method:
        case Method.PACE:
            return f"the pace of its first {estimate.days:.1f} days"
        case Method.WEEKDAYS:
            return f"that pace by weekday, as orders finished on {estimate.days:.0f} days"
        case Method.LAST_MONTH:
            return f"what is consumed, and the pace of {_name(month.after(-1))} for its rest"


def _contract(consumed: ConsumedMinutes, projection: Projection, width: int) -> list[Line]:
    if consumed.contracted is None:
        return wrapped("The API tells no contracted minutes.", width, "dim")
    text = "The API does not say for how long the contracted minutes are."
    lines = wrapped(text, width, "dim")
    if projection.estimates and projection.high > consumed.contracted:
        some = "every estimate" if projection.low > consumed.contracted else "an estimate"
        text = f"If they are for a month, {some} of {_name(projection.month)} exceeds them."
        lines += wrapped(text, width, "warning")
    return lines


def _name(month: Month) -> str:
    return _NAMES[month.month - 1]


def _rounded(projection: Projection) -> tuple[float, float]:
    """Return the range, rounded outwards to two digits: it is no more exact."""
    step = 10.0 ** max(0, len(f"{projection.high:.0f}") - 2)
    return floor(projection.low / step) * step, ceil(projection.high / step) * step


def _range(low: float, high: float) -> str:
    text = formatting.count(round(low))
    return f"{text} min" if low == high else f"{text}–{_minutes(high)}"


def _minutes(value: float) -> str:
    whole = value >= 100 or value == round(value)
    return f"{formatting.count(round(value)) if whole else f'{value:.1f}'} min"
