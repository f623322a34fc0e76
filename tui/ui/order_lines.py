"""One order in full, as lines: every fact, and its sub-jobs as a table. Pure."""

import msgspec
from rich.cells import cell_len

from tui import phrase
from tui.model.order import OrderDetail, SubJob
from tui.model.status import Phase
from tui.ui.detail_lines import (
    DetailModel,
    bar_ink,
    destinations,
    job_lines,
    mean_label,
    notifications,
    percents,
    place_text,
)
from tui.ui.glyphs import Glyphs
from tui.ui.spans import Line, Span, bar, clip, fit, fit_right, width_of, wrap

_NAME, _GAP, _PERCENT = 8, 2, 6
_TABLE = 70
_LEAST_BAR, _GOOD_BAR, _MOST_BAR = 10, 24, 40
_YOUNG = 10
_MOST = 99
"""Lines of one fact; a comment of 2,000 characters has no more on the narrowest screen."""


def order_lines(
    view: DetailModel, size: tuple[int, int], now: tuple[float, float], glyphs: Glyphs
) -> list[Line]:
    """The lines for `size` (width, height in cells) at `now` (wall, monotonic).

    Where all together has no room, the sub-jobs come first if they have, or if they were out of
    sight behind the facts.
    """
    width, height = size
    facts = [
        line for name, text, ink in _facts(view, now) for line in _fact(name, text, ink, width)
    ]
    if view.reading is None:
        waits = view.failure is None and not view.facts.gone
        return [*facts, (("loading the detail", "dim"),)] if waits else facts
    jobs = _jobs(view, view.reading.detail, width, glyphs)
    roomy = len(facts) + 1 + len(jobs) <= height
    if not roomy and (len(jobs) <= height or len(facts) >= height):
        return [*jobs, (), *facts]
    return [*facts, (), *jobs]


def _facts(view: DetailModel, now: tuple[float, float]) -> list[tuple[str, str, str]]:
    """Name, value and ink of each fact, in the order of an order's life."""
    facts, reading = view.facts, view.reading
    made = "unknown" if facts.created is None else _time(facts.created, now[0])
    told = [("id", facts.id, "strong"), ("created", made, "plain")]
    if reading is None:
        return told
    detail = reading.detail
    failed = facts.phase is Phase.ERROR
    told.insert(1, ("file", detail.filename or "no file name", "strong"))
    if detail.label:
        told.insert(2, ("label", detail.label, "plain"))
    if detail.comment:
        told.append(("error" if failed else "says", detail.comment, "error" if failed else "plain"))
    if detail.duration is not None:
        exact = f"{detail.duration:g} s"
        shown = formatting.duration(detail.duration)
        told.append(("length", shown if shown == exact else f"{shown} ({exact})", "plain"))
    if detail.size is not None:
        told.append(("size", f"{formatting.size(detail.size)} ({detail.size} bytes)", "plain"))
    if detail.source is not None:
        told.append(("from", place_text(detail.source), "plain"))
    told += (("to", text, "plain") for text in destinations(detail))
    told += (("tell", text, "plain") for text in notifications(detail))
    age = now[1] - reading.sent.mono
    # Below ten seconds it does not count: that would be a line drawn each second.
    ago = formatting.coarse_age(age) if age >= _YOUNG else f"less than {_YOUNG} s"
    ink = "warning" if view.old else "plain"
    return [*told, ("read", f"{ago} ago, {_time(reading.sent.wall, now[0])}", ink)]


def _time(wall: float, now: float) -> str:
    return f"{formatting.time_with_zone(wall, now)} ({formatting.utc_time(wall)})"


def _fact(name: str, text: str, ink: str, width: int) -> list[Line]:
    return [
        ((fit("" if number else name, _NAME), "dim"), (part, ink))
        for number, part in enumerate(wrap(text, width - _NAME, _MOST))
    ]


class _Table(msgspec.Struct, frozen=True):
    """The widths of the columns in cells."""

    profile: int
    id: int
    label: int
    file: int
    bar: int


def _jobs(view: DetailModel, detail: OrderDetail, width: int, glyphs: Glyphs) -> list[Line]:
    """A line for each sub-job; two where there is no room for a table."""
    if width < _TABLE or not detail.jobs:
        return job_lines(view, detail, width, glyphs, brief=False)
    table = _lay_out(detail.jobs, width)
    known, mean = percents(view, detail)
    ink = bar_ink(view)
    heads = (("PROFILE", "dim"), ("ID", "dim"), ("LABEL", "dim"), ("FILE", "dim"))
    lines = [(*_row(heads, table), (fit_right("PROGRESS", table.bar + 1 + _PERCENT), "dim"))]
    for job, percent in zip(detail.jobs, known, strict=True):
        cells = (
            (_profile(job), "accent"),
            (_number(job), "dim"),
            (job.label or "", "plain"),
            (job.filename or "", "plain"),
        )
        lines.append((*_row(cells, table), *_progress(percent, view, ink, table, glyphs)))
    left = ((fit(mean_label(detail, width), width_of(_row(heads, table))), "strong"),)
    whole = (*left, *_progress(mean, view, ink, table, glyphs))
    return [clip(line, width) for line in (*lines, whole)]


def _lay_out(jobs: tuple[SubJob, ...], width: int) -> _Table:
    """As wide as what is in the columns; where that is too wide, the widest gives way."""
    wanted = {
        "profile": max(7, *(cell_len(_profile(job)) for job in jobs)),
        "id": max(2, *(cell_len(_number(job)) for job in jobs)),
        "label": max(5, *(cell_len(job.label or "") for job in jobs)),
        "file": max(4, *(cell_len(job.filename or "") for job in jobs)),
    }
    room = width - len(wanted) * _GAP - 1 - _PERCENT
    least = max(_LEAST_BAR, min(_GOOD_BAR, width // 6))
    while sum(wanted.values()) + least > room:
        wanted[max(wanted, key=lambda name: wanted[name])] -= 1
    size = min(_MOST_BAR, room - sum(wanted.values()))
    wanted["file"] += room - sum(wanted.values()) - size
    return _Table(**wanted, bar=size)


def _row(cells: tuple[Span, Span, Span, Span], table: _Table) -> Line:
    widths = (table.profile, table.id, table.label, table.file)
    return tuple(
        (fit(text, width) + " " * _GAP, ink)
        for (text, ink), width in zip(cells, widths, strict=True)
    )


def _progress(
    percent: float | None, view: DetailModel, ink: str, table: _Table, glyphs: Glyphs
) -> Line:
    shown = fit_right(formatting.percent(percent, old=view.old), _PERCENT)
    return (
        *bar(percent, table.bar, glyphs, ink),
        (" ", "plain"),
        (shown, "old" if ink == "old" else "plain"),
    )


def _profile(job: SubJob) -> str:
    return job.profile.name or "no profile name"


def _number(job: SubJob) -> str:
    return f"#{job.profile.id}" if job.profile.id else ""
