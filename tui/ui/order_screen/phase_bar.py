"""An attempt as a bar: each status as long as it lasted, from its glyph on. Pure."""

from collections.abc import Sequence
from itertools import groupby
from operator import itemgetter

from tui.model.history import Span as TimeSpan
from tui.model.order import phase_of
from tui.model.timeline import Attempt
from tui.ui.text import Line
from tui.ui.text import Span as TextSpan
from tui.ui.theme.terminal_output import Glyphs


def status_mark(status: str, glyphs: Glyphs) -> TextSpan:
    """The glyph of a recorded status, which is empty for an order that is gone, and its role."""
    if not status:
        return glyphs.gone, "gone"
    phase = phase_of(status)
    return glyphs.phases[phase], phase.value


def seconds_of(attempt: Attempt, until: float) -> float:
    """How long the bar of an attempt is, in seconds. What goes on lasts `until` now."""
    return sum(max(0.0, end - start) for start, end in _bounds(attempt, until))


def phase_bar(
    attempt: Attempt,
    gaps: Sequence[TimeSpan],
    until: float,
    width: int,
    glyphs: Glyphs,
    quiet_since: float | None = None,
) -> Line:
    """Return a bar of at most `width` cells. Each status has at least one; what was not polled is
    hatched, and the time in which a stalled order made no progress, from `quiet_since` on, is drawn
    with its sign.
    """
    quiet_since = float("inf") if quiet_since is None else quiet_since
    bounds = _bounds(attempt, until)[-max(1, width) :]
    periods = attempt.periods[-len(bounds) :]
    cells: list[tuple[str, str]] = []
    counts = _cell_counts([max(0.0, end - start) for start, end in bounds], width)
    for period, (start, end), count in zip(periods, bounds, counts, strict=True):
        mark, step = status_mark(period.status, glyphs), (end - start) / count
        cells.append(mark)
        for number in range(1, count):
            at = start + (number + 0.5) * step
            if _is_in(gaps, at):
                cells.append((glyphs.not_polled, "dim"))
            elif at > quiet_since:
                cells.append((glyphs.stalled, "warning"))
            else:
                cells.append((glyphs.phase_line, mark[1]))
    runs = groupby(cells, key=itemgetter(1))
    return tuple(("".join(text for text, _ in run), role) for role, run in runs)


def _bounds(attempt: Attempt, until: float) -> list[tuple[float, float]]:
    """When each period began and ended. The last one of an attempt that ended is a moment."""
    bounds: list[tuple[float, float]] = []
    for number, period in enumerate(attempt.periods, 1):
        start = period.start.before
        is_moment = period.is_end and number == len(attempt.periods)
        end = until if period.end is None else period.end.before
        bounds.append((start, start if is_moment else end))
    return bounds


def _cell_counts(seconds: Sequence[float], width: int) -> list[int]:
    """Share `width` cells in proportion to `seconds`; each gets at least one."""
    free, total = width - len(seconds), sum(seconds)
    if total <= 0:
        return [1] * len(seconds)
    shares = [each / total * free for each in seconds]
    counts = [int(each) for each in shares]
    largest = sorted(range(len(shares)), key=lambda n: counts[n] - shares[n])
    for number in largest[: free - sum(counts)]:
        counts[number] += 1
    return [1 + each for each in counts]


def _is_in(gaps: Sequence[TimeSpan], at: float) -> bool:
    return any(each.start <= at < each.end for each in gaps)
