"""Which details are worth asking for, and when. Knows times only as they are handed in, in
seconds of the monotonic clock.
"""

import math
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import NamedTuple

import msgspec

from tui.model.order import OrderDetail, OrderSummary, Phase, phase_of
from tui.model.order_facts import DETAIL_CADENCE, status_of
from tui.model.state import TimedDetail

SELECTION_DEBOUNCE = 0.25
"""Seconds that the cursor must rest, when it was moving, before its order is asked for."""

VIEW_DEBOUNCE = 1.0
"""Seconds that the view must rest before rows that are only seen are asked for."""

WATCH_CADENCE = 15.0
"""Seconds between two reads of an order at work that is neither seen nor told of by polls."""

MAX_KNOWN, MAX_KNOWN_BYTES = 2000, 32 * 1024 * 1024
"""How many details are kept, and of what size in all; the ones read longest ago go first."""

_MOVING = 0.3
_ACTIVES_IN_A_ROW = 3


class DetailDue(NamedTuple):
    """An order whose detail is worth asking for from `due` on. The selected order's is
    `urgent`; the others take what the budget leaves.
    """

    due: float
    order_id: str
    urgent: bool


class _Known(msgspec.Struct):
    reading: TimedDetail | None = None
    listed_as: str | None = None  # the status in the list when the detail was asked for
    read_at: float = -math.inf
    failures: int = 0
    failing_since: float = 0.0
    not_before: float = -math.inf
    size: int = 0


