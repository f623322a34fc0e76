"""Properties of every filter and every order."""

from unittest import mock

import msgspec
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.support.filter_strategies import (
    DETAILS,
    FACTS,
    LISTED,
    NOW,
    PERCENTS,
    QUERIES,
    SUMMARIES,
    ZONE,
    facts_of_summary,
    said,
    with_detail,
)
from tests.support.filter_text import to_text
from tui.filtering import evaluate
from tui.filtering.evaluate import Matcher
from tui.filtering.lexer import QueryError
from tui.filtering.parser import parse
from tui.filtering.predicates import STATUS_WORDS
from tui.filtering.server_filters import OBSERVED_FIELDS, looks_at_timings
from tui.filtering.syntax_tree import And, Not, Or, Query, Verdict, terms_of
from tui.model.order import OrderDetail, OrderSummary
from tui.model.order_facts import OrderFacts

NEGATED = {
    Verdict.NO: Verdict.YES,
    Verdict.UNKNOWN: Verdict.UNKNOWN,
    Verdict.YES: Verdict.NO,
}


def reference(query: Query, facts: OrderFacts) -> Verdict:
    """Evaluate by textbook Kleene logic, term by term."""
    match query:
        case Not(part):
            return NEGATED[reference(part, facts)]
        case And(parts):
            return min((reference(part, facts) for part in parts), default=Verdict.YES)
        case Or(parts):
            return max((reference(part, facts) for part in parts), default=Verdict.NO)
        case _:
            return said(query, facts)


SCRAPS = st.sampled_from(
    [
        *'()"\\|-*?:>= aé\x00\x1f\u2028\ud800İΣ²٣',
        *("<=", "or", "and", "not", "status:", "created:", "today", "2021-09-10", "T11:15"),
        *("age<", "2h", "size", "1GB", "file=", "progress"),
    ]
)


def parsed(text: str) -> Query | QueryError:
    try:
        return parse(text)
    except QueryError as error:
        return error


@given(st.text(st.characters(codec=None)) | st.lists(SCRAPS, max_size=20).map("".join))
def test_any_text_parses_or_raises_a_query_error(text: str) -> None:
    query = parsed(text)
    if isinstance(query, QueryError):
        assert 0 <= query.position <= len(text)
        assert str(query)
    else:
        assert parsed(to_text(query)) == query


@given(QUERIES)
def test_printing_and_parsing_round_trips(query: Query) -> None:
    assert parse(to_text(query)) == query


@given(QUERIES, QUERIES, FACTS)
def test_boolean_laws_hold(one: Query, other: Query, facts: OrderFacts) -> None:
    assert said(Not(Not(one)), facts) is said(one, facts)
    assert said(Not(And((one, other))), facts) is said(Or((Not(one), Not(other))), facts)
    assert said(Not(Or((one, other))), facts) is said(And((Not(one), Not(other))), facts)
    assert said(And((one, other)), facts) is said(And((other, one)), facts)
    assert said(Or((one, And((one, other)))), facts) is said(one, facts)


@given(st.text("acdefghinoprstu", min_size=1), FACTS)
def test_a_longer_status_prefix_finds_no_more(word: str, facts: OrderFacts) -> None:
    """Except for a complete status word, which matches only itself."""
    for end in range(1, len(word)):
        if word[:end] not in STATUS_WORDS:
            shorter, longer = (parse(f'status:"{word[:each]}"') for each in (end, end + 1))
            assert said(longer, facts) <= said(shorter, facts)


@given(QUERIES, FACTS)
def test_a_compiled_matcher_equals_its_terms(query: Query, facts: OrderFacts) -> None:
    assert said(query, facts) is reference(query, facts)


@given(QUERIES, SUMMARIES)
def test_a_summary_and_its_facts_give_the_same_result(query: Query, order: OrderSummary) -> None:
    matcher, facts = Matcher(query, NOW, ZONE), facts_of_summary(order)
    assert matcher(order) is said(query, facts)
    assert list(matcher.judge_listed([order, order])) == [said(query, facts)] * 2


@given(QUERIES, st.lists(SUMMARIES, max_size=6), st.sampled_from([1, 8]))
def test_many_orders_are_judged_like_each_of_them(
    query: Query, orders: list[OrderSummary], many: int
) -> None:
    matcher = Matcher(query, NOW, ZONE)
    with mock.patch.object(evaluate, "_MANY", many):  # with 1, one NO is enough to judge the rest
        judged = list(matcher.judge_listed(orders))
    assert judged == [said(query, facts_of_summary(order)) for order in orders]


@given(QUERIES, LISTED, DETAILS, PERCENTS)
def test_a_detail_never_reverses_a_decided_match(
    query: Query, facts: OrderFacts, detail: OrderDetail, progress: float | None
) -> None:
    before = said(query, facts)
    if before is not Verdict.UNKNOWN:
        assert said(query, with_detail(facts, detail, progress)) is before


@given(QUERIES, SUMMARIES)
def test_a_filter_without_details_is_always_decided(query: Query, order: OrderSummary) -> None:
    listed = all(term.key in ("status", "age", "id", "created") for term in terms_of(query))
    if listed and order.created is not None:
        assert said(query, facts_of_summary(order)) is not Verdict.UNKNOWN


@given(QUERIES, LISTED, DETAILS, PERCENTS)
def test_a_current_detail_decides_every_filter(
    query: Query, facts: OrderFacts, detail: OrderDetail, progress: float | None
) -> None:
    assume(not looks_at_timings(query))
    current = msgspec.structs.replace(detail, status=facts.status)
    assert said(query, with_detail(facts, current, progress)) is not Verdict.UNKNOWN


@given(QUERIES, FACTS)
def test_a_detail_may_only_decide_what_no_timing_rules_out(query: Query, facts: OrderFacts) -> None:
    """What the history does not know is taken not to match, whatever is negated."""
    matcher = Matcher(query, NOW, ZONE)
    if matcher(facts) is Verdict.UNKNOWN:
        (may_decide,) = matcher.may_decide((facts,))
        assert may_decide or looks_at_timings(query)
        timed = [term for term in terms_of(query) if term.key in OBSERVED_FIELDS]
        if len(timed) == len(terms_of(query)):
            assert not may_decide
