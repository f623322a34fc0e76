"""The statuses of an order and their life.

QUEUED → DOWNLOADING → TRANSCODING → UPLOADING → FINISHED, with ERROR from any of them and
a requeue from ERROR back to QUEUED (api.md, sources O and P). A status that is none of
these is shown as it came and counts as active.
"""
# FOLD """Orders as the program knows them. Times are UTC epoch seconds, sizes bytes, durations
# FOLD seconds, progress percent (0 to 100); None is "not said" or "not readable". Every text has
# FOLD passed the sanitiser.
# FOLD """

import re
import zlib
from collections import Counter
from collections.abc import Mapping, Sequence
from enum import Enum
from types import MappingProxyType

import msgspec

from tui.model.api_url import is_path_segment
from tui.sanitize import sanitize_line


class Phase(Enum):
    """What a status word means to this program."""

    QUEUED = "queued"
    DOWNLOADING = "downloading"
    TRANSCODING = "transcoding"
    UPLOADING = "uploading"
    FINISHED = "finished"
    ERROR = "error"
    UNKNOWN = "unknown"

    @property
    def is_final(self) -> bool:
        """True when nothing more happens to the order by itself."""
        return self in (Phase.FINISHED, Phase.ERROR)


_PHASES = {phase.name: phase for phase in Phase if phase is not Phase.UNKNOWN}
_PHASES["PENDING"] = Phase.QUEUED  # P's older word


def phase_of(status: str) -> Phase:
    """The phase that a status word names, whatever its case."""
    return _PHASES.get(status.strip().upper(), Phase.UNKNOWN)


_encoder = msgspec.msgpack.Encoder()
_PLAIN = re.compile(r"[0-9A-Za-z_-]+")
_LONGEST_ID = 100


def is_id(text: str) -> bool:
    """True if `text` can be an id: it is sent back in a path, so it must be exactly what it looks
    like, and one part of that path.
    """
    if len(text) > _LONGEST_ID:
        return False
    # A hundred thousand ids may come at once, and nearly all are as plain as this.
    if _PLAIN.fullmatch(text):
        return True
    return is_path_segment(text) and sanitize_line(text, _LONGEST_ID + 1) == text


class OrderSummary(
    msgspec.Struct, frozen=True, gc=False, array_like=True, forbid_unknown_fields=True
):
    """One order as the list tells it (S: `id`, `created_on`, `status`). Where it is kept, it is
    an array, for there may be a hundred thousand.
    """

    id: str
    status: str
    created: float | None = None
    progress: float | None = None

    @property
    def phase(self) -> Phase:
        return phase_of(self.status)


class InvalidRow(msgspec.Struct, frozen=True, gc=False):
    """A row of the list that could not be read: its position from 0, and why."""

    position: int
    reason: str


class Snapshot(msgspec.Struct, frozen=True):
    """The list of orders as one poll found it, newest first.

    The time of the poll is kept beside it and not in it, so that equal lists are equal.
    `index` has the orders by id, `status_counts` how many have each status word. Both are made of
    `orders`; only `tui.model.snapshot.follow`, which makes them for less, hands them in.
    """

    orders: tuple[OrderSummary, ...] = ()
    invalid_rows: tuple[InvalidRow, ...] = ()
    index: Mapping[str, OrderSummary] = MappingProxyType({})
    status_counts: Mapping[str, int] = MappingProxyType({})

    def __post_init__(self) -> None:
        if self.orders and not self.index:
            index = {order.id: order for order in self.orders}
            msgspec.structs.force_setattr(self, "index", index)
            counts = Counter(order.status for order in self.orders)
            msgspec.structs.force_setattr(self, "status_counts", counts)


class Profile(msgspec.Struct, frozen=True, gc=False):
    id: str | None = None
    name: str | None = None


class SubJob(msgspec.Struct, frozen=True):
    """One rendition of an order (S: an item of `transcodingjob_set`)."""

    profile: Profile
    filename: str | None = None
    label: str | None = None
    progress: float | None = None


class MediaLocation(msgspec.Struct, frozen=True, gc=False):
    """Where a file comes from or goes to; credentials in `url` are masked."""

    url: str | None = None
    protocol: str | None = None
    user: str | None = None


class OrderDetail(msgspec.Struct, frozen=True):
    """One order with its sub-jobs. `id` is the id that was asked for: S's detail answers
    with an `order_id` that is in no list.
    """

    id: str
    status: str | None = None
    created: float | None = None
    filename: str | None = None
    label: str | None = None
    comment: str | None = None
    size: int | None = None
    duration: float | None = None
    source: MediaLocation | None = None
    uploads: tuple[MediaLocation, ...] = ()
    notifications: tuple[str, ...] = ()
    jobs: tuple[SubJob, ...] = ()
    more_uploads: int = 0
    more_notifications: int = 0
    more_jobs: int = 0
    """How many of each the answer has beyond those that are kept."""
    compressed_json: bytes = b""
    """The answer as compact JSON with its secrets masked, compressed with zlib."""
    raw_omitted: int = 0
    """How many characters of the answer `raw_json` has no room for."""

    @property
    def raw_json(self) -> str:
        return zlib.decompress(self.compressed_json).decode() if self.compressed_json else ""

    @property
    def job_count(self) -> int:
        return len(self.jobs) + self.more_jobs

    @property
    def stored_size(self) -> int:
        """About how many bytes it takes; in memory it is a few times that."""
        return len(_encoder.encode(self))


def job_progress(job: SubJob, phase: Phase) -> float | None:
    """The percent to draw for a sub-job of an order in `phase`.

    S shows 0.0 on the sub-jobs of a FINISHED order: the order's final status outranks the
    sub-job's number.
    """
    return 100.0 if phase is Phase.FINISHED else job.progress


def mean_progress(detail: OrderDetail, phase: Phase) -> float | None:
    """The mean of the sub-jobs' percents; None when there are none or any is unknown."""
    return mean_percent([job_progress(job, phase) for job in detail.jobs], detail, phase)


def mean_percent(known: Sequence[float | None], detail: OrderDetail, phase: Phase) -> float | None:
    """The mean of `known`, the percents of a detail's sub-jobs; None where any is missing."""
    numbers = [percent for percent in known if percent is not None]
    is_whole = len(numbers) == len(known) and (not detail.more_jobs or phase is Phase.FINISHED)
    return sum(numbers) / len(numbers) if numbers and is_whole else None
