"""What a filter needs: details, the clock, and what of it a server could look for by itself."""
# FOLD """What the server is to look for itself, where a filter leaves too much to be read. Pure."""

import re
from collections.abc import Collection, Iterable
from datetime import tzinfo
from typing import TYPE_CHECKING

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
from tui.model.server_search import Heed, SearchResult, detail_only_filter, filter_names, nowhere
from tui.model.state import State


def needs_detail(query: Query) -> bool:
    """Whether the list alone may leave an order undecided."""
    return any(map(_needs_detail, terms_of(query)))


def _needs_detail(term: Term) -> bool:
    match term:
        case StatusTerm() | CreatedTerm() | NumberTerm("age") | TextTerm("id"):
            return False
        case _:
            return True


def depends_on_time(query: Query) -> bool:
    """Whether time alone may change the answer: `age<2h`, `created:today`."""
    return any(map(_moves, terms_of(query)))


def _moves(term: Term) -> bool:
    match term:
        case NumberTerm("age"):
            return True
        case CreatedTerm(_, whens):
            return any(isinstance(when.day, int) for when in whens)
        case _:
            return False


_GRID = 600
"""Seconds to which times are widened, so that `age<2h` does not ask anew each minute."""

_ID = re.compile("[0-9]{10}-[0-9]+")
_MOST_NAMES = 4
_LONGEST = 200


