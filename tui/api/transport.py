"""Sends requests to one origin: the only module that talks HTTP.

No absolute URL is accepted, no redirect is followed, no cookie is kept, no answer is read beyond
its cap, and no request is sent before the rate limiter allows it.
"""
# FOLD """Reads a response's body: decoded as it comes, and never beyond its cap."""

import logging
import ssl
import time
import zlib
from collections.abc import AsyncIterator, Callable, Mapping
from http.cookiejar import CookieJar
from typing import Any, NamedTuple

import httpx

from tui import __version__
from tui.api import errors
from tui.api.connections import RecyclingClientPool, tls_context, trust_nobody
from tui.api.http_cache import ConditionalCache, ResponseAge
from tui.model.api_url import is_loopback, normalize_url
from tui.model.events import ClockReading
from tui.model.ports import Failure, FailureKind
from tui.model.telemetry import ANSWERED, RequestKind, RequestRecord
from tui.rate_limit import RateLimiter
from tui.sanitize import sanitize, sanitize_line

_CHUNK = 1 << 20


async def read_capped_body(response: httpx.Response, cap: int) -> bytes | Failure:
    """The decoded body, of at most `cap` bytes. Raises httpx's errors.

    Only the encodings that `tui.api.transport` asks for are decoded, and only once: httpx itself
    would undo each of `gzip, gzip, gzip`, and 20 KB on the wire can become 6 GB.
    """
    encoding = response.headers.get("content-encoding", "").strip().lower()
    if encoding not in ("", "identity", "gzip"):
        return Failure(FailureKind.ENCODED, response.status_code, hint=sanitize(encoding, 40))
    declared = response.headers.get("content-length", "")
    if declared.isdecimal() and len(declared) < 19 and int(declared) > cap:
        return Failure(FailureKind.TOO_LARGE)
    raw = response.aiter_raw()
    # One growing block: glibc returns it to the system, unlike thousands of small ones.
    body = bytearray()
    async for chunk in _gunzipped(raw) if encoding == "gzip" else raw:
        body += chunk
        if len(body) > cap:
            return Failure(FailureKind.TOO_LARGE)
    return bytes(body)


async def _gunzipped(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Pieces of at most 1 MiB: 64 KB of gzip can hold 64 MB. What follows the end is ignored."""
    decoder = zlib.decompressobj(wbits=zlib.MAX_WBITS + 16)
    async for chunk in chunks:
        rest, piece = chunk, b""
        # A full piece may leave output inside the decoder after all input is used up.
        while rest or len(piece) == _CHUNK:
            try:
                piece = decoder.decompress(rest, _CHUNK)
            except zlib.error as error:
                raise httpx.DecodingError(str(error)) from error
            yield piece
            rest = decoder.unconsumed_tail
        if decoder.eof:
            return
    raise httpx.DecodingError("the gzip data ends too early")


_log = logging.getLogger(__name__)
_log.addHandler(logging.NullHandler())  # without a log, Python would write to the terminal

_CONNECT = 0.45
"""The part of a call's deadline that TCP may take, and TLS again: httpx leaves the socket of a
handshake open that is ended by anything but its own timeout.
"""
_LIMITS = httpx.Limits(max_connections=8, max_keepalive_connections=4)


class ApiRequest(NamedTuple):
    """A request. Its answer may have at most `cap` bytes; `kept` holds the body before, which the
    server need not send again. `began` is when its call did, on the monotonic clock.
    """

    kind: RequestKind
    method: str
    path: str
    cap: int
    form: Mapping[str, str] | None = None
    kept: ConditionalCache | None = None
    began: float = 0.0


class Body(NamedTuple):
    """The decoded body of a good answer. `age` is in seconds, 0 unless it came from a cache."""

    data: bytes
    age: float = 0.0


class Transport:
    """Sends requests to `base_url`. `deadline` is in seconds. `on_request` is called after
    every request; the log has a line for each. Raises `ValueError` for an unusable address.
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
        self._loopback = is_loopback(self._base)
        self._deadline = deadline
        self._trust = verify
        self._now = now
        self._ages = ResponseAge()
        self._rate_limiter = rate_limiter
        self._on_request = on_request
        self._pool = RecyclingClientPool(self._open)

    async def aclose(self) -> None:
        await self._pool.aclose()

    async def send(self, ask: ApiRequest, headers: Mapping[str, str]) -> Body | Failure:
        """Send one request and read a good answer."""
        if refused := await self._rate_limiter.acquire(ask.kind, ask.began):
            return refused
        call = _RequestTimer(ask, self._now().wall)
        try:
            call.answer = await self._exchange(call, ask, headers)
            if call.met_a_closed_connection:
                # A server may close an idle connection just as the next request is sent on it.
                refused = await self._rate_limiter.acquire(ask.kind, ask.began)
                call.answer = refused or await self._exchange(call, ask, headers)
            return call.answer
        finally:
            # Also where the call was ended from outside: its deadline, or the program's end.
            exchange = call.over()
            _write_down(exchange)
            self._on_request(exchange)

    async def _exchange(
        self, call: "_RequestTimer", ask: ApiRequest, headers: Mapping[str, str]
    ) -> Body | Failure:
        try:
            async with self._pool.client() as http:
                if isinstance(http, Failure):
                    return http
                return await self._stream(http, call, ask, headers)
        except Exception as error:  # noqa: BLE001 - httpx lets through what lies below it
            return errors.failure_from_exception(error)

    async def _stream(
        self,
        http: httpx.AsyncClient,
        call: "_RequestTimer",
        ask: ApiRequest,
        headers: Mapping[str, str],
    ) -> Body | Failure:
        kept = ask.kept
        async with http.stream(
            ask.method,
            self._base + ask.path,
            headers={**headers, **(kept.conditional_headers(ask.path) if kept else {})},
            data=ask.form,
            follow_redirects=False,
            extensions={"trace": call.trace},
        ) as response:
            call.status = response.status_code
            now = self._now()
            age = self._ages.measure(response.headers, now.mono)
            if kept and call.status == 304 and (body := kept.body(ask.path)) is not None:
                return _aged(body, age)
            failure = errors.failure_from_status(response.status_code, response.headers, now.wall)
            if failure is None:
                answer = await read_capped_body(response, ask.cap)
                if kept and isinstance(answer, bytes):
                    kept.keep(ask.path, response.headers, answer)
                return answer if isinstance(answer, Failure) else _aged(answer, age)
            self._rate_limiter.apply_retry_after(failure, ask.kind)
            if failure.kind is FailureKind.REDIRECTED:
                return _explain_redirect(failure, response)
            return failure

    def _open(self) -> httpx.AsyncClient | Failure:
        try:
            if self._trust is None:
                # Once: to read the authorities takes its time. Plain http needs none of them.
                self._trust = trust_nobody() if self._base.startswith("http:") else tls_context()
            return self._client(self._trust)
        except (ValueError, ImportError, httpx.InvalidURL):
            return Failure(FailureKind.PROXY)  # the message may hold the proxy's password

    def _client(self, trust: ssl.SSLContext) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            verify=trust,
            timeout=httpx.Timeout(self._deadline, connect=self._deadline * _CONNECT),
            limits=_LIMITS,
            # A proxy from the environment must not see what stays on this machine.
            trust_env=not self._loopback,
            cookies=_NoCookies(),
            headers={
                "Accept": "application/json",
                "Accept-Encoding": "gzip",
                "Cache-Control": "no-cache",
                "User-Agent": f"transcode-tui/{__version__}",
            },
        )


