"""The facts of one order as lines: all of them, or a summary for the detail pane. Pure."""

from collections.abc import Iterable
from typing import NamedTuple

from tui import formatting
from tui.model.events import ClockReading
from tui.model.order import MediaLocation, OrderDetail, Phase
from tui.ui.order_presenter import DetailModel, status_span
from tui.ui.order_screen.jobs import job_lines, job_table
from tui.ui.text import Line, clip, fit, justify, width_of, wrap
from tui.ui.theme.terminal_output import Glyphs

_NAME_WIDTH = 8
_MAX_LINES = 99
"""Lines of one fact. A comment of 2,000 characters fits on the narrowest screen."""
_MIN_AGE = 10.0
"""Seconds below which the exact age isn't shown: it would be a redraw every second."""

_SUMMARY_NAME_WIDTH = 6
_COMPACT_JOBS_WIDTH = 76
_LOADING: Line = (("loading the detail", "dim"),)


class Fact(NamedTuple):
    name: str
    text: str
    role: str = "plain"


def order_lines(
    order: DetailModel, size: tuple[int, int], now: ClockReading, glyphs: Glyphs
) -> list[Line]:
    """All facts and the sub-jobs, for `size` (width, height in cells).

    If they don't fit together, the sub-jobs come first if they fit alone, or if the facts would
    push them off the screen.
    """
    width, height = size
    facts = _fact_lines(_all_facts(order, now), _NAME_WIDTH, width, _MAX_LINES)
    if order.reading is None:
        is_loading = order.failure is None and not order.facts.gone
        return [*facts, _LOADING] if is_loading else facts
    jobs = job_table(order, order.reading.detail, width, glyphs)
    fits = len(facts) + 1 + len(jobs) <= height
    if not fits and (len(jobs) <= height or len(facts) >= height):
        return [*jobs, (), *facts]
    return [*facts, (), *jobs]


