"""What a filter needs: details, the clock, and what of it a server could look for by itself."""

from datetime import tzinfo

import msgspec

from tui.model.query.tree import (
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
from tui.model.query.values import span_of
from tui.model.status import Phase, phase_of


def needs_detail(query: Query) -> bool:
    """Whether the list alone may leave an order undecided."""
    return any(map(_needs_detail, terms_of(query)))


def _needs_detail(term: Term) -> bool:
    match term:
        case StatusTerm() | CreatedTerm() | NumberTerm("age") | TextTerm("id"):
            return False
        case _:
            return True


def moves(query: Query) -> bool:
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


class ServerFilters(msgspec.Struct, frozen=True):
    """The list call's own filters (O), None where the query has none. `since` and `until` are
    epoch seconds, both included.

    Where to look first, not an answer: how a server compares is not known (whole names or
    parts of them, with or without their case), so what it leaves out may still match.
    """

    status: str | None = None
    order_id: str | None = None
    profile_name: str | None = None
    since: float | None = None
    until: float | None = None
    search: str | None = None


def server_filters(query: Query, now: float, zone: tzinfo | None = None) -> ServerFilters:
    """What every match must have, of the first term of each kind; times within all of them."""
    terms = query.parts if isinstance(query, And) else (query,)
    words = [word for term in terms for word in _word(term)]
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
        case TextTerm("id", (Pattern(text, False),), True):
            return [("order_id", text)]
        case TextTerm("profile", (Pattern(text, False),)):
            return [("profile_name", text)]
        case Words((Pattern(text, False),)):
            return [("search", text)]
        case _:
            return []


def _span(term: Query, now: float, zone: tzinfo | None) -> tuple[float | None, float | None] | None:
    match term:
        case NumberTerm("age", "<" | "<=", ages):
            return now - max(ages), None
        case NumberTerm("age", _, ages):
            return None, now - min(ages)
        case CreatedTerm(comparison, whens):
            spans = [span_of(when, now, zone) for when in whens]
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
