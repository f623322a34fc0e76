"""An `Api` that is made when it is first asked: httpx and the authorities of TLS take
longer to load than the first paint may wait.
"""

import asyncio
from collections.abc import Callable

from tui.model.page import PageRequest
from tui.model.ports import Api, DetailAnswer, ListAnswer


class LazyApi:
    """Makes the real one with `make`, in a thread, on the first call; a failure to make it
    is the call's, and the next call tries again.
    """

    def __init__(self, make: Callable[[], Api]) -> None:
        self._make = make
        self._made: Api | None = None
        self._lock = asyncio.Lock()

    async def orders(self) -> ListAnswer:
        return await (await self._api()).orders()

    async def page(self, part: PageRequest) -> ListAnswer:
        return await (await self._api()).page(part)

    async def order(self, order_id: str) -> DetailAnswer:
        return await (await self._api()).order(order_id)

    async def aclose(self) -> None:
        if self._made is not None:
            await self._made.aclose()

    async def _api(self) -> Api:
        async with self._lock:
            if self._made is None:
                self._made = await asyncio.to_thread(self._make)
            return self._made
