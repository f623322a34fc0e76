"""What went wrong, from what httpx raised or the server answered."""

import errno
import socket
import ssl
from datetime import UTC
from email.utils import parsedate_to_datetime

import httpx

from tui.model.ports import Failure, FailureKind
from tui.sanitize import sanitize

MAX_RETRY_AFTER = 3600.0
"""The longest `Retry-After` that is believed, in seconds."""

_UNREACHABLE = {errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.EHOSTDOWN}


def failure_from_exception(error: Exception) -> Failure:
    """The failure behind an exception of a call."""
    causes = _causes(error)
    for cause in causes:
        if known := _of_cause(cause):
            return known
    if isinstance(error, TimeoutError | httpx.TimeoutException):
        return Failure(FailureKind.SLOW)
    if isinstance(error, httpx.ProxyError):
        return Failure(FailureKind.UNREACHABLE, hint="the proxy refused")
    if isinstance(error, httpx.ConnectError):
        if any(isinstance(cause, ssl.SSLError) for cause in causes):
            return Failure(FailureKind.UNTRUSTED, hint="TLS could not be agreed")
        return Failure(FailureKind.REFUSED)  # several addresses were tried, none answered
    if isinstance(error, httpx.DecodingError):
        return Failure(FailureKind.NOT_THE_API)
    if isinstance(error, httpx.TransportError | OSError):
        return Failure(FailureKind.CUT)
    return Failure(FailureKind.INTERNAL, hint=type(error).__name__)


def _of_cause(cause: BaseException) -> Failure | None:
    """What the system or TLS said, where it said it plainly."""
    if isinstance(cause, ssl.SSLCertVerificationError):
        return Failure(FailureKind.UNTRUSTED, hint=sanitize(cause.verify_message, 120).rstrip("."))
    if isinstance(cause, socket.gaierror):
        return Failure(FailureKind.NAME)
    if isinstance(cause, ConnectionRefusedError):
        return Failure(FailureKind.REFUSED)
    if isinstance(cause, OSError) and cause.errno in _UNREACHABLE:
        return Failure(FailureKind.UNREACHABLE)
    if isinstance(cause, OverflowError):
        return Failure(FailureKind.PROXY)  # its port is beyond 65535
    if isinstance(cause, httpx.RemoteProtocolError) and "location header" in str(cause):
        return Failure(
            FailureKind.REDIRECTED
        )  # httpx reads even a redirect that it must not follow
    return None


def failure_from_status(status: int, headers: httpx.Headers, now: float) -> Failure | None:
    """The failure that a status means; None for success. `now` is UTC epoch seconds."""
    if 200 <= status < 300 and status != 206:  # no range was requested: 206 is a part
        return None
    if 300 <= status < 400 and status != 304:
        return Failure(FailureKind.REDIRECTED, status)
    if status == 429:
        return Failure(FailureKind.LIMITED, status, _retry_after(headers, now))
    if status >= 500:
        # A 503 may say when to come back, too.
        return Failure(FailureKind.SERVER, status, _retry_after(headers, now))
    troubles = {
        401: FailureKind.CREDENTIALS,
        403: FailureKind.FORBIDDEN,
        404: FailureKind.MISSING,
        410: FailureKind.MISSING,
    }
    return Failure(troubles.get(status, FailureKind.STATUS), status)


def _retry_after(headers: httpx.Headers, now: float) -> float | None:
    """Seconds to wait, from a header that holds seconds or an HTTP date.

    A date was reckoned by the server's clock, which may be an hour off: where the answer tells
    its own date, that is what it is reckoned from. Garbage and the past read as None; more than
    an hour is not believed.
    """
    text = headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        return min(float(text[:9]), MAX_RETRY_AFTER)
    until = http_date(text)
    if until is None:
        return None
    said_now = http_date(headers.get("date", ""))
    wait = until - (now if said_now is None else said_now)
    return min(wait, MAX_RETRY_AFTER) if wait > 0 else None


def http_date(text: str) -> float | None:
    """UTC epoch seconds; None where it is no date."""
    try:
        moment = parsedate_to_datetime(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (TypeError, ValueError, OverflowError):
        return None


def _causes(error: BaseException) -> list[BaseException]:
    """The exception, its causes, and the members of groups among them."""
    found: list[BaseException] = []
    queue: list[BaseException | None] = [error]
    while queue and len(found) < 20:
        current = queue.pop(0)
        if current is None or current in found:
            continue
        found.append(current)
        queue += [current.__cause__, current.__context__]
        if isinstance(current, BaseExceptionGroup):
            queue += current.exceptions
    return found