class DetailScheduler(msgspec.Struct):
    """What is selected and seen, what was read of it, and so what to read next."""

    refresh: float
    selected: str | None = None
    _selected_at: float = -math.inf
    _selected_due: float = -math.inf
    _visible: tuple[str, ...] = ()
    _moved_at: float = -math.inf
    _index: Mapping[str, OrderSummary] = msgspec.field(default_factory=dict)
    _listed_at: float = -math.inf
    _seen: Mapping[str, float] = msgspec.field(default_factory=dict)
    _watched: tuple[str, ...] = ()
    _needed: tuple[str, ...] = ()
    _known: dict[str, _Known] = msgspec.field(default_factory=dict)
    _known_bytes: int = 0
    _actives_asked: int = 0

    def select(self, order_id: str | None, now: float) -> None:
        """The first selection is due at once, those of a moving cursor when it rests."""
        if order_id == self.selected:
            return
        moving = now - self._selected_at < _MOVING
        self.selected = order_id
        self._selected_at = now
        self._selected_due = now + SELECTION_DEBOUNCE if moving else now

    def set_visible(self, order_ids: Iterable[str], now: float) -> None:
        """These rows are seen, top first. A few rows more or less is no movement."""
        visible = tuple(order_ids)
        if len(set(visible) & set(self._visible)) * 2 < len(visible):
            self._moved_at = now
        self._visible = visible

    def need(self, order_ids: Iterable[str]) -> None:
        """These are to be known, seen or not."""
        self._needed = tuple(order_ids)

    def listed(
        self,
        index: Mapping[str, OrderSummary],
        sent_at: float,
        seen: Mapping[str, float] = MappingProxyType({}),
        watched: Iterable[str] = (),
        is_gap: Callable[[float, float], bool] = lambda *_: False,
    ) -> None:
        """What the list says, asked for at `sent_at` or, by order, as `seen` has it. No poll
        tells more of the orders in `watched`, which are at work. Where `is_gap` between two
        times at which an order was asked for, it may have been relaunched and have failed again:
        where one that is in error has stopped is to be read once more.
        """
        in_error = {
            order_id: self._told_at(order_id)
            for order_id, known in self._known.items()
            if phase_of(known.listed_as or "") is Phase.ERROR
        }
        self._index = index
        self._listed_at = sent_at
        self._seen = seen
        self._watched = tuple(watched)
        for order_id, known in self._known.items():
            # It may be back where it was before it can be read: it was something else meanwhile.
            if known.listed_as != self.listed_as(order_id):
                known.listed_as = None
        for order_id, told in in_error.items():
            if is_gap(told, self._told_at(order_id)):
                self._known[order_id].listed_as = None

    def refresh_selected(self) -> None:
        """A person asks for the selected order now, whatever was read or failed before."""
        if known := self._known.get(self.selected or ""):
            known.listed_as = None
            known.not_before = -math.inf

    def listed_as(self, order_id: str) -> str | None:
        summary = self._index.get(order_id)
        return summary.status if summary is not None else None

    def asked(self, order_id: str) -> None:
        """A detail is being asked for. After three rows that are active comes one that has
        ended: many active ones must not keep the names of the others from being read.
        """
        if order_id != self.selected:
            self._actives_asked = self._actives_asked + 1 if self._is_active(order_id) else 0

    def read(
        self, detail: OrderDetail, reading: TimedDetail, listed_as: str | None, now: float
    ) -> None:
        """Note a detail."""
        self._drop(detail.id)
        known = _Known(reading, listed_as, now, size=detail.stored_size)
        self._known[detail.id] = known
        self._known_bytes += known.size

    def forget(self) -> tuple[str, ...]:
        """Forget the oldest where too many are known, answered or not; returns their ids."""
        if len(self._known) <= MAX_KNOWN and self._known_bytes <= MAX_KNOWN_BYTES:
            return ()
        wanted = {*self._visible, *self._needed, self.selected}
        spare = [order_id for order_id in self._known if order_id not in wanted]
        dropped = tuple(spare[: MAX_KNOWN // 10])
        for order_id in dropped:
            self._drop(order_id)
        return dropped

    def _drop(self, order_id: str) -> None:
        if (known := self._known.pop(order_id, None)) is not None:
            self._known_bytes -= known.size

    def failed(self, order_id: str, now: float) -> tuple[int, float]:
        """Note a failure; returns how many in a row, and for how many seconds so far."""
        known = self._known.setdefault(order_id, _Known())
        if known.failures == 0:
            known.failing_since = now
        known.failures += 1
        known.read_at = now
        return known.failures, now - known.failing_since

    def retry(self, order_id: str, not_before: float) -> None:
        self._known[order_id].not_before = not_before

    def due_details(self) -> list[DetailDue]:
        """Every detail worth asking for, the most pressing first."""
        found: list[tuple[bool, bool, DetailDue]] = []
        if self.selected is not None:
            due = max(self._due(self.selected, DETAIL_CADENCE), self._selected_due)
            found.append((False, False, DetailDue(due, self.selected, urgent=True)))
        actives_turn = self._actives_asked < _ACTIVES_IN_A_ROW
        rested = max(self._moved_at, self._selected_at) + VIEW_DEBOUNCE
        for order_id in self._visible:
            if order_id != self.selected:
                due = max(self._due(order_id, self.refresh), rested)
                want = DetailDue(due, order_id, urgent=False)
                found.append((True, self._is_active(order_id) != actives_turn, want))
        for order_id in self._watched:
            if order_id != self.selected and order_id not in self._visible:
                due = self._due(order_id, max(self.refresh, WATCH_CADENCE))
                found.append((True, True, DetailDue(due, order_id, urgent=False)))
        for order_id in self._needed:
            if order_id != self.selected:
                want = DetailDue(self._due(order_id, math.inf), order_id, urgent=False)
                found.append((True, True, want))
        found.sort(key=lambda item: (item[0], item[1], item[2].due))
        return [want for _, _, want in found if want.due < math.inf]

    def _due(self, order_id: str, cadence: float) -> float:
        known = self._known.get(order_id)
        if known is None:
            return -math.inf
        if order_id not in self._index:  # gone: what is known of it stays
            return math.inf
        if known.reading is None or self.listed_as(order_id) != known.listed_as:
            return known.not_before
        if self._is_active(order_id):
            return max(known.read_at + cadence, known.not_before)
        return math.inf

    def _is_active(self, order_id: str) -> bool:
        summary = self._index.get(order_id)
        if summary is None:
            return False
        known = self._known.get(order_id)
        reading = known.reading if known is not None else None
        return not phase_of(status_of(summary, self._told_at(order_id), reading)).is_final

    def _told_at(self, order_id: str) -> float:
        """When the last list that tells of the order was asked for."""
        return self._seen.get(order_id, self._listed_at)
