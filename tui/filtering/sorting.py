"""The order of the rows. Pure."""

from collections.abc import Callable, Mapping, Sequence
from itertools import compress
from operator import not_
from types import MappingProxyType
from typing import Any

import msgspec

from tui.model.order import OrderDetail, OrderSummary, Phase, effective_progress, phase_of
from tui.model.order_facts import OrderFacts, facts_of
from tui.model.state import State


class SortKey(msgspec.Struct, frozen=True):
    column: str
    descending: bool = False


Sort = tuple[SortKey, ...]
"""The first key counts most, where it is the same for two orders the next, and last the list's
own order: newest first.
"""

NEWEST_FIRST: Sort = (SortKey("created", descending=True),)

MAX_SORT_KEYS = 3

DESCENDING_FIRST = frozenset({"created", "progress", "size", "duration", "jobs"})
"""Of these what is most is looked for first."""

Value = Any
"""What two orders are compared by; None where it is not known."""

_LAST = len(Phase)
_RANKS = {phase: rank for rank, phase in enumerate(Phase)}


def sort_by(sort: Sort, column: str) -> Sort:
    """`column` counts most from now on, and what did until now decides between equals."""
    if sort and sort[0].column == column:
        return sort
    first = SortKey(column, column in DESCENDING_FIRST)
    return (first, *(key for key in sort if key.column != column))[:MAX_SORT_KEYS]


def reversed_sort(sort: Sort) -> Sort:
    """The other way round, in what counts most."""
    first, *others = sort
    return (SortKey(first.column, not first.descending), *others)


class SortedRows(msgspec.Struct, frozen=True):
    """`unplaced` are the orders that stand last because their detail was not read yet."""

    rows: tuple[OrderSummary, ...]
    unsortable: tuple[OrderSummary, ...] = ()


def sort_rows(state: State, rows: tuple[OrderSummary, ...], sort: Sort) -> SortedRows:
    """`rows` are in the order of the list. What is not known is last, whichever way it goes."""
    if sort[-1:] == NEWEST_FIRST:
        sort = sort[:-1]
    if not sort:
        return SortedRows(rows)
    special = state.details.keys() | state.gone.keys()
    known = {order.id: facts_of(state, order) for order in rows if order.id in special}
    found = list(rows)
    unplaced: dict[str, OrderSummary] = {}
    for key in reversed(sort):
        placed, unknown = _sorted_by(key, found, known)
        found = placed + unknown
        unplaced |= {order.id: order for order in unknown if order.id not in known}
    return SortedRows(tuple(found), tuple(unplaced.values()))


def _sorted_by(
    key: SortKey, rows: list[OrderSummary], known: Mapping[str, OrderFacts]
) -> tuple[list[OrderSummary], list[OrderSummary]]:
    """The rows whose value is known, sorted, and the others. Made for a hundred thousand rows, of
    which a few were read: of the others the list alone tells.
    """
    told = {order_id: SORT_VALUES[key.column](facts) for order_id, facts in known.items()}
    of_listed = _LISTED.get(key.column)
    if of_listed is None:
        has = {order_id for order_id, value in told.items() if value is not None}
        placed = [order for order in rows if order.id in has]
        unknown = [order for order in rows if order.id not in has]
        values = [told[order.id] for order in placed]
    else:
        values, placed, unknown = of_listed(rows), rows, []
        for place, order in enumerate(rows) if known else ():
            if order.id in told:
                values[place] = told[order.id]
        if None in values:
            said = [value is not None for value in values]
            placed, unknown = list(compress(rows, said)), list(compress(rows, map(not_, said)))
            values = list(compress(values, said))
    places = sorted(range(len(placed)), key=values.__getitem__, reverse=key.descending)
    return [placed[place] for place in places], unknown


def _status(facts: OrderFacts) -> Value:
    return (_LAST, "") if facts.gone else _rank(facts.status)


def _rank(status: str) -> Value:
    """As an order goes through its life; within a phase by the word."""
    return _RANKS[phase_of(status)], status.upper()


def _progress(facts: OrderFacts) -> Value:
    return effective_progress(facts.progress, facts.phase)


def _age(created: float | None) -> Value:
    return None if created is None else -created


def _listed_statuses(rows: Sequence[OrderSummary]) -> list[Value]:
    ranks = {status: _rank(status) for status in {order.status for order in rows}}
    return [ranks[order.status] for order in rows]


def _listed_progresses(rows: Sequence[OrderSummary]) -> list[Value]:
    phases = {status: phase_of(status) for status in {order.status for order in rows}}
    return [effective_progress(order.progress, phases[order.status]) for order in rows]


_LISTED: Mapping[str, Callable[[Sequence[OrderSummary]], list[Value]]] = MappingProxyType(
    {
        "id": lambda rows: [order.id for order in rows],
        "status": _listed_statuses,
        "progress": _listed_progresses,
        "created": lambda rows: [order.created for order in rows],
        "age": lambda rows: [_age(order.created) for order in rows],
    }
)
"""What the list alone tells of many orders; of the other columns it tells nothing."""


def _read(tell: Callable[[OrderDetail], Value]) -> Callable[[OrderFacts], Value]:
    return lambda facts: None if facts.detail is None else tell(facts.detail)


def _folded(text: str | None) -> Value:
    return None if text is None else (text.casefold(), text)


def profiles_of(detail: OrderDetail) -> str | None:
    """The profiles of its sub-jobs; an older server tells their numbers alone."""
    names = [job.profile.name or job.profile.id for job in detail.jobs]
    return ", ".join(dict.fromkeys(name for name in names if name)) or None


SORT_VALUES: Mapping[str, Callable[[OrderFacts], Value]] = MappingProxyType(
    {
        "id": lambda facts: facts.id,
        "status": _status,
        "progress": _progress,
        "created": lambda facts: facts.created,
        "age": lambda facts: _age(facts.created),
        "file": _read(lambda detail: _folded(detail.filename)),
        "label": _read(lambda detail: _folded(detail.label)),
        "profile": _read(lambda detail: _folded(profiles_of(detail))),
        "jobs": _read(lambda detail: detail.job_count),
        "size": _read(lambda detail: detail.size),
        "duration": _read(lambda detail: detail.duration),
        "comment": _read(lambda detail: _folded(detail.comment)),
    }
)
"""By the name of each column."""
