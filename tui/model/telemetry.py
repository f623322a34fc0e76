"""What the program observes of itself: every request, the token, the last events. Bounded,
nothing of it is secret, and times are handed in: `at` is UTC epoch seconds.
"""

import math
from collections import Counter, deque
from collections.abc import Sequence
from typing import Literal, get_args

import msgspec

from tui.model.events import ClockReading
from tui.model.ports import Failure, FailureKind

RequestKind = Literal["token", "orders", "order", "companies", "write"]
"""What a request is for; `orders` is the list."""

REQUEST_KINDS: tuple[RequestKind, ...] = get_args(RequestKind)

MAX_RECENT_REQUESTS = 500
"""How many requests are kept one by one; latencies are those of these."""

MAX_LOG_ENTRIES = 100

ANSWERED, ENDED_EARLY = "answered", "ended early"


class RequestRecord(msgspec.Struct, frozen=True, gc=False):
    """One request, sent at `at`, and what came of it after `ms` milliseconds. `path` has no
    query; `size` is in bytes of a good answer. Where there is neither a size nor a trouble it
    was ended from outside: by its deadline, or the program's end.
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
        """`ANSWERED`, `ENDED_EARLY`, or what the trouble was."""
        if self.failure is not None:
            return self.failure.value
        return ENDED_EARLY if self.size is None else ANSWERED

    @property
    def has_answer(self) -> bool:
        """True when the server answered to the end, be it by an error."""
        return self.status is not None and self.outcome != ENDED_EARLY


class TokenInfo(msgspec.Struct, frozen=True):
    """The token in force: `lifetime` and `renew_after` are seconds from `obtained` on; the first is
    None where the server did not tell it.
    """

    obtained: ClockReading
    lifetime: float | None
    renew_after: float


class LogEntry(msgspec.Struct, frozen=True):
    """A sentence that was true `times` times in a row, first at `since`, last at `at`."""

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
    """Told of everything by whoever sees it, read when a person wants to know."""

    def __init__(self, started: float) -> None:
        self.started = started
        self.token: TokenInfo | None = None
        self.recent: deque[RequestRecord] = deque(maxlen=MAX_RECENT_REQUESTS)
        self.counts: Counter[tuple[RequestKind, str]] = Counter()
        """How many requests of each kind had each outcome since the start."""
        self.log: deque[LogEntry] = deque(maxlen=MAX_LOG_ENTRIES)

    def record_request(self, exchange: RequestRecord) -> None:
        self.recent.append(exchange)
        self.counts[exchange.kind, exchange.outcome] += 1

    def set_token(self, token: TokenInfo | None) -> None:
        """Another token is in force; None where there is none yet, or it was refused."""
        self.token = token

    def log_event(self, text: str, at: float) -> None:
        """`text` is sanitised. What repeats itself is counted: it must not drive out the rest."""
        last = self.log[-1] if self.log else None
        if last is not None and last.text == text:
            self.log[-1] = LogEntry(last.since, at, text, last.times + 1)
        else:
            self.log.append(LogEntry(at, at, text))

    def latencies(self, kind: RequestKind) -> list[int]:
        """Milliseconds of the recent requests of a kind that were answered."""
        return [each.ms for each in self.recent if each.kind == kind and each.has_answer]


def percentile(values: Sequence[int], part: float) -> int | None:
    """The smallest of `values` that `part` (0 to 1) of them do not exceed; None of none."""
    return sorted(values)[max(0, math.ceil(part * len(values)) - 1)] if values else None
