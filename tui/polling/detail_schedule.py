"""Which order details to request, and when. Times are seconds of the monotonic clock and are
passed in.
"""

import math
from collections.abc import Callable, Iterable
from typing import NamedTuple

import msgspec

from tui.model.order import Phase, phase_of
from tui.model.order_facts import status_of
from tui.model.ports import Failure
from tui.model.state import TimedDetail
from tui.polling import policy
from tui.polling.list_merge import MergedList
from tui.polling.policy import FailureStreak


class DetailDue(NamedTuple):
    """An order whose detail is worth a request from `due` on; only the selected order is
    `urgent`.
    """

    due: float
    order_id: str
    urgent: bool


class _Record(msgspec.Struct):
    """What was read of an order, or failed. `listed_status` is the status in the list when the
    detail was requested; None if the detail is outdated. The list had the order at `listed_at`.
    """

    detail: TimedDetail | None = None
    listed_status: str | None = None
    listed_at: float = -math.inf
    read_at: float = -math.inf
    not_before: float = -math.inf
    failures: FailureStreak = msgspec.field(default_factory=FailureStreak)
    size: int = 0


class DetailScheduler(msgspec.Struct):
    """Knows what is selected, in view and required, and what has been read of it."""

    refresh: float
    selected: str | None = None
    visible: tuple[str, ...] = ()
    _selected_at: float = -math.inf
    _selected_due: float = -math.inf
    _scrolled_at: float = -math.inf
    _watched: tuple[str, ...] = ()
    _required: tuple[str, ...] = ()
    _list: MergedList = msgspec.field(default_factory=MergedList)
    _records: dict[str, _Record] = msgspec.field(default_factory=dict)
    _active_streak: int = 0

    def select(self, order_id: str | None, now: float) -> None:
        """Read an order at once, or, if the cursor is moving, when it stops."""
        if order_id == self.selected:
            return
        is_moving = now - self._selected_at < policy.CURSOR_MOVING
        self.selected = order_id
        self._selected_at = now
        self._selected_due = now + policy.SELECTION_DEBOUNCE if is_moving else now

    def set_visible(self, order_ids: Iterable[str], now: float) -> None:
        """Read the orders in view, top first. A few rows more or less is not scrolling."""
        visible = tuple(order_ids)
        if len(set(visible) & set(self.visible)) * 2 < len(visible):
            self._scrolled_at = now
        self.visible = visible

    def set_required(self, order_ids: Iterable[str]) -> None:
        """Read these orders once, in view or not."""
        self._required = tuple(order_ids)

    def refresh_selected(self) -> None:
        """Read the selected order again now, whatever was read or failed before."""
        if record := self._records.get(self.selected or ""):
            record.listed_status = None
            record.not_before = -math.inf

    def on_list(self, orders: MergedList, is_gap: Callable[[float, float], bool]) -> None:
        """Record a change of the list. `is_gap` says whether so much time lies between two reads of
        a failed order that it may have been relaunched and have failed again: then its detail is
        outdated.
        """
        self._list = orders
        self._watched = tuple(orders.active_beyond_page)
        for order_id, record in self._records.items():
            before, record.listed_at = record.listed_at, orders.read_at(order_id)
            has_failed = phase_of(record.listed_status or "") is Phase.ERROR
            # Outdated even if the status is back to what it was before the detail can be read.
            if record.listed_status != self.listed_status(order_id) or (
                has_failed and is_gap(before, record.listed_at)
            ):
                record.listed_status = None

    def listed_status(self, order_id: str) -> str | None:
        summary = self._list.index.get(order_id)
        return summary.status if summary is not None else None

    def on_requested(self, order_id: str) -> None:
        """Count the active orders in a row, so that others get their turn."""
        if order_id != self.selected:
            self._active_streak = self._active_streak + 1 if self._is_active(order_id) else 0

    def on_read(self, timed: TimedDetail, listed_status: str | None, now: float) -> None:
        order_id, size = timed.detail.id, timed.detail.stored_size
        listed_at = self._list.read_at(order_id)
        self._records.pop(order_id, None)  # the new one is the last to be evicted
        self._records[order_id] = _Record(timed, listed_status, listed_at, now, size=size)

    def on_failed(self, order_id: str, failure: Failure, now: float, jitter: float) -> float:
        """Record a failure; return the seconds until the next try."""
        record = self._records.setdefault(order_id, _Record())
        wait = record.failures.add(failure, now, jitter)
        record.read_at = now
        record.not_before = now + wait
        return wait

    def evict(self) -> tuple[str, ...]:
        """Forget the oldest details if there are too many; return their ids."""
        size = sum(record.size for record in self._records.values())
        if len(self._records) <= policy.MAX_DETAILS and size <= policy.MAX_DETAILS_BYTES:
            return ()
        needed = {*self.visible, *self._required, self.selected}
        others = [order_id for order_id in self._records if order_id not in needed]
        evicted = tuple(others[: policy.MAX_DETAILS // 10])
        for order_id in evicted:
            del self._records[order_id]
        return evicted

    def due_details(self) -> list[DetailDue]:
        """Every detail worth a request, the most important first."""
        rested = max(self._scrolled_at, self._selected_at) + policy.VIEW_DEBOUNCE
        actives_turn = self._active_streak < policy.MAX_ACTIVE_STREAK
        watch_cadence = max(self.refresh, policy.WATCH_CADENCE)
        found: list[tuple[int, float, str]] = []  # rank, due, order
        if self.selected is not None:
            due = max(self._due(self.selected, policy.SELECTED_CADENCE), self._selected_due)
            found.append((0, due, self.selected))
        for order_id in self.visible:
            is_active = self._is_active(order_id)
            due = self._due(order_id, self.refresh, is_active=is_active)
            if due < math.inf:  # most rows have ended and were read
                rank = 1 if is_active == actives_turn else 2
                found.append((rank, max(due, rested), order_id))
        beyond = (each for each in self._watched if each not in self.visible)
        found += [(2, self._due(order_id, watch_cadence), order_id) for order_id in beyond]
        found += [(2, self._due(order_id, math.inf), order_id) for order_id in self._required]
        found.sort(key=lambda item: item[:2])
        return [
            DetailDue(due, order_id, urgent=rank == 0)
            for rank, due, order_id in found
            if due < math.inf and (rank == 0 or order_id != self.selected)
        ]

    def _due(self, order_id: str, cadence: float, *, is_active: bool | None = None) -> float:
        record = self._records.get(order_id)
        if record is None:
            return -math.inf
        if order_id not in self._list.index:  # no longer listed: what was read of it stays
            return math.inf
        return policy.detail_due(
            record.read_at,
            record.not_before,
            cadence,
            is_outdated=record.detail is None
            or self.listed_status(order_id) != record.listed_status,
            is_active=self._is_active(order_id) if is_active is None else is_active,
        )

    def _is_active(self, order_id: str) -> bool:
        summary = self._list.index.get(order_id)
        if summary is None:
            return False
        record = self._records.get(order_id)
        timed = record.detail if record is not None else None
        return not phase_of(status_of(summary, self._list.read_at(order_id), timed)).is_final
