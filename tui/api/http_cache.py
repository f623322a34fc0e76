"""The last good body of one address, for conditional requests (`If-None-Match`)."""
# FOLD """How old an answer is when it arrives: a cache on the way may have kept it (RFC 9111)."""

import math
import re
from collections.abc import Mapping

from tui.api.errors import http_date

# httpx refuses to send anything but ASCII, and servers refuse long request headers: a validator
# beyond that would make every later poll fail.
_USABLE = re.compile(r"[\x20-\x7e]{1,1024}")
_VALIDATORS = {"If-None-Match": "etag", "If-Modified-Since": "last-modified"}


class ConditionalCache:
    """Keeps one body and the validators (`ETag`, `Last-Modified`) that came with it."""

    def __init__(self) -> None:
        self._target, self._body = "", b""
        self._validators: dict[str, str] = {}

    def conditional_headers(self, target: str) -> Mapping[str, str]:
        """The headers that let the server answer 304 instead of sending the body again."""
        return self._validators if target == self._target else {}

    def keep(self, target: str, headers: Mapping[str, str], body: bytes) -> None:
        self._target, self._body = target, body
        self._validators = {
            name: headers[source]
            for name, source in _VALIDATORS.items()
            if _USABLE.fullmatch(headers.get(source, ""))
        }

    def forget(self) -> None:
        """Keep nothing: after a failure the next request is unconditional."""
        self._target, self._body, self._validators = "", b"", {}

    def body(self, target: str) -> bytes | None:
        """The body that a 304 stands for; None where the request had no conditions."""
        return self._body if self.conditional_headers(target) else None


_STALE_WARNING = re.compile(r"(?:^|,)\s*11[0-3]\b")
"""RFC 7234, 5.5: the response is stale, revalidation failed, disconnected, heuristic expiration."""

_TOLERANCE = 2.0
"""Seconds: `Date` has whole seconds, and an answer takes its time."""

_APART = 4.0
_MAX_AGE = 1e9


class ResponseAge:
    """Measures the age of each answer of one origin from `Age`, `Warning` and `Date`.

    The server's clock may be wrong by hours, so `Date` alone says nothing. But it runs as fast
    as the clock here: an answer whose `Date` is further behind than that of another one is older
    by the difference. Where `Date` keeps step with the clock here, the server's clock was set,
    and the difference starts anew.
    """

    def __init__(self) -> None:
        self._least_offset = math.inf
        self._mark = (-math.inf, 0.0)

    def measure(self, headers: Mapping[str, str], now: float) -> float | None:
        """Seconds, 0 for a fresh answer; None for an old copy that doesn't say how old it is.
        `now` is in seconds of the monotonic clock.
        """
        stated = _age(headers.get("age", ""))
        date = http_date(headers.get("date", ""))
        behind = 0.0 if date is None else self._behind(date, now, stated)
        age = max(stated, behind)
        is_stale = _STALE_WARNING.search(headers.get("warning", "")) is not None
        return None if is_stale and age == 0 else age

    def _behind(self, date: float, now: float, stated: float) -> float:
        offset = now - date
        then, date_then = self._mark
        if now - then >= _APART:
            if abs((date - date_then) - (now - then)) <= _TOLERANCE:
                self._least_offset = offset - stated
            self._mark = (now, date)
        self._least_offset = min(self._least_offset, offset - stated)
        behind = offset - self._least_offset
        return behind if behind > _TOLERANCE else 0.0


def _age(text: str) -> float:
    return min(float(text[:12]), _MAX_AGE) if text.isascii() and text.isdigit() else 0.0
