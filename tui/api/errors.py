"""Failures from httpx's exceptions and the server's statuses."""

import errno
import socket
import ssl

import httpx

from tui.api.times import http_date
from tui.model.ports import Failure, FailureKind
from tui.sanitize import sanitize

MAX_RETRY_AFTER = 3600.0
"""Seconds; a longer `Retry-After` is cut to this."""

_UNREACHABLE = {errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.EHOSTDOWN}
_CAUSE_KINDS = {
    socket.gaierror: FailureKind.NAME,
    ConnectionRefusedError: FailureKind.REFUSED,
    OverflowError: FailureKind.PROXY,  # its port is beyond 65535
}
_STATUS_KINDS = {
    401: FailureKind.CREDENTIALS,
    403: FailureKind.FORBIDDEN,
    404: FailureKind.MISSING,
    410: FailureKind.MISSING,
    429: FailureKind.LIMITED,
}


def failure_from_exception(error: Exception) -> Failure:
    causes = _causes(error)
    for cause in causes:
        if known := _failure_from_cause(cause):
            return known
    if isinstance(error, TimeoutError | httpx.TimeoutException):
        return Failure(FailureKind.SLOW)
    if isinstance(error, httpx.ProxyError):
        return Failure(FailureKind.UNREACHABLE, hint="the proxy refused")
    if isinstance(error, httpx.ConnectError):
        if any(isinstance(cause, ssl.SSLError) for cause in causes):
            return Failure(FailureKind.UNTRUSTED, hint="TLS could not be agreed")
        return Failure(FailureKind.REFUSED)  # several addresses were tried
    if isinstance(error, httpx.DecodingError):
        return Failure(FailureKind.NOT_THE_API)
    if isinstance(error, httpx.TransportError | OSError):
        return Failure(FailureKind.CUT)
    return Failure(FailureKind.INTERNAL, hint=type(error).__name__)


def _failure_from_cause(cause: BaseException) -> Failure | None:
    if isinstance(cause, ssl.SSLCertVerificationError):
        return Failure(FailureKind.UNTRUSTED, hint=sanitize(cause.verify_message, 120).rstrip("."))
    if isinstance(cause, OSError) and cause.errno in _UNREACHABLE:
        return Failure(FailureKind.UNREACHABLE)
    if isinstance(cause, httpx.RemoteProtocolError) and "location header" in str(cause):
        return Failure(FailureKind.REDIRECTED)  # httpx parses the target even if it may not follow
    kinds = (kind for error, kind in _CAUSE_KINDS.items() if isinstance(cause, error))
    return next(map(Failure, kinds), None)


def _causes(error: BaseException) -> list[BaseException]:
    """The exception, its causes and contexts, and the members of groups; 20 at most."""
    found: list[BaseException] = []
    queue: list[BaseException | None] = [error]
    while queue and len(found) < 20:
        current = queue.pop(0)
        if current is not None and current not in found:
            found.append(current)
            queue += [current.__cause__, current.__context__, *getattr(current, "exceptions", ())]
    return found


def failure_from_status(status: int, headers: httpx.Headers, now: float) -> Failure | None:
    """The failure that a status means; None for success. `now` is UTC epoch seconds."""
    if 200 <= status < 300 and status != 206:  # no range was requested: 206 is incomplete
        return None
    if 300 <= status < 400 and status != 304:
        return Failure(FailureKind.REDIRECTED, status)
    if status >= 500:
        return Failure(FailureKind.SERVER, status, _retry_after(headers, now))
    kind = _STATUS_KINDS.get(status, FailureKind.STATUS)
    return Failure(kind, status, _retry_after(headers, now) if status == 429 else None)


def _retry_after(headers: httpx.Headers, now: float) -> float | None:
    """Seconds to wait, from a header with seconds or an HTTP date; None if it is neither or past.

    A date is relative to the server's clock, so it is compared with the response's own `Date`.
    """
    text = headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        return min(float(text[:9]), MAX_RETRY_AFTER)
    until = http_date(text)
    if until is None:
        return None
    server_now = http_date(headers.get("date", ""))
    wait = until - (now if server_now is None else server_now)
    return min(wait, MAX_RETRY_AFTER) if wait > 0 else None
