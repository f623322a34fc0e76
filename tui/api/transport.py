"""Sends requests to one server: the only module that talks HTTP.

No absolute URL is accepted, no redirect is followed, no cookie is kept, no body is read beyond
its cap, and no request is sent before the rate limiter allows it.
"""

import asyncio
import logging
import ssl
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import httpx

from tui.api.connections import RecyclingClientPool
from tui.api.errors import failure_from_exception, failure_from_status
from tui.api.http_cache import ConditionalCache, ResponseAge
from tui.api.refusals import explain
from tui.api.response_body import read_capped_body
from tui.api.write_answers import may_have_acted
from tui.model.api_url import normalize_url
from tui.model.events import ClockReading
from tui.model.ports import Failure, FailureKind
from tui.model.telemetry import ANSWERED, RequestKind, RequestRecord
from tui.rate_limit import RateLimiter
from tui.sanitize import sanitize_line

_log = logging.getLogger(__name__)
_log.addHandler(logging.NullHandler())  # without a handler, Python writes to the terminal


BODY_CAP = 4 * 1024 * 1024
"""Bytes of a decoded body, unless it is the list."""


class ApiRequest(NamedTuple):
    """A request. The body of its answer may have `cap` bytes; `cache` holds the last one, which the
    server need not send again. `call_began` is in seconds of the monotonic clock. `secrets` are the
    texts that a write has and the server's words must not show; None for a read.
    """

    kind: RequestKind
    method: str
    path: str
    cap: int
    form: Mapping[str, str] | None = None
    cache: ConditionalCache | None = None
    call_began: float = 0.0
    json: bytes | None = None
    secrets: Sequence[str] | None = None


class Body(NamedTuple):
    """The decoded body of a good response. `age` is in seconds, 0 unless it came from a cache."""

    data: bytes
    age: float = 0.0


class Sent(NamedTuple):
    """What came of a request, and whether the server may have acted on it without saying so."""

    answer: Body | Failure
    may_have_acted: bool


class Transport:
    """Sends requests to `base_url`. `deadline` is in seconds, for each request; the wait for the
    rate limiter is not a part of it. `on_request` is called after every
    request; the log has a line for each. Raises `ValueError` for an unusable address.
    """

    def __init__(
        self,
        base_url: str,
        deadline: float,
        verify: ssl.SSLContext | None,
        now: Callable[[], ClockReading],
        rate_limiter: RateLimiter,
        on_request: Callable[[RequestRecord], None],
    ) -> None:
        try:
            self._base = normalize_url(base_url)
        except ValueError as error:
            raise ValueError(f"the API's address {error}") from None
        self._now = now
        self._deadline = deadline
        self._ages = ResponseAge()
        self._rate_limiter = rate_limiter
        self._on_request = on_request
        self._pool = RecyclingClientPool(self._base, deadline, verify)

    async def aclose(self) -> None:
        await self._pool.aclose()

    async def send(self, request: ApiRequest, headers: Mapping[str, str]) -> Body | Failure:
        """Send a request and return the body of a good response."""
        return (await self.exchange(request, headers)).answer

    async def exchange(self, request: ApiRequest, headers: Mapping[str, str]) -> Sent:
        """Send a request; a write is never sent again."""
        if refusal := await self._rate_limiter.acquire(request.kind, request.call_began):
            return Sent(refusal, may_have_acted=False)
        attempt = _Attempt(request, self._now().wall)
        try:
            attempt.answer = await self._exchange(attempt, headers)
            if attempt.was_connection_closed:
                # A server may close an idle connection just as the next request is sent on it.
                refusal = await self._rate_limiter.acquire(request.kind, request.call_began)
                attempt.answer = refusal or await self._exchange(attempt, headers)
            return Sent(attempt.answer, may_have_acted(attempt.status, begun=attempt.was_begun))
        finally:  # also if the call was cancelled: its deadline, or the program's end
            record = attempt.record()
            _log_record(record)
            self._on_request(record)

    async def _exchange(self, attempt: "_Attempt", headers: Mapping[str, str]) -> Body | Failure:
        try:
            async with asyncio.timeout(self._deadline), self._pool.client() as http:
                if isinstance(http, Failure):
                    return http
                return await self._stream(http, attempt, headers)
        except Exception as error:  # noqa: BLE001 - httpx lets other libraries' errors through
            return failure_from_exception(error)

    async def _stream(
        self, http: httpx.AsyncClient, attempt: "_Attempt", headers: Mapping[str, str]
    ) -> Body | Failure:
        request = attempt.request
        cache, path = request.cache, request.path
        content_type = {} if request.json is None else {"Content-Type": "application/json"}
        conditions = cache.conditional_headers(path) if cache else {}
        async with http.stream(
            request.method,
            self._base + path,
            headers={**headers, **content_type, **conditions},
            data=request.form,
            content=request.json,
            follow_redirects=False,
            extensions={"trace": attempt.trace},
        ) as response:
            attempt.status = response.status_code
            now = self._now()
            age = self._ages.measure(response.headers, now.mono)
            body = cache.body(path) if cache and attempt.status == 304 else None
            if body is None:
                failure = failure_from_status(attempt.status, response.headers, now.wall)
                if failure is not None:
                    self._rate_limiter.apply_retry_after(failure, request.kind)
                    return await explain(failure, response, request.secrets)
                answer = await read_capped_body(response, request.cap)
                if isinstance(answer, Failure):
                    return answer
                body = answer
                if cache:
                    cache.store(path, response.headers, body)
            return Failure(FailureKind.CACHED) if age is None else Body(body, age)


class _Attempt:
    """A request in flight. Its record has no query, no header and no body."""

    def __init__(self, request: ApiRequest, sent_at: float) -> None:
        self.request = request
        self.status: int | None = None
        self.answer: Body | Failure | None = None
        self.was_begun = False
        """Whether a part of the request may have been sent to the server."""
        self._has_connected = False
        self._sent_at = sent_at
        self._began = time.perf_counter()

    async def trace(self, event: str, info: Mapping[str, Any]) -> None:
        """Called by httpcore for each step of the request, and of the `CONNECT` that asks a proxy
        for a tunnel, which is not the request.
        """
        if event == "http11.send_request_headers.started":
            self.was_begun = self.was_begun or info["request"].method != b"CONNECT"
        self._has_connected = self._has_connected or event.startswith("connection.connect")

    @property
    def was_connection_closed(self) -> bool:
        """Whether a GET was sent on a connection of an earlier request that was closed before any
        response: it is safe to send it again.
        """
        was_cut = isinstance(self.answer, Failure) and self.answer.kind is FailureKind.CUT
        is_reused = self.request.method == "GET" and not self._has_connected
        return was_cut and is_reused and self.status is None

    def record(self) -> RequestRecord:
        answer, has_no_body = self.answer, self.status == 304
        return RequestRecord(
            self.request.kind,
            self.request.method,
            sanitize_line(self.request.path.partition("?")[0], 500),
            self._sent_at,
            round((time.perf_counter() - self._began) * 1000),
            self.status,
            answer.kind if isinstance(answer, Failure) else None,
            len(answer.data) * (not has_no_body) if isinstance(answer, Body) else None,
        )


def _log_record(record: RequestRecord) -> None:
    fields: dict[str, object] = {
        "method": record.method,
        "path": record.path,
        "status": record.status,
        "ms": record.ms,
        "bytes": record.size,
    }
    message = record.outcome
    if record.failure is not None:
        message, fields["trouble"] = "failed", record.failure.name.lower()
    _log.log(logging.INFO if message == ANSWERED else logging.WARNING, message, extra=fields)
