"""Hypothesis strategies for filters, orders and details."""

from datetime import timedelta, timezone, tzinfo

import msgspec
from hypothesis import strategies as st

from tui.filtering.evaluate import Matcher
from tui.filtering.parser import parse
from tui.filtering.syntax_tree import Query, Verdict
from tui.model.order import OrderDetail, OrderSummary, Profile, SubJob, phase_of
from tui.model.order_facts import OrderFacts
from tui.model.timing import Estimate, Missing, Moment, NoEstimate, OrderTiming

ZONE = timezone(timedelta(hours=-3))

NOW = 1_631_275_200.0

VALUES = st.sampled_from(
    [
        "a",
        "A",
        "ab",
        "1631",
        "err",
        "pau",
        "gone",
        "final",
        "*",
        "a*",
        "?",
        "-x",
        "ñ",
        "n\u0303",
        '"a b"',
        '"or"',
        r'"\""',
        "ß",
    ]
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
        st.sampled_from(["id", "file", "label", "profile", "comment", "reason", "error", "status"]),
        st.sampled_from([":", "="]),
        TEXTS,
    ),
    st.sampled_from(["status:error", "status:active", "status:final|gone", "status:unknown"]),
    st.sampled_from(["status:e", "status:fin|p", "status=paus", "status=paused", "status=error"]),
    keyed("age", SIGNED, "s", "m", "h", "d", "w"),
    keyed("duration", SIGNS, "s", "m", "h", "m30s"),
    keyed("created", SIGNED, "s", "h30m", "d"),
    keyed("elapsed", SIGNS, "s", "m", "h"),
    keyed("in-status", SIGNED, "m", "h30m"),
    keyed("took", SIGNS, "s", "m"),
    keyed("eta", SIGNED, "s", "m"),
    keyed("attempt", SIGNS, ""),
    keyed("finished", SIGNED, "m", "h"),
    keyed("changed", SIGNED, "m", "h"),
    st.sampled_from(["changed:today", "changed<2021-09-10", "changed>=yesterday"]),
    st.sampled_from(["is:stalled", "finished:today", "finished<2021-09-10", "finished>=yesterday"]),
    keyed("jobs", SIGNS, ""),
    keyed("size", SIGNS, "", "B", "KB", "MiB", "GB"),
    keyed("progress", SIGNS, "", "%"),
    st.builds(
        "created{}{}".format,
        SIGNS,
        st.sampled_from(["today", "yesterday", "2021-09-10", "2021-09-10T09:00|today"]),
    ),
)

FILTERS = st.recursive(
    TERMS,
    lambda inner: st.one_of(
        st.builds("{} {}".format, inner, inner),
        st.builds("{} or {}".format, inner, inner),
        st.builds("-({})".format, inner),
        st.builds("not ({})".format, inner),
        st.builds("({})".format, inner),
    ),
    max_leaves=8,
)

QUERIES = FILTERS.map(parse)

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


def facts_of_summary(order: OrderSummary) -> OrderFacts:
    phase = phase_of(order.status)
    return OrderFacts(order.id, order.status, phase, order.created, progress=order.progress)


def with_detail(facts: OrderFacts, detail: OrderDetail, progress: float | None) -> OrderFacts:
    """Return the order with its detail; known values stay."""
    created = detail.created if facts.created is None else facts.created
    progress = progress if facts.progress is None else facts.progress
    return msgspec.structs.replace(facts, created=created, progress=progress, detail=detail)


MOMENTS = st.none() | st.builds(
    lambda before, width: Moment(None if width is None else before - width, before),
    st.floats(NOW - 200_000, NOW),
    st.none() | st.sampled_from([5.0, 3600.0]),
)

ESTIMATES = st.sampled_from(
    [
        None,
        NoEstimate(Missing.SAMPLES),
        Estimate(NOW - 60, 30.0, 300.0, 12),
        Estimate(NOW, 1.0, 2.0, 9),
    ]
)

TIMINGS = st.builds(
    OrderTiming,
    st.integers(1, 3),
    MOMENTS,
    MOMENTS,
    MOMENTS,
    is_stalled=st.booleans(),
    estimate=ESTIMATES,
)

LISTED = st.builds(facts_of_summary, SUMMARIES)

TOLD = st.builds(with_detail, LISTED, DETAILS, PERCENTS)

FACTS = st.builds(
    lambda facts, gone, timing: msgspec.structs.replace(facts, gone=gone, timing=timing),
    LISTED | TOLD,
    st.booleans(),
    st.none() | TIMINGS,
)


def match(query: Query, facts: OrderFacts, now: float, zone: tzinfo | None = None) -> Verdict:
    """Evaluate `query` for one order."""
    return Matcher(query, now, zone)(facts)


def said(query: Query, facts: OrderFacts) -> Verdict:
    return match(query, facts, NOW, ZONE)
