"""One HTTP connection pool to one origin. Every request goes to that origin alone: no absolute
URL is ever accepted, no redirect is followed, no answer is read beyond its cap, and none is asked
for out of turn.
"""

import logging
import ssl
import time
from collections.abc import Callable, Mapping
from typing import NamedTuple

import httpx

from tui import __version__
from tui.api import faults
from tui.api.body import read_body
from tui.api.kept import Kept
from tui.api.pool import Pool
from tui.api.trust import trusted
from tui.api.turnstile import Turnstile
from tui.model.origin import is_loopback, normalize_url
from tui.model.ports import Failure, Trouble
from tui.model.text import clean_name
from tui.model.vitals import ANSWERED, Exchange, Kind

_log = logging.getLogger(__name__)
_log.addHandler(logging.NullHandler())  # without a log, Python would write to the terminal

_CONNECT = 0.45
"""The part of a call's deadline that TCP may take, and TLS again: httpx leaves the socket of a
handshake open that is ended by anything but its own timeout.
"""
_LIMITS = httpx.Limits(max_connections=8, max_keepalive_connections=4)


class Ask(NamedTuple):
    """A request. Its answer may have at most `cap` bytes; `kept` has the one before, which need
    not be sent again where it is as it was.
    """

    kind: Kind
    method: str
    path: str
    cap: int
    form: Mapping[str, str] | None = None
    kept: Kept | None = None


class Wire:
    """Sends requests to `base_url`. `deadline` is in seconds, `clock` in UTC epoch seconds;
    `tell` hears of every request when it is over, and so does the log.
    """

    def __init__(
        self,
        base_url: str,
        deadline: float,
        verify: ssl.SSLContext | None,
        clock: Callable[[], float],
        turnstile: Turnstile,
        tell: Callable[[Exchange], None],
    ) -> None:
        try:
            self._base = normalize_url(base_url)
        except ValueError as error:
            raise ValueError(f"the API's address {error}") from None
        self._loopback = is_loopback(self._base)
        self._deadline = deadline
        self._trust = verify
        self._clock = clock
        self._turnstile = turnstile
        self._tell = tell
        self._pool = Pool(self._open)

    async def aclose(self) -> None:
        await self._pool.aclose()

    async def send(self, ask: Ask, headers: Mapping[str, str]) -> bytes | Failure:
        """Send one request and read a good answer."""
        if refused := await self._turnstile.enter():
            return refused
        call = _Call(ask, self._clock())
        try:
            call.answer = await self._exchange(call, ask, headers)
            return call.answer
        finally:
            # Also where the call was ended from outside: its deadline, or the program's end.
            exchange = call.over()
            _write_down(exchange)
            self._tell(exchange)

    async def _exchange(
        self, call: "_Call", ask: Ask, headers: Mapping[str, str]
    ) -> bytes | Failure:
        try:
            async with self._pool.client() as http:
                if isinstance(http, Failure):
                    return http
                return await self._stream(http, call, ask, headers)
        except Exception as error:  # noqa: BLE001 - httpx lets through what lies below it
            return faults.of_exception(error)

    async def _stream(
        self, http: httpx.AsyncClient, call: "_Call", ask: Ask, headers: Mapping[str, str]
    ) -> bytes | Failure:
        kept = ask.kept
        async with http.stream(
            ask.method,
            self._base + ask.path,
            headers={**headers, **(kept.conditions(ask.path) if kept else {})},
            data=ask.form,
            follow_redirects=False,
        ) as response:
            call.status = response.status_code
            if kept and call.status == 304 and (body := kept.body(ask.path)) is not None:
                return body
            failure = faults.of_status(response.status_code, response.headers, self._clock())
            if failure is None:
                answer = await read_body(response, ask.cap)
                if kept and isinstance(answer, bytes):
                    kept.keep(ask.path, response.headers, answer)
                return answer
            self._turnstile.heed(failure)
            if failure.trouble is Trouble.REDIRECTED:
                return self._explain_redirect(failure, response)
            return failure

    def _explain_redirect(self, failure: Failure, response: httpx.Response) -> Failure:
        """Name the path it leads to on this origin, or the other host; never its query."""
        try:
            target = response.url.join(response.headers.get("location", ""))
            here = response.url.copy_with(raw_path=b"/")
            same = target.copy_with(raw_path=b"/", fragment=None) == here
            path = target.raw_path.decode("ascii").partition("?")[0]
            hint = path if same else f"{target.scheme}://{target.host}"
        except (httpx.InvalidURL, ValueError):
            hint = ""
        return Failure(failure.trouble, failure.status, hint=clean_name(hint, 200))

    def _open(self) -> httpx.AsyncClient | Failure:
        if self._base.startswith("https"):
            self._trust = trusted(self._trust)  # once: to read the authorities takes its time
        try:
            return self._client(self._trust or False)
        except (ValueError, ImportError, httpx.InvalidURL):
            return Failure(Trouble.PROXY)  # the message may hold the proxy's password

    def _client(self, verify: ssl.SSLContext | bool) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            verify=verify,
            timeout=httpx.Timeout(self._deadline, connect=self._deadline * _CONNECT),
            limits=_LIMITS,
            # A proxy from the environment must not see what stays on this machine.
            trust_env=not self._loopback,
            headers={
                "Accept": "application/json",
                "Accept-Encoding": "gzip",
                "User-Agent": f"transcode-tui/{__version__}",
            },
        )


class _Call:
    """One request on its way. What is told of it has no query, no header and no body."""

    def __init__(self, ask: Ask, at: float) -> None:
        self._ask = ask
        self.status: int | None = None
        self.answer: bytes | Failure | None = None
        self._at = at
        self._began = time.perf_counter()

    def over(self) -> Exchange:
        answer, unsent = self.answer, self.status == 304
        return Exchange(
            self._ask.kind,
            self._ask.method,
            clean_name(self._ask.path.partition("?")[0], 500),
            self._at,
            round((time.perf_counter() - self._began) * 1000),
            self.status,
            answer.trouble if isinstance(answer, Failure) else None,
            len(answer) * (not unsent) if isinstance(answer, bytes) else None,
        )


def _write_down(exchange: Exchange) -> None:
    """The line of the log."""
    said: dict[str, object] = {
        "method": exchange.method,
        "path": exchange.path,
        "status": exchange.status,
        "ms": exchange.ms,
        "bytes": exchange.size,
    }
    what = exchange.outcome
    if exchange.trouble is not None:
        what, said["trouble"] = "failed", exchange.trouble.name.lower()
    _log.log(logging.INFO if what == ANSWERED else logging.WARNING, what, extra=said)
