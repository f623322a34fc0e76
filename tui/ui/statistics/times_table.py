"""The table of the times that orders were in each phase, by their profiles. Pure."""

from collections.abc import Sequence

from tui import formatting
from tui.model.order import STATUSES, Phase
from tui.model.statistics import TIMED_PHASES, Quantiles, RunTimes, Statistics
from tui.ui.text import Line, Span, fit, fit_middle, fit_right
from tui.ui.theme.terminal_output import Glyphs

_TIME = 6
_PAIR = 2 * _TIME + 1
_MIN_WIDTH_FOR_PAIRS = 110
_MIN_WIDTH_FOR_NAMES = 76
_MAX_NAME = 48


def waiting_text(times: RunTimes) -> str:
    waited = times.phases[TIMED_PHASES.index(Phase.QUEUED)]
    if waited is None:
        return "How long orders waited in QUEUED was not observed."
    of = formatting.orders(waited.count)
    return (
        f"Waiting in QUEUED: half of {of} at most {formatting.age(waited.median)},"
        f" 90 % at most {formatting.age(waited.p90)}."
    )


def left_out_text(times: RunTimes) -> str:
    if not times.left_out:
        return ""
    count = formatting.count(times.left_out)
    verb = "time is" if times.left_out == 1 else "times are"
    return (
        f"{count} {verb} left out: observed with an error of more than 30 s and 10 %, or not polled"
        " all the time."
    )


def times_lines(found: Statistics, width: int, glyphs: Glyphs) -> list[Line]:
    """The heading, then all orders and those of each set of profiles: one row with both quantiles
    of each phase, or, if `width` has no room for that, one row for each quantile.
    """
    rows = [("all", found.everything)]
    if len(found.by_profiles) > 1 or any(each.profiles for each in found.by_profiles):
        rows += [(each.profiles or "not known", each) for each in found.by_profiles]
    if width >= _MIN_WIDTH_FOR_PAIRS:
        return _wide(rows, width)
    return _narrow(rows, width, glyphs)


def _wide(rows: Sequence[tuple[str, RunTimes]], width: int) -> list[Line]:
    counts = ("FINISHED", "FAILED")
    name = min(_MAX_NAME, width - sum(len(each) + 2 for each in counts) - 5 * (_PAIR + 2))
    phases = [each.value.upper() for each in TIMED_PHASES] + ["TOTAL"]
    quantile = f"{'p50':>{_TIME}} {'p90':>{_TIME}}"
    heading = fit("PROFILES", name) + "".join(f"  {each}" for each in counts)
    lines: list[Line] = [
        ((heading + "".join(f"  {fit_right(each, _PAIR)}" for each in phases), "dim"),),
        ((" " * len(heading) + f"  {quantile}" * len(phases), "dim"),),
    ]
    for label, times in rows:
        spans: list[Span] = [(fit_middle(label, name), "plain")]
        spans += _counts(times, [len(each) + 2 for each in counts])
        spans += [(f"  {_pair(each)}", "plain") for each in times.phases]
        lines.append(tuple(spans))
    return lines


def _narrow(rows: Sequence[tuple[str, RunTimes]], width: int, glyphs: Glyphs) -> list[Line]:
    counts = ["FINISHED", "FAILED"]
    if is_narrow := width < _MIN_WIDTH_FOR_NAMES:  # names have a line of their own
        counts = [fit_right(glyphs.phases[each], _TIME) for each in (Phase.FINISHED, Phase.ERROR)]
    cells = [len(each) + 1 for each in counts]
    name = 0 if is_narrow else min(_MAX_NAME, width - sum(cells) - (_TIME + 1) * 6)
    short = [(STATUSES[each].short_name or each.value).upper() for each in TIMED_PHASES]
    words = [*counts, *(fit_right(each, _TIME) for each in ("", *short, "TOTAL"))]
    lines: list[Line] = [((fit("PROFILES", name) + "".join(f" {each}" for each in words), "dim"),)]
    for label, times in rows:
        lines += [((fit_middle(label, width).rstrip(), "strong"),)] if is_narrow else []
        first: list[Span] = [(fit_middle(label, name), "plain"), *_counts(times, cells)]
        second: list[Span] = [(" " * (name + sum(cells)), "plain")]
        for spans, word, field in ((first, "p50", "median"), (second, "p90", "p90")):
            spans.append((f" {word:>{_TIME}}", "dim"))
            known = [
                "" if each is None else formatting.age(getattr(each, field))
                for each in times.phases
            ]
            spans.append(("".join(f" {each:>{_TIME}}" for each in known), "plain"))
            lines.append(tuple(spans))
    return lines


def _counts(times: RunTimes, cells: Sequence[int]) -> list[Span]:
    failed = Phase.ERROR.value if times.failed else "dim"
    return [
        (fit_right(formatting.count(times.finished), cells[0]), "plain"),
        (fit_right(formatting.count(times.failed), cells[1]), failed),
    ]


def _pair(quantiles: Quantiles | None) -> str:
    if quantiles is None:
        return " " * _PAIR
    return f"{formatting.age(quantiles.median):>{_TIME}} {formatting.age(quantiles.p90):>{_TIME}}"
