"""Guards: what they deny, and that what can't be told denies."""

import pytest

from tui.actions.guards import GuardCheck, Ruling, facts_of_detail
from tui.actions.plan import Eligibility, PlanItem
from tui.model.actions import ActionKind, Guard
from tui.model.order import OrderDetail, Profile, SubJob

ORDER = OrderDetail(
    "1700000000-1",
    "ERROR",
    created=1_700_000_000.0,
    filename="match.mp4",
    comment="disk full",
    jobs=(SubJob(Profile("9", "H264 4k"), progress=10.0),),
)
REQUEUE = ActionKind.REQUEUE


def ruling(*guards: Guard) -> Ruling:
    return GuardCheck(guards, REQUEUE, now=1_700_000_100.0).rule(facts_of_detail(ORDER))


@pytest.mark.parametrize(
    ("guard", "denial"),
    [
        (Guard("profile:4k", REQUEUE, deny=True, reason="by hand only"), "by hand only"),
        (Guard("profile:4k", REQUEUE, deny=True), "the guard 'profile:4k'"),
        (Guard("", REQUEUE, deny=True), "a guard for every order"),
        (Guard("profile:4k", None, deny=True, reason="all kinds"), "all kinds"),
        (Guard("profile:hd", REQUEUE, deny=True), ""),
        (Guard("age<1h status:error progress<50", REQUEUE, deny=True, reason="young"), "young"),
        (Guard("reason:disk", REQUEUE, deny=True, reason="no space"), "no space"),
        (Guard("profile:4k", ActionKind.DELETE_PROFILE, deny=True), ""),
        (Guard("", None, problem="guard 1: no"), "guard 1: no (in the config file)"),
        (
            Guard("(", REQUEUE, deny=True),
            "the filter of a guard cannot be read (in the config file)",
        ),
        (
            Guard("finished<1h", REQUEUE, deny=True, reason="just ended"),
            "the guard 'finished<1h' cannot be checked for it (just ended)",
        ),
        (Guard("profile:4k", REQUEUE, type_id=True), ""),
    ],
)
def test_denials(guard: Guard, denial: str) -> None:
    assert ruling(guard).denial == denial


def test_a_denial_outranks_a_question() -> None:
    asks = Guard("profile:4k", REQUEUE, type_id=True, reason="dear")
    denies = Guard("file:match", REQUEUE, deny=True, reason="never")
    assert ruling(asks, denies) == Ruling("never", reason="never")
    assert ruling(asks) == Ruling(type_id=True, reason="dear")


def test_a_filter_that_cannot_be_checked_asks_for_the_id_and_counts() -> None:
    guard = Guard("finished<1h", REQUEUE, type_id=True, max=3)
    assert ruling(guard) == Ruling(type_id=True, limited_by=(0,))


@pytest.mark.parametrize(
    ("kinds", "expected"),
    [
        ("eee", "eed"),
        ("fee", "dee"),  # failed ones first: finished ones are sent only if they are included
        ("ffe", "fde"),
        ("fff", "ffd"),
        ("nen", "nen"),
    ],
)
def test_a_maximum_denies_the_rest_of_the_plan(kinds: str, expected: str) -> None:
    letters = {
        "e": Eligibility.ELIGIBLE,
        "f": Eligibility.FINISHED,
        "n": Eligibility.NOT_FAILED,
        "d": Eligibility.DENIED,
    }
    check = GuardCheck((Guard("profile:4k", REQUEUE, max=2, reason="slow"),), REQUEUE, 0.0)
    items = [PlanItem(str(row), letters[kind]) for row, kind in enumerate(kinds)]
    limited = check.limit(items, [Ruling(limited_by=(0,))] * len(items))
    assert [each.eligibility for each in limited] == [letters[kind] for kind in expected]
    words = {each.words for each in limited if each.eligibility is Eligibility.DENIED}
    assert words <= {"denied: at most 2 of 'profile:4k' in one plan (slow)"}


def test_a_maximum_counts_only_what_it_is_for() -> None:
    check = GuardCheck((Guard("profile:4k", REQUEUE, max=1),), REQUEUE, 0.0)
    items = [PlanItem(str(row), Eligibility.ELIGIBLE) for row in range(3)]
    limited = check.limit(items, [Ruling(limited_by=(0,)), Ruling(), Ruling(limited_by=(0,))])
    assert [each.eligibility for each in limited] == [
        Eligibility.ELIGIBLE,
        Eligibility.ELIGIBLE,
        Eligibility.DENIED,
    ]
