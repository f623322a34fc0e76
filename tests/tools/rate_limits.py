"""A simulated hour against a server that limits, rejects and forbids: its request log.

`python -m tests.tools.rate_limits [SEED ...]` prints the figures.
"""

import asyncio
import sys
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from itertools import pairwise
from random import Random
from typing import NamedTuple, cast

from tests.support.accelerated_loop import AcceleratedLoop, Time, run
from tests.support.changing_server import Service, detail, row
from tests.support.faulty_server import Place, place_of
from tui.api.client import Client
from tui.api.errors import MAX_RETRY_AFTER
from tui.demo.http_server import Request, Response, http_server
from tui.model.account import Account, Secret
from tui.polling.loop import Poller

HOUR = 3600.0
_ROWS = 30
_UNDER_WAY = 0.001
"""Seconds in which a sent answer may not have arrived."""


class Asked(NamedTuple):
    at: float
    place: Place
    status: int


class Window(NamedTuple):
    """No request may be sent between `start` and `end`.

    A window of a detail applies to details only, until the user refreshes.
    """

    start: float
    end: float
    place: Place


@dataclass
class Log:
    """Requests by the monotonic time of the program, in seconds."""

    asked: list[Asked] = field(default_factory=list)
    windows: list[Window] = field(default_factory=list)
    by_hand: list[float] = field(default_factory=list)
    """Times at which the user refreshed or resumed."""

    @property
    def too_early(self) -> list[Asked]:
        return [
            asked
            for asked in self.asked
            if any(self._is_early(asked, window) for window in self.windows)
        ]

    def _is_early(self, asked: Asked, window: Window) -> bool:
        if not window.start + _UNDER_WAY < asked.at < window.end:
            return False
        if window.place is not Place.DETAIL:
            return True
        is_lifted = any(window.start <= at <= asked.at for at in self.by_hand)
        return asked.place is Place.DETAIL and not is_lifted

    @property
    def busiest_minute(self) -> int:
        times = [asked.at for asked in self.asked]
        return max(sum(1 for at in times if start <= at < start + 60) for start in times)

    def too_soon(self, place: Place, status: int, apart: float) -> list[float]:
        """Return automatic tries less than `apart` after one with this result."""
        tries = self.tries(place, status)
        return [
            later
            for earlier, later in pairwise(tries)
            if later - earlier < apart and not any(earlier <= at <= later for at in self.by_hand)
        ]

    def tries(self, place: Place, status: int) -> list[float]:
        return [asked.at for asked in self.asked if (asked.place, asked.status) == (place, status)]

    @property
    def summary(self) -> str:
        limited = sum(1 for asked in self.asked if asked.status in (429, 503))
        return (
            f"{len(self.asked)} requests in an hour, {limited} refused, {len(self.windows)} with a "
            f"Retry-After that counts, {len(self.too_early)} too early; at most "
            f"{self.busiest_minute} in 60 s; {len(self.tries(Place.TOKEN, 401))} logins rejected, "
            f"{len(self.tries(Place.LIST, 403))} lists forbidden; {len(self.by_hand)} keys"
        )


Refusal = Callable[[], tuple[Response, float]]


class Limits:
    """A server that answers, or refuses and logs for how long nothing may follow."""

    def __init__(self, time: Time, random: Random) -> None:
        self.service = Service()
        self.service.rows = [row(number, "TRANSCODING") for number in range(_ROWS, 0, -1)]
        self.service.details = {listed["id"]: detail(listed, 10.0) for listed in self.service.rows}
        self.log = Log()
        self.refusals: dict[Place, Refusal] = {}
        self._time, self._random = time, random

    async def __call__(self, request: Request) -> Response:
        place, at = place_of(request), self._time.mono()
        # Another answer may forbid requests while a slow one is under way.
        await asyncio.sleep(self._random.choice([0.01, 0.05, 0.3, 2.0]))
        if place in self.refusals:
            response, seconds = self.refusals[place]()
            if seconds > 0:
                now = self._time.mono()
                self.log.windows.append(Window(now, now + seconds, place))
        else:
            good = self.service(request)
            assert isinstance(good, Response)
            response = good
        self.log.asked.append(Asked(at, place, response.status))
        return response


