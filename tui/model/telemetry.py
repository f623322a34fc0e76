"""What the program records about itself: requests, the token, the log of events.

Its size is bounded and it holds no secret. `at` is in UTC epoch seconds.
"""

import math
import re
from collections import Counter, deque
from collections.abc import Sequence
from typing import Literal, NamedTuple, get_args

import msgspec

from tui.model.account import Session
from tui.model.events import ClockReading
from tui.model.history import Accuracy
from tui.model.ports import Failure, FailureKind
from tui.model.state import State

RequestKind = Literal["token", "orders", "order", "companies", "profiles", "minutes", "write"]
"""The purpose of a request; `orders` is the list, `profiles` are these and what they may name."""

REQUEST_KINDS: tuple[RequestKind, ...] = get_args(RequestKind)

MAX_RECENT_REQUESTS = 500
"""How many requests are stored one by one; latencies are computed from these."""

MAX_LOG_ENTRIES = 100

_XID = re.compile(r"XID [0-9]+")  # of a request, in the hint of its failure

ANSWERED, ENDED_EARLY = "answered", "ended early"


class RequestRecord(msgspec.Struct, frozen=True, gc=False):
    """One request, sent at `at`, and its outcome after `ms` milliseconds. `path` has no query;
    `size` is the bytes of a successful answer. Without a size and a failure it was cancelled: by
    its deadline or by the end of the program.
    """

    kind: RequestKind
    method: str
    path: str
    at: float
    ms: int
    status: int | None = None
    failure: FailureKind | None = None
    size: int | None = None

    @property
    def outcome(self) -> str:
        """`ANSWERED`, `ENDED_EARLY`, or the failure's description."""
        if self.failure is not None:
            return self.failure.value
        return ENDED_EARLY if self.size is None else ANSWERED

    @property
    def has_answer(self) -> bool:
        """True if the server sent a complete answer, even an error."""
        return self.status is not None and self.outcome != ENDED_EARLY


class TokenInfo(msgspec.Struct, frozen=True):
    """The current token. `lifetime` (None if the server did not send it) and `renew_after` are
    seconds from `obtained` on.
    """

    obtained: ClockReading
    lifetime: float | None
    renew_after: float


class LogEntry(msgspec.Struct, frozen=True):
    """A sentence that was logged `times` times in a row, first at `since`, last at `at`."""

    since: float
    at: float
    text: str
    times: int = 1


class PollingStatus(msgspec.Struct, frozen=True):
    """What the poller is doing and what it waits for. `requests_used` of `requests_limit`
    requests were sent in the last minute.

    Times are seconds of the monotonic clock. No request is sent before `paused_until`, because of
    `pause_failure`; no detail is requested before `details_paused_until`, because of
    `details_pause_failure`.
    """

    paused: bool
    requests_used: int
    requests_limit: int
    is_fetching_list: bool
    details_in_flight: int
    next_list_at: float
    paused_until: float
    pause_failure: Failure | None
    details_paused_until: float = -math.inf
    details_pause_failure: Failure | None = None


class Telemetry:
    """Collects the records; read by the diagnostics dialog."""

    def __init__(self, started: float) -> None:
        self.started = started
        self.token: TokenInfo | None = None
        self.recent: deque[RequestRecord] = deque(maxlen=MAX_RECENT_REQUESTS)
        self.counts: Counter[tuple[RequestKind, str]] = Counter()
        """How many requests of each kind had each outcome since the start."""
        self.log: deque[LogEntry] = deque(maxlen=MAX_LOG_ENTRIES)

    def record_request(self, request: RequestRecord) -> None:
        self.recent.append(request)
        self.counts[request.kind, request.outcome] += 1

    def set_token(self, token: TokenInfo | None) -> None:
        """Replace the current token; None if there is none, or it was rejected."""
        self.token = token

    def log_event(self, text: str, at: float) -> None:
        """Log `text`, which is sanitised. A repetition, if with another XID, is only counted: it
        displaces no entry.
        """
        last = self.log[-1] if self.log else None
        if last is not None and _XID.sub("", last.text) == _XID.sub("", text):
            self.log[-1] = LogEntry(last.since, at, text, last.times + 1)
        else:
            self.log.append(LogEntry(at, at, text))

    def latencies(self, kind: RequestKind) -> list[int]:
        """Return the milliseconds of the recent requests of `kind` that were answered."""
        return [each.ms for each in self.recent if each.kind == kind and each.has_answer]


class Diagnosis(NamedTuple):
    """What was observed up to `now`. `about` are names and values that don't change."""

    now: ClockReading
    telemetry: Telemetry
    polling: PollingStatus
    session: Session
    about: Sequence[tuple[str, str]]
    state: State
    accuracy: Accuracy | None = None
    """How the estimates came true; None without a history."""
    history_problem: str = ""


def percentile(values: Sequence[int], fraction: float) -> int | None:
    """Return the smallest of `values` that at least `fraction` (0 to 1) of them don't exceed; None
    if there are none.
    """
    return sorted(values)[max(0, math.ceil(fraction * len(values)) - 1)] if values else None
