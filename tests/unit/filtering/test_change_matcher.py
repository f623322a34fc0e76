"""Filters of recorded changes: by their time, and by their orders."""

from datetime import UTC
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.filter_strategies import FACTS, NOW, QUERIES, ZONE
from tui.filtering.change_matcher import ChangeMatcher
from tui.filtering.evaluate import Matcher
from tui.filtering.parser import parse
from tui.filtering.syntax_tree import Query, Verdict, fields_of
from tui.model.order import Phase
from tui.model.order_facts import OrderFacts
from tui.model.timing import Moment

MINUTE, HOUR = 60.0, 3600.0
MOMENTS = {
    "now": Moment(NOW - 5, NOW),
    "10m": Moment(NOW - 10 * MINUTE - 5, NOW - 10 * MINUTE),
    "2h": Moment(NOW - 2 * HOUR - 5, NOW - 2 * HOUR),
    "30h": Moment(NOW - 30 * HOUR - 5, NOW - 30 * HOUR),
    "vague": Moment(NOW - 2 * HOUR, NOW - 30 * MINUTE),
    "first": Moment(None, NOW - 10 * MINUTE),  # it was so when it was first looked for
}
FAILED = OrderFacts("a", "ERROR", Phase.ERROR, NOW)


def judged(matcher: ChangeMatcher, moment: Moment, order: OrderFacts = FAILED) -> bool | None:
    (verdict,) = matcher.judge((order,), matcher.judge_time(moment))
    return verdict


@pytest.mark.parametrize(
    ("text", "found", "unknown"),
    [
        ("changed<1h", "now 10m first", "vague"),
        ("changed<20m", "now 10m first", ""),
        ("changed>1h", "2h 30h", "vague"),
        ("-changed<1h", "2h 30h", "vague"),
        ("changed<1h|3h", "now 10m 2h vague first", ""),
        ("changed:today", "now 10m 2h vague first", ""),
        ("changed:yesterday", "30h", ""),
        ("changed<today", "30h", ""),
        ("changed:2021-09-10", "now 10m 2h vague first", ""),
        ('changed:"2021-09-10 11:50"', "10m first", ""),
        ('changed>="2021-09-10 11:00"', "now 10m first", "vague"),
        ("changed<3h changed>1h", "2h", "vague"),
        ("changed<1h status:error", "now 10m first", "vague"),
        ("changed<1h status:finished", "", ""),
        ("changed<1h or status:error", "now 10m 2h 30h vague first", ""),
        ("changed<1h file:x", "", "now 10m vague first"),
        ("status:error", "now 10m 2h 30h vague first", ""),
    ],
)
def test_what_is_certain_of_a_change(text: str, found: str, unknown: str) -> None:
    matcher = ChangeMatcher(parse(text), NOW, UTC)
    verdicts = {name: judged(matcher, moment) for name, moment in MOMENTS.items()}
    assert " ".join(name for name, verdict in verdicts.items() if verdict) == found
    assert " ".join(name for name, verdict in verdicts.items() if verdict is None) == unknown


def test_the_age_of_a_change_is_counted_from_now_though_the_list_is_stale() -> None:
    matcher = ChangeMatcher(parse("changed<1h"), NOW, UTC, observed=NOW - 3 * HOUR)
    assert judged(matcher, MOMENTS["2h"]) is False


@pytest.mark.parametrize(
    ("text", "since", "until"),
    [
        ("status:error", -inf, inf),
        ("changed<1h", NOW - HOUR, inf),
        ("changed>1h", -inf, NOW - HOUR),
        ("changed<2h changed>1h status:error", NOW - 2 * HOUR, NOW - HOUR),
        ("changed:today", NOW - 12 * HOUR, NOW + 12 * HOUR),
        ("changed<1h or status:error", -inf, inf),
        ("-changed<1h", -inf, inf),
        ("created<1h", -inf, inf),
    ],
)
def test_the_time_of_every_match_is_bounded(text: str, since: float, until: float) -> None:
    matcher = ChangeMatcher(parse(text), NOW, UTC)
    assert (matcher.since, matcher.until) == (since, until)


@given(QUERIES, FACTS, st.floats(NOW - 200_000, NOW), st.none() | st.floats(0, 9000))
def test_no_change_beyond_the_bounds_matches(
    query: Query, facts: OrderFacts, before: float, width: float | None
) -> None:
    matcher = ChangeMatcher(query, NOW, ZONE)
    if judged(matcher, Moment(None if width is None else before - width, before), facts):
        assert matcher.since <= before <= matcher.until


@given(QUERIES, FACTS)
def test_other_filters_judge_the_order_alone(query: Query, facts: OrderFacts) -> None:
    if "changed" not in fields_of(query):
        known = {Verdict.NO: False, Verdict.UNKNOWN: None, Verdict.YES: True}
        expected = known[Matcher(query, NOW, ZONE)(facts)]
        assert judged(ChangeMatcher(query, NOW, ZONE), MOMENTS["now"], facts) is expected
