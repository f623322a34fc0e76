"""What a filter needs beyond the list: the clock, and the server's own search. Pure.

The API can search by itself (source O). Where a filter leaves more orders undecided than are read
for it, the server is asked, and the details of what it finds are read first. Nothing else follows
from its answer: how it compares is not known, and an older server ignores the parameters.
"""

import re
from collections.abc import Iterable
from datetime import tzinfo

import msgspec

from tui.filtering.predicates import text_test, time_range
from tui.filtering.syntax_tree import (
    And,
    CreatedTerm,
    NumberTerm,
    Pattern,
    Query,
    StatusTerm,
    Term,
    TextTerm,
    Words,
    terms_of,
)
from tui.model.order import Phase, phase_of
from tui.model.pages import ServerFilters
from tui.model.state import SearchResult, State

_TIME_GRID = 600
"""Times are rounded outwards to these seconds: `age<2h` is not a new query each minute."""

_ID = re.compile("[0-9]{10}-[0-9]+")
_MAX_PROFILES = 4
_MAX_TEXT = 200


def depends_on_time(query: Query) -> bool:
    """Whether time alone may change the rows: `age<2h`, `created:today`."""
    return any(map(_term_depends_on_time, terms_of(query)))


def _term_depends_on_time(term: Term) -> bool:
    match term:
        case NumberTerm("age"):
            return True
        case CreatedTerm(_, dates):
            return any(isinstance(date.day, int) for date in dates)
        case _:
            return False


class ServerSearchPlan(msgspec.Struct, frozen=True):
    """The queries to send to the server, and the results so far. `is_pending` is true until each
    query has one. `read_first` are the undecided orders among the results.
    """

    queries: tuple[ServerFilters, ...] = ()
    results: tuple[SearchResult, ...] = ()
    is_pending: bool = False
    read_first: tuple[str, ...] = ()


def plan_server_search(
    state: State, query: Query, undecided: Iterable[str], now: float, max_details: int
) -> ServerSearchPlan:
    """Plan the searches for `query` at `now` (UTC epoch seconds).

    While the whole list is known, only queries that look into details are sent. A result that
    is not complete, or has more than `max_details` undecided orders, is not read.
    """
    jobs = (job for timed in state.details.values() for job in timed.detail.jobs)
    profiles = {job.profile.name for job in jobs if job.profile.name}
    queries = server_queries(query, now, profiles)
    if not state.is_partially_loaded:
        queries = tuple(q for q in queries if q.profile_name is not None or q.search is not None)
    results = tuple(state.search_results[q] for q in queries if q in state.search_results)
    found = frozenset[str]().union(*(result.ids for result in results if result.is_complete))
    read_first = tuple(order_id for order_id in undecided if order_id in found)
    return ServerSearchPlan(
        queries,
        results,
        len(results) < len(queries),
        read_first if len(read_first) <= max_details else (),
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
        return () if filters == ServerFilters() else (filters,)
    matches = text_test([Pattern(filters.profile_name)])
    names = sorted(filter(matches, profiles))[:_MAX_PROFILES] or [filters.profile_name]
    return tuple(msgspec.structs.replace(filters, profile_name=n, search=None) for n in names)


def server_filters(query: Query, now: float, zone: tzinfo | None = None) -> ServerFilters:
    """What every match must have: the first term of each kind, and the range of all times."""
    terms = query.parts if isinstance(query, And) else (query,)
    members = [member for term in terms for member in _members(term)]
    members += [("search", text) for term in terms if (text := _field_text(term)) is not None]
    ranges = [span for term in terms if (span := _time_range(term, now, zone)) is not None]
    return ServerFilters(
        **dict(reversed(members)),
        since=max((since for since, _ in ranges if since is not None), default=None),
        until=min((until for _, until in ranges if until is not None), default=None),
    )


def _members(term: Query) -> list[tuple[str, str]]:
    """The member of `ServerFilters` that a term can be sent as, and its value."""
    match term:
        case StatusTerm((pattern,)) if status := _status_word(pattern):
            return [("status", status)]
        case TextTerm("error"):
            return [("status", Phase.ERROR.name)]
        case TextTerm("id", (Pattern(text, False),), exact) if exact or _ID.fullmatch(text):
            return [("order_id", text)]
        case TextTerm("profile", (Pattern(text, False),)) if len(text) <= _MAX_TEXT:
            return [("profile_name", text)]
        case Words((Pattern(text, False),)) if len(text) <= _MAX_TEXT:
            return [("search", text)]
        case _:
            return []


def _field_text(term: Query) -> str | None:
    """The text of a term for one field; the server's search may look at that field too."""
    match term:
        case TextTerm(key, (Pattern(text, False),)) if key != "id" and len(text) <= _MAX_TEXT:
            return text
        case _:
            return None


def _time_range(
    term: Query, now: float, zone: tzinfo | None
) -> tuple[float | None, float | None] | None:
    match term:
        case NumberTerm("age", "<" | "<=", ages):
            return now - max(ages), None
        case NumberTerm("age", _, ages):
            return None, now - min(ages)
        case CreatedTerm(comparison, dates):
            ranges = [time_range(date, now, zone) for date in dates]
            since, until = min(start for start, _ in ranges), max(end for _, end in ranges)
            return (
                None if comparison in ("<", "<=") else since,
                None if comparison in (">", ">=") else until,
            )
        case _:
            return None


def _status_word(pattern: Pattern) -> str | None:
    """The API's word for a status. Queued has two (QUEUED, PENDING), so it has none here."""
    phase = phase_of(pattern.text)
    if pattern.glob or phase in (Phase.QUEUED, Phase.UNKNOWN):
        return None
    return phase.name
