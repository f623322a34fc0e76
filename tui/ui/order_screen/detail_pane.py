"""The detail pane's content, as lines. Pure."""
# FOLD """The detail pane: lines that scroll, with the keys for it."""

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.events import Resize
from textual.message import Message

from tui import formatting
from tui.model.order import (
    MediaLocation,
    OrderDetail,
    Phase,
    SubJob,
    effective_progress,
    mean_progress,
)
from tui.model.order_facts import is_from_earlier_run
from tui.ui.order_presenter import DetailModel, status_span
from tui.ui.text import Line, bar, clip, fit, fit_right, justify, width_of, wrap
from tui.ui.theme.terminal_output import Glyphs
from tui.ui.widgets.line_view import LineView

_LABEL = 6
_PERCENT = 6
_WIDE = 76
_NARROW = 54


def detail_lines(
    view: DetailModel, size: tuple[int, int], now: tuple[float, float], glyphs: Glyphs
) -> list[Line]:
    """The pane's lines for `size` (width, height in cells) at `now` (wall, monotonic).

    Where there is little height, the bars come before the facts.
    """
    width, height = size
    facts, reading = view.facts, view.reading
    title: Line = ((facts.id, "strong"),)
    status = status_span(facts, glyphs, uncovered=view.uncovered)
    lines: list[Line] = [justify(title, (status,), width)]
    if note := staleness_note(view, now):
        lines += [((text, "warning"),) for text in wrap(note, width, 2)]
    if reading is None:
        if facts.created is not None:
            lines.append(((f"created {formatting.time_with_day(facts.created, now[0])}", "plain"),))
        if view.failure is None:
            lines.append((("loading the detail", "dim"),))
        return lines
    detail = reading.detail
    lines.append(_heading(detail, width))
    if facts.phase is Phase.ERROR and detail.comment:
        lines += [((text, "error"),) for text in wrap(detail.comment, width, 3)]
    about = _about(view, detail, width, now[0], glyphs)
    jobs = job_lines(view, detail, width, glyphs, brief=False)
    roomy = height >= len(lines) + len(about) + len(jobs) + 1
    if not roomy and width >= _WIDE:
        jobs = job_lines(view, detail, width, glyphs, brief=True)
        roomy = height >= len(lines) + len(about) + len(jobs) + 1
    return [*lines, *about, (), *jobs] if roomy else [*lines, *jobs, (), *about]


def staleness_note(view: DetailModel, now: tuple[float, float]) -> str | None:
    """What stands between these facts and the truth; None when nothing does."""
    if view.facts.gone:
        return f"this order is no longer in the list; {view.dismiss} dismisses it"
    read = ""
    if view.reading is not None:
        sent = view.reading.sent
        ago = formatting.coarse_age(now[1] - sent.mono)
        read = f"detail as of {formatting.clock_time(sent.wall)}, {ago} ago"
    if view.failure is not None:
        return f"{read}: {view.failure}" if read else f"no detail yet: {view.failure}"
    return f"old: {read}" if view.old and read else None


