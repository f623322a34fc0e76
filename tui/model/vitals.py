"""What the program observes of itself: every request, the token, the last events. Bounded,
nothing of it is secret, and times are handed in: `at` is UTC epoch seconds.
"""

import math
from collections import Counter, deque
from collections.abc import Sequence
from typing import Literal, get_args

import msgspec

from tui.model.events import Moment
from tui.model.ports import Failure, Trouble

Kind = Literal["token", "orders", "order", "companies", "write"]
"""What a request is for; `orders` is the list."""

KINDS: tuple[Kind, ...] = get_args(Kind)

RECENT = 500
"""How many requests are kept one by one; latencies are those of these."""

HAPPENINGS = 100

ANSWERED, ENDED = "answered", "ended early"


class Exchange(msgspec.Struct, frozen=True, gc=False):
    """One request, sent at `at`, and what came of it after `ms` milliseconds. `path` has no
    query; `size` is in bytes of a good answer. Where there is neither a size nor a trouble it
    was ended from outside: by its deadline, or the program's end.
    """

    kind: Kind
    method: str
    path: str
    at: float
    ms: int
    status: int | None = None
    trouble: Trouble | None = None
    size: int | None = None

    @property
    def outcome(self) -> str:
        """`ANSWERED`, `ENDED`, or what the trouble was."""
        if self.trouble is not None:
            return self.trouble.value
        return ENDED if self.size is None else ANSWERED

    @property
    def has_answer(self) -> bool:
        """True when the server answered to the end, be it by an error."""
        return self.status is not None and self.outcome != ENDED


class TokenLife(msgspec.Struct, frozen=True):
    """The token in force: `lifetime` and `renew_after` are seconds from `got` on; the first is
    None where the server did not tell it.
    """

    got: Moment
    lifetime: float | None
    renew_after: float


class Happening(msgspec.Struct, frozen=True):
    """A sentence that was true `times` times in a row, first at `since`, last at `at`."""

    since: float
    at: float
    text: str
    times: int = 1


class Outlook(msgspec.Struct, frozen=True):
    """What the feed is doing and what it waits for. `list_due` and `hold_until` are seconds
    of the monotonic clock; what is due is asked for as soon as it may be. `hold` is why
    nothing is before `hold_until`, `details_hold` why no detail is before `details_hold_until`;
    `used` of `most` requests were sent in the last minute.
    """

    paused: bool
    used: int
    most: int
    asking_list: bool
    asking_details: int
    list_due: float
    hold_until: float
    hold: Failure | None
    details_hold_until: float = -math.inf
    details_hold: Failure | None = None


class Vitals:
    """Told of everything by whoever sees it, read when a person wants to know."""

    def __init__(self, started: float) -> None:
        self.started = started
        self.token: TokenLife | None = None
        self.recent: deque[Exchange] = deque(maxlen=RECENT)
        self.counts: Counter[tuple[Kind, str]] = Counter()
        """How many requests of each kind had each outcome since the start."""
        self.happenings: deque[Happening] = deque(maxlen=HAPPENINGS)

    def exchanged(self, exchange: Exchange) -> None:
        self.recent.append(exchange)
        self.counts[exchange.kind, exchange.outcome] += 1

    def token_is(self, token: TokenLife | None) -> None:
        """Another token is in force; None where there is none yet, or it was refused."""
        self.token = token

    def happened(self, text: str, at: float) -> None:
        """`text` is sanitised. What repeats itself is counted: it must not drive out the rest."""
        last = self.happenings[-1] if self.happenings else None
        if last is not None and last.text == text:
            self.happenings[-1] = Happening(last.since, at, text, last.times + 1)
        else:
            self.happenings.append(Happening(at, at, text))

    def latencies(self, kind: Kind) -> list[int]:
        """Milliseconds of the recent requests of a kind that were answered."""
        return [each.ms for each in self.recent if each.kind == kind and each.has_answer]


def percentile(values: Sequence[int], part: float) -> int | None:
    """The smallest of `values` that `part` (0 to 1) of them do not exceed; None of none."""
    return sorted(values)[max(0, math.ceil(part * len(values)) - 1)] if values else None