class _Hour:
    def __init__(self, seed: int) -> None:
        self._random = Random(seed)
        self._time = Time()
        self._server = Limits(self._time, self._random)
        self._ends = self._time.mono() + HOUR

    async def go(self) -> Log:
        server, loop = self._server, cast(AcceleratedLoop, asyncio.get_running_loop())
        async with http_server(server) as serving:
            account = Account("42", "an-id", Secret("a-secret"), serving.url)
            client = Client(account, clock=self._time.clock)
            jitter = Random(self._random.random())
            self._feed = Poller(
                client, 5.0, clock=self._time.clock, jitter=lambda: jitter.uniform(0.5, 1.0)
            )
            loop.expecting = lambda: bool(self._feed._tasks)
            others = [asyncio.create_task(each()) for each in (self._read, self._limit, self._act)]
            await asyncio.sleep(HOUR)
            for other in others:
                other.cancel()
            await asyncio.gather(*others, return_exceptions=True)
            await client.aclose()
        server.log.asked.sort(key=lambda asked: asked.at)
        return server.log

    async def _read(self) -> None:
        self._feed.set_visible([listed["id"] for listed in self._server.service.rows])
        async with aclosing(self._feed.events()) as events:
            async for _ in events:
                pass

    async def _limit(self) -> None:
        """Cause one failure after another, for seconds or minutes."""
        chance, server = self._random, self._server
        kinds = list[Callable[[], tuple[Place, Refusal]]]()
        while True:
            await asyncio.sleep(chance.uniform(5, 40))
            kinds = kinds or [self._limited, self._limited, self._limited, self._unavailable]
            if not chance.randrange(4):
                kinds = [*kinds, self._rejected, self._forbidden]
            place, refusal = kinds.pop(chance.randrange(len(kinds)))()
            server.refusals[place] = refusal
            if place is Place.TOKEN or chance.random() < 0.1:
                server.service.token = f"token-{chance.random()}"  # a new one must be requested
            await asyncio.sleep(chance.choice([1, 10, chance.uniform(10, 60)]))
            server.refusals.clear()

    def _limited(self) -> tuple[Place, Refusal]:
        return self._refused(429)

    def _unavailable(self) -> tuple[Place, Refusal]:
        return self._refused(503)

    def _refused(self, status: int) -> tuple[Place, Refusal]:
        def refusal() -> tuple[Response, float]:
            headers, seconds = self._retry_after()
            return Response(status, headers), seconds

        return self._random.choice(list(Place)), refusal

    def _rejected(self) -> tuple[Place, Refusal]:
        return Place.TOKEN, lambda: (Response(401), 0.0)

    def _forbidden(self) -> tuple[Place, Refusal]:
        return Place.LIST, lambda: (Response(403), 0.0)

    def _retry_after(self) -> tuple[dict[str, str], float]:
        """Return headers and the seconds that they ask for."""
        chance = self._random
        seconds = chance.choice([1, 2, 5, 20, 20, 90])
        match chance.randrange(8):
            case 0 | 1 | 2:
                return {"Retry-After": str(seconds)}, seconds
            case 3:
                wall = self._time.wall()
                return {"Retry-After": _date(wall + seconds)}, int(wall + seconds) - wall
            case 4:  # its clock is an hour off, as `Date` shows
                wall = float(int(self._time.wall())) + chance.choice([-3600, 3600])
                return {"Date": _date(wall), "Retry-After": _date(wall + seconds)}, seconds
            case 5:
                return {"Retry-After": chance.choice(["-5", "soon", "", "1e3", "99 bottles"])}, 0
            case 6 if self._time.mono() > self._ends - 300:
                return {"Retry-After": "9" * 30}, MAX_RETRY_AFTER
            case _:
                return {}, 0

    async def _act(self) -> None:
        chance, feed, rows = self._random, self._feed, self._server.service.rows
        while True:
            await asyncio.sleep(chance.choice([0.1, 1, chance.uniform(1, 30)]))
            match chance.randrange(12):
                case 0 | 1 | 2:
                    self._by_hand()
                    feed.refresh()
                case 3:
                    feed.pause_or_resume()
                    await asyncio.sleep(chance.choice([1, 10]))
                    self._by_hand()
                    feed.pause_or_resume()
                case 4:
                    self._time.suspend(chance.choice([6, 60]))
                    feed.invalidate()
                case 5:
                    feed.invalidate()
                case _:
                    feed.select(chance.choice(rows)["id"])

    def _by_hand(self) -> None:
        self._server.log.by_hand.append(self._time.mono())


def _date(wall: float) -> str:
    return format_datetime(datetime.fromtimestamp(wall, UTC), usegmt=True)


async def _go(seed: int) -> Log:
    return await _Hour(seed).go()


def hour(seed: int) -> Log:
    """Return the log of the server after an hour."""
    return run(_go(seed))


if __name__ == "__main__":
    for number in map(int, sys.argv[1:] or "123"):
        sys.stdout.write(f"seed {number}: {hour(number).summary}\n")
