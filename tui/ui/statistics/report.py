"""The lines of the statistics: charts, times by profiles, and why orders failed. Pure."""

from collections.abc import Sequence
from itertools import zip_longest
from typing import NamedTuple

import msgspec

from tui import formatting
from tui.model.calendar_units import CalendarUnit
from tui.model.order import Phase
from tui.model.statistics import Statistics
from tui.ui.main_screen.status_lines import ruled
from tui.ui.statistics.charts import MARKS, Column, Known, axis, chart, frame, known, labels
from tui.ui.statistics.times_table import left_out_text, times_lines, waiting_text
from tui.ui.text import Line, clip, fit_right, pad, width_of, wrapped
from tui.ui.theme.terminal_output import Glyphs

_WIDTH_FOR_TWO_CHARTS = 110
_LINES_OF_TEXT = 12
"""Lines of the screen that the charts leave to the rest."""

_MARGIN = 6
_MINUTE = 60.0
_ALL = 0.995
_NO_HISTORY = "No history is kept, so there are no statistics."


class StatisticsModel(msgspec.Struct, frozen=True):
    """What the screen shows."""

    unit: CalendarUnit
    edges: tuple[float, ...]
    now: float
    """UTC epoch seconds, rounded down to the minute."""
    found: Statistics | None
    """None until it was read."""
    chosen: int = 0
    """The reason that the cursor is on, as an index."""
    open_key: str = ""
    has_history: bool = True


class Report(NamedTuple):
    """The lines, and the first line of the reasons, each of which is one line."""

    lines: list[Line]
    reasons_at: int = 0


def report(model: StatisticsModel, size: tuple[int, int], glyphs: Glyphs) -> Report:
    """Return the report in `size` cells; what is not in view can be scrolled to."""
    found, width = model.found, size[0]
    if found is None or (text := _empty_text(model, found)):
        text = text if found else "Reading the history…" if model.has_history else _NO_HISTORY
        return Report([(), *wrapped(text, width)])
    lines = [*_charts(model, found, size, glyphs), ()]
    lines += [*_notes(model, found, width, glyphs), ()]
    if found.everything.finished + found.everything.failed:
        lines += [*wrapped(waiting_text(found.everything), width), ()]
        lines += times_lines(found, width, glyphs)
        lines += [*wrapped(left_out_text(found.everything), width, "dim"), ()]
    at = len(lines) + 1
    if found.reasons:
        lines += _reason_lines(model, found, width, glyphs)
    return Report(lines, at)


def _empty_text(model: StatisticsModel, found: Statistics) -> str:
    """Say why there is nothing to show of the period; empty if there is something."""
    if found.since is None:
        return "Nothing is recorded yet. Statistics begin with the first list of orders."
    at = formatting.time_short(found.since, model.now)
    if found.since >= model.edges[-1]:
        return f"Nothing was recorded before {at}."
    is_new = model.now - found.since < _MINUTE
    if not any(each.polled for each in found.buckets):
        if is_new:
            return f"The history begins at {at}. In a minute there is more to say."
        return "Orders were not polled in this time, so it is not known what happened to them."
    return ""


