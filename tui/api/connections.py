"""The connections to the server, and which certificates are trusted."""

import asyncio
import ssl
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from importlib.util import find_spec
from pathlib import Path

import httpx

from tui.model.ports import Failure

# httpcore 1.0 tries to import `sniffio` four times per request. Where it isn't installed, each try
# searches the whole path: 0.5 ms of CPU per request. None makes the import fail at once.
if find_spec("sniffio") is None:
    sys.modules["sniffio"] = None  # type: ignore[assignment] # documented for this purpose


class RecyclingClientPool:
    """Lends an httpx client made by `make`, and replaces it after a cancelled call.

    httpx 0.28 can leak a pool slot with every call that is cancelled, as by a deadline; without
    slots no call is answered. The old client is closed when its last call is over.
    """

    def __init__(self, make: Callable[[], httpx.AsyncClient | Failure]) -> None:
        self._make = make
        self._client = make()
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
                self._client = self._make()
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


def tls_context() -> ssl.SSLContext:
    """Trust the system's certificate authorities (OpenSSL honours `SSL_CERT_FILE` and
    `SSL_CERT_DIR`), or certifi's if the system has none. Nothing switches verification off.
    """
    context = ssl.create_default_context()
    folder = ssl.get_default_verify_paths().capath
    if context.get_ca_certs() or (folder and any(Path(folder).iterdir())):
        return context
    import certifi  # noqa: PLC0415 - rarely needed

    return ssl.create_default_context(cafile=certifi.where())


def untrusting_tls_context() -> ssl.SSLContext:
    """Trust no authority. For plain http: any TLS handshake fails, and no file is read."""
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
