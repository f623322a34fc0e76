"""HTTP caching (RFC 9111): conditional requests, and the age of what a cache on the way sent."""

import math
import re
from collections.abc import Mapping

from tui.api.times import http_date

_VALIDATORS = {"If-None-Match": "etag", "If-Modified-Since": "last-modified"}
# httpx sends only ASCII, and servers refuse long headers: an unusable validator would make every
# later poll fail.
_USABLE_VALIDATOR = re.compile(r"[\x20-\x7e]{1,1024}")


class ConditionalCache:
    """The last good body of one address, with the validators (`ETag`, `Last-Modified`) that came
    with it.
    """

    def __init__(self) -> None:
        self._target, self._body = "", b""
        self._validators: dict[str, str] = {}

    def conditional_headers(self, target: str) -> Mapping[str, str]:
        """The headers that let the server answer 304 instead of sending the body again."""
        return self._validators if target == self._target else {}

    def store(self, target: str, headers: Mapping[str, str], body: bytes) -> None:
        self._target, self._body = target, body
        self._validators = {
            name: headers[source]
            for name, source in _VALIDATORS.items()
            if _USABLE_VALIDATOR.fullmatch(headers.get(source, ""))
        }

    def body(self, target: str) -> bytes | None:
        """The body that a 304 refers to; None if the request was unconditional."""
        return self._body if self.conditional_headers(target) else None


_STALE_WARNING = re.compile(r"(?:^|,)\s*11[0-3]\b")
"""RFC 7234, 5.5: response is stale, revalidation failed, disconnected, heuristic expiration."""

_TOLERANCE = 2.0  # seconds: `Date` has whole seconds, and a response takes its time
_MIN_INTERVAL = 4.0  # seconds between two responses whose dates are compared
_MAX_AGE = 1e9


class ResponseAge:
    """Measures the age of each response of one server from `Age`, `Warning` and `Date`.

    The server's clock may be hours off, so one `Date` says nothing. But both clocks run equally
    fast: a response whose `Date` is further behind than another's is older by the difference. If
    two dates are as far apart as their arrivals, the server's clock may have been set, and the
    comparison starts over.
    """

    def __init__(self) -> None:
        self._min_offset = math.inf
        self._last = (-math.inf, 0.0)  # arrival and `Date`

    def measure(self, headers: Mapping[str, str], now: float) -> float | None:
        """Seconds, 0 for a fresh response; None for a stale one without an age. `now` is in
        seconds of the monotonic clock.
        """
        text = headers.get("age", "")
        age = min(float(text[:12]), _MAX_AGE) if text.isascii() and text.isdigit() else 0.0
        date = http_date(headers.get("date", ""))
        if date is not None:
            age = max(age, self._seconds_behind(date, now, age))
        is_stale = _STALE_WARNING.search(headers.get("warning", "")) is not None
        return None if is_stale and age == 0 else age

    def _seconds_behind(self, date: float, now: float, age: float) -> float:
        offset = now - date
        last_now, last_date = self._last
        if now - last_now >= _MIN_INTERVAL:
            if abs((date - last_date) - (now - last_now)) <= _TOLERANCE:
                self._min_offset = offset - age
            self._last = (now, date)
        self._min_offset = min(self._min_offset, offset - age)
        behind = offset - self._min_offset
        return behind if behind > _TOLERANCE else 0.0