class _NoCookies(CookieJar):
    """Keeps no cookie: the API sets none, and one that httpx can't send back ends every call."""

    def extract_cookies(self, response: Any, request: Any) -> None:
        pass


def _aged(data: bytes, age: float | None) -> Body | Failure:
    return Failure(FailureKind.CACHED) if age is None else Body(data, age)


def _explain_redirect(failure: Failure, response: httpx.Response) -> Failure:
    """Name the host that it leads to; its path and query may hold secrets. A redirect to the same
    path with or without its slash is a failure of its own kind, for the client tries that form.
    """
    try:
        target = response.url.join(response.headers.get("location", ""))
        host = f"{target.scheme}://{target.host}"
        is_other_slash = _without_slash(target) == _without_slash(response.url)
    except (httpx.InvalidURL, ValueError):
        host, is_other_slash = "", False
    trouble = FailureKind.OTHER_SLASH if is_other_slash else failure.kind
    return Failure(trouble, failure.status, hint=sanitize_line(host, 200))


def _without_slash(url: httpx.URL) -> httpx.URL:
    path = url.raw_path.partition(b"?")[0].rstrip(b"/")
    return url.copy_with(raw_path=path or b"/", fragment=None)


class _RequestTimer:
    """One request on its way. What is reported of it has no query, no header and no body."""

    def __init__(self, ask: ApiRequest, at: float) -> None:
        self._ask = ask
        self.status: int | None = None
        self.answer: Body | Failure | None = None
        self._has_connected = False
        self._at = at
        self._began = time.perf_counter()

    async def trace(self, event: str, _: object) -> None:
        """Called by httpcore for each step of the request."""
        self._has_connected = self._has_connected or event.startswith("connection.connect")

    @property
    def met_a_closed_connection(self) -> bool:
        """True where a GET was sent on a connection of an earlier request, and that was closed
        before any answer: sending it once more is safe.
        """
        was_cut = isinstance(self.answer, Failure) and self.answer.kind is FailureKind.CUT
        is_reused = self._ask.method == "GET" and not self._has_connected
        return was_cut and is_reused and self.status is None

    def over(self) -> RequestRecord:
        answer, unsent = self.answer, self.status == 304
        return RequestRecord(
            self._ask.kind,
            self._ask.method,
            sanitize_line(self._ask.path.partition("?")[0], 500),
            self._at,
            round((time.perf_counter() - self._began) * 1000),
            self.status,
            answer.kind if isinstance(answer, Failure) else None,
            len(answer.data) * (not unsent) if isinstance(answer, Body) else None,
        )


def _write_down(exchange: RequestRecord) -> None:
    """The line of the log."""
    said: dict[str, object] = {
        "method": exchange.method,
        "path": exchange.path,
        "status": exchange.status,
        "ms": exchange.ms,
        "bytes": exchange.size,
    }
    what = exchange.outcome
    if exchange.failure is not None:
        what, said["trouble"] = "failed", exchange.failure.name.lower()
    _log.log(logging.INFO if what == ANSWERED else logging.WARNING, what, extra=said)
