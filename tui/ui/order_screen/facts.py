"""One order as lines, for its own screen and for the detail pane. Pure.

What matters first comes first, at every size: the reason of a failure, the sub-jobs, the facts.
"""

from bisect import bisect_left
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import accumulate, chain, zip_longest
from typing import NamedTuple

from tui import formatting
from tui.model.events import ClockReading
from tui.model.history import Span as TimeSpan
from tui.model.order import MediaLocation, OrderDetail, Phase
from tui.ui.order_presenter import DetailModel, status_span
from tui.ui.order_screen.jobs import job_lines
from tui.ui.order_screen.timing_facts import progress_facts, time_facts
from tui.ui.text import Line, Span, clip, fit, fit_middle, justify, pad, width_of, wrap
from tui.ui.theme.terminal_output import Glyphs

_NAME_WIDTH = 13
_MIN_COLUMN, _COLUMN_GAP = 60, 4
"""Cells of a column of facts; with room for two there are two."""
_MAX_LINES = 99
"""Lines of one fact. A comment of 2,000 characters fits on the narrowest screen."""
_MIN_REASON_LINES = 3
_MIN_ANSWER_LINES = 12
_MIN_ANSWER_WIDTH = 100
"""Cells from which on the pane has the answer, too: those of a wide pane on a large screen."""
_MIN_AGE = 10.0
"""Seconds below which the exact age isn't shown: it would be a redraw every second."""
_LOADING: Line = (("Loading details…", "dim"),)


class Fact(NamedTuple):
    name: str
    text: str
    role: str = "plain"


def order_lines(
    order: DetailModel,
    size: tuple[int, int],
    now: ClockReading,
    glyphs: Glyphs,
    gaps: Sequence[TimeSpan] = (),
) -> list[Line]:
    """The whole order, for `size` (width, height in cells). Its title is in the header. In `gaps`
    nothing was polled.
    """
    width, height = size
    facts = _columns(_facts(order, now, gaps, is_brief=False), width, _MAX_LINES)
    if order.reading is None:
        return [*_loading(order), *facts]
    detail = order.reading.detail
    reason, jobs = _reason(order, width, _MAX_LINES), job_lines(order, detail, width, glyphs)
    lines = [*reason, *jobs, (), *facts]
    return [*lines, *_answer_below(detail, width, height, height - len(lines), glyphs)]


def summary_lines(
    order: DetailModel, size: tuple[int, int], now: ClockReading, glyphs: Glyphs
) -> list[Line]:
    """The order in the pane: its title, and each fact in one line."""
    width, height = size
    status = status_span(order.facts, glyphs, uncovered=order.uncovered, faded=order.faded)
    name = title_span(order, width - width_of((status,)) - 1)
    lines: list[Line] = [justify((name,), (status,), width)]
    if note := staleness_note(order, now):
        lines += [((text, "warning"),) for text in wrap(note, width, 2)]
    facts = _columns(_facts(order, now, is_brief=True), width, 1)
    if order.reading is None:
        return [*lines, *_loading(order), *facts]
    detail = order.reading.detail
    jobs = job_lines(order, detail, width, glyphs)
    room = max(_MIN_REASON_LINES, height - len(lines) - len(jobs) - 1)
    lines += [*_reason(order, width, room), *jobs, (), *facts]
    if width < _MIN_ANSWER_WIDTH:
        return lines
    return [*lines, *_answer_below(detail, width, height, height - len(lines), glyphs)]


def no_order_lines(clear: str, width: int) -> list[Line]:
    """What the pane says if the filter hides all orders; `clear` is a key, or empty."""
    text = "No order is selected: the filter hides all orders."
    text += f" {clear}: clear the filter" if clear else ""
    return [((part, "dim"),) for part in wrap(text, width, 3)]


def title_span(order: DetailModel, width: int) -> Span:
    """The file name; the id while that isn't known."""
    name = None if order.detail is None else order.detail.filename
    text, role = (name, "strong") if name else (order.facts.id, "dim")
    return fit_middle(text, width).rstrip(), role


def staleness_note(order: DetailModel, now: ClockReading) -> str | None:
    """Why the facts may be outdated or missing; None if they are current."""
    if order.facts.gone:
        text = "Removed from the server's list"
        return text if order.is_past else f"{text}. {order.dismiss}: hide"
    if order.reading is None:
        return None if order.failure is None else f"No details: {order.failure}"
    if order.is_past or (order.failure is None and not order.old):
        return None
    sent = order.reading.sent
    age = formatting.coarse_age(now.mono - sent.mono)
    note = f"Details updated {formatting.clock_time(sent.wall)}, {age} ago"
    return note if order.failure is None else f"{note}: {order.failure}"


def _loading(order: DetailModel) -> list[Line]:
    return [_LOADING] if order.failure is None and not order.facts.gone else []


def _reason(order: DetailModel, width: int, max_lines: int) -> list[Line]:
    """Why the order failed."""
    reason = order.failure_reason
    return [((text, "error"),) for text in wrap(reason or "", width, max_lines)]