def _heading(detail: OrderDetail, width: int) -> Line:
    name = detail.filename or "no file name"
    label: Line = ((detail.label, "dim"),) if detail.label else ()
    return justify(((name, "strong"),), clip(label, width // 2), width)


def _about(
    view: DetailModel, detail: OrderDetail, width: int, now: float, glyphs: Glyphs
) -> list[Line]:
    created = view.facts.created
    made = "creation time unknown" if created is None else formatting.time_with_day(created, now)
    parts = [f"created {made}" if created is not None else made]
    if detail.size is not None:
        parts.insert(0, formatting.size(detail.size))
    if detail.duration is not None:
        parts.insert(0, formatting.duration(detail.duration))
    said = ((f" {glyphs.dot} ".join(parts), "plain"),)
    lines: list[Line] = [said]
    if width_of(said) > width:
        lines = [((f" {glyphs.dot} ".join(parts[:-1]), "plain"),), ((parts[-1], "plain"),)]
    if detail.source is not None:
        lines.append(_fact("from", place_text(detail.source)))
    lines += [_fact("to", text) for text in destinations(detail)]
    lines += [_fact("tell", text) for text in notifications(detail)]
    if detail.comment and view.facts.phase is not Phase.ERROR:
        words = wrap(detail.comment, width - _LABEL, 3)
        lines += [_fact("says" if not n else "", text) for n, text in enumerate(words)]
    if (view.facts.phase.is_final or view.facts.gone) and view.reading is not None:
        lines.append(_fact("read", formatting.time_with_day(view.reading.sent.wall, now)))
    return [clip(line, width) for line in lines]


def _fact(name: str, value: str) -> Line:
    return ((fit(name, _LABEL), "dim"), (value, "plain"))


def destinations(detail: OrderDetail) -> list[str]:
    return [*map(place_text, detail.uploads), *_more(detail.more_uploads)]


def notifications(detail: OrderDetail) -> list[str]:
    return [*detail.notifications, *_more(detail.more_notifications)]


def _more(count: int) -> list[str]:
    return [f"and {formatting.count(count)} more that are not shown"] if count else []


def place_text(place: MediaLocation) -> str:
    url = place.url or ""
    protocol = place.protocol or ""
    if protocol and not url.lower().startswith(protocol.lower()):
        url = f"{url} {protocol}".strip()
    # A user that the URL names already needs no second naming.
    named = place.user is None or f"//{place.user}" in url
    return url if named else f"{url} ({place.user})".strip()


def job_lines(
    view: DetailModel, detail: OrderDetail, width: int, glyphs: Glyphs, *, brief: bool
) -> list[Line]:
    if not detail.jobs:
        return [(("no sub-jobs yet" if not view.facts.phase.is_final else "no sub-jobs", "dim"),)]
    known, mean = percents(view, detail)
    role = bar_role(view)
    lines = [_bar_line(((mean_label(detail, width), "strong"),), mean, view, role, width, glyphs)]
    for job, percent in zip(detail.jobs, known, strict=True):
        lines += (_brief_job if brief else _job)(job, percent, view, role, width, glyphs)
    return lines


def percents(view: DetailModel, detail: OrderDetail) -> tuple[list[float | None], float | None]:
    """What is known of each sub-job, and the mean, where all of them are known."""
    phase = view.facts.phase
    relaunched = view.reading is not None and is_from_earlier_run(view.reading, phase)
    known = [None if relaunched else effective_progress(job.progress, phase) for job in detail.jobs]
    return known, None if relaunched else mean_progress(detail, phase)


def bar_role(view: DetailModel) -> str:
    return "stale" if view.old or view.facts.phase is Phase.ERROR else "bar"


def mean_label(detail: OrderDetail, width: int) -> str:
    count = len(detail.jobs)
    if detail.more_jobs and width < _NARROW:
        return f"{count} of {formatting.count(detail.job_count)}"
    if detail.more_jobs:
        return jobs_shown(detail)
    name = "1 sub-job" if count == 1 else f"mean of {count}"
    return f"{name} sub-jobs" if count > 1 and width >= _NARROW else name


def jobs_shown(detail: OrderDetail) -> str:
    return f"{formatting.count(detail.job_count)} sub-jobs: {len(detail.jobs)} shown"


def _job(
    job: SubJob, percent: float | None, view: DetailModel, role: str, width: int, glyphs: Glyphs
) -> list[Line]:
    """Profile and label above file and bar."""
    file: Line = ((job.filename or "", "dim"),)
    return [
        justify(_profile(job), clip(_label(job), width // 2), width),
        _bar_line(file, percent, view, role, width, glyphs),
    ]


def _brief_job(
    job: SubJob, percent: float | None, view: DetailModel, role: str, width: int, glyphs: Glyphs
) -> list[Line]:
    """Profile, label, file and bar on one line, for a wide pane of little height."""
    third = width // 4
    file: Line = ((job.filename or "", "dim"),)
    cells = (*_pad(_profile(job), third), *_pad(_label(job), third - 4), *_pad(file, third))
    return [_bar_line(cells, percent, view, role, width, glyphs)]


def _profile(job: SubJob) -> Line:
    number = f"  #{job.profile.id}" if job.profile.id else ""
    return ((job.profile.name or "no profile name", "accent"), (number, "dim"))


def _label(job: SubJob) -> Line:
    return ((job.label, "plain"),) if job.label else ()


def _bar_line(
    left: Line,
    percent: float | None,
    view: DetailModel,
    role: str,
    width: int,
    glyphs: Glyphs,
) -> Line:
    """`left`, then a bar and its percent at the right edge, bars below one another."""
    size = min(24, (width - _PERCENT - 2) // 2)
    room = width - size - _PERCENT - 2
    shown = formatting.percent(percent, old=view.old)
    return (
        *_pad(left, room),
        (" ", "plain"),
        *bar(percent, size, glyphs, role),
        (" ", "plain"),
        (fit_right(shown, _PERCENT), "stale" if role == "stale" else "plain"),
    )


def _pad(line: Line, width: int) -> Line:
    shown = clip(line, width - 1)
    return (*shown, (" " * (width - width_of(shown)), "plain"))


class DetailPane(LineView, can_focus=True):
    """Shows the detail's lines; says when its size changed, for lines are made to measure."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "scroll_up", "Up", id="detail.up", show=False),
        Binding("down,j", "scroll_down", "Down", id="detail.down", show=False),
        Binding("pageup,ctrl+b", "page_up", "Page up", id="detail.page-up", show=False),
        Binding("pagedown,ctrl+f", "page_down", "Page down", id="detail.page-down", show=False),
        Binding("g,home", "scroll_home", "Top", id="detail.top", show=False),
        Binding("G,end", "scroll_end", "Bottom", id="detail.bottom", show=False),
        Binding("escape", "leave", "Back", id="detail.leave", tooltip="Back to the orders"),
    ]

    class BackRequested(Message):
        """Back to the orders."""

    class Resized(Message):
        """The pane has another size."""

    def action_leave(self) -> None:
        self.post_message(self.BackRequested())

    def on_resize(self, _: Resize) -> None:
        self.post_message(self.Resized())
