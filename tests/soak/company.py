"""A company whose orders come, move on, and vanish, by chance."""

import random

from tests.support.changing_server import detail, row
from tests.support.faulty_server import FaultServer

LIFE = ("QUEUED", "DOWNLOADING", "TRANSCODING", "UPLOADING", "FINISHED")
_NUMBERS, _FEWEST, _MOST = 120, 35, 60
_MOST_AT_WORK = 2
"""With more, the program spends its requests on their details, not on the list."""


class Company:
    """Changes what `server` lists; there are never more than 120 ids, for each is remembered."""

    def __init__(self, server: FaultServer, seed: int) -> None:
        self._service = server.service
        self._chance = random.Random(f"{seed} company")
        self._orders: dict[int, str] = {}
        for number in range(1, 41):
            self._orders[number] = LIFE[0] if number > 39 else LIFE[-1]
        self._publish()

    @property
    def rows(self) -> list[tuple[str, str]]:
        """The ids and statuses of the list, newest first."""
        return [(listed["id"], listed["status"]) for listed in self._service.rows]

    async def change(self) -> None:
        chance, orders = self._chance, self._orders
        at_work = [number for number, status in orders.items() if status in LIFE[:-1]]
        kind = chance.random()
        if kind < 0.2 and len(orders) > _FEWEST:
            del orders[chance.choice(list(orders))]
        elif kind < 0.8 and at_work:
            number = chance.choice(at_work)
            following = LIFE[LIFE.index(orders[number]) + 1]
            orders[number] = "ERROR" if chance.random() < 0.1 else following
        elif len(at_work) < _MOST_AT_WORK and len(orders) < _MOST:
            number = chance.choice([n for n in range(1, _NUMBERS + 1) if n not in orders])
            orders[number] = LIFE[0]
        self._publish()

    def _publish(self) -> None:
        self._service.rows = [row(number, self._orders[number]) for number in self._newest_first()]
        self._service.details = {
            listed["id"]: self._detail(listed) for listed in self._service.rows
        }

    def _newest_first(self) -> list[int]:
        return sorted(self._orders, reverse=True)

    def _detail(self, listed: dict[str, str]) -> dict[str, object]:
        progress = [self._chance.uniform(0, 100) for _ in range(self._chance.randint(0, 4))]
        comment = "no such codec" if listed["status"] == "ERROR" else None
        return detail(listed, *progress, filename=f"of-{listed['id']}.mp4", comment=comment)
