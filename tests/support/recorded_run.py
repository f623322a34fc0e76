"""A run of the recorder: lists, details and what they gave to record, on a clock of its own."""

from tui.history.knowledge import Knowledge
from tui.history.recorder import Recorder
from tui.history.records import Records, Sample, Stored
from tui.model.events import (
    ClockReading,
    DataInvalidated,
    DetailRead,
    Event,
    ListLoaded,
    OrdersFailed,
    Paused,
    TimingsChanged,
)
from tui.model.history import Change, Span
from tui.model.order import OrderDetail, OrderSummary, Profile, Snapshot, SubJob
from tui.model.ports import Failure, FailureKind
from tui.model.state import State, reduce
from tui.model.timing import OrderTiming

WALL = 1e9
"""How much the wall clock is ahead of the monotonic one, which starts at 0."""

INTERVAL = 5.0
DETAIL_INTERVAL = 15.0


def detail(
    name: str,
    status: str | None,
    *progress: float | None,
    profile: str = "hls",
    comment: str | None = None,
    label: str | None = None,
) -> OrderDetail:
    jobs = tuple(SubJob(Profile("1", profile), progress=percent) for percent in progress)
    filename = f"{name}.mp4"
    return OrderDetail(name, status, filename=filename, label=label, comment=comment, jobs=jobs)


class RecordedRun:
    """Applies events as `OrderMonitor` does. `now` is the monotonic time; all results are kept."""

    def __init__(self, stall_after: float = 600.0, *, now: float = 0.0, wall: float = WALL) -> None:
        self.recorder = Recorder(stall_after)
        self.state = State()
        self.now = now
        self.wall = wall
        self.records: list[Records] = []

    @property
    def at(self) -> ClockReading:
        return ClockReading(self.wall + self.now, self.now)

    def restored(self, stored: Stored = Stored()) -> "RecordedRun":  # noqa: B008 - frozen
        self._take(self.recorder.restore(stored, Knowledge(stored.samples)))
        return self

    def apply(self, event: Event) -> Records:
        before, self.state = self.state, reduce(self.state, event)
        return self._take(self.recorder.observe(before, event, self.state))

    def _take(self, records: Records) -> Records:
        self.records.append(records)
        self.state = reduce(self.state, TimingsChanged(records.timings))
        return records

    def listed(self, **statuses: str) -> Records:
        """The whole list was read now."""
        return self.rows(*(OrderSummary(name, status) for name, status in statuses.items()))

    def rows(self, *rows: OrderSummary) -> Records:
        index = self.state.index  # a row that did not change is the same object
        orders = tuple(known if (known := index.get(row.id)) == row else row for row in rows)
        known_list = self.state.snapshot
        snapshot = Snapshot(orders)
        if known_list is not None and known_list.orders == orders:
            snapshot = known_list
        return self.apply(ListLoaded(snapshot, self.at, INTERVAL))

    def detail(self, name: str, status: str | None, *progress: float | None) -> Records:
        """A detail was read now."""
        return self.read(detail(name, status, *progress))

    def read(self, answer: OrderDetail) -> Records:
        return self.apply(DetailRead(answer, self.at))

    def poll(self, seconds: float, **details: tuple[str, float]) -> None:
        """Poll for some seconds without a change of the list; `details` are read, too."""
        end = self.now + seconds
        next_detail = self.now + DETAIL_INTERVAL
        while self.now + INTERVAL <= end:
            self.now += INTERVAL
            self.rows(*self.state.orders)
            if self.now >= next_detail:
                next_detail += DETAIL_INTERVAL
                for name, (status, progress) in details.items():
                    self.detail(name, status, progress)
        self.now = end

    def pause(self) -> None:
        self.apply(Paused(True))

    def resume(self) -> None:
        self.apply(Paused(False))

    def fail(self) -> None:
        self.apply(OrdersFailed(Failure(FailureKind.SLOW), self.wall + self.now + 10))

    def suspend(self, seconds: float) -> None:
        self.now += seconds
        self.apply(DataInvalidated(self.at))

    @property
    def changes(self) -> list[Change]:
        return [change for records in self.records for change in records.changes]

    @property
    def samples(self) -> list[Sample]:
        return [sample for records in self.records for sample in records.samples]

    @property
    def spans(self) -> list[Span]:
        """The spans as they are at the end."""
        last: dict[float, Span] = {}
        for span in (span for records in self.records for span in records.spans):
            last[span.start] = span
        for span in self.recorder.finish().spans:
            last[span.start] = span
        return list(last.values())

    def timing(self, name: str) -> OrderTiming:
        return self.state.timings[name]
