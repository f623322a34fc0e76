"""What the layers ask of one another, and how a call can fail. Failures are values: a call
returns its answer or a `Failure`, and never raises for what a server or a network did.
"""

from collections.abc import Iterable, Mapping
from enum import Enum
from typing import Generic, Protocol, TypeVar

import msgspec

from tui.model.order import OrderDetail, Snapshot
from tui.model.pages import Page, PageRequest


class FailureKind(Enum):
    """The kinds of failure; each has its own sentence in `tui.formatting`."""

    NAME = "the host's name is not found"
    UNREACHABLE = "no route to the host"
    REFUSED = "the connection is refused"
    PROXY = "the proxy variables cannot be used"
    UNTRUSTED = "the certificate is not trusted"
    SLOW = "no whole answer within the deadline"
    CUT = "the connection was cut"
    CREDENTIALS = "the credentials are rejected"
    FORBIDDEN = "no permission for this company"
    NO_ACCESS = "no permission for this order"
    MISSING = "not found"
    LIMITED = "rate limited"
    SERVER = "the server failed"
    REDIRECTED = "a redirect, which is never followed"
    OTHER_SLASH = "a redirect to the same path with or without its slash"
    NOT_THE_API = "not JSON: a proxy or a login page"
    SHAPE = "JSON of another shape"
    TOO_LARGE = "the answer is too large"
    ENCODED = "a content encoding that was not requested"
    CACHED = "an old copy from a cache"
    STATUS = "an unexpected status"
    INTERNAL = "a fault of this program"


class Failure(msgspec.Struct, frozen=True):
    """Why a call has no answer. `status` is the HTTP status where one came; `retry_after`
    is in seconds, as the server asked; `hint` is sanitised and may be empty.
    """

    kind: FailureKind
    status: int | None = None
    retry_after: float | None = None
    hint: str = ""


Content_co = TypeVar("Content_co", covariant=True)


class CachedAnswer(msgspec.Struct, Generic[Content_co], frozen=True):
    """An answer that a cache on the way had kept for `age` seconds."""

    content: Content_co
    age: float


ListAnswer = Snapshot | Page | CachedAnswer[Snapshot | Page] | Failure
DetailAnswer = OrderDetail | CachedAnswer[OrderDetail] | Failure


class Api(Protocol):
    """The two reads of the seed document."""

    async def orders(self) -> ListAnswer:
        """Every order of the company, newest first; where the server gives its list in pieces
        and has many, the newest page of it.
        """

    async def page(self, part: PageRequest) -> ListAnswer:
        """Another piece; a server that knows no pieces gives everything."""

    async def order(self, order_id: str) -> DetailAnswer:
        """One order with its sub-jobs."""

    async def aclose(self) -> None:
        """Release every connection."""


class CachedList(msgspec.Struct, frozen=True):
    """A list that an earlier run kept. `requested_at` is when its request was sent (UTC epoch
    seconds); `snapshot` may hold its first orders only, `status_counts` counts all by their status.
    """

    snapshot: Snapshot
    requested_at: float
    status_counts: Mapping[str, int]


class ListCache(Protocol):
    """Where the last list of one company is kept between two runs. What cannot be kept, and
    what is not exactly as it was kept, is not there; nothing is raised.
    """

    def load_head(self) -> CachedList | None:
        """The list with as many of its orders as are read in no time."""

    async def load_all(self) -> CachedList | None:
        """The list with all of its orders."""

    def store(self, snapshot: Snapshot, requested_at: float) -> None:
        """Take the newest list, to be written soon; nothing is waited for."""

    async def aclose(self) -> None:
        """Write what was not written yet."""


class Actions(Protocol):
    """The writes. Each is sent once and never repeated."""

    async def requeue(self, order_id: str) -> Failure | None:
        """Relaunch one order; None when the server took it."""


class ExportResult(msgspec.Struct, frozen=True):
    """A new file's place as text to show, or the sentence of why there is none."""

    path: str = ""
    problem: str = ""


class ExportTarget(Protocol):
    """Where what is exported goes."""

    async def write(self, ending: str, pieces: Iterable[bytes]) -> ExportResult:
        """Make a new file of `pieces`, which are asked for in another thread."""
