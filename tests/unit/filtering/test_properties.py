"""What holds of every filter and every order."""

from datetime import timedelta, timezone

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from tui.filtering.evaluate import compile_matcher, match
from tui.filtering.lexer import QueryError
from tui.filtering.parser import parse
from tui.filtering.predicates import STATUS_WORDS
from tui.filtering.printer import to_text
from tui.filtering.server_filters import needs_detail
from tui.filtering.syntax_tree import And, Not, Or, Query, Verdict
from tui.model.order import OrderDetail, OrderSummary, Profile, SubJob, phase_of
from tui.model.order_facts import OrderFacts

ZONE = timezone(timedelta(hours=-3))
NOW = 1_631_275_200.0

VALUES = st.sampled_from(
    ["a", "A", "ab", "1631", "*", "a*", "?", "-x", "ñ", "n\u0303", '"a b"', '"or"', r'"\""', "ß"]
)
TEXTS = st.builds("|".join, st.lists(VALUES, min_size=1, max_size=3))
SIGNED = st.sampled_from(["<", "<=", ">", ">="])
SIGNS = SIGNED | st.sampled_from([":", "="])
NUMBERS = st.sampled_from(["0", "1", "50", "62.5", "0.001", "999"])


def keyed(key: str, signs: st.SearchStrategy[str], *units: str) -> st.SearchStrategy[str]:
    return st.builds(lambda *said: key + "".join(said), signs, NUMBERS, st.sampled_from(units))


TERMS = st.one_of(
    TEXTS.filter(lambda text: not text.startswith("-")),
    st.builds(
        "{}{}{}".format,
        st.sampled_from(["id", "file", "label", "profile", "comment", "error", "status"]),
        st.sampled_from([":", "="]),
        TEXTS,
    ),
    st.sampled_from(["status:error", "status:active", "status:final|gone", "status:unknown"]),
    st.sampled_from(["status:e", "status:fin|p", "status=paus", "status=paused", "status=error"]),
    keyed("age", SIGNED, "s", "m", "h", "d", "w"),
    keyed("duration", SIGNS, "s", "m", "h"),
    keyed("size", SIGNS, "", "B", "KB", "MiB", "GB"),
    keyed("progress", SIGNS, "", "%"),
    st.builds(
        "created{}{}".format,
        SIGNS,
        st.sampled_from(["today", "yesterday", "2021-09-10", "2021-09-10T09:00|today"]),
    ),
)
QUERIES = st.recursive(
    TERMS,
    lambda inner: st.one_of(
        st.builds("{} {}".format, inner, inner),
        st.builds("{} or {}".format, inner, inner),
        st.builds("-({})".format, inner),
        st.builds("not ({})".format, inner),
        st.builds("({})".format, inner),
    ),
    max_leaves=8,
).map(parse)

NAMES = st.none() | st.sampled_from(["a", "A b", "ab*", "1631", "Ñ", "n\u0303", "or", 'x"', "ß"])
STATUSES = st.sampled_from(["QUEUED", "TRANSCODING", "FINISHED", "ERROR", "paused", "PENDING", ""])
TIMES = st.none() | st.floats(NOW - 200_000, NOW + 10)
PERCENTS = st.none() | st.floats(0, 100)
SUMMARIES = st.builds(
    OrderSummary, st.sampled_from(["1631092552-1237", "a", "Ab", ""]), STATUSES, TIMES, PERCENTS
)
DETAILS = st.builds(
    OrderDetail,
    st.just("1"),
    st.none() | STATUSES,
    TIMES,
    filename=NAMES,
    label=NAMES,
    comment=NAMES,
    size=st.none() | st.integers(0, 10**13),
    duration=st.none() | st.floats(0) | st.just(float("inf")),
    jobs=st.lists(
        st.builds(SubJob, st.builds(Profile, NAMES, NAMES), NAMES, NAMES, PERCENTS), max_size=2
    ).map(tuple),
)


