"""Time of decode, diff and apply, compared with a bare decode of the same body.

It times the path from a body to the new state: list decoder, poller and `reduce`, without
network, screen and threads.
"""

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from statistics import median

import msgspec

from tests.bench.company import Book
from tests.bench.figures import Figure, Of
from tests.support.clocks import ManualClock
from tui.api.list_decoder import IncrementalListDecoder
from tui.model.events import ListLoaded
from tui.model.order import OrderDetail, Snapshot
from tui.model.order_facts import count_by_phase
from tui.model.pages import PageRequest
from tui.model.ports import Failure, FailureKind
from tui.model.state import State, reduce
from tui.polling.loop import Poller


class Row(msgspec.Struct, gc=False):
    """The members of a documented list row."""

    id: str
    created_on: str
    status: str


class BareDecoder:
    """Decodes lists with msgspec alone. It keeps the last one, as the program does."""

    def __init__(self) -> None:
        self._decoder = msgspec.json.Decoder(list[Row])
        self.rows: list[Row] = []

    def time(self, body: bytes) -> float:
        """Decode `body`; return the seconds it took."""
        began = time.perf_counter()
        self.rows = self._decoder.decode(body)
        return time.perf_counter() - began


@dataclass
class Bodies:
    """An API whose list call decodes a body that is already there."""

    body: bytes = b"[]"
    reader: IncrementalListDecoder = field(default_factory=IncrementalListDecoder)

    async def orders(self) -> Snapshot | Failure:
        return self.reader.read(self.body, 2e9)

    async def page(self, part: PageRequest) -> Snapshot | Failure:
        raise AssertionError(f"unexpected page request: {part}")

    async def order(self, order_id: str) -> OrderDetail | Failure:
        return Failure(FailureKind.MISSING, hint=order_id)

    async def company_name(self) -> str:
        return ""

    async def aclose(self) -> None:
        """Nothing is open."""


class Path:
    """Applies one body after another to the state."""

    def __init__(self) -> None:
        clock = ManualClock(2e9)

        async def wait(wake: asyncio.Event, seconds: float) -> None:
            clock.advance(1)
            await asyncio.sleep(0)

        self._bodies = Bodies()
        self._events = Poller(self._bodies, 1.0, clock=clock.clock, wait=wait).events()
        self._state = State()

    async def take(self, body: bytes) -> float:
        """Apply a body; return the seconds it took."""
        self._bodies.body = body
        began = time.perf_counter()
        async for event in self._events:
            self._state = reduce(self._state, event)
            if isinstance(event, ListLoaded):
                count_by_phase(self._state)
                break
        return time.perf_counter() - began

    async def aclose(self) -> None:
        await self._events.aclose()


def measure(sizes: list[int], rounds: int) -> Iterator[Figure]:
    for size in sizes:
        yield from asyncio.run(_size(size, rounds))


async def _size(size: int, rounds: int) -> list[Figure]:
    bare_decoder = BareDecoder()
    book = Book(size)
    book.mode = "spread"
    path = Path()
    taken: dict[str, list[float]] = {"bare": [], "equal": [], "changed": [], "head": []}
    await path.take(book.body())
    for _ in range(rounds):
        body = book.body()
        taken["bare"].append(bare_decoder.time(body))
        taken["changed"].append(await path.take(body))
        taken["equal"].append(await path.take(bytes(bytearray(body))))
        book.add(5)
        taken["head"].append(await path.take(book.body()))
    await path.aclose()
    assert len(bare_decoder.rows) == size + 5 * (rounds - 1)
    bare, equal, changed, head = (median(each) * 1000 for each in taken.values())
    limits = (2.0, 2.5) if size == 100_000 else (None, None)
    return [
        Figure("refresh", "an equal body", size, equal, "ms", bare),
        Figure("refresh", "decode, diff, apply: 1 % changed", size, changed, "ms", bare,
               limits[0], Of.RATIO),
        Figure("refresh", "the same, and new orders at the head", size, head, "ms", bare,
               limits[1], Of.RATIO),
    ]  # fmt: skip
