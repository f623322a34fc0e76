"""The periods and attempts of an order, from its changes."""

import pytest

from tests.support.history_rows import comment, progress, status
from tui.model.history import Change, Span, SpanKind
from tui.model.timeline import (
    Comparison,
    Length,
    OrderHistory,
    attempts_of,
    comparisons,
    length_between,
)
from tui.model.timing import Moment

Q, D, T, U, F, E = "QUEUED", "DOWNLOADING", "TRANSCODING", "UPLOADING", "FINISHED", "ERROR"


def run(
    start: float, *steps: tuple[str, float], attempt: int = 1, old: str | None = None
) -> list[Change]:
    """The changes of one attempt: each status, and how long it lasts."""
    changes = []
    for word, seconds in steps:
        changes.append(status("a", old, word, start, attempt=attempt))
        start, old = start + seconds, word
    return changes


def history(*changes: Change, first_seen: float = 0.0) -> OrderHistory:
    last = [each.new for each in changes if isinstance(each.new, str)]
    return OrderHistory(changes, last[-1] if last else None, 1, first_seen)


def words(of: OrderHistory) -> list[list[tuple[str, float, float | None]]]:
    return [
        [(p.status, p.start.before, None if p.end is None else p.end.before) for p in each.periods]
        for each in attempts_of(of)
    ]


def test_an_order_that_was_seen_from_its_start_to_its_end() -> None:
    seen = history(*run(10, (Q, 20), (T, 100), (F, 0)))
    assert words(seen) == [[(Q, 10, 30), (T, 30, 130), (F, 130, None)]]
    (attempt,) = attempts_of(seen)
    assert (attempt.start, attempt.end) == (Moment(5, 10), Moment(125, 130))


def test_nothing_is_recorded_of_an_order() -> None:
    assert attempts_of(OrderHistory()) == ()


def test_an_order_that_did_not_change_since_it_was_first_seen() -> None:
    (attempt,) = attempts_of(OrderHistory((), T, 2, 50.0))
    (period,) = attempt.periods
    assert (attempt.number, period.status, period.start) == (2, T, Moment(None, 50.0))
    assert attempt.end is None


def test_the_first_status_begins_unseen_if_the_order_was_in_the_first_list() -> None:
    seen = history(*run(90, (U, 10), (F, 0), old=T), first_seen=50.0)
    assert words(seen) == [[(T, 50, 90), (U, 90, 100), (F, 100, None)]]
    assert attempts_of(seen)[0].start == Moment(None, 50.0)


def test_a_requeued_order_has_another_attempt() -> None:
    first = run(10, (Q, 10), (T, 50), (E, 100))
    second = run(170, (Q, 10), (T, 40), (F, 0), attempt=2, old=E)
    assert words(history(*first, *second)) == [
        [(Q, 10, 20), (T, 20, 70), (E, 70, 170)],
        [(Q, 170, 180), (T, 180, 220), (F, 220, None)],
    ]


@pytest.mark.parametrize(("ended", "attempt"), [(F, 2), (E, 2), (E, 5)])
def test_an_order_that_had_ended_before_its_first_change_ended_in_the_attempt_before(
    ended: str, attempt: int
) -> None:
    seen = OrderHistory((status("a", ended, Q, 90, attempt=attempt),), Q, attempt, 50.0)
    assert [(each.number, *(p.status for p in each.periods)) for each in attempts_of(seen)] == [
        (attempt - 1, ended),
        (attempt, Q),
    ]
    assert seen.until(80).attempt == attempt - 1


def test_an_unknown_status_after_an_end_begins_no_attempt() -> None:
    seen = OrderHistory((status("a", F, "ARCHIVED", 90, attempt=2),), "ARCHIVED", 2, 50.0)
    assert [each.number for each in attempts_of(seen)] == [2]


def test_progress_that_begins_an_attempt_begins_a_period_of_the_same_status() -> None:
    changes = [
        *run(10, (T, 50)),
        progress("a", None, (5.0,), 20),
        progress("a", (80.0,), (1.0,), 60, attempt=2),
        status("a", T, F, 100, attempt=2),
    ]
    assert words(history(*changes)) == [[(T, 10, 60)], [(T, 60, 100), (F, 100, None)]]


def test_a_removed_order_ends_and_may_come_back() -> None:
    changes = [*run(10, (T, 50)), status("a", T, None, 60), status("a", None, T, 90)]
    assert words(history(*changes)) == [[(T, 10, 60), ("", 60, 90), (T, 90, None)]]
    (attempt,) = attempts_of(history(*changes[:2]))
    assert attempt.end == Moment(55, 60)


