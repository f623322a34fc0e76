"""Sort the rows. Pure."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any

import msgspec

from tui.model.order import OrderDetail, OrderSummary, Phase, effective_progress, phase_of
from tui.model.order_facts import AnyOrder, OrderFacts, facts_of
from tui.model.state import State


class SortKey(msgspec.Struct, frozen=True):
    column: str
    descending: bool = False


Sort = tuple[SortKey, ...]
"""The first key is the primary one. Rows with equal keys are in the order of the list."""

NEWEST_FIRST: Sort = (SortKey("created", descending=True),)

MAX_SORT_KEYS = 3

DESCENDING_FIRST = frozenset({"created", "progress", "size", "duration", "jobs"})
"""The columns that are sorted in descending order first."""

Value = Any
"""A sort value; None if unknown. The values of one column are comparable."""


def sort_by(sort: Sort, column: str) -> Sort:
    """Return `sort` with `column` as its primary key."""
    if sort and sort[0].column == column:
        return sort
    first = SortKey(column, column in DESCENDING_FIRST)
    return (first, *(key for key in sort if key.column != column))[:MAX_SORT_KEYS]


def reversed_sort(sort: Sort) -> Sort:
    """Return `sort` with its primary key reversed."""
    first, *others = sort
    return (SortKey(first.column, not first.descending), *others)


class SortedRows(msgspec.Struct, frozen=True):
    """`unsortable` are the rows that are last because their detail was not read."""

    rows: tuple[OrderSummary, ...]
    unsortable: tuple[OrderSummary, ...] = ()


def sort_rows(state: State, rows: tuple[OrderSummary, ...], sort: Sort) -> SortedRows:
    """Sort `rows`, which are in the order of the list. Unknown values are last in any direction."""
    if sort[-1:] == NEWEST_FIRST:
        sort = sort[:-1]
    if not sort:
        return SortedRows(rows)
    has_facts = state.details.keys() | state.gone.keys()
    facts = {order.id: facts_of(state, order) for order in rows if order.id in has_facts}
    result = list(rows)
    unsortable: dict[str, OrderSummary] = {}
    for key in reversed(sort):
        known, unknown = _sorted_by(key, result, facts)
        result = known + unknown
        unsortable |= {order.id: order for order in unknown if order.id not in facts}
    return SortedRows(tuple(result), tuple(unsortable.values()))


def _sorted_by(
    key: SortKey, rows: list[OrderSummary], facts: Mapping[str, OrderFacts]
) -> tuple[list[OrderSummary], list[OrderSummary]]:
    """Return the rows with a known value, sorted, and the other rows."""
    value_of = SORT_VALUES[key.column]
    values = [value_of(facts.get(order.id, order)) for order in rows]
    known = [index for index, value in enumerate(values) if value is not None]
    known.sort(key=values.__getitem__, reverse=key.descending)
    unknown = [order for order, value in zip(rows, values, strict=True) if value is None]
    return [rows[index] for index in known], unknown


_RANKS = {phase: rank for rank, phase in enumerate(Phase)}


@lru_cache(256)
def _status_rank(status: str) -> Value:
    """Sort statuses by phase, and by their word within one."""
    return _RANKS[phase_of(status)], status.upper()


def _status(order: AnyOrder) -> Value:
    return (len(Phase), "") if order.gone else _status_rank(order.status)


def _age(order: AnyOrder) -> Value:
    return None if order.created is None else -order.created


def _of_detail(value_of: Callable[[OrderDetail], Value]) -> Callable[[AnyOrder], Value]:
    return lambda order: None if order.detail is None else value_of(order.detail)


def _folded(text: str | None) -> Value:
    return None if text is None else (text.casefold(), text)


def profiles_of(detail: OrderDetail) -> str | None:
    """Return the profile names of the sub-jobs; an older server sends only ids."""
    names = [job.profile.name or job.profile.id for job in detail.jobs]
    return ", ".join(dict.fromkeys(name for name in names if name)) or None


SORT_VALUES: Mapping[str, Callable[[AnyOrder], Value]] = MappingProxyType(
    {
        "id": lambda order: order.id,
        "status": _status,
        "progress": lambda order: effective_progress(order.progress, order.phase),
        "created": lambda order: order.created,
        "age": _age,
        "file": _of_detail(lambda detail: _folded(detail.filename)),
        "label": _of_detail(lambda detail: _folded(detail.label)),
        "profile": _of_detail(lambda detail: _folded(profiles_of(detail))),
        "jobs": _of_detail(lambda detail: detail.job_count),
        "size": _of_detail(lambda detail: detail.size),
        "duration": _of_detail(lambda detail: detail.duration),
        "comment": _of_detail(lambda detail: _folded(detail.comment)),
    }
)
"""By column."""
