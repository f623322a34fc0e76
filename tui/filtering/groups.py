"""Rows in groups: orders that are stalled, other active ones, recently failed ones, and others."""

from collections.abc import Collection, Mapping
from itertools import compress, count
from operator import attrgetter, not_
from typing import NamedTuple

from tui.filtering.sorting import Rows
from tui.model.order import Phase, phase_of
from tui.model.state import State

RECENT = 24 * 3600
"""Seconds after its creation in which a failed order is in the group of failed ones."""

_STATUS = attrgetter("status")


class Group(NamedTuple):
    """Rows that follow each other under a heading, in a color role unless it is `dim`."""

    title: str
    size: int
    role: str
    is_kept: bool = True
    """True if the heading is shown when there are no such rows."""


class Grouping(NamedTuple):
    """What decides the group of an order besides the list: the statuses of `fresher_statuses`, and
    the orders of `stalled_ids`.
    """

    fresher: Mapping[str, str]
    stalled: Collection[str] = ()


def group_rows(
    state: State, grouping: Grouping, rows: Rows, now: float
) -> tuple[Rows, tuple[Group, ...]]:
    """Return `rows` group by group, in the same order within each, at `now` (UTC epoch seconds)."""
    known = {order_id: phase_of(word) for order_id, word in grouping.fresher.items()}
    words = {word for word in state.status_counts if phase_of(word) is Phase.FINISHED}
    failures = {word for word in state.status_counts if phase_of(word) is Phase.ERROR}
    reopened = {each for each in known if each in state.index and state.index[each].status in words}
    # Nearly all orders are finished: no Python code runs for each of those.
    is_finished = list(map(words.__contains__, map(_STATUS, rows)))
    if reopened:
        is_finished = [
            each and order.id not in reopened for each, order in zip(is_finished, rows, strict=True)
        ]
    stuck: list[int] = []
    active: list[int] = []
    failed: list[int] = []
    for index in compress(count(), map(not_, is_finished)):
        order = rows[index]
        is_recent = order.created is not None and order.created > now - RECENT
        if not is_recent and order.status in failures and order.id not in known:
            continue  # most of the unfinished ones
        phase = known.get(order.id, order.phase)
        if order.id in state.gone:
            continue
        if not phase.is_final:
            (stuck if order.id in grouping.stalled else active).append(index)
        elif phase is Phase.ERROR and is_recent:
            failed.append(index)
    is_other = bytearray(b"\1") * len(rows)
    for index in (*stuck, *active, *failed):
        is_other[index] = 0
    groups = (
        Group("Stalled", len(stuck), "warning", is_kept=False),
        Group("Active", len(active), Phase.TRANSCODING.value),
        Group("Failed in the last 24 h", len(failed), Phase.ERROR.value),
        Group("Others", sum(is_other), "dim"),
    )
    leading = tuple(rows[index] for index in (*stuck, *active, *failed))
    return (*leading, *compress(rows, is_other)), groups
