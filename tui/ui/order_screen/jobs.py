"""An order's sub-jobs with progress bars: a table, or two lines each in a narrow pane. Pure."""

from collections.abc import Sequence

from rich.cells import cell_len

from tui import formatting
from tui.model.order import OrderDetail, Phase, SubJob, effective_progress, mean_progress
from tui.model.order_facts import is_from_earlier_run
from tui.ui.order_presenter import DetailModel
from tui.ui.order_screen.timing_facts import job_estimate
from tui.ui.text import Line, Span, bar, clip, fit, fit_middle, fit_right, justify, width_of
from tui.ui.theme.terminal_output import Glyphs

_TABLE_WIDTH = 70
_GAP = 2
_PERCENT_WIDTH = 6
_ETA_WIDTH = 12
_MIN_BAR, _GOOD_BAR, _MAX_BAR = 10, 24, 80
_WITHOUT_BAR = (Phase.QUEUED, Phase.ERROR)
"""Nothing moves in these phases."""
_SHORT_LABEL_WIDTH = 44
_HEADER = (("PROFILE", "dim"), ("ID", "dim"), ("LABEL", "dim"), ("FILE", "dim"))
_FILE = len(_HEADER) - 1


def job_lines(order: DetailModel, detail: OrderDetail, width: int, glyphs: Glyphs) -> list[Line]:
    """The average, if there are several, and the sub-jobs."""
    if not detail.jobs:
        return [(("no sub-jobs" if order.facts.phase.is_final else "no sub-jobs yet", "dim"),)]
    lines = (_table if width >= _TABLE_WIDTH else _narrow_lines)(order, detail, width, glyphs)
    return [clip(line, width) for line in lines]


def shown_jobs(detail: OrderDetail) -> str:
    """How many sub-jobs of a long list are shown."""
    return f"{formatting.count(detail.job_count)} sub-jobs: {len(detail.jobs)} shown"


def _table(order: DetailModel, detail: OrderDetail, width: int, glyphs: Glyphs) -> list[Line]:
    """A header, and one line for each sub-job."""
    rows = [_cells(job) for job in detail.jobs]
    estimates = [job_estimate(order, number) for number in range(len(rows))]
    eta_width = _GAP + _ETA_WIDTH if any(text for text, _ in estimates) else 0
    widths, bar_width = _column_widths([_HEADER, *rows], width - eta_width, has_bar=_has_bar(order))
    header = _row(_HEADER, widths)
    title = fit_right("PROGRESS" if bar_width else "DONE", _progress_width(bar_width))
    lines: list[Line] = [(*header, (title, "dim"), (fit_right("ETA", eta_width), "dim"))]
    if label := _mean_label(order, detail, width):
        name: Span = (fit(label, width_of(header)), "dim")
        lines.append((name, *_progress(_mean(order, detail), order, bar_width, glyphs)))
    lines += [
        (*_row(row, widths), *_progress(percent, order, bar_width, glyphs),
         (fit_right(eta, eta_width), role))
        for row, percent, (eta, role) in zip(
            rows, job_percents(order, detail), estimates, strict=True
        )
    ]  # fmt: skip
    return lines