def _charts(
    model: StatisticsModel, found: Statistics, size: tuple[int, int], glyphs: Glyphs
) -> list[Line]:
    """The two charts, beside each other if there is room."""
    width, height = size
    part = width // 2 - 2
    is_wide = width >= _WIDTH_FOR_TWO_CHARTS and part >= _MARGIN + 2 * len(found.buckets)
    room = height - _LINES_OF_TEXT
    rows = max(3, min(10, room if is_wide else room // 2))
    if not is_wide:
        orders = _orders_chart(model, found, width, rows, glyphs)
        return [*orders, (), *_media_chart(model, found, width, rows, glyphs)]
    orders = _orders_chart(model, found, part, rows, glyphs)
    media = _media_chart(model, found, part, rows, glyphs)
    pairs = zip_longest(orders, media, fillvalue=())
    return [(*pad(one, part + 4), *other) for one, other in pairs]


def _orders_chart(
    model: StatisticsModel, found: Statistics, width: int, rows: int, glyphs: Glyphs
) -> list[Line]:
    finished = _columns(model, found, [each.finished for each in found.buckets])
    failed = _columns(model, found, [each.failed for each in found.buckets])
    place = frame(len(finished), width, max(each.value for each in (*finished, *failed)))
    every = found.everything
    ended = every.finished + every.failed
    share = f" ({100 * every.failed / ended:.0f} %)" if every.failed else ""
    counts = (
        f"  {glyphs.phases[phase]} {formatting.count(count)} {word}"
        for phase, count, word in (
            (Phase.FINISHED, every.finished, "finished"),
            (Phase.ERROR, every.failed, f"failed{share}"),
        )
    )
    roles = Phase.FINISHED.value, Phase.ERROR.value if every.failed else "dim"
    heading: Line = (
        ("Orders", "strong"),
        *zip(counts, roles, strict=True),
        (_greatest(model.unit, finished, ""), "dim"),
    )
    lines = [_fitting(heading, width)]
    lines += [*chart(finished, place, rows, Phase.FINISHED.value, glyphs)]
    lines.append(axis(finished, place, glyphs))
    if every.failed:
        failed_rows = min(max(1, rows // 3), max(each.value for each in failed) or 1)
        lines += chart(failed, place, int(failed_rows), Phase.ERROR.value, glyphs)
        lines.append(axis(failed, place, glyphs))
    return [*lines, labels(finished, place)]


def _media_chart(
    model: StatisticsModel, found: Statistics, width: int, rows: int, glyphs: Glyphs
) -> list[Line]:
    minutes = _columns(model, found, [each.media / _MINUTE for each in found.buckets])
    total = round(sum(each.value for each in minutes))
    unknown = found.unmeasured
    heading: Line = (
        ("Media", "strong"),
        (f"  {formatting.count(total)} min finished", "accent"),
        (f"  {formatting.orders(unknown)} of unknown length" if unknown else "", "dim"),
        (_greatest(model.unit, minutes, " min"), "dim"),
    )
    place = frame(len(minutes), width, max(each.value for each in minutes))
    bars = chart(minutes, place, rows, "accent", glyphs)
    return [_fitting(heading, width), *bars, axis(minutes, place, glyphs), labels(minutes, place)]


def _fitting(heading: Line, width: int) -> Line:
    """Leave out what has no room at the end of a heading."""
    while len(heading) > 1 and width_of(heading) > width:
        heading = heading[:-1]
    return clip(heading, width)


def _columns(model: StatisticsModel, found: Statistics, values: Sequence[float]) -> list[Column]:
    now = model.now
    return [
        Column(each.start, value, known(each, now))
        for each, value in zip(found.buckets, values, strict=True)
    ]


def _greatest(unit: CalendarUnit, columns: Sequence[Column], word: str) -> str:
    """The greatest value and when it was."""
    top = max(columns, key=lambda each: each.value)
    if not top.value:
        return ""
    is_hour = unit is CalendarUnit.DAY
    at = (
        f"at {formatting.short_time(top.start)}"
        if is_hour
        else f"on {formatting.weekday(top.start)}"
    )
    return f"  most: {formatting.count(round(top.value))}{word} {at}"


def _notes(model: StatisticsModel, found: Statistics, width: int, glyphs: Glyphs) -> list[Line]:
    """What the signs of the charts mean, and what is not in them."""
    kinds = {known(each, model.now) for each in found.buckets}
    signs = {Known.UNPOLLED: glyphs.not_polled, **MARKS}
    legend = "   ".join(f"{sign} {kind.value}" for kind, sign in signs.items() if kind in kinds)
    unplaced = ""
    if found.unplaced:
        orders = formatting.orders(found.unplaced)
        unplaced = f"{orders} ended while nothing was polled: not in the charts."
    return [*wrapped(legend, width, "dim"), *wrapped(unplaced, width)]


def _reason_lines(
    model: StatisticsModel, found: Statistics, width: int, glyphs: Glyphs
) -> list[Line]:
    """The heading, then one line for each reason, with the cursor."""
    hint = f"  {model.open_key}: show the orders" if model.open_key else ""
    lines: list[Line] = [(("Why orders failed", "strong"), (hint, "dim"))]
    digits = len(formatting.count(found.reasons[0].count))
    for number, each in enumerate(found.reasons):
        is_chosen = number == model.chosen
        at = formatting.time_short(each.latest, model.now)
        line: Line = (
            (glyphs.cursor if is_chosen else " ", "accent"),
            (f"{fit_right(formatting.count(each.count), digits)}  ", Phase.ERROR.value),
            (f"{at}  ", "dim"),
            (each.text or "no reason given", "strong" if is_chosen else "plain"),
        )
        lines.append(clip(line, width))
    return lines


def header_lines(model: StatisticsModel, width: int, glyphs: Glyphs) -> list[Line]:
    """The period, how much of it was polled, and the tabs."""
    first, last = model.edges[0], model.edges[-1] - 1
    is_month = model.unit is CalendarUnit.MONTH
    days = formatting.month(first) if is_month else formatting.day_range(first, last)
    left: Line = (
        (f"{glyphs.rule} ", "faint"), ("Statistics", "strong"), (f" {glyphs.rule} ", "faint"),
        (f"{days} ", "strong"),
    )  # fmt: skip
    right: Line = ((f" {_polled_text(model)}", "dim"), (f" {glyphs.rule}", "faint"))
    tabs: Line = ()
    for number, unit in enumerate(CalendarUnit, 1):
        mark, role = (glyphs.cursor, "strong") if unit is model.unit else (" ", "dim")
        tabs = (*tabs, (mark, "accent"), (f"{number} {unit.value.title()}", role), ("  ", "plain"))
    return [ruled(left, right, width, glyphs), tabs]


def _polled_text(model: StatisticsModel) -> str:
    found = model.found
    share = None if found is None else found.polled_share(model.now)
    if found is None or share is None or found.since is None:
        return ""
    percent = "all" if share > _ALL else formatting.percent(100 * share)
    polled = f"polled {percent} of the time"
    if found.since <= model.edges[0]:
        return polled
    return f"since {formatting.time_short(found.since, model.now)}, {polled}"
