"""A company whose orders arrive, progress and vanish at random."""

import random

from tests.support.changing_server import detail, row
from tests.support.faulty_server import FaultServer

PHASES = ("QUEUED", "DOWNLOADING", "TRANSCODING", "UPLOADING", "FINISHED")
_MAX_IDS, _MIN_ORDERS, _MAX_ORDERS = 120, 35, 60
_MAX_ACTIVE = 2
"""With more, the request budget goes into details instead of lists."""


class Company:
    """Changes the orders of `server`. At most 120 ids: the program remembers each."""

    def __init__(self, server: FaultServer, seed: int) -> None:
        self._service = server.service
        self._chance = random.Random(f"{seed} company")
        self._orders: dict[int, str] = {}
        for number in range(1, 41):
            self._orders[number] = PHASES[0] if number > 39 else PHASES[-1]
        self._publish()

    @property
    def rows(self) -> list[tuple[str, str]]:
        """Ids and statuses of the list, newest first."""
        return [(listed["id"], listed["status"]) for listed in self._service.rows]

    async def change(self) -> None:
        chance, orders = self._chance, self._orders
        active = [number for number, status in orders.items() if status in PHASES[:-1]]
        kind = chance.random()
        if kind < 0.2 and len(orders) > _MIN_ORDERS:
            del orders[chance.choice(list(orders))]
        elif kind < 0.8 and active:
            number = chance.choice(active)
            following = PHASES[PHASES.index(orders[number]) + 1]
            orders[number] = "ERROR" if chance.random() < 0.1 else following
        elif len(active) < _MAX_ACTIVE and len(orders) < _MAX_ORDERS:
            number = chance.choice([n for n in range(1, _MAX_IDS + 1) if n not in orders])
            orders[number] = PHASES[0]
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
