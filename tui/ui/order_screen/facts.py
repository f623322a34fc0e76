"""What stands above an order that is shown in full: which one, and how far it can be believed.
Pure.
"""
# FOLD """One order in full, as lines: every fact, and its sub-jobs as a table. Pure."""

import msgspec
from rich.cells import cell_len

from tui import formatting
from tui.model.order import OrderDetail, Phase, SubJob
from tui.model.session import Session
from tui.model.state import State
from tui.ui.actions import KeyLabels
from tui.ui.main_screen.status_lines import list_notice
from tui.ui.order_presenter import DetailModel, status_span
from tui.ui.order_screen.detail_pane import (
    bar_role,
    destinations,
    job_lines,
    jobs_shown,
    mean_label,
    notifications,
    percents,
    place_text,
    staleness_note,
)
from tui.ui.text import Line, Span, bar, clip, fit, fit_right, justify, width_of, wrap
from tui.ui.theme.terminal_output import Glyphs

TABS = {"facts": "Facts", "raw": "Raw JSON"}


class OrderModel(msgspec.Struct, frozen=True):
    """The order under the cursor: its place in the list, from 1, and how many the list has.
    `order` is None where there is no order any more. `now` is wall and monotonic time.
    """

    state: State
    session: Session
    order: DetailModel | None
    position: tuple[int, int]
    now: tuple[float, float]
    keys: KeyLabels


def head_lines(
    shown: OrderModel, tab: str, told: str, size: tuple[int, int], glyphs: Glyphs
) -> list[Line]:
    """The rule with the order, the tabs with what is `told` of the one that is open, and what
    stands between all this and the truth.
    """
    width, height = size
    most = 1 if height < 15 else 3
    notes = [list_notice(shown.state, shown.session, shown.now[1], shown.keys)]
    if shown.order is not None:
        notes.append(staleness_note(shown.order, shown.now))
        notes.append(_left_out(shown.order) if tab == "raw" else _not_shown(shown.order))
    said = [part for note in notes if note for part in wrap(note, width - 2, most)]
    return [
        _rule(shown, width, glyphs),
        _tabs(tab, told, width, glyphs),
        *(((" ", "plain"), (part, "warning")) for part in said),
    ]


def _left_out(view: DetailModel) -> str | None:
    count = view.reading.detail.raw_omitted if view.reading is not None else 0
    return f"the answer is long: {count} characters of it are left out" if count else None


def _not_shown(view: DetailModel) -> str | None:
    """Above the table, which is too long to end on the screen."""
    detail = view.reading.detail if view.reading is not None else None
    return jobs_shown(detail) if detail is not None and detail.more_jobs else None


def _rule(shown: OrderModel, width: int, glyphs: Glyphs) -> Line:
    number, count = shown.position
    known = " known" if shown.state.is_partially_loaded else ""
    right: Line = ((f" {number} of {count}{known} ", "dim"), (glyphs.rule, "faint"))
    left: Line = ((f"{glyphs.rule} ", "faint"), ("no order", "strong"), (" ", "plain"))
    if shown.order is not None:
        facts = shown.order.facts
        gap = f" {glyphs.rule} "
        status = status_span(facts, glyphs, uncovered=shown.order.uncovered)
        left = (left[0], (facts.id, "strong"), (gap, "faint"), status, (" ", "plain"))
    if width_of(left) + width_of(right) > width:
        right = ()
    left = clip(left, width)
    rest = width - width_of(left) - width_of(right)
    return (*left, (glyphs.rule * rest, "faint"), *right)


def _tabs(tab: str, told: str, width: int, glyphs: Glyphs) -> Line:
    line: Line = ()
    for number, (name, title) in enumerate(TABS.items(), 1):
        mark = glyphs.cursor if name == tab else " "
        role = "strong" if name == tab else "dim"
        line = (*line, (mark, "accent"), (f"{number} {title}", role), ("  ", "plain"))
    return justify(line, clip(((f"{told} ", "dim"),), width // 2), width)


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
        line for name, text, role in _facts(view, now) for line in _fact(name, text, role, width)
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
    """Name, value and role of each fact, in the order of an order's life."""
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
    role = "warning" if view.old else "plain"
    return [*told, ("read", f"{ago} ago, {_time(reading.sent.wall, now[0])}", role)]


def _time(wall: float, now: float) -> str:
    return f"{formatting.time_with_day(wall, now)} ({formatting.utc_time(wall)})"


def _fact(name: str, text: str, role: str, width: int) -> list[Line]:
    return [
        ((fit("" if number else name, _NAME), "dim"), (part, role))
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
    role = bar_role(view)
    heads = (("PROFILE", "dim"), ("ID", "dim"), ("LABEL", "dim"), ("FILE", "dim"))
    lines = [(*_row(heads, table), (fit_right("PROGRESS", table.bar + 1 + _PERCENT), "dim"))]
    for job, percent in zip(detail.jobs, known, strict=True):
        cells = (
            (_profile(job), "accent"),
            (_number(job), "dim"),
            (job.label or "", "plain"),
            (job.filename or "", "plain"),
        )
        lines.append((*_row(cells, table), *_progress(percent, view, role, table, glyphs)))
    left = ((fit(mean_label(detail, width), width_of(_row(heads, table))), "strong"),)
    whole = (*left, *_progress(mean, view, role, table, glyphs))
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
        (fit(text, width) + " " * _GAP, role)
        for (text, role), width in zip(cells, widths, strict=True)
    )


def _progress(
    percent: float | None, view: DetailModel, role: str, table: _Table, glyphs: Glyphs
) -> Line:
    shown = fit_right(formatting.percent(percent, old=view.old), _PERCENT)
    return (
        *bar(percent, table.bar, glyphs, role),
        (" ", "plain"),
        (shown, "stale" if role == "stale" else "plain"),
    )


def _profile(job: SubJob) -> str:
    return job.profile.name or "no profile name"


def _number(job: SubJob) -> str:
    return f"#{job.profile.id}" if job.profile.id else ""