def listed(order: OrderSummary) -> OrderFacts:
    phase = phase_of(order.status)
    return OrderFacts(order.id, order.status, phase, order.created, progress=order.progress)


def told(facts: OrderFacts, detail: OrderDetail, progress: float | None) -> OrderFacts:
    """The same order when its detail was read: what is known stays."""
    created = detail.created if facts.created is None else facts.created
    progress = progress if facts.progress is None else facts.progress
    return msgspec.structs.replace(facts, created=created, progress=progress, detail=detail)


LISTED = st.builds(listed, SUMMARIES)
TOLD = st.builds(told, LISTED, DETAILS, PERCENTS)
FACTS = st.builds(
    lambda facts, gone: msgspec.structs.replace(facts, gone=gone), LISTED | TOLD, st.booleans()
)


def said(query: Query, facts: OrderFacts) -> Verdict:
    return match(query, facts, NOW, ZONE)


def reference(query: Query, facts: OrderFacts) -> Verdict:
    """Kleene's logic as it is in the books, over terms taken one by one."""
    match query:
        case Not(part):
            return Verdict(2 - reference(part, facts))
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
def test_a_text_is_a_filter_or_a_query_error(text: str) -> None:
    query = parsed(text)
    if isinstance(query, QueryError):
        assert 0 <= query.position <= len(text)
        assert str(query)
    else:
        assert parsed(to_text(query)) == query


@given(QUERIES)
def test_what_is_printed_reads_back_the_same(query: Query) -> None:
    assert parse(to_text(query)) == query


@given(QUERIES, QUERIES, FACTS)
def test_the_laws_of_not_and_or(one: Query, other: Query, facts: OrderFacts) -> None:
    assert said(Not(Not(one)), facts) is said(one, facts)
    assert said(Not(And((one, other))), facts) is said(Or((Not(one), Not(other))), facts)
    assert said(Not(Or((one, other))), facts) is said(And((Not(one), Not(other))), facts)
    assert said(And((one, other)), facts) is said(And((other, one)), facts)
    assert said(Or((one, And((one, other)))), facts) is said(one, facts)


@given(st.text("acdefghinoprstu", min_size=1), FACTS)
def test_a_letter_more_of_a_status_finds_no_more(word: str, facts: OrderFacts) -> None:
    """But for a known word in full, which means itself alone."""
    for end in range(1, len(word)):
        if word[:end] not in STATUS_WORDS:
            shorter, longer = (parse(f'status:"{word[:each]}"') for each in (end, end + 1))
            assert said(longer, facts) <= said(shorter, facts)


@given(QUERIES, FACTS)
def test_a_matcher_says_what_its_terms_say(query: Query, facts: OrderFacts) -> None:
    assert said(query, facts) is reference(query, facts)


@given(QUERIES, SUMMARIES)
def test_the_fast_way_says_the_same(query: Query, order: OrderSummary) -> None:
    assert compile_matcher(query, NOW, ZONE).listed(order) is said(query, listed(order))


@given(QUERIES, LISTED, DETAILS, PERCENTS)
def test_a_detail_turns_no_answer_round(
    query: Query, facts: OrderFacts, detail: OrderDetail, progress: float | None
) -> None:
    before = said(query, facts)
    if before is not Verdict.UNKNOWN:
        assert said(query, told(facts, detail, progress)) is before


@given(QUERIES, SUMMARIES)
def test_without_need_of_details_all_is_decided(query: Query, order: OrderSummary) -> None:
    if not needs_detail(query) and order.created is not None:
        assert said(query, listed(order)) is not Verdict.UNKNOWN


@given(QUERIES, LISTED, DETAILS, PERCENTS)
def test_a_detail_of_now_decides_all(
    query: Query, facts: OrderFacts, detail: OrderDetail, progress: float | None
) -> None:
    current = msgspec.structs.replace(detail, status=facts.status)
    assert said(query, told(facts, current, progress)) is not Verdict.UNKNOWN