def server_queries(
    query: Query,
    now: float,
    names: Iterable[str] = (),
    ignored: Collection[str] = (),
    zone: tzinfo | None = None,
) -> tuple[ServerFilters, ...]:
    """What to have a server look for, so that what it finds is read first; `ignored` has the
    filters that it is known to ignore.

    Of a profile and a text one alone is asked for at a time, and the other left to the details:
    only so it can be told whether the server heeds it. A server may compare profiles by their
    whole name: where `names` that were seen suit, those are asked for.
    """
    found = server_filters(query, now, zone)
    kept = {name: None for name in ignored if name != "timestamp"}
    if "timestamp" in ignored:
        kept |= {"since": None, "until": None}
    found = msgspec.structs.replace(found, **kept)
    if found.since is not None or found.until is not None:
        since = None if found.since is None else found.since // _GRID * _GRID
        until = None if found.until is None else -(-found.until // _GRID) * _GRID
        found = msgspec.structs.replace(found, since=since, until=until)
    if found.profile_name is None:
        return () if found == ServerFilters() else (found,)
    suits = text_test([Pattern(found.profile_name)])
    suiting = sorted(filter(suits, names))[:_MOST_NAMES] or [found.profile_name]
    return tuple(msgspec.structs.replace(found, profile_name=name, search=None) for name in suiting)


def server_filters(query: Query, now: float, zone: tzinfo | None = None) -> ServerFilters:
    """What every match must have, of the first term of each kind; times within all of them."""
    terms = query.parts if isinstance(query, And) else (query,)
    words = [word for term in terms for word in _word(term)]
    words += [("search", text) for term in terms if (text := _text(term)) is not None]
    spans = [span for term in terms if (span := _span(term, now, zone)) is not None]
    return ServerFilters(
        **dict(reversed(words)),
        since=max((since for since, _ in spans if since is not None), default=None),
        until=min((until for _, until in spans if until is not None), default=None),
    )


def _word(term: Query) -> list[tuple[str, str]]:
    """Which of the filters, if any, a term is, and its value."""
    match term:
        case StatusTerm((pattern,)) if status := _status_word(pattern):
            return [("status", status)]
        case TextTerm("error"):
            return [("status", Phase.ERROR.name)]
        case TextTerm("id", (Pattern(text, False),), whole) if whole or _ID.fullmatch(text):
            return [("order_id", text)]
        case TextTerm("profile", (Pattern(text, False),)) if len(text) <= _LONGEST:
            return [("profile_name", text)]
        case Words((Pattern(text, False),)) if len(text) <= _LONGEST:
            return [("search", text)]
        case _:
            return []


def _text(term: Query) -> str | None:
    """A text that stands in one place of each match: a server's search may look there too."""
    match term:
        case TextTerm(key, (Pattern(text, False),)) if key != "id" and len(text) <= _LONGEST:
            return text
        case _:
            return None


def _span(term: Query, now: float, zone: tzinfo | None) -> tuple[float | None, float | None] | None:
    match term:
        case NumberTerm("age", "<" | "<=", ages):
            return now - max(ages), None
        case NumberTerm("age", _, ages):
            return None, now - min(ages)
        case CreatedTerm(comparison, whens):
            spans = [time_range(when, now, zone) for when in whens]
            since, until = min(start for start, _ in spans), max(end for _, end in spans)
            return (
                None if comparison in ("<", "<=") else since,
                None if comparison in (">", ">=") else until,
            )
        case _:
            return None


def _status_word(pattern: Pattern) -> str | None:
    """The one word that the API has for it. Queued has two (QUEUED, PENDING), so none."""
    phase = phase_of(pattern.text)
    if pattern.glob or phase in (Phase.QUEUED, Phase.UNKNOWN):
        return None
    return phase.name


if TYPE_CHECKING:
    from tui.filtering.syntax_tree import Query


class ServerSearchPlan(msgspec.Struct, frozen=True):
    """What the server is asked, and its answers so far; `awaited` as long as one is still to come.
    Of `undecided`, which it has found, only a detail tells whether they do match. `ignored` are
    the filters that would be of use to it, if it did not ignore them.
    """

    asks: tuple[ServerFilters, ...] = ()
    answers: tuple[SearchResult, ...] = ()
    is_pending: bool = False
    needs_detail: tuple[str, ...] = ()
    ignored: frozenset[str] = frozenset()

    @property
    def found(self) -> tuple[SearchResult, ...]:
        """The answers that are to be believed."""
        return tuple(a for a in self.answers if a.heed is Heed.YES and not a.failed)


def plan_server_search(
    state: State, query: "Query", undecided: tuple[str, ...], now: float
) -> ServerSearchPlan:
    """What to ask at `now` (UTC epoch seconds), and what is known of that. Where all that is listed
    is known, no server tells more of what the list says.
    """
    jobs = (job for reading in state.details.values() for job in reading.detail.jobs)
    names = {job.profile.name for job in jobs if job.profile.name}
    wished, asks = (
        server_queries(query, now, names),
        server_queries(query, now, names, state.ignored),
    )
    if not state.is_partly_read:
        wished, asks = (tuple(filter(detail_only_filter, each)) for each in (wished, asks))
    if not asks:
        useful = {name for each in wished for name in filter_names(each)}
        return ServerSearchPlan(ignored=state.ignored & useful)
    asks, answers = _with_proof(state, asks)
    awaited = any(each not in state.search_results for each in asks)
    sought = ServerSearchPlan(asks, answers, awaited)
    ids = frozenset[str]().union(*(each.ids for each in sought.found if each.whole))
    found = tuple(each for each in undecided if each in ids)
    return msgspec.structs.replace(sought, needs_detail=found)


def _with_proof(
    state: State, asks: tuple[ServerFilters, ...]
) -> tuple[tuple[ServerFilters, ...], tuple[SearchResult, ...]]:
    """The answers; where they alone do not tell whether the server looks, it is asked what does."""
    answers = tuple(state.search_results[each] for each in asks if each in state.search_results)
    hidden = detail_only_filter(asks[0])
    if not hidden or all(each.heed is Heed.YES or each.failed for each in answers):
        return asks, answers
    proof = nowhere(hidden)
    told = state.search_results.get(proof)
    if told is None or told.heed is not Heed.YES:
        return (*asks, proof), answers
    return asks, tuple(msgspec.structs.replace(each, heed=Heed.YES) for each in answers)
