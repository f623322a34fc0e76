"""Sort the rows. Pure."""

from collections.abc import Mapping

import msgspec

from tui.model.columns import COLUMNS, sort_value
from tui.model.order import OrderSummary
from tui.model.order_facts import FactsCache, OrderFacts
from tui.model.state import State


class SortKey(msgspec.Struct, frozen=True):
    column: str
    descending: bool = False


Sort = tuple[SortKey, ...]
"""The first key is the primary one. Rows with equal keys are in the order of the list."""

NEWEST_FIRST: Sort = (SortKey("created", descending=True),)

MAX_SORT_KEYS = 3

RESET = "reset"
"""Stands for a column in `sort_by`: back to the order of the list."""

Rows = tuple[OrderSummary, ...]


def sort_by(sort: Sort, column: str) -> Sort:
    """Return `sort` with `column` as its primary key, or `NEWEST_FIRST` for `RESET`."""
    if column == RESET:
        return NEWEST_FIRST
    if sort and sort[0].column == column:
        return sort
    first = SortKey(column, COLUMNS[column].starts_descending)
    return (first, *(key for key in sort if key.column != column))[:MAX_SORT_KEYS]


def reversed_sort(sort: Sort) -> Sort:
    first, *others = sort
    return (SortKey(first.column, not first.descending), *others)


def needs_timings(sort: Sort) -> bool:
    """Return whether the rows are sorted by what the history knows."""
    return any(COLUMNS[key.column].observed for key in sort)


def needs_all_timings(sort: Sort) -> bool:
    """Return whether they are sorted by the timings of orders that have ended, too."""
    columns = (COLUMNS[key.column].observed for key in sort)
    return any(column is not None and column.is_of_ended for column in columns)


def sort_rows(
    state: State, rows: Rows, sort: Sort, cache: FactsCache, now: float
) -> tuple[Rows, Rows]:
    """Sort `rows`, which are in the order of the list. Unknown values are last in any direction;
    return also the rows that are last because their detail was not read. `now` is that of
    `observed_until`.
    """
    if sort[-1:] == NEWEST_FIRST:
        sort = sort[:-1]
    if not sort:
        return rows, ()
    has_facts = state.details.keys() | state.gone.keys()
    if needs_timings(sort):
        has_facts |= state.timings.keys()
    facts = {order.id: cache.facts_of(order) for order in rows if order.id in has_facts}
    result = list(rows)
    unsortable: dict[str, OrderSummary] = {}
    for key in reversed(sort):
        known, unknown = _sorted_by(key, result, facts, now)
        result = known + unknown
        if COLUMNS[key.column].observed is None:
            unread = (order for order in unknown if order.id not in state.details)
            unsortable |= {order.id: order for order in unread if order.id not in state.gone}
    return tuple(result), tuple(unsortable.values())


def _sorted_by(
    key: SortKey, rows: list[OrderSummary], facts: Mapping[str, OrderFacts], now: float
) -> tuple[list[OrderSummary], list[OrderSummary]]:
    """Return the rows with a known value, sorted, and the other rows."""
    value_of = sort_value(COLUMNS[key.column], now)
    values = list(map(value_of, [facts.get(order.id, order) for order in rows] if facts else rows))
    known = [index for index, value in enumerate(values) if value is not None]
    known.sort(key=values.__getitem__, reverse=key.descending)
    unknown = [order for order, value in zip(rows, values, strict=True) if value is None]
    return [rows[index] for index in known], unknown
