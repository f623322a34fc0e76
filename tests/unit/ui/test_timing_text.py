"""The cells and words of an order's timing."""

from typing import Any

import pytest

from tests.support.order_lines import NOW, facts
from tui import formatting
from tui.model.history import Span, SpanKind
from tui.model.observed import Observed
from tui.model.order import Phase
from tui.model.timing import Estimate, Moment, OrderTiming
from tui.ui import timing_text
from tui.ui.order_presenter import ObservedTimes

EXACT, WIDE, OPEN = (
    Moment(NOW - 257, NOW - 252),
    Moment(NOW - 900, NOW - 252),
    Moment(None, NOW - 252),
)
TIMES = ObservedTimes(NOW, NOW)


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (245, 400, "4–7 min"),
        (240, 420, "4–7 min"),
        (10, 59, "<1 min"),
        (-5, 59, "<1 min"),
        (30, 170, "<3 min"),
        (200, 230, "3–4 min"),
        (240, 240, "4 min"),
        (85 * 60, 99 * 60, "85–99 min"),
        (85 * 60, 101 * 60, "1–2 h"),
        (95 * 60, 5 * 3600 + 60, "1.5–5.5 h"),
        (9 * 3600 + 1900, 11 * 3600, "9–11 h"),
        (40 * 3600, 60 * 3600, "1–3 days"),
        (60, 60 * 3600, "<3 days"),
        (-9, 0, "<2 min over"),
        (-500, -119, "<2 min over"),
        (-500, -130, "2 min over"),
        (-1e5, -7300, "2 h over"),
    ],
)
def test_a_remaining_time_is_rounded_outwards(low: float, high: float, expected: str) -> None:
    assert formatting.remaining(low, high) == expected


@pytest.mark.parametrize(
    ("name", "changes", "expected"),
    [
        ("elapsed", {"started": EXACT}, "4m12s"),
        ("elapsed", {"started": WIDE}, ">4m12s"),
        ("elapsed", {"started": OPEN}, ">4m12s"),
        ("elapsed", {}, ""),
        ("in-status", {"entered": EXACT}, "4m12s"),
        ("took", {"started": EXACT}, ""),
        ("attempt", {"attempt": 2}, "2"),
        ("eta", {"estimate": Estimate(NOW, 240, 420, 9)}, "4–7 min"),
        ("eta", {"estimate": Estimate(NOW - 600, 240, 420, 9)}, "3 min over"),
        ("eta", {"estimate": Estimate(NOW, 240, 420, 9), "is_stalled": True}, ""),
    ],
)
def test_cells_of_an_active_order(name: str, changes: dict[str, Any], expected: str) -> None:
    order = facts(timing=OrderTiming(**changes))
    live = timing_text.cell(name, order, TIMES, NOW, is_frozen=False, is_old=False)
    assert live == (expected, False)
    frozen, is_old = timing_text.cell(name, order, TIMES, NOW, is_frozen=True, is_old=False)
    is_running = bool(expected) and name != "attempt"
    assert (frozen, is_old) == (f"~{expected}" if is_running else expected, is_running)


def test_only_the_remaining_time_is_as_old_as_the_progress() -> None:
    timing = OrderTiming(1, EXACT, EXACT, estimate=Estimate(NOW - 60, 240, 420, 9))
    order, times = facts(timing=timing), ObservedTimes(NOW, NOW - 60)
    cells = [
        timing_text.cell(name, order, times, NOW, is_frozen=False, is_old=True)
        for name in ("eta", "elapsed", "in-status")
    ]
    assert cells == [("~4–7 min", True), ("4m12s", False), ("4m12s", False)]


@pytest.mark.parametrize(
    ("ended", "took", "finished"),
    [
        (Moment(NOW - 105, NOW - 100), "2m32s", formatting.clock_time(NOW - 100)),
        (Moment(NOW - 200, NOW - 100), ">52s", "<" + formatting.clock_time(NOW - 100)),
        (Moment(None, NOW - 100), "", "<" + formatting.clock_time(NOW - 100)),
    ],
)
@pytest.mark.parametrize("is_frozen", [False, True])
def test_what_has_ended_does_not_grow_old(
    ended: Moment, took: str, finished: str, is_frozen: bool
) -> None:
    timing = OrderTiming(1, ended, EXACT, ended)
    order = facts(status="ERROR", phase=Phase.ERROR, timing=timing)
    for name, expected in (("took", took), ("elapsed", took), ("finished", finished)):
        shown = timing_text.cell(name, order, None, NOW, is_frozen=is_frozen, is_old=is_frozen)
        assert shown == (expected, False)


@pytest.mark.parametrize(
    ("width", "expected"),
    [
        (22, "no progress for 24 min"),
        (21, "no progress 24 min"),
        (12, "quiet 24 min"),
        (11, "24 min"),
        (5, ""),
    ],
)
def test_a_stall_is_worded_as_there_is_room(width: int, expected: str) -> None:
    timing = OrderTiming(quiet_since=NOW - 24 * 60 - 30)
    assert timing_text.quiet_text(timing, NOW, width) == expected


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (EXACT, "-252"),
        (WIDE, "between -900 and -252"),
        (OPEN, "before -252 (not polled until then)"),
    ],
)
def test_a_moment_is_worded_with_its_bounds(moment: Moment, expected: str) -> None:
    before = Span(NOW - 990, NOW - 950, SpanKind.PAUSED)
    assert timing_text.moment_text(moment, lambda wall: f"{wall - NOW:g}", [before]) == expected


def test_a_moment_names_what_was_not_polled_only_where_a_gap_says_so() -> None:
    gaps = [Span(NOW - 700, NOW - 600, SpanKind.PAUSED), Span(NOW - 500, NOW - 300, SpanKind.STALE)]
    text = timing_text.moment_text(WIDE, lambda wall: f"{wall - NOW:g}", gaps)
    assert text == "between -900 and -252; not polling from -700 to -300 (paused, polls failed)"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Observed(95, 95, 95), "95 s"),
        (Observed(95, 95, float("inf")), "at least 95 s"),
        (Observed(95, 95, 150), "95 s to 2 min 30 s"),
    ],
)
def test_a_duration_is_worded_with_its_bounds(value: Observed, expected: str) -> None:
    assert timing_text.duration_text(value) == expected
