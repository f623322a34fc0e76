"""What changed between two lists of orders, and what follows from it. Pure.

An order that is as it was is the same object in both: that makes it cheap.
"""

from collections import Counter
from collections.abc import Sequence
from itertools import compress, islice
from operator import is_not
from typing import NamedTuple

from tui.model.order import InvalidRow, OrderSummary, Snapshot


class ListDiff(NamedTuple):
    """What of two lists is not the same object in the same place of both. Whatever is in one
    of them only is there; so may be what has only moved.
    """

    before: list[OrderSummary]
    after: list[OrderSummary]


def diff_orders(before: Sequence[OrderSummary], after: Sequence[OrderSummary]) -> ListDiff:
    """Compare from the end, for new orders come at the head; where that is the same in both,
    from there.
    """
    same_head = before[:1] and after[:1] and before[0] is after[0]
    length = min(len(before), len(after))
    old, new = (0, 0) if same_head else (len(before) - length, len(after) - length)
    differ = map(is_not, islice(before, old, None), islice(after, new, None))
    places = list(compress(range(length), differ))
    return ListDiff(
        [*before[:old], *(before[old + place] for place in places), *before[old + length :]],
        [*after[:new], *(after[new + place] for place in places), *after[new + length :]],
    )


def next_snapshot(
    before: Snapshot, orders: tuple[OrderSummary, ...], unreadable: tuple[InvalidRow, ...] = ()
) -> Snapshot:
    """`Snapshot(orders, unreadable)`, made from what is not as it was `before`."""
    left, come = diff_orders(before.orders, orders)
    index, words = dict(before.index), Counter(before.status_counts)
    newer = {order.id: order for order in come}
    for order in left:
        words[order.status] -= 1
        if order.id not in newer:
            del index[order.id]
    index.update(newer)
    words.update(order.status for order in newer.values())
    return Snapshot(orders, unreadable, index, +words)
