"""The connections to the one origin, and when to begin with new ones."""
# FOLD """Whose certificates are trusted. Nothing here, or anywhere, switches verification off."""

import asyncio
import ssl
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import httpx

from tui.model.ports import Failure


class RecyclingClientPool:
    """Lends the client that `make` makes. httpx 0.28 can lose a place among its connections, for
    good, with every call that is ended from outside, as by its deadline; when all are lost no
    call is answered any more. So after such a call the next ones get a new client, and the old
    one is closed when those that are on their way with it are over.
    """

    def __init__(self, make: Callable[[], httpx.AsyncClient | Failure]) -> None:
        self._make = make
        self._client = make()
        self._users: Counter[httpx.AsyncClient] = Counter()

    @asynccontextmanager
    async def client(self) -> AsyncIterator[httpx.AsyncClient | Failure]:
        client = self._client
        if isinstance(client, Failure):
            yield client
            return
        self._users[client] += 1
        try:
            yield client
        except (asyncio.CancelledError, httpx.PoolTimeout):
            if client is self._client:
                self._client = self._make()
            raise
        finally:
            self._users[client] -= 1
            if not self._users[client]:
                del self._users[client]
                if client is not self._client:
                    await client.aclose()

    async def aclose(self) -> None:
        if not isinstance(self._client, Failure):
            await self._client.aclose()


def tls_context() -> ssl.SSLContext:
    """The system's authorities (`SSL_CERT_FILE` and `SSL_CERT_DIR` honoured by OpenSSL);
    httpx's bundle only where the system has none.
    """
    context = ssl.create_default_context()
    folder = ssl.get_default_verify_paths().capath
    if context.get_ca_certs() or (folder and any(Path(folder).iterdir())):
        return context
    import certifi  # noqa: PLC0415 - rarely needed, and slow to find

    return ssl.create_default_context(cafile=certifi.where())


def trust_nobody() -> ssl.SSLContext:
    """For plain http: no authority is loaded, so that any TLS handshake would fail."""
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
