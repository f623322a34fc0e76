"""What a filter needs beyond the list: the clock, the history, and the server's own search. Pure.

The API can search by itself (source O). Where a filter leaves so many orders undecided that reading
them takes minutes, the server is asked, and what it finds is read first. Nothing else follows
from its answer: how it compares is not known, and an older server ignores the parameters.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import tzinfo

import msgspec

from tui.filtering.predicates import text_test, time_range
from tui.filtering.syntax_tree import (
    And,
    NumberTerm,
    Pattern,
    Query,
    TextTerm,
    TimeTerm,
    fields_of,
    terms_of,
)
from tui.model.columns import OBSERVED
from tui.model.order import Phase, phase_of
from tui.model.pages import ServerFilters
from tui.model.state import SearchResult, State

_TIME_GRID = 600
"""Times are rounded outwards to these seconds: `age<2h` is not a new query each minute."""

_NOT_SENT = (Phase.QUEUED, Phase.UNKNOWN)
"""The API has two words for queued (QUEUED, PENDING), and one can be sent."""

OBSERVED_FIELDS = {*OBSERVED, "is"}
"""The fields of which the history knows the values."""
_FIELDS_OF_ENDED = {name for name, column in OBSERVED.items() if column.is_of_ended}

RUNNING_FIELDS = {"age", "elapsed", "in-status", "eta", "finished", "changed"}
"""The fields whose numbers change as time passes."""

_AGE_OF = {"created": "age", "changed": "changed"}
"""The field that has the age of a time."""

_ID = re.compile("[0-9]{10}-[0-9]+")
_MAX_PROFILES = 4
_MAX_TEXT = 200


def depends_on_time(query: Query) -> bool:
    """Whether time alone may change the rows: `age<2h`, `created:today`, `elapsed>1h`."""
    terms = terms_of(query)
    dates = [date for term in terms if isinstance(term, TimeTerm) for date in term.values]
    running = any(term.key in RUNNING_FIELDS for term in terms if isinstance(term, NumberTerm))
    return running or any(isinstance(date.day, int) for date in dates)


def looks_at_timings(query: Query) -> bool:
    """Whether it looks at what the history knows."""
    return not OBSERVED_FIELDS.isdisjoint(fields_of(query))


def looks_at_all_timings(query: Query) -> bool:
    """Whether it looks at the timings of orders that have ended, too."""
    return not _FIELDS_OF_ENDED.isdisjoint(fields_of(query))


class ServerSearchPlan(msgspec.Struct, frozen=True):
    """The queries to send to the server, and the results so far. `is_pending` is true until each
    query has one. `read_first` are the undecided orders among the results.
    """

    queries: tuple[ServerFilters, ...] = ()
    results: tuple[SearchResult, ...] = ()
    is_pending: bool = False
    read_first: tuple[str, ...] = ()


def plan_server_search(
    state: State, query: Query, undecided: Iterable[str], now: float
) -> ServerSearchPlan:
    """Plan the searches for `query` at `now` (UTC epoch seconds).

    While the whole list is known, only queries that look into details are sent.
    """
    jobs = (job for timed in state.details.values() for job in timed.detail.jobs)
    profiles = {job.profile.name for job in jobs if job.profile.name}
    queries = server_queries(query, now, profiles)
    if not state.is_partially_loaded:
        queries = tuple(q for q in queries if q.profile_name is not None or q.search is not None)
    results = tuple(state.search_results[q] for q in queries if q in state.search_results)
    found = frozenset[str]().union(*(result.ids for result in results))
    read_first = tuple(order_id for order_id in undecided if order_id in found)
    return ServerSearchPlan(
        queries,
        results,
        len(results) < len(queries),
        read_first,
    )


def server_queries(
    query: Query, now: float, profiles: Iterable[str] = (), zone: tzinfo | None = None
) -> tuple[ServerFilters, ...]:
    """The queries to send for `query`.

    A server may compare profiles by their whole name, so each of `profiles` (names in details
    read so far) that matches is a query. No query has both a profile and a text: with both, a
    server that looks for the text elsewhere would find nothing.
    """
    filters = server_filters(query, now, zone)
    filters = msgspec.structs.replace(
        filters,
        since=None if filters.since is None else filters.since // _TIME_GRID * _TIME_GRID,
        until=None if filters.until is None else -(-filters.until // _TIME_GRID) * _TIME_GRID,
    )
    if filters.profile_name is None:
        if filters == ServerFilters():
            return ()
        phase = phase_of(filters.search or "")
        is_plain = any(term.key == "" for term in terms_of(query) if isinstance(term, TextTerm))
        if not is_plain or filters.status is not None or phase in _NOT_SENT:
            return (filters,)
        # A plain word also finds a status.
        return filters, msgspec.structs.replace(filters, search=None, status=phase.name)
    matches = text_test([Pattern(filters.profile_name)])
    names = sorted(filter(matches, profiles))[:_MAX_PROFILES] or [filters.profile_name]
    return tuple(msgspec.structs.replace(filters, profile_name=n, search=None) for n in names)


def server_filters(query: Query, now: float, zone: tzinfo | None = None) -> ServerFilters:
    """What every match must have: the first term of each kind, and the range of all times."""
    terms = query.parts if isinstance(query, And) else (query,)
    # The server's search may look at every field, but free text outranks the text of one.
    free_text = [term for term in terms if isinstance(term, TextTerm) and not term.key]
    members: dict[str, str] = {}
    for term in (*free_text, *terms):
        for name, value in _members(term):
            members.setdefault(name, value)
    since, until = necessary_range(query, "created", now, zone)
    return ServerFilters(**members, since=since, until=until)


def necessary_range(
    query: Query, key: str, now: float, zone: tzinfo | None = None
) -> tuple[float | None, float | None]:
    """Return the bounds of the time `key` that every match must have, as far as there are any."""
    terms = query.parts if isinstance(query, And) else (query,)
    ranges = [_time_range(term, key, now, zone) for term in terms]
    return (
        max((since for since, _ in ranges if since is not None), default=None),
        min((until for _, until in ranges if until is not None), default=None),
    )


def _members(term: Query) -> Iterator[tuple[str, str]]:
    """The members of `ServerFilters` that a term can be sent as, and their values."""
    if not isinstance(term, TextTerm) or term.key == "is":
        return
    if term.key == "reason":
        yield "status", Phase.ERROR.name
    text = term.patterns[0].text
    if len(term.patterns) > 1 or term.patterns[0].glob:
        return
    match term.key:
        case "status":
            phase = phase_of(text)
            if phase not in _NOT_SENT:
                yield "status", phase.name
        case "id":
            if term.exact or _ID.fullmatch(text):
                yield "order_id", text
        case key if len(text) <= _MAX_TEXT:
            if key == "profile":
                yield "profile_name", text
            yield "search", text


def _time_range(
    term: Query, key: str, now: float, zone: tzinfo | None
) -> tuple[float | None, float | None]:
    match term:
        case NumberTerm(name, "<" | "<=", ages) if name == _AGE_OF[key]:
            return now - max(ages), None
        case NumberTerm(name, _, ages) if name == _AGE_OF[key]:
            return None, now - min(ages)
        case TimeTerm(name, comparison, dates) if name == key:
            ranges = [time_range(date, now, zone) for date in dates]
            return (
                None if comparison in ("<", "<=") else min(start for start, _ in ranges),
                None if comparison in (">", ">=") else max(end for _, end in ranges),
            )
        case _:
            return None, None
