"""Which order details to request, and when. Times are seconds of the monotonic clock and are
passed in.
"""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from heapq import nlargest
from itertools import chain, islice, takewhile
from operator import itemgetter
from typing import NamedTuple

import msgspec

from tui.model.order import OrderDetail, OrderSummary, Phase, phase_of
from tui.model.order_facts import status_of
from tui.model.ports import CachedDetail, Failure
from tui.model.snapshot import diff_orders
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
    detail was requested, or a later one that the detail knew already; None if it is outdated. The
    list had the order at `listed_at`, if its status may come back unseen.
    """

    detail: TimedDetail | None = None
    listed_status: str | None = None
    listed_at: float = -math.inf
    read_at: float = -math.inf
    not_before: float = -math.inf
    failures: FailureStreak = msgspec.field(default_factory=FailureStreak)
    size: int = 0


_Due = tuple[float, str]


class DetailScheduler(msgspec.Struct):
    """Knows what is selected, in view and required, and what has been read of it. The list is read
    every `list_interval` seconds.
    """

    refresh: float
    list_interval: float = 0.0
    selected: str | None = None
    visible: tuple[str, ...] = ()
    _selected_at: float = -math.inf
    _selected_due: float = -math.inf
    _refreshed_at: float = -math.inf
    _scrolled_at: float = -math.inf
    _watched: tuple[str, ...] = ()
    _failed: tuple[str, ...] = ()
    _running: dict[str, None] = msgspec.field(default_factory=dict)
    """The listed orders that are active and not queued, those that run the longest first."""
    _required: tuple[str, ...] = ()
    _list: MergedList = msgspec.field(default_factory=MergedList)
    _orders: tuple[OrderSummary, ...] = ()
    _records: dict[str, _Record] = msgspec.field(default_factory=dict)
    _returning: set[str] = msgspec.field(default_factory=set)
    """The ids whose status may come back unseen: the detail says failed or waiting."""
    _whole: dict[str, TimedDetail] = msgspec.field(default_factory=dict)
    """The details that are not trimmed, the oldest first."""
    _size: int = 0
    _doubtful: dict[str, None] = msgspec.field(default_factory=dict)
    """The failed orders of an earlier run: they may have been requeued and have failed again."""
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

    def refresh_selected(self, now: float) -> None:
        """Read the selected order again now, whatever was read, requested or failed before."""
        self._refreshed_at = self._selected_due = now
        if record := self._records.get(self.selected or ""):
            record.listed_status = None
            record.not_before = -math.inf

    def is_superseded(self, order_id: str, requested: float) -> bool:
        """Return whether the user asked for the order again after it was requested."""
        return order_id == self.selected and requested < self._refreshed_at

    def on_list(
        self, merged: MergedList, is_gap: Callable[[float, float], bool], wall: float
    ) -> None:
        """Record a change of the list at `wall`, in UTC epoch seconds. `is_gap` says whether so
        much time lies between two reads of an order that its status may have come back unseen: then
        its detail is outdated.
        """
        self._list = merged
        self._watched = tuple(merged.active_beyond_page)
        orders = merged.snapshot.orders if merged.snapshot is not None else ()
        if orders is not self._orders:
            removed, added = diff_orders(self._orders, orders)
            changed = {each.id for each in (*removed, *added)} if self._orders else self._records
            self._orders = orders
            for order_id in changed:
                self._on_status(order_id)
            self._note_running(removed, added)
            since = wall - policy.FAILED_WINDOW
            recent = takewhile(lambda each: each.created is None or each.created > since, orders)
            failed = (each for each in recent if each.phase is Phase.ERROR)
            self._failed = tuple(each.id for each in failed if each.created is not None)
        for order_id in self._returning:
            record = self._records[order_id]
            before, record.listed_at = record.listed_at, merged.read_at(order_id)
            if is_gap(before, record.listed_at):
                record.listed_status = None

    def _note_running(self, removed: Iterable[OrderSummary], added: Iterable[OrderSummary]) -> None:
        words = self._list.snapshot.status_counts if self._list.snapshot is not None else ()
        phases = {word: phase_of(word) for word in words}
        running = {
            w for w, phase in phases.items() if not (phase.is_final or phase is Phase.QUEUED)
        }
        for order in removed:
            self._running.pop(order.id, None)
        self._running.update(dict.fromkeys(each.id for each in added if each.status in running))

    def _on_status(self, order_id: str) -> None:
        """Mark the detail as outdated if the list has another status than it, even if the status is
        back to what it was before the detail can be read.
        """
        record, status = self._records.get(order_id), self.listed_status(order_id)
        if record is not None and record.listed_status not in (None, status):
            is_known = record.detail is not None and record.detail.detail.status == status
            record.listed_status = status if is_known else None

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
        self._forget(order_id)  # the new one is the last to be evicted
        self._records[order_id] = _Record(timed, listed_status, listed_at, now, size=size)
        self._size += size
        if not timed.detail.is_trimmed:
            self._whole[order_id] = timed
        if timed.phase is Phase.ERROR or timed.phase.is_waiting:
            self._returning.add(order_id)

    def restore(self, details: Mapping[str, TimedDetail]) -> None:
        """Start with the details of an earlier run, which are of orders that had ended."""
        for order_id, timed in details.items():
            is_failed = timed.phase is Phase.ERROR
            self.on_read(timed, None if is_failed else timed.detail.status, -math.inf)
            if is_failed:
                self._doubtful[order_id] = None

    def ended_details(self) -> list[CachedDetail]:
        """Return what to keep for the next start: what is known of the newest orders that have
        ended.
        """
        kept: list[TimedDetail] = []
        for order_id, record in self._records.items():
            timed, summary = record.detail, self._list.index.get(order_id)
            if timed is None or summary is None or timed.phase is not summary.phase:
                continue
            is_current = record.listed_status == summary.status
            if timed.phase is Phase.ERROR or (timed.phase is Phase.FINISHED and is_current):
                kept.append(timed)
        if len(kept) > policy.MAX_KEPT_DETAILS:
            newest = nlargest(policy.MAX_KEPT_DETAILS, kept, lambda each: each.detail.created or 0)
            kept = newest
        return [CachedDetail(each.sent.wall, each.detail) for each in kept]

    def on_failed(self, order_id: str, failure: Failure, now: float, jitter: float) -> float:
        """Record a failure; return the seconds until the next try."""
        record = self._records.setdefault(order_id, _Record())
        wait = record.failures.add(failure, now, jitter)
        record.read_at = now
        record.not_before = now + wait
        return wait

    def is_whole_needed(self, order_id: str) -> bool:
        """Return whether more of its detail is shown, now or after one key, than in its row."""
        return order_id == self.selected or order_id in self.visible

    def trim(self) -> tuple[OrderDetail, ...]:
        """Trim the oldest whole details if there are too many; return what is left of them."""
        is_large = self._size > policy.MAX_DETAILS_BYTES
        if len(self._whole) <= policy.MAX_WHOLE_DETAILS and not is_large:
            return ()
        others = (each for each in self._whole if not self.is_whole_needed(each))
        oldest = list(islice(others, max(1, policy.MAX_WHOLE_DETAILS // 10)))
        return tuple(self._trim(order_id) for order_id in oldest)

    def _trim(self, order_id: str) -> OrderDetail:
        timed = self._whole.pop(order_id)
        trimmed, record = timed.detail.trimmed(), self._records[order_id]
        size = trimmed.stored_size
        self._size += size - record.size
        record.detail, record.size = msgspec.structs.replace(timed, detail=trimmed), size
        return trimmed

    def evict(self) -> tuple[str, ...]:
        """Forget the oldest details if there are still too many; return their ids."""
        if len(self._records) <= policy.MAX_DETAILS and self._size <= policy.MAX_DETAILS_BYTES:
            return ()
        others = (each for each in self._records if not self.is_whole_needed(each))
        evicted = tuple(islice(others, max(1, policy.MAX_DETAILS // 20)))
        for order_id in evicted:
            self._forget(order_id)
        return evicted

    def _forget(self, order_id: str) -> None:
        record = self._records.pop(order_id, None)
        self._size -= record.size if record is not None else 0
        self._whole.pop(order_id, None)
        self._doubtful.pop(order_id, None)
        self._returning.discard(order_id)

    def due_details(self) -> Iterator[DetailDue]:
        """Yield every detail worth a request, the most important first."""
        if self.selected is not None:
            due = self._due(self.selected, policy.SELECTED_CADENCE, whole=True)
            due = max(due, self._selected_due)
            if due < math.inf:
                yield DetailDue(due, self.selected, urgent=True)
        cadence = policy.row_cadence(self.refresh)
        rested = max(self._scrolled_at, self._selected_at) + policy.VIEW_DEBOUNCE
        active: list[_Due] = []
        names: list[_Due] = []
        for order_id in self.visible:
            due = self._due(order_id, cadence, in_view=True)
            if due < math.inf:  # most rows have ended and were read
                group = active if self._is_active(order_id) else names
                group.append((max(due, rested), order_id))
        beyond = [
            (self._due(each, cadence), each) for each in self._watched if each not in self.visible
        ]
        hidden = (each for each in self._running if each not in self.visible)
        background = [
            (self._due(each, policy.BACKGROUND_CADENCE, in_view=True), each)
            for each in islice(hidden, policy.MAX_BACKGROUND)
        ]
        for group in (active, names, beyond, background):
            group.sort(key=itemgetter(0))
        reasons = self._once(self._failed)
        # Many active orders must not starve what is read only once.
        has_room = policy.may_read_ahead(len(self._records), self._size)
        required = self._once(chain(self._required, self._doubtful) if has_room else ())
        groups: list[Iterable[_Due]] = [active, reasons, names, beyond, required]
        if self._active_streak >= policy.MAX_ACTIVE_STREAK:
            groups = [reasons, names, required, active, beyond]
        groups.append(background)
        for due, order_id in chain.from_iterable(groups):
            if due < math.inf and order_id != self.selected:
                yield DetailDue(due, order_id, urgent=False)

    def _once(self, order_ids: Iterable[str]) -> Iterator[_Due]:
        """Yield the orders as they come: there may be thousands, and few of them are read now."""
        return ((self._due(order_id, math.inf), order_id) for order_id in order_ids)

    def _due(
        self, order_id: str, cadence: float, *, in_view: bool = False, whole: bool = False
    ) -> float:
        """Return when to read a detail again: at once if it is missing or outdated, and every
        `cadence` seconds while the order progresses, or the list does not confirm that it waits.
        """
        record = self._records.get(order_id)
        if record is None:
            return -math.inf
        summary = self._list.index.get(order_id)
        if summary is None:  # no longer listed: what was read of it stays
            return math.inf
        is_lacking = record.detail is None or (whole and record.detail.detail.is_trimmed)
        if is_lacking or summary.status != record.listed_status:
            return record.not_before
        phase, confirmed_at = self._phase(summary), record.read_at
        if phase.is_final or (in_view and summary.progress is not None):
            return math.inf  # it has ended, or the list has all that its row shows
        if phase.is_waiting:
            confirmed_at = max(confirmed_at, self._list.read_at(order_id))
            cadence = policy.waiting_cadence(cadence, self.list_interval)
        return max(confirmed_at + cadence, record.not_before)

    def _is_active(self, order_id: str) -> bool:
        summary = self._list.index.get(order_id)
        return summary is not None and not self._phase(summary).is_final

    def _phase(self, summary: OrderSummary) -> Phase:
        record = self._records.get(summary.id)
        timed = record.detail if record is not None else None
        return phase_of(status_of(summary, self._list.read_at(summary.id), timed))