def test_a_comment_belongs_to_the_status_in_which_it_was_read() -> None:
    changes = [
        comment("a", "waiting", 5),
        *run(10, (T, 50)),
        comment("a", "upload: 552", 60),  # the detail came before the list
        status("a", T, E, 60),
        comment("a", "upload: 553", 75),
        status("a", E, Q, 100, attempt=2),
        comment("a", "requeued", 105, 2),
    ]
    periods = [p for each in attempts_of(history(*changes)) for p in each.periods]
    assert [p.comment for p in periods] == ["", "upload: 553", "requeued"]


@pytest.mark.parametrize(
    ("start", "end", "expected", "is_comparable"),
    [
        (Moment(95, 100), Moment(395, 400), Length(300, 295, 305), True),
        (Moment(95, 100), Moment(250, 400), Length(300, 150, 305), False),
        (Moment(None, 100), Moment(395, 400), Length(300, 295, None), False),
        (Moment(40, 100), Moment(1095, 1100), Length(1000, 995, 1060), True),  # 6 %
        (Moment(0, 100), Moment(0, 100), Length(0, 0, 100), False),  # both while it was not polled
    ],
)
def test_a_length_has_bounds(
    start: Moment, end: Moment, expected: Length, is_comparable: bool
) -> None:
    assert length_between(start, end) == expected
    assert expected.is_comparable is is_comparable


def attempt(number: int, start: float, transcoding: float, end: str) -> list[Change]:
    steps = ((Q, 100.0), (T, transcoding), (end, 0.0))
    return run(start, *steps, attempt=number, old=None if number == 1 else E)


BLURRED = [status("a", T, U, 800, after=400, attempt=2), status("a", U, F, 810, attempt=2)]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (attempt(1, 0, 100, F), []),
        (
            [*attempt(1, 0, 100, F), *attempt(2, 300, 140, F)],
            [Comparison(Q, 1, 1.0), Comparison(T, 1, 1.4)],
        ),
        # A status in which an attempt failed did not take its whole time.
        ([*attempt(1, 0, 100, E), *attempt(2, 300, 140, F)], [Comparison(Q, 1, 1.0)]),
        # The latest earlier one that has it.
        (
            [*attempt(1, 0, 100, F), *attempt(2, 300, 10, E), *attempt(3, 600, 150, F)],
            [Comparison(Q, 2, 1.0), Comparison(T, 1, 1.5)],
        ),
        # It goes on, and is not longer yet, or already.
        ([*attempt(1, 0, 800, F), *attempt(2, 1000, 0, F)[:2]], [Comparison(Q, 1, 1.0)]),
        (
            [*attempt(1, 0, 100, F), *attempt(2, 300, 0, F)[:2]],
            [Comparison(T, 1, 6.0, goes_on=True), Comparison(Q, 1, 1.0)],
        ),
        # Not observed well.
        (
            [*attempt(1, 0, 100, F), *attempt(2, 300, 0, F)[:2], *BLURRED],
            [Comparison(Q, 1, 1.0)],
        ),
    ],
)
def test_attempts_are_compared_where_both_were_observed_well(
    changes: list[Change], expected: list[Comparison]
) -> None:
    assert comparisons(attempts_of(history(*changes)), 1000.0) == expected


@pytest.mark.parametrize(
    ("at", "expected", "attempt", "count", "end"),
    [
        (99, None, 1, 0, None),
        (100, "QUEUED", 1, 1, 100),
        (250, "ERROR", 1, 2, 250),
        (300, "QUEUED", 2, 3, 300),
        (999, "QUEUED", 2, 3, 400),
    ],
)
def test_the_history_until_a_moment_has_nothing_later(
    at: float, expected: str | None, attempt: int, count: int, end: float | None
) -> None:
    changes = [
        status("a", None, "QUEUED", 100),
        status("a", "QUEUED", "ERROR", 200),
        status("a", "ERROR", "QUEUED", 300, attempt=2),
    ]
    whole = OrderHistory(changes, "QUEUED", 2, 100, [Span(100, 400, SpanKind.POLLED)], 50)
    then = whole.until(at)
    assert (then.status, then.attempt, len(then.changes)) == (expected, attempt, count)
    assert [each.end for each in then.spans] == ([] if end is None else [end])
