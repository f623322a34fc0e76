"""A history in memory that a test fills row by row."""

from collections.abc import Collection, Iterable, Mapping, Sequence

import msgspec

from tests.support.history_rows import add, database
from tui.history import order_profiles, statistics, timeline
from tui.history.activity import ChangeReader
from tui.history.past import PastReader
from tui.model.activity import ActivityFilter, ActivityPage, Revision
from tui.model.events import Event
from tui.model.history import Accuracy, Change, ChangedField, Span
from tui.model.order import OrderDetail
from tui.model.past import TimeStep
from tui.model.profile_uses import OrderProfiles
from tui.model.state import State
from tui.model.statistics import Statistics
from tui.model.timeline import OrderHistory
from tui.model.timing import OrderTiming


class MemoryHistory:
    """Implements `History`, of which it records nothing, `ChangeLog`, `PastHistory` and
    `StatisticsSource`. `reads` are the calls.

    `stored` are the timings that it answers with; `timings_asked` is for whose (None: all).
    The next event publishes `published`.
    """

    def __init__(self, changes: Iterable[Change] = (), spans: Iterable[Span] = ()) -> None:
        self.connection = database(changes, spans)
        self.problem = ""
        self.accuracy = Accuracy()
        self.revision = Revision()
        self.reads: list[str] = []
        self.closed = False
        self._past = PastReader()
        self._changes = ChangeReader()
        self.stored: dict[str, OrderTiming] = {}
        self.timings_asked: list[set[str] | None] = []
        self.published: dict[str, OrderTiming | None] = {}

    def know(self, detail: OrderDetail) -> None:
        """Record the detail of an order."""
        blob = msgspec.msgpack.encode(detail.trimmed())
        self.connection.execute("UPDATE orders SET detail = ? WHERE id = ?", (blob, detail.id))

    def record(self, change: Change) -> None:
        add(self.connection, change)
        others, progress = self.revision
        is_progress = change.field is ChangedField.PROGRESS
        self.revision = Revision(others + (not is_progress), progress + is_progress)

    def take_notices(self) -> Sequence[str]:
        return ()

    def observe(
        self,
        before: State,  # noqa: ARG002 - the port's
        event: Event,  # noqa: ARG002 - the port's
        after: State,  # noqa: ARG002 - the port's
    ) -> Mapping[str, OrderTiming | None]:
        published, self.published = self.published, {}
        return published

    async def timings(self, order_ids: Collection[str] | None) -> Mapping[str, OrderTiming]:
        self.timings_asked.append(None if order_ids is None else set(order_ids))
        wanted = self.stored if order_ids is None else order_ids
        return {each: self.stored[each] for each in wanted if each in self.stored}

    async def order_history(self, order_id: str) -> OrderHistory:
        self.reads.append(order_id)
        return timeline.order_history(self.connection, order_id)

    async def older_changes(self, before: int | None, wanted: ActivityFilter) -> ActivityPage:
        self.reads.append(f"older than {before}")
        return self._changes.older(self.connection, before, wanted)

    async def newer_changes(self, after: int, wanted: ActivityFilter) -> ActivityPage:
        self.reads.append(f"newer than {after}")
        return self._changes.newer(self.connection, after, wanted)

    async def changes_of(self, order_ids: Sequence[str]) -> Sequence[Change]:
        return timeline.changes_of(self.connection, order_ids)

    async def spans(self, start: float) -> Sequence[Span]:
        return timeline.spans_since(self.connection, start)

    async def past(self, start: float, steps: Sequence[TimeStep], latest: float) -> State | None:
        self.reads.append(f"past {len(steps)}")
        return self._past.read(self.connection, start, steps, latest)

    async def leave_past(self) -> None:
        self.reads.append("leave past")
        self._past = PastReader()

    async def statistics(self, edges: Sequence[float]) -> Statistics:
        self.reads.append("statistics")
        return statistics.read_statistics(self.connection, edges)

    async def ended_orders(self, edges: Sequence[float]) -> Statistics:
        self.reads.append("ended orders")
        return statistics.read_ended_orders(self.connection, edges)

    async def order_profiles(self, start: float) -> Sequence[OrderProfiles]:
        self.reads.append("order profiles")
        return order_profiles.read_order_profiles(self.connection, start)

    async def aclose(self) -> None:
        self.closed = True