def _facts(
    order: DetailModel, now: ClockReading, gaps: Sequence[TimeSpan] = (), *, is_brief: bool
) -> list[Fact]:
    """All facts; if `is_brief`, without what the title says and exact values."""

    def time(wall: float) -> str:
        day = formatting.time_with_day(wall, now.wall)
        return day if is_brief else f"{day} ({formatting.utc_time(wall)})"

    facts = [Fact(*each) for each in progress_facts(order, is_brief=is_brief)]
    detail, created = order.detail, order.facts.created
    if detail is not None and detail.label:
        facts.append(Fact("label", detail.label))
    if detail is not None and detail.comment and order.facts.phase is not Phase.ERROR:
        facts.append(Fact("message", detail.comment))
    if detail is not None:
        facts += addresses(detail, is_past=order.is_past)
    facts.append(Fact("created", "unknown" if created is None else time(created)))
    short = lambda wall: formatting.time_short(wall, now.wall)  # noqa: E731 - of one use
    times = time_facts(order, short if is_brief else time, gaps, is_brief=is_brief)
    facts += (Fact(*each) for each in times)
    if order.reading is not None and not order.is_past:  # only the changes have recorded times
        facts += _updated(order, order.reading.sent, now, time, is_brief=is_brief)
    if detail is not None:
        facts += numbers(detail, is_brief=is_brief)
    if detail is not None and detail.filename and not is_brief:
        facts.append(Fact("file", detail.filename, "strong"))
    return [*facts, Fact("id", order.facts.id)]


def _updated(
    order: DetailModel,
    sent: ClockReading,
    now: ClockReading,
    time: Callable[[float], str],
    *,
    is_brief: bool,
) -> list[Fact]:
    """When the details were read. The pane of an active order says it only if they are old, in a
    note: it would be a redraw every two seconds.
    """
    if is_brief:
        is_resting = order.facts.phase.is_final or order.facts.gone
        return [Fact("updated", time(sent.wall))] if is_resting else []
    age = now.mono - sent.mono
    ago = formatting.coarse_age(age) if age >= _MIN_AGE else f"<{_MIN_AGE:g} s"
    role = "warning" if order.old else "plain"
    return [Fact("updated", f"{time(sent.wall)}, {ago} ago", role)]


def numbers(detail: OrderDetail, *, is_brief: bool = False) -> list[Fact]:
    """Size and duration; unless `is_brief` with their exact values."""
    facts: list[Fact] = []
    if detail.size is not None:
        size, exact = formatting.size(detail.size), formatting.count(detail.size)
        facts.append(Fact("size", size if is_brief else f"{size} ({exact} bytes)"))
    if detail.duration is not None:
        duration, exact = formatting.duration(detail.duration), f"{detail.duration:g} s"
        is_exact = is_brief or duration == exact
        facts.append(Fact("duration", duration if is_exact else f"{duration} ({exact})"))
    return facts


def addresses(detail: OrderDetail, *, is_past: bool = False) -> list[Fact]:
    """Where the file comes from, where it goes, and who is notified. They are not recorded."""
    if detail.is_trimmed:
        return [Fact("source", "not recorded" if is_past else "not loaded yet", "dim")]
    sources = [_location(detail.source)] if detail.source is not None else []
    uploads = [*map(_location, detail.uploads), *_more(detail.more_uploads)]
    notifications = [*detail.notifications, *_more(detail.more_notifications)]
    named = (("source", sources), ("destination", uploads), ("notify", notifications))
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


def _columns(facts: Sequence[Fact], width: int, max_lines: int) -> list[Line]:
    """The facts below each other, in two columns if there is room."""
    if width < 2 * _MIN_COLUMN:
        return [line for fact in facts for line in _fact_lines(fact, width, max_lines)]
    column = (width - _COLUMN_GAP) // 2
    groups = [_fact_lines(fact, column, max_lines) for fact in facts]
    heights = list(accumulate(map(len, groups)))
    left_count = bisect_left(heights, (heights[-1] + 1) // 2) + 1
    left = list(chain.from_iterable(groups[:left_count]))
    right = chain.from_iterable(groups[left_count:])
    return [
        (*pad(one, column + _COLUMN_GAP), *other) if other else one
        for one, other in zip_longest(left, right, fillvalue=())
    ]


def _fact_lines(fact: Fact, width: int, max_lines: int) -> list[Line]:
    room = width - _NAME_WIDTH
    # A single line shows both ends of an address or a name.
    parts = wrap(fact.text, room, max_lines) if max_lines > 1 else [fit_middle(fact.text, room)]
    return [
        ((fit("" if number else fact.name, _NAME_WIDTH), "dim"), (part.rstrip(), fact.role))
        for number, part in enumerate(parts)
    ]


def _answer_below(
    detail: OrderDetail, width: int, height: int, room: int, glyphs: Glyphs
) -> list[Line]:
    """The answer of the server, where the screen is blank otherwise."""
    answer = _json_lines(detail.compressed_json)
    if room < max(_MIN_ANSWER_LINES, height // 3) or not answer:
        return []
    name = "Raw JSON "
    title: Line = ((name, "dim"), (glyphs.rule * max(0, width - len(name)), "faint"))
    return [(), title, *(clip(line, width) for line in answer[: room - 2])]


@lru_cache(1)  # the screen is drawn more often than its order changes
def _json_lines(compressed: bytes) -> tuple[Line, ...]:
    if not compressed:
        return ()
    from tui.ui.order_screen.raw_view import pretty_lines

    return pretty_lines(OrderDetail("", compressed_json=compressed).raw_json)
