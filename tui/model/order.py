"""Orders, and the statuses of their life cycle.

QUEUED → DOWNLOADING → TRANSCODING → UPLOADING → FINISHED, with ERROR from any of them and a
requeue from ERROR back to QUEUED (api.md, sources O and P). Any other status counts as active
and is shown unchanged.

Times are UTC epoch seconds, sizes bytes, durations seconds, progress percent (0 to 100); None is
missing or not readable. Every text is sanitised.
"""

import re
import sys
import zlib
from collections import Counter
from collections.abc import Mapping
from enum import Enum
from functools import lru_cache
from types import MappingProxyType
from typing import ClassVar

import msgspec

from tui.model.api_url import is_path_segment
from tui.sanitize import sanitize_line


class Phase(Enum):
    """What a status word means to this program. `STATUSES` says all else about it."""

    QUEUED = "queued"
    DOWNLOADING = "downloading"
    TRANSCODING = "transcoding"
    UPLOADING = "uploading"
    FINISHED = "finished"
    ERROR = "error"
    UNKNOWN = "unknown"

    @property
    def is_final(self) -> bool:
        """True if the order stays as it is until someone requeues it."""
        return self in _FINAL

    @property
    def is_waiting(self) -> bool:
        """True if its sub-jobs have not begun, so that their progress doesn't change in it."""
        return self in _WAITING

    @property
    def starts_attempt(self) -> bool:
        """True if an order that had ended and is in it now has started again. A status that is not
        known is no sign of that, and none is that of an order that is gone.
        """
        return not self.is_final and self is not Phase.UNKNOWN


class Status(msgspec.Struct, frozen=True):
    """Everything about a status; the names are the values of `Phase`."""

    words: tuple[str, ...]
    """The words of the API, in upper case."""
    letter: str
    """The key that filters by it."""
    glyph: str
    ascii_glyph: str
    dark: str
    """Its color in our dark theme; `light` in our light theme."""
    light: str
    theme_color: str
    """The color of other themes that it takes, faded by `fade` (0 to 1)."""
    fade: float = 0.0
    ansi_color: str = "ansi_default"
    """Of the 16 ANSI colors only magenta and red are legible both on black and on white."""
    short_name: str | None = None
    """Its name where there is little room."""
    is_final: bool = False
    is_waiting: bool = False


STATUSES: Mapping[Phase, Status] = {
    Phase.QUEUED: Status(
        ("QUEUED", "PENDING"), "q", "◌", ".", "#9aa3b0", "#57606a", "foreground", fade=0.25,
        is_waiting=True,
    ),  # PENDING: an older word (source P)
    Phase.DOWNLOADING: Status(
        ("DOWNLOADING",), "d", "↓", "v", "#56b6c2", "#0b7285", "secondary",
        ansi_color="ansi_magenta", short_name="down", is_waiting=True,
    ),
    Phase.TRANSCODING: Status(
        ("TRANSCODING",), "t", "▶", ">", "#4fd6be", "#00796b", "primary",
        ansi_color="ansi_magenta", short_name="trans",
    ),
    Phase.UPLOADING: Status(
        ("UPLOADING",), "u", "↑", "^", "#c099ff", "#7b3fbf", "accent",
        ansi_color="ansi_magenta", short_name="up",
    ),
    Phase.FINISHED: Status(
        ("FINISHED",), "f", "✔", "+", "#8fb573", "#2f7d32", "success", is_final=True
    ),
    Phase.ERROR: Status(
        ("ERROR",), "e", "✖", "x", "#ff757f", "#c62828", "error",
        ansi_color="ansi_red", is_final=True,
    ),
    Phase.UNKNOWN: Status((), "n", "?", "?", "#e0c080", "#8a5a00", "warning"),
}  # fmt: skip
"""One row for each status: a new status is a member of `Phase` and a row here."""

_FINAL = tuple(phase for phase, status in STATUSES.items() if status.is_final)
_WAITING = tuple(phase for phase, status in STATUSES.items() if status.is_waiting)
_PHASES = {word: phase for phase, status in STATUSES.items() for word in status.words}


@lru_cache(256)  # a list has few words and up to 100,000 orders
def phase_of(status: str) -> Phase:
    """Return the phase of a status word in upper or lower case; UNKNOWN for any other word."""
    return _PHASES.get(status.strip().upper(), Phase.UNKNOWN)


_encoder = msgspec.msgpack.Encoder()
_PLAIN = re.compile(r"[0-9A-Za-z_-]+")
_MAX_ID = 100


