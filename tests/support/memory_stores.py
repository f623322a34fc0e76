"""Stores that keep what the app saves in memory."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import msgspec

from tui.filtering.views import BUILT_IN_VIEWS, ScreenState, View
from tui.model.order import Snapshot
from tui.model.ports import CachedDetail, CachedList


@dataclass
class MemoryListCache:
    """Implements `ListCache`; if it is `corrupt`, only the head loads."""

    cached: CachedList | None = None
    head_size: int = 500
    corrupt: bool = False
    stored: list[Snapshot] = field(default_factory=list)
    kept: tuple[CachedDetail, ...] = ()
    closed: bool = False

    def load_head(self) -> CachedList | None:
        if self.cached is None:
            return None
        head = Snapshot(self.cached.snapshot.orders[: self.head_size])
        return msgspec.structs.replace(self.cached, snapshot=head)

    async def load_all(self) -> CachedList | None:
        return None if self.corrupt else self.cached

    def store(
        self,
        snapshot: Snapshot,
        requested_at: float,  # noqa: ARG002 - the port's
        details: Callable[[], Sequence[CachedDetail]],
    ) -> None:
        self.stored.append(snapshot)
        self.kept = tuple(details())

    async def aclose(self) -> None:
        self.closed = True


def cached_list(snapshot: Snapshot, requested_at: float) -> CachedList:
    return CachedList(snapshot, requested_at, Counter(order.status for order in snapshot.orders))


@dataclass
class MemoryViewStore:
    """Implements `ViewStore`. `error` is what each change of the views returns."""

    views: Sequence[View] = BUILT_IN_VIEWS
    problems: Sequence[str] = ()
    screen_state: ScreenState = field(default_factory=ScreenState)
    saved: list[View] = field(default_factory=list)
    renamed: list[tuple[str, str]] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)
    error: str | None = None

    async def save_view(self, view: View) -> str | None:
        self.saved.append(view)
        return self.error

    async def rename_view(self, name: str, view: View) -> str | None:
        self.renamed.append((name, view.name))
        return self.error

    async def delete_view(self, name: str) -> str | None:
        self.deleted.append(name)
        return self.error

    def save_screen_state(self, state: ScreenState) -> None:
        self.screen_state = state
