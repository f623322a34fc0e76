"""An order's times in its facts, in the lines of its sub-jobs, and as text."""

from typing import Any

import pytest

from tests.support.order_lines import JOBS, NOW, facts
from tui.model.events import ClockReading
from tui.model.history import Span, SpanKind
from tui.model.order import OrderDetail, Phase
from tui.model.state import TimedDetail
from tui.model.timing import Estimate, Missing, Moment, NoEstimate, OrderTiming
from tui.ui.order_presenter import DetailModel, ObservedTimes
from tui.ui.order_screen.facts import order_lines, summary_lines
from tui.ui.order_screen.order_text import order_text
from tui.ui.text import line_text, width_of
from tui.ui.theme.terminal_output import UNICODE

AT = ClockReading(NOW, 1000.0)
STARTED, ENTERED = Moment(NOW - 725, NOW - 720), Moment(NOW - 255, NOW - 252)
SOON = Estimate(NOW - 30, 240, 420, 37)
DETAIL = OrderDetail("x", "TRANSCODING", filename="nombre.mp4", jobs=JOBS)


def model(timing: OrderTiming, status: str = "TRANSCODING", **changes: Any) -> DetailModel:
    phase = Phase(status.lower())
    detail = OrderDetail("x", status, filename="nombre.mp4", jobs=JOBS)
    known = facts(status=status, phase=phase, detail=detail, timing=timing)
    times = None if phase.is_final else ObservedTimes(NOW, NOW)
    reading = TimedDetail(detail, ClockReading(NOW - 4, 996.0))
    return DetailModel(known, reading, None, **{"old": False, "times": times, **changes})


def shown(order: DetailModel, width: int = 110) -> str:
    return "\n".join(line_text(line) for line in order_lines(order, (width, 60), AT, UNICODE))


def fact(order: DetailModel, name: str) -> str | None:
    lines = [line for line in shown(order).splitlines() if line[:13].rstrip() == name]
    return " ".join(lines[0][13:].split()) if lines else None


def test_an_active_order_says_when_it_started_and_how_long_it_has_been_running(utc: None) -> None:
    order = model(OrderTiming(2, ENTERED, STARTED, estimate=SOON))
    assert fact(order, "started") == "today 22:01:20 (2023-11-14 22:01:20 UTC)"
    assert fact(order, "elapsed") == "12 min 00 s, without its time in the queue"
    assert fact(order, "in status") == (
        "4 min 12 s, since today 22:09:08 (2023-11-14 22:09:08 UTC)"
    )
    assert fact(order, "attempt") == "2"
    assert fact(order, "remaining") == "3–7 min (80 % of 37 orders of its profiles)"
    assert fact(order, "took") is None


def test_what_goes_on_stands_still_on_old_data() -> None:
    timing = OrderTiming(1, ENTERED, STARTED, None, NOW - 1440, estimate=SOON)
    for old in (model(timing, faded=True), model(timing, uncovered=True)):
        assert fact(old, "elapsed") == "~12 min 00 s, without its time in the queue"
        assert fact(old, "remaining") == "~3–7 min (80 % of 37 orders of its profiles)"
    assert (fact(model(timing, old=True), "elapsed") or "").startswith("12 min 00 s,")
    assert (fact(model(timing, old=True), "remaining") or "").startswith("~3–7 min")


@pytest.mark.parametrize("width", [40, 60, 80, 120, 200])
@pytest.mark.parametrize("old", [False, True])
def test_a_stalled_order_has_no_estimate(width: int, old: bool) -> None:
    timing = OrderTiming(
        1, ENTERED, STARTED, None, NOW - 1440, is_stalled=True, estimate=SOON, job_estimates=(SOON,)
    )
    order = model(timing, old=old)
    assert fact(order, "stalled") == "no progress for 24 min; usual is less than 10 min"
    assert fact(order, "remaining") == "no estimate: stalled"
    for lines in (
        order_lines(order, (width, 60), AT, UNICODE),
        summary_lines(order, (width, 60), AT, UNICODE),
    ):
        assert "3–7" not in "\n".join(map(line_text, lines))