def is_id(text: str) -> bool:
    """Return whether `text` can be an id. It is sent back as one segment of a path, so it must be
    exactly what it looks like.
    """
    if len(text) > _MAX_ID:
        return False
    # A fast path: a list may have 100,000 ids.
    if _PLAIN.fullmatch(text):
        return True
    return is_path_segment(text) and sanitize_line(text, _MAX_ID + 1) == text


class OrderSummary(
    msgspec.Struct, frozen=True, gc=False, array_like=True, forbid_unknown_fields=True
):
    """One order of the list (S: `id`, `created_on`, `status`). Encoded as an array, because the
    cache stores up to 100,000. Filters read what it has not, as of `OrderFacts`.
    """

    gone: ClassVar[bool] = False
    detail: ClassVar[None] = None
    is_detail_current: ClassVar[bool] = False
    failure_reason: ClassVar[None] = None
    timing: ClassVar[None] = None

    id: str
    status: str
    created: float | None = None
    progress: float | None = None

    @property
    def phase(self) -> Phase:
        return phase_of(self.status)


class InvalidRow(msgspec.Struct, frozen=True, gc=False):
    """A row of the list that could not be read: its position, from 0, and the reason."""

    position: int
    reason: str


class Snapshot(msgspec.Struct, frozen=True):
    """The list of orders of one poll, newest first. It has no time, so that equal lists are equal.

    `index` (orders by id) and `status_counts` (orders by status word) are derived from `orders`;
    only `tui.model.snapshot.next_snapshot`, which updates them incrementally, passes them.
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


_shared_profile = lru_cache(1024)(Profile)


class SubJob(msgspec.Struct, frozen=True):
    """One rendition of an order (S: an item of `transcodingjob_set`)."""

    profile: Profile
    filename: str | None = None
    label: str | None = None
    progress: float | None = None


class MediaLocation(msgspec.Struct, frozen=True, gc=False):
    """A source or destination of a file; credentials in `url` are masked."""

    url: str | None = None
    protocol: str | None = None
    user: str | None = None


class OrderDetail(msgspec.Struct, frozen=True, omit_defaults=True):
    """One order with its sub-jobs. `id` is the requested id: the detail of source S has another
    `order_id`, which is in no list.
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
    """How many of each the answer has beyond the decoder's limits."""
    compressed_json: bytes = b""
    """The answer as compact JSON with its secrets masked, compressed with zlib."""
    raw_omitted: int = 0
    """How many characters of the answer exceed the limit of `raw_json`."""
    is_trimmed: bool = False
    """True if it has only what columns, filters and sort orders use."""

    @property
    def raw_json(self) -> str:
        return zlib.decompress(self.compressed_json).decode() if self.compressed_json else ""

    @property
    def job_count(self) -> int:
        return len(self.jobs) + self.more_jobs

    def trimmed(self) -> "OrderDetail":
        """Return what columns, filters and sort orders use, without any address. Equal profiles and
        labels share their memory.
        """
        jobs = tuple(
            SubJob(
                _shared_profile(job.profile.id, job.profile.name),
                job.filename,
                None if job.label is None else sys.intern(job.label),
                job.progress,
            )
            for job in self.jobs
        )
        return OrderDetail(
            self.id,
            self.status,
            self.created,
            self.filename,
            self.label,
            self.comment,
            self.size,
            self.duration,
            jobs=jobs,
            more_jobs=self.more_jobs,
            is_trimmed=True,
        )

    @property
    def stored_size(self) -> int:
        """The encoded size in bytes; the memory used is a few times that."""
        return len(_encoder.encode(self))


def effective_progress(progress: float | None, phase: Phase) -> float | None:
    """Return `progress` as it is shown, sorted and filtered by: FINISHED is 100 %. Source S reports
    0.0 for the sub-jobs of a FINISHED order, so the order's status outranks the number.
    """
    return 100.0 if phase is Phase.FINISHED else progress


def mean_progress(detail: OrderDetail, phase: Phase) -> float | None:
    """Return the mean of the sub-jobs' percents; None if there are none or any is unknown."""
    known = [effective_progress(job.progress, phase) for job in detail.jobs]
    numbers = [percent for percent in known if percent is not None]
    is_complete = len(numbers) == len(known) and (not detail.more_jobs or phase is Phase.FINISHED)
    return sum(numbers) / len(numbers) if numbers and is_complete else None
