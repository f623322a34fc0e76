"""The connections to the server, and which certificates are trusted."""

import asyncio
import ssl
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http.cookiejar import CookieJar
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import httpx

from tui import __version__
from tui.model.api_url import is_loopback
from tui.model.ports import Failure, FailureKind

# httpcore 1.0 tries to import `sniffio` four times per request. Where it isn't installed, each try
# searches the whole path: 0.5 ms of CPU per request. None makes the import fail at once.
if find_spec("sniffio") is None:
    sys.modules["sniffio"] = None  # type: ignore[assignment] # documented for this purpose

_CONNECT_SHARE = 0.45
"""The part of a deadline for TCP, and for TLS again: httpx leaks the socket of a handshake that is
ended by anything but its own timeout.
"""


class RecyclingClientPool:
    """Lends an httpx client of `base_url`, and replaces it after a cancelled call.

    httpx 0.28 can leak a pool slot with every call that is cancelled, as by a deadline; without
    slots no call is answered. The old client is closed when its last call is over.
    """

    def __init__(self, base_url: str, deadline: float, tls: ssl.SSLContext | None) -> None:
        self._base_url = base_url
        self._timeout = httpx.Timeout(deadline, connect=deadline * _CONNECT_SHARE)
        self._tls = tls or tls_context(is_plain=base_url.startswith("http:"))
        self._client = self._open()
        self._calls: Counter[httpx.AsyncClient] = Counter()

    @asynccontextmanager
    async def client(self) -> AsyncIterator[httpx.AsyncClient | Failure]:
        client = self._client
        if isinstance(client, Failure):
            yield client
            return
        self._calls[client] += 1
        try:
            yield client
        except (asyncio.CancelledError, httpx.PoolTimeout):
            if client is self._client:
                self._client = self._open()
            raise
        finally:
            self._calls[client] -= 1
            if not self._calls[client]:
                del self._calls[client]
                if client is not self._client:
                    await client.aclose()

    async def aclose(self) -> None:
        if not isinstance(self._client, Failure):
            await self._client.aclose()

    def _open(self) -> httpx.AsyncClient | Failure:
        try:
            return httpx.AsyncClient(
                verify=self._tls,
                timeout=self._timeout,
                limits=httpx.Limits(max_connections=8, max_keepalive_connections=4),
                # A proxy from the environment must not see what stays on this machine.
                trust_env=not is_loopback(self._base_url),
                cookies=_NoCookies(),
                headers={
                    "Accept": "application/json",
                    "Accept-Encoding": "gzip",
                    "Cache-Control": "no-cache",
                    "User-Agent": f"transcode-tui/{__version__}",
                },
            )
        except (ValueError, ImportError, httpx.InvalidURL):
            return Failure(FailureKind.PROXY)  # the message may contain the proxy's password


class _NoCookies(CookieJar):
    """Keeps no cookie: the API sets none, and one that httpx can't send back fails every call."""

    def extract_cookies(self, response: Any, request: Any) -> None:
        pass


def tls_context(*, is_plain: bool) -> ssl.SSLContext:
    """Trust the system's certificate authorities (OpenSSL honours `SSL_CERT_FILE` and
    `SSL_CERT_DIR`), or certifi's if the system has none. Nothing switches verification off.
    For plain http trust none: any TLS handshake fails, and no file is read.
    """
    if is_plain:
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context = ssl.create_default_context()
    folder = ssl.get_default_verify_paths().capath
    if context.get_ca_certs() or (folder and any(Path(folder).iterdir())):
        return context
    import certifi  # noqa: PLC0415 - rarely needed

    return ssl.create_default_context(cafile=certifi.where())