def test_an_ended_order_says_between_which_polls_it_ended(utc: None) -> None:
    ended = Moment(NOW - 155, NOW)
    order = model(OrderTiming(1, ended, STARTED, ended), "FINISHED")
    text = " ".join(shown(order).split())
    assert (
        "finished between today 22:10:45 (2023-11-14 22:10:45 UTC) and today 22:13:20 "
        "(2023-11-14 22:13:20 UTC) took"
    ) in text
    gap = Span(NOW - 120, NOW - 60, SpanKind.STALE)
    lines = order_lines(order, (110, 60), AT, UNICODE, (gap,))
    assert (
        "; not polling from today 22:11:20 (2023-11-14 22:11:20 UTC) to today 22:12:20"
        " (2023-11-14 22:12:20 UTC) (polls failed) took"
    ) in " ".join(" ".join(map(line_text, lines)).split())
    assert fact(order, "took") == "9 min 25 s to 12 min 05 s, without its time in the queue"
    assert fact(order, "elapsed") is None
    assert fact(order, "in status") is None
    failed = model(OrderTiming(1, ended, STARTED, ended), "ERROR")
    assert (fact(failed, "failed") or "").startswith("between")


@pytest.mark.parametrize(
    ("estimate", "expected"),
    [
        (
            NoEstimate(Missing.SAMPLES, 3),
            "no estimate yet (3 of 9 orders): so many were observed at this progress",
        ),
        (NoEstimate(Missing.START), "no estimate: its start was not observed"),
        (NoEstimate(Missing.PROGRESS), "no estimate yet: no progress yet"),
        (
            Estimate(NOW - 600, 100, 200, 12),
            "6 min over the usual (80 % of 12 orders of its profiles)",
        ),
        (
            Estimate(NOW, 100, 200, 12, is_company_wide=True),
            "1–4 min (80 % of 12 orders of all profiles)",
        ),
        (None, None),
    ],
)
def test_the_remaining_time_says_where_it_is_from(
    estimate: Estimate | NoEstimate | None, expected: str | None
) -> None:
    assert fact(model(OrderTiming(1, ENTERED, STARTED, estimate=estimate)), "remaining") == expected


@pytest.mark.parametrize("width", [40, 60, 80, 120, 200])
@pytest.mark.parametrize("old", [False, True])
def test_each_sub_job_has_its_own_estimate(width: int, old: bool) -> None:
    timing = OrderTiming(1, ENTERED, STARTED, job_estimates=(SOON, NoEstimate(Missing.SAMPLES, 3)))
    order = model(timing, old=old)
    for lines in (
        order_lines(order, (width, 60), AT, UNICODE),
        summary_lines(order, (width, 60), AT, UNICODE),
    ):
        assert all(width_of(line) <= width for line in lines)
        text = "\n".join(map(line_text, lines))
        assert text.count("3–7 min") == 1
        assert ("~3–7 min" in text) is old
    without = model(OrderTiming(1, ENTERED, STARTED))
    assert "ETA" not in shown(without, width)


@pytest.mark.parametrize("width", [50, 80, 120])
def test_the_pane_says_how_many_are_missing(width: int) -> None:
    timing = OrderTiming(1, ENTERED, STARTED, estimate=NoEstimate(Missing.SAMPLES, 3))
    lines = summary_lines(model(timing), (width, 60), AT, UNICODE)
    text = "\n".join(map(line_text, lines))
    assert "remaining    no estimate yet (3 of 9 orders)" in text
    assert "so many" not in text


def test_the_copied_text_has_the_times_in_utc() -> None:
    text = order_text(model(OrderTiming(2, ENTERED, STARTED, estimate=SOON)))
    assert "started: 2023-11-14 22:01:20 UTC" in text
    assert "in status: 4 min 12 s, since 2023-11-14 22:09:08 UTC" in text
    assert "remaining: 3–7 min" in text
    assert "attempt: 2" in text
