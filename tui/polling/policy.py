"""When to request what: every interval, limit and decision of the poller. Pure.

The other modules of this package keep the state and carry out what is decided here. Times are
seconds of the monotonic clock and are passed in.
"""

import math

import msgspec

from tui.model.events import STALE_GRACE
from tui.model.order_facts import DETAIL_CADENCE, ROW_CADENCE
from tui.model.ports import Failure, FailureKind
from tui.rate_limit import BURST, REQUESTS_PER_MINUTE

# --- Requests. `rate_limit` has the limit of all requests: 120 a minute. The poller must stay below
# it: a call that waits in the client counts as slow, and a poll behind it comes too late.
CALLS_PER_MINUTE = REQUESTS_PER_MINUTE - 10
CALL_BURST = BURST - 1  # calls at once: one less than requests, for a call may need a token first
MAX_IN_FLIGHT = 4  # calls at a time; the client has 8 connections
RESERVED = 1  # requests and places in flight that only the newest page and the selected order use
MAX_SLEEP = 60.0  # the loop looks again at least this often

# --- After a failure. The wait doubles from 2 s up to a cap, and is halved at most by the jitter.
_BACKOFF_CAP, _LATE_BACKOFF_CAP = 10.0, 60.0  # a short outage is over soon, a long one is not
_LATE_BACKOFF_AFTER = 300.0
_MIN_BACKOFF = {
    FailureKind.CREDENTIALS: 300.0,  # each rejected login may count towards locking the account
    FailureKind.FORBIDDEN: 60.0,  # only the user can fix this and the next one
    FailureKind.NO_ACCESS: 60.0,
    FailureKind.LIMITED: 5.0,  # a 429 without `Retry-After`
}

# --- The list. Its interval is the user's `--refresh`, or more where the server is slow.
_REST = 5.0  # the interval is so many times what the last poll took: the server rests 4/5 of it
_ROWS_PER_SECOND = 6000  # a long list costs half a megabyte a second on average
_MAX_SLOW_INTERVAL = 60.0  # a request may seem to have taken hours, if the system was suspended
AGE_TOLERANCE = 1.0  # `Age` and `Date` are whole seconds, so the age of one copy may seem to vary

# --- Other pages of a long list, between two polls of its newest page.
VIEW_MARGIN = 50  # orders read above and below the rows in view
VIEW_PAGE_DEBOUNCE = 1.0  # while the user scrolls, nothing is read
STATUSES = ("QUEUED", "DOWNLOADING", "TRANSCODING", "UPLOADING")  # older active orders: by status
STATUS_INTERVAL = 60.0 / len(STATUSES)  # each of them once a minute
SCAN_PAGE_SIZE, SCAN_OVERLAP = 2000, 50  # new orders shift the pages, so they overlap
FIRST_SCAN_INTERVAL, SCAN_INTERVAL = 1.0, 6.0  # between two pages: the first scan is waited for
SCAN_PAUSE = 900.0  # between two scans: old orders hardly change
MAX_ORDERS = 2_000_000  # older orders are not read: each takes half a kilobyte of memory
_SLOW_PAGE = 10  # the pause after a page or a search is at least so many times what it took

# --- The server's own search, for a filter that needs more details than can be read.
SEARCH_DEBOUNCE = 1.0  # the filter may still be being typed
SEARCH_INTERVAL = 60.0  # new orders may match; each repeat costs the server a search
SEARCH_SPACING = 1.0  # between two searches, so that a poll that is due comes first
_MAX_SEARCH_DOUBLINGS = 4  # a search that keeps failing is sent every 16 minutes

# --- Details, the most important first: the selected order, active orders in view, why orders of
# the last day failed, the names of the other orders in view, all else that is required, and last
# the orders that run and are not in view, for their estimates and to notice if they stall.
#
# The selected order may use the reserved request and place: a person waits for it. With a list
# every 5 s and six orders that progress in view, 12 + 12 + 5 * 4 requests a minute are sent, and
# some more for active statuses and for orders whose status changes: below 60.
SELECTED_CADENCE = DETAIL_CADENCE  # the selected order while it progresses
_ACTIVE_CADENCE = ROW_CADENCE  # the others in view, and those too old for the newest page
BACKGROUND_CADENCE = 60.0  # the orders that run and are not in view
MAX_BACKGROUND = 50
FAILED_WINDOW = 86_400.0  # why an order failed is read, in view or not, if it is younger than this
MAX_WATCHED = 50
SELECTION_DEBOUNCE = 0.25  # a moving cursor reads only the order it stops at
CURSOR_MOVING = 0.3  # two selections within this time are a moving cursor
VIEW_DEBOUNCE = 1.0  # rows that are only scrolled past are not read
MAX_ACTIVE_STREAK = 3  # then another one: many active orders must not starve what is read once
DETAIL_BATCH = 3  # sent together when requests are short: one wake-up and one frame for all

