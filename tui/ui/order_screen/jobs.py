"""An order's sub-jobs with progress bars: as lines, or as a table where there is room. Pure."""

from collections.abc import Sequence

from rich.cells import cell_len

from tui import formatting
from tui.model.order import OrderDetail, Phase, SubJob, effective_progress, mean_progress
from tui.model.order_facts import is_from_earlier_run
from tui.ui.order_presenter import DetailModel
from tui.ui.text import Line, Span, bar, clip, fit, fit_right, justify, pad, width_of
from tui.ui.theme.terminal_output import Glyphs

_PERCENT_WIDTH = 6
_MAX_LINE_BAR = 24
_LONG_LABEL_WIDTH = 54
"""Cells from which on the label of the mean is written out."""
_TABLE_WIDTH = 70
_GAP = 2
_MIN_BAR, _GOOD_BAR, _MAX_BAR = 10, 24, 40
_HEADER = (("PROFILE", "dim"), ("ID", "dim"), ("LABEL", "dim"), ("FILE", "dim"))


def job_lines(
    order: DetailModel, detail: OrderDetail, width: int, glyphs: Glyphs, *, compact: bool = False
) -> list[Line]:
    """The mean, then two lines for each sub-job; one if `compact`, for a wide and low pane."""
    if not detail.jobs:
        return [(("no sub-jobs" if order.facts.phase.is_final else "no sub-jobs yet", "dim"),)]
    percents, mean = _percents(order, detail)
    mean_label: Line = ((_mean_label(detail, width), "strong"),)
    lines = [_bar_line(mean_label, mean, order, width, glyphs)]
    for job, percent in zip(detail.jobs, percents, strict=True):
        name, (number, role), label, (file_name, _) = _cells(job)
        profile = (name, (f"  {number}" if number else "", role))
        file: Line = ((file_name, "dim"),)
        if compact:
            column = width // 4
            file = (*pad(profile, column), *pad((label,), column - 4), *pad(file, column))
        else:
            lines.append(justify(profile, clip((label,), width // 2), width))
        lines.append(_bar_line(file, percent, order, width, glyphs))
    return lines


def job_table(order: DetailModel, detail: OrderDetail, width: int, glyphs: Glyphs) -> list[Line]:
    """A row for each sub-job, then the mean. Falls back to `job_lines` if `width` is too small."""
    if width < _TABLE_WIDTH or not detail.jobs:
        return job_lines(order, detail, width, glyphs)
    percents, mean = _percents(order, detail)
    rows = [_cells(job) for job in detail.jobs]
    widths, bar_width = _column_widths([_HEADER, *rows], width)
    header = _row(_HEADER, widths)
    progress = fit_right("PROGRESS", bar_width + 1 + _PERCENT_WIDTH)
    lines: list[Line] = [(*header, (progress, "dim"))]
    for row, percent in zip(rows, percents, strict=True):
        lines.append((*_row(row, widths), *_progress(percent, order, bar_width, glyphs)))
    label = fit(_mean_label(detail, width), width_of(header))
    lines.append(((label, "strong"), *_progress(mean, order, bar_width, glyphs)))
    return [clip(line, width) for line in lines]


def shown_jobs(detail: OrderDetail) -> str:
    """How many sub-jobs of a long list are shown."""
    return f"{formatting.count(detail.job_count)} sub-jobs: {len(detail.jobs)} shown"


def _percents(
    order: DetailModel, detail: OrderDetail
) -> tuple[Sequence[float | None], float | None]:
    """The progress of each sub-job, and the mean if all are known."""
    phase = order.facts.phase
    if order.reading is not None and is_from_earlier_run(order.reading, phase):
        return [None] * len(detail.jobs), None
    percents = [effective_progress(job.progress, phase) for job in detail.jobs]
    return percents, mean_progress(detail, phase)


def _mean_label(detail: OrderDetail, width: int) -> str:
    count = len(detail.jobs)
    if detail.more_jobs and width < _LONG_LABEL_WIDTH:
        return f"{count} of {formatting.count(detail.job_count)}"
    if detail.more_jobs:
        return shown_jobs(detail)
    if count == 1:
        return "1 sub-job"
    return f"mean of {count} sub-jobs" if width >= _LONG_LABEL_WIDTH else f"mean of {count}"


def _bar_line(
    left: Line, percent: float | None, order: DetailModel, width: int, glyphs: Glyphs
) -> Line:
    """`left`, then a bar and the percent at the right edge. Bars of equal `width` are aligned."""
    bar_width = min(_MAX_LINE_BAR, (width - _PERCENT_WIDTH - 2) // 2)
    left = pad(left, width - bar_width - _PERCENT_WIDTH - 2)
    return (*left, (" ", "plain"), *_progress(percent, order, bar_width, glyphs))


def _progress(percent: float | None, order: DetailModel, width: int, glyphs: Glyphs) -> Line:
    """A bar of `width` cells and the percent."""
    is_stale = order.old or order.facts.phase is Phase.ERROR
    bar_role, text_role = ("stale", "stale") if is_stale else ("bar", "plain")
    text = fit_right(formatting.percent(percent, old=order.old), _PERCENT_WIDTH)
    return (*bar(percent, width, glyphs, bar_role), (" ", "plain"), (text, text_role))


def _cells(job: SubJob) -> tuple[Span, Span, Span, Span]:
    return (
        (job.profile.name or "no profile name", "accent"),
        (f"#{job.profile.id}" if job.profile.id else "", "dim"),
        (job.label or "", "plain"),
        (job.filename or "", "plain"),
    )


def _column_widths(rows: Sequence[Sequence[Span]], width: int) -> tuple[list[int], int]:
    """The widths of the columns and of the bar. Columns are as wide as their content; if that is
    too wide, the widest shrinks.
    """
    widths = [max(cell_len(text) for text, _ in column) for column in zip(*rows, strict=True)]
    available = width - len(widths) * _GAP - 1 - _PERCENT_WIDTH
    min_bar = max(_MIN_BAR, min(_GOOD_BAR, width // 6))
    while sum(widths) + min_bar > available:
        widths[widths.index(max(widths))] -= 1
    bar_width = min(_MAX_BAR, available - sum(widths))
    widths[-1] += available - sum(widths) - bar_width
    return widths, bar_width


def _row(cells: Sequence[Span], widths: Sequence[int]) -> Line:
    return tuple(
        (fit(text, width) + " " * _GAP, role)
        for (text, role), width in zip(cells, widths, strict=True)
    )
