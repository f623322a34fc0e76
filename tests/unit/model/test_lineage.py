"""Where actions are in the timeline of an order, and what was known of them in the past."""

from typing import Any

import pytest

from tests.support.history_rows import POLLED, status
from tests.support.journal_entries import T0, entry
from tui.model.actions import ActionKind, Outcome
from tui.model.history import Span
from tui.model.lineage import actions_in, known_at, requeued_attempt
from tui.model.timeline import Attempt, OrderHistory, attempts_of

# Polled every 5 s: the first attempt fails at 100, the second one begins at 200 and fails at 300.
ATTEMPTS = attempts_of(
    OrderHistory(
        (
            status("a", None, "QUEUED", T0),
            status("a", "QUEUED", "ERROR", T0 + 100),
            status("a", "ERROR", "QUEUED", T0 + 200, attempt=2),
            status("a", "QUEUED", "ERROR", T0 + 300, attempt=2),
        ),
        "ERROR",
        2,
        T0,
        (Span(T0 - 100, T0 + 400, POLLED),),
        T0 - 100,
    )
)


def number_of(at: float, **values: Any) -> int:
    action = entry("a", T0 + at, **values)
    (found,) = [each for each in ATTEMPTS if actions_in(each, ATTEMPTS, [action])]
    return found.number


@pytest.mark.parametrize(
    ("at", "number"),
    [
        (-1, 1),  # it creates the order
        (50, 1),
        (94, 1),
        (96, 2),  # the poll at 95 had not seen the failure: the requeue was after it
        (150, 2),
        (199, 2),
        (250, 2),
        (299, 2),
        (1000, 2),  # no attempt followed yet
    ],
)
def test_an_action_is_in_the_attempt_that_follows(at: float, number: int) -> None:
    assert number_of(at) == number


def requeued(at: float, **values: Any) -> Attempt | None:
    return requeued_attempt(entry("a", T0 + at, **values), ATTEMPTS[1], ATTEMPTS)


def test_a_requeue_leads_from_the_attempt_before() -> None:
    first = ATTEMPTS[0]
    assert requeued(150) is first
    assert requeued(150, outcome=Outcome.UNKNOWN) is first
    assert requeued(150, outcome=Outcome.REFUSED) is None
    assert requeued(150, outcome=Outcome.FOUND_NOT_DONE) is None
    assert requeued(310) is None  # it came after the second one
    assert requeued(150, kind=ActionKind.CREATE) is None
    assert requeued_attempt(entry("a", T0 + 50), first, ATTEMPTS) is None


def test_in_the_past_an_outcome_is_not_known_before_it_was_found() -> None:
    found = entry("a", T0, outcome=Outcome.FOUND_DONE, words="queued again", settled_at=T0 + 60)
    assert known_at([found], T0 - 1) == []
    assert known_at([found], T0 + 60) == [found]
    unknown = entry("a", T0, outcome=Outcome.UNKNOWN)
    assert known_at([found], T0 + 59) == [unknown]