# Kept in memory. The oldest whole details are trimmed first: what filters and sort orders use of an
# order that isn't in view takes about a kilobyte. Then nothing is read in advance any more, for
# what is read would displace what was read, and be read again without end; last, details go.
MAX_WHOLE_DETAILS, MAX_DETAILS = 1000, 30_000
MAX_KEPT_DETAILS = 4000  # of orders that have ended: stored with the list for the next start
MAX_DETAILS_BYTES = 32 * 1024 * 1024  # as encoded; they take two or three times that

# --- Staleness is judged in the model: a fact is stale `model.events.STALE_GRACE` (3 s) after its
# interval, which leaves a slow answer the time to arrive.


def poll_interval(refresh: float, took: float, rows: int = 0) -> float:
    """Seconds from the start of a poll to the next; it `took` seconds and returned `rows`."""
    return max(refresh, min(max(_REST * took, rows / _ROWS_PER_SECOND), _MAX_SLOW_INTERVAL))


def scan_interval(took: float, *, is_first: bool) -> float:
    """Seconds from one page of a scan to the next."""
    return max(FIRST_SCAN_INTERVAL if is_first else SCAN_INTERVAL, _SLOW_PAGE * took)


def search_interval(took: float) -> float:
    """Seconds from one search to its repeat."""
    return max(SEARCH_INTERVAL, _SLOW_PAGE * took)


def search_retry(failures: int, wait: float) -> float:
    """Seconds until a search that failed is repeated; `wait` is the backoff."""
    return max(SEARCH_INTERVAL * 2.0 ** min(failures - 1, _MAX_SEARCH_DOUBLINGS), wait)


def row_cadence(refresh: float) -> float:
    """Seconds between two reads of an order that progresses and isn't selected."""
    return max(refresh, _ACTIVE_CADENCE)


def may_read_ahead(details: int, size: int) -> bool:
    """Whether there is room for details that are not in view. `size` is in bytes."""
    return details < MAX_DETAILS * 9 // 10 and size < MAX_DETAILS_BYTES * 9 // 10


def waiting_cadence(cadence: float, list_interval: float) -> float:
    """Seconds after which a queued or downloading order is read again, because neither its detail
    nor the list has confirmed its status. It is read when the next poll should have answered.
    """
    return max(cadence, list_interval + STALE_GRACE / 2)


def backoff(failure: Failure, failures: int, failing_for: float, jitter: float) -> float:
    """Seconds to wait after the n-th failure in a row. `jitter` is uniform in 0.5 to 1.

    `Retry-After` outranks the backoff.
    """
    if failure.retry_after is not None:
        return max(1.0, failure.retry_after)
    cap = _BACKOFF_CAP if failing_for < _LATE_BACKOFF_AFTER else _LATE_BACKOFF_CAP
    wait = jitter * min(cap, 2.0 ** min(failures, 10))
    return max(_MIN_BACKOFF.get(failure.kind, 0.0), wait)


def blocks_all_calls(failure: Failure) -> bool:
    """Whether no call at all may follow before the wait is over."""
    return failure.retry_after is not None or failure.kind in (
        FailureKind.LIMITED,
        FailureKind.CREDENTIALS,
    )


def needs_user_action(failure: Failure) -> bool:
    """Whether only the user may shorten the wait, by a refresh."""
    return failure.retry_after is not None or failure.kind in _MIN_BACKOFF


class FailureStreak(msgspec.Struct):
    """The failures in a row of one kind of call."""

    count: int = 0
    since: float = 0.0

    def add(self, failure: Failure, now: float, jitter: float) -> float:
        """Count a failure; return the seconds to wait."""
        if self.count == 0:
            self.since = now
        self.count += 1
        return backoff(failure, self.count, now - self.since, jitter)


class Cooldown(msgspec.Struct):
    """A time in which no call is made. `until` is in seconds of the monotonic clock."""

    until: float = -math.inf
    reason: Failure | None = None

    def start(self, failure: Failure, wait: float, now: float) -> bool:
        """Make no calls for `wait` seconds, if `failure` asks for that; return whether it does."""
        if not blocks_all_calls(failure):
            return False
        if now + wait >= self.until:  # a shorter one must not make the longer one releasable
            self.reason, self.until = failure, now + wait
        return True

    def release(self) -> None:
        """End it, as the user asked. A `Retry-After` is waited for all the same."""
        if self.reason is not None and self.reason.retry_after is None:
            self.until = -math.inf