def summary_lines(
    order: DetailModel, size: tuple[int, int], now: ClockReading, glyphs: Glyphs
) -> list[Line]:
    """The main facts and the sub-jobs, for `size`. On a low pane the sub-jobs come first."""
    width, height = size
    status = status_span(order.facts, glyphs, uncovered=order.uncovered)
    lines: list[Line] = [justify(((order.facts.id, "strong"),), (status,), width)]
    if note := staleness_note(order, now):
        lines += [((text, "warning"),) for text in wrap(note, width, 2)]
    if order.reading is None:
        if order.facts.created is not None:
            lines.append(((_created(order, now), "plain"),))
        return [*lines, _LOADING] if order.failure is None else lines
    detail = order.reading.detail
    name: Line = ((detail.filename or "no file name", "strong"),)
    label: Line = ((detail.label, "dim"),) if detail.label else ()
    lines.append(justify(name, clip(label, width // 2), width))
    if order.facts.phase is Phase.ERROR and detail.comment:
        lines += [((text, "error"),) for text in wrap(detail.comment, width, 3)]
    facts = _summary(order, detail, width, now, glyphs)
    jobs = job_lines(order, detail, width, glyphs)
    rest = height - len(lines) - len(facts) - 1
    if rest < len(jobs) and width >= _COMPACT_JOBS_WIDTH:
        jobs = job_lines(order, detail, width, glyphs, compact=True)
    return [*lines, *facts, (), *jobs] if rest >= len(jobs) else [*lines, *jobs, (), *facts]


def staleness_note(order: DetailModel, now: ClockReading) -> str | None:
    """Why the facts may be outdated or missing; None if they are current."""
    if order.facts.gone:
        return f"this order is no longer in the list; {order.dismiss} dismisses it"
    read = ""
    if order.reading is not None:
        sent = order.reading.sent
        age = formatting.coarse_age(now.mono - sent.mono)
        read = f"detail as of {formatting.clock_time(sent.wall)}, {age} ago"
    if order.failure is not None:
        return f"{read}: {order.failure}" if read else f"no detail yet: {order.failure}"
    return f"old: {read}" if order.old and read else None


def _all_facts(order: DetailModel, now: ClockReading) -> list[Fact]:
    """Every fact, in the order of an order's life."""
    created = order.facts.created
    id_fact = Fact("id", order.facts.id, "strong")
    created_fact = Fact("created", "unknown" if created is None else _time(created, now))
    if order.reading is None:
        return [id_fact, created_fact]
    detail = order.reading.detail
    facts = [id_fact, Fact("file", detail.filename or "no file name", "strong")]
    if detail.label:
        facts.append(Fact("label", detail.label))
    facts.append(created_fact)
    if detail.comment and order.facts.phase is Phase.ERROR:
        facts.append(Fact("error", detail.comment, "error"))
    elif detail.comment:
        facts.append(Fact("says", detail.comment))
    if detail.duration is not None:
        duration, exact = formatting.duration(detail.duration), f"{detail.duration:g} s"
        facts.append(Fact("length", duration if duration == exact else f"{duration} ({exact})"))
    if detail.size is not None:
        facts.append(Fact("size", f"{formatting.size(detail.size)} ({detail.size} bytes)"))
    facts += _addresses(detail)
    sent = order.reading.sent
    age = now.mono - sent.mono
    ago = formatting.coarse_age(age) if age >= _MIN_AGE else f"less than {_MIN_AGE:g} s"
    role = "warning" if order.old else "plain"
    return [*facts, Fact("read", f"{ago} ago, {_time(sent.wall, now)}", role)]


def _summary(
    order: DetailModel, detail: OrderDetail, width: int, now: ClockReading, glyphs: Glyphs
) -> list[Line]:
    parts = [] if detail.duration is None else [formatting.duration(detail.duration)]
    if detail.size is not None:
        parts.append(formatting.size(detail.size))
    separator = f" {glyphs.dot} "
    line: Line = ((separator.join([*parts, _created(order, now)]), "plain"),)
    lines = [line]
    if width_of(line) > width:
        lines = [((separator.join(parts), "plain"),), ((_created(order, now), "plain"),)]
    name_width = _SUMMARY_NAME_WIDTH
    lines += _fact_lines(_addresses(detail), name_width, width, 1)
    if detail.comment and order.facts.phase is not Phase.ERROR:
        lines += _fact_lines([Fact("says", detail.comment)], name_width, width, 3)
    if (order.facts.phase.is_final or order.facts.gone) and order.reading is not None:
        read = formatting.time_with_day(order.reading.sent.wall, now.wall)
        lines += _fact_lines([Fact("read", read)], name_width, width, 1)
    return [clip(line, width) for line in lines]


def _created(order: DetailModel, now: ClockReading) -> str:
    created = order.facts.created
    if created is None:
        return "creation time unknown"
    return f"created {formatting.time_with_day(created, now.wall)}"


def _addresses(detail: OrderDetail) -> list[Fact]:
    """Where the file comes from, where it goes, and who is notified."""
    sources = [_location(detail.source)] if detail.source is not None else []
    uploads = [*map(_location, detail.uploads), *_more(detail.more_uploads)]
    notifications = [*detail.notifications, *_more(detail.more_notifications)]
    named = (("from", sources), ("to", uploads), ("tell", notifications))
    return [Fact(name, text) for name, texts in named for text in texts]


def _more(count: int) -> list[str]:
    return [f"and {formatting.count(count)} more that are not shown"] if count else []


def _location(location: MediaLocation) -> str:
    url = location.url or ""
    protocol = location.protocol or ""
    if protocol and not url.lower().startswith(protocol.lower()):
        url = f"{url} {protocol}".strip()
    has_user = location.user is None or f"//{location.user}" in url
    return url if has_user else f"{url} ({location.user})".strip()


def _time(wall: float, now: ClockReading) -> str:
    return f"{formatting.time_with_day(wall, now.wall)} ({formatting.utc_time(wall)})"


def _fact_lines(facts: Iterable[Fact], name_width: int, width: int, max_lines: int) -> list[Line]:
    return [
        ((fit("" if number else name, name_width), "dim"), (part, role))
        for name, text, role in facts
        for number, part in enumerate(wrap(text, width - name_width, max_lines))
    ]
