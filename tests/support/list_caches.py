"""Lists as an earlier run kept them."""

from collections import Counter
from dataclasses import dataclass, field

import msgspec

from tui.model.order import Snapshot
from tui.model.ports import CachedList


@dataclass
class MemoryShelf:
    """A shelf that holds `kept`, whose first `part` orders are there at once. The rest of what is
    `damaged` cannot be read.
    """

    kept: CachedList | None = None
    part: int = 500
    damaged: bool = False
    told: list[Snapshot] = field(default_factory=list)
    closed: bool = False

    def load_head(self) -> CachedList | None:
        if self.kept is None:
            return None
        first = Snapshot(self.kept.snapshot.orders[: self.part])
        return msgspec.structs.replace(self.kept, snapshot=first)

    async def load_all(self) -> CachedList | None:
        return None if self.damaged else self.kept

    def store(self, snapshot: Snapshot, requested_at: float) -> None:  # noqa: ARG002 - the port's
        self.told.append(snapshot)

    async def aclose(self) -> None:
        self.closed = True


def kept(snapshot: Snapshot, requested_at: float) -> CachedList:
    return CachedList(snapshot, requested_at, Counter(order.status for order in snapshot.orders))
