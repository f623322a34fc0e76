"""The connections to the one origin, and when to begin with new ones."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

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
