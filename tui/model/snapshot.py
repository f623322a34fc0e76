"""The differences between two lists of orders. Pure.

An order that did not change is the same object in both lists, so identity is compared.
"""

from collections import Counter
from collections.abc import Sequence
from itertools import compress, islice
from operator import is_not

from tui.model.order import InvalidRow, OrderSummary, Snapshot


def diff_orders(
    before: Sequence[OrderSummary], after: Sequence[OrderSummary]
) -> tuple[list[OrderSummary], list[OrderSummary]]:
    """Return the orders of each list that are not the same object at the same place in the other:
    every added, removed and changed order; moved ones may be among them.

    Places are counted from the end, because new orders come first in the list, or from the start
    if the first order is the same.
    """
    same_head = before[:1] and after[:1] and before[0] is after[0]
    length = min(len(before), len(after))
    old, new = (0, 0) if same_head else (len(before) - length, len(after) - length)
    differ = map(is_not, islice(before, old, None), islice(after, new, None))
    places = list(compress(range(length), differ))
    return (
        [*before[:old], *(before[old + place] for place in places), *before[old + length :]],
        [*after[:new], *(after[new + place] for place in places), *after[new + length :]],
    )


def next_snapshot(
    before: Snapshot, orders: tuple[OrderSummary, ...], invalid_rows: tuple[InvalidRow, ...] = ()
) -> Snapshot:
    """Return `Snapshot(orders, invalid_rows)`, at the cost of its differences from `before`."""
    removed, added = diff_orders(before.orders, orders)
    index, counts = dict(before.index), Counter(before.status_counts)
    newer = {order.id: order for order in added}
    for order in removed:
        counts[order.status] -= 1
        if order.id not in newer:
            del index[order.id]
    index.update(newer)
    counts.update(order.status for order in newer.values())
    return Snapshot(orders, invalid_rows, index, +counts)