def _narrow_lines(
    order: DetailModel, detail: OrderDetail, width: int, glyphs: Glyphs
) -> list[Line]:
    """Two lines for each sub-job: profile, label and estimate; file, bar and percent."""
    bar_width = max(_MIN_BAR, min(_GOOD_BAR, width // 4)) if _has_bar(order) else 0
    name_width = max(0, width - _GAP - _progress_width(bar_width))

    def bar_line(name: str, role: str, percent: float | None) -> Line:
        left: Span = (fit_middle(name, name_width) + " " * _GAP, role)
        return (left, *_progress(percent, order, bar_width, glyphs))

    mean_label = _mean_label(order, detail, width)
    lines = [bar_line(mean_label, "dim", _mean(order, detail))] if mean_label else []
    percents = job_percents(order, detail)
    for at, (job, percent) in enumerate(zip(detail.jobs, percents, strict=True)):
        profile, (number, role), label, file = _cells(job)
        name = (profile, (f"  {number}" if number else "", role))
        eta, eta_role = job_estimate(order, at)
        right = (*clip((label,), width // 2), (f"  {eta}" if eta else "", eta_role))
        lines += [justify(name, right, width), bar_line(*file, percent)]
    return lines


def job_percents(order: DetailModel, detail: OrderDetail) -> Sequence[float | None]:
    """The progress of each sub-job."""
    phase = order.facts.phase
    if order.reading is not None and is_from_earlier_run(order.reading, phase):
        return [None] * len(detail.jobs)
    return [effective_progress(job.progress, phase) for job in detail.jobs]


def _mean(order: DetailModel, detail: OrderDetail) -> float | None:
    """The mean of the sub-jobs' progress, if all are known."""
    phase = order.facts.phase
    if order.reading is not None and is_from_earlier_run(order.reading, phase):
        return None
    return mean_progress(detail, phase)


def _mean_label(order: DetailModel, detail: OrderDetail, width: int) -> str:
    """The text beside the mean; empty if there is nothing to average."""
    count, is_short = len(detail.jobs), width < _SHORT_LABEL_WIDTH
    if detail.more_jobs:
        total = formatting.count(detail.job_count)
        return f"{count} of {total}" if is_short else shown_jobs(detail)
    if count == 1 or order.facts.phase is Phase.QUEUED:
        return ""
    return f"average ({count})" if is_short else f"average ({count} sub-jobs)"


def _has_bar(order: DetailModel) -> bool:
    return order.facts.phase not in _WITHOUT_BAR


def _progress_width(bar_width: int) -> int:
    return bar_width + 1 + _PERCENT_WIDTH if bar_width else _PERCENT_WIDTH


def _progress(percent: float | None, order: DetailModel, width: int, glyphs: Glyphs) -> Line:
    """A bar of `width` cells (0: none) and the percent."""
    if order.facts.phase is Phase.QUEUED:
        return ((fit_right("queued", _PERCENT_WIDTH), "dim"),)
    bar_role = "stale" if order.old or order.faded else "bar"
    role = "stale" if order.old else "dim" if order.facts.phase is Phase.ERROR else "plain"
    text: Span = (fit_right(formatting.percent(percent, old=order.old), _PERCENT_WIDTH), role)
    return (*bar(percent, width, glyphs, bar_role), (" ", "plain"), text) if width else (text,)


def _cells(job: SubJob) -> tuple[Span, Span, Span, Span]:
    return (
        (job.profile.name or "no profile name", "plain"),
        (f"#{job.profile.id}" if job.profile.id else "", "dim"),
        (job.label or "", "dim"),
        (job.filename or "", "strong"),
    )


def _column_widths(
    rows: Sequence[Sequence[Span]], width: int, *, has_bar: bool
) -> tuple[list[int], int]:
    """The widths of the columns and of the bar. Columns are as wide as their content; if that is
    too wide, the widest shrinks, the file's last: it gets up to twice as much as another.
    """
    widths = [max(cell_len(text) for text, _ in column) for column in zip(*rows, strict=True)]
    least = max(_MIN_BAR, min(_GOOD_BAR, width // 8)) if has_bar else 0
    available = width - len(widths) * _GAP - _progress_width(least)
    while sum(widths) > available:
        widest = max(range(len(widths)), key=lambda n: widths[n] * (1 if n == _FILE else 2))
        widths[widest] -= 1
    return widths, min(_MAX_BAR, least + available - sum(widths)) if has_bar else 0


def _row(cells: Sequence[Span], widths: Sequence[int]) -> Line:
    return tuple(
        ((fit_middle if n == _FILE else fit)(text, width) + " " * _GAP, role)
        for n, ((text, role), width) in enumerate(zip(cells, widths, strict=True))
    )
