"""The interfaces between the layers, and how a call can fail.

Failures are values: a call returns its answer or a `Failure`, and raises for nothing that a
server or a network did.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import Enum
from typing import Generic, Protocol, TypeVar

import msgspec

from tui.model.order import OrderDetail, Snapshot
from tui.model.pages import Page, PageRequest


class FailureKind(Enum):
    """The kinds of failure; `tui.formatting` has the sentence for each."""

    NAME = "the host's name is not found"
    UNREACHABLE = "no route to the host"
    REFUSED = "the connection is refused"
    PROXY = "the proxy variables cannot be used"
    UNTRUSTED = "the certificate is not trusted"
    SLOW = "no whole answer within the deadline"
    CUT = "the connection was cut"
    CREDENTIALS = "client id or secret rejected"
    SCOPE = "the scope of the token is refused"
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
    REJECTED = "the server refuses what was asked for"
    READ_ONLY = "the client is read-only"
    INTERNAL = "a fault of this program"


class Failure(msgspec.Struct, frozen=True):
    """Why a call has no answer. `status` is the HTTP status if one arrived, `retry_after` the
    seconds that the server asked to wait; `hint` is sanitised and may be empty.
    """

    kind: FailureKind
    status: int | None = None
    retry_after: float | None = None
    hint: str = ""


Content_co = TypeVar("Content_co", covariant=True)


class CachedAnswer(msgspec.Struct, Generic[Content_co], frozen=True):
    """An answer from an HTTP cache that had stored it for `age` seconds."""

    content: Content_co
    age: float


ListAnswer = Snapshot | Page | CachedAnswer[Snapshot | Page] | Failure
DetailAnswer = OrderDetail | CachedAnswer[OrderDetail] | Failure


class Api(Protocol):
    """The reads of the API (source S)."""

    async def orders(self) -> ListAnswer:
        """Return every order of the company, newest first; only the newest page if the server
        pages its list and has more.
        """

    async def page(self, part: PageRequest) -> ListAnswer:
        """Return another page; everything if the server has no paging."""

    async def order(self, order_id: str) -> DetailAnswer:
        """Return one order with its sub-jobs."""

    async def company_name(self) -> str:
        """Return the name of the account's company; empty if the login doesn't tell it."""

    async def aclose(self) -> None:
        """Close every connection."""


class CachedDetail(msgspec.Struct, frozen=True, array_like=True):
    """What an earlier run stored of a detail: it is trimmed. Requested at `requested_at` (UTC epoch
    seconds).
    """

    requested_at: float
    detail: OrderDetail


class CachedList(msgspec.Struct, frozen=True):
    """A list that an earlier run stored. It was requested at `requested_at` (UTC epoch seconds).
    `snapshot` may have its first orders only, and `details` theirs; `status_counts` counts all
    orders. The details are of orders that had ended.
    """

    snapshot: Snapshot
    requested_at: float
    status_counts: Mapping[str, int]
    details: tuple[CachedDetail, ...] = ()


class ListCache(Protocol):
    """Stores the last list of one company between two runs. Nothing is raised: what can't be
    written, or is not exactly what was written, is missing.
    """

    def load_head(self) -> CachedList | None:
        """Return the list with as many of its first orders as can be read at once."""

    async def load_all(self) -> CachedList | None:
        """Return the list with all of its orders."""

    def store(
        self,
        snapshot: Snapshot,
        requested_at: float,
        details: Callable[[], Sequence[CachedDetail]],
    ) -> None:
        """Queue the newest list for writing, without waiting. `details` are read when it is
        written.
        """

    async def aclose(self) -> None:
        """Write what is queued."""


class ExportResult(msgspec.Struct, frozen=True):
    """The path of a new file, as text to show, and a sentence if it or the one beside it could not
    be written.
    """

    path: str = ""
    problem: str = ""


class ExportTarget(Protocol):
    """Where exports are written."""

    async def write(
        self, extension: str, chunks: Iterable[bytes], meta: bytes = b""
    ) -> ExportResult:
        """Write a new file of `chunks`, which are iterated in another thread; then `meta`, if any,
        to a file of the same name and `.meta.json`.
        """
