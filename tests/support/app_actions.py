"""What the app acts with in tests: writes with prepared answers."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from tests.support.acting import MemoryJournal
from tests.support.fake_company import FakeCompany
from tui.model.actions import Accepted, Guard, WriteAnswer
from tui.ui.services import ActionServices


@dataclass
class FakeActions:
    """Answers each requeue as `answers` has it, else `Accepted`. `sent` has the ids in the order
    in which they were sent; each answer waits until `gate` is open.
    """

    answers: dict[str, WriteAnswer] = field(default_factory=dict)
    sent: list[str] = field(default_factory=list)
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    on_sent: Callable[[str], Awaitable[object] | object] = lambda _: None

    def __post_init__(self) -> None:
        self.gate.set()

    async def requeue(self, order_id: str) -> WriteAnswer:
        self.sent.append(order_id)
        self.on_sent(order_id)
        await self.gate.wait()
        return self.answers.get(order_id, Accepted())

    async def create_order(self, order: bytes) -> WriteAnswer:
        raise AssertionError(f"not expected: {order!r}")

    async def save_profile(self, profile_id: int | None, profile: bytes) -> WriteAnswer:
        raise AssertionError(f"not expected: {profile_id} {profile!r}")

    async def delete_profile(self, profile_id: int) -> WriteAnswer:
        raise AssertionError(f"not expected: {profile_id}")


def acting(
    writes: FakeActions | None = None,
    journal: MemoryJournal | None = None,
    guards: Sequence[Guard] = (),
    company: FakeCompany | None = None,
) -> ActionServices:
    """Return what acts. It waits for nothing; its company has no minutes, and no profiles but those
    of `company`.
    """
    return ActionServices(
        writes or FakeActions(),
        company or FakeCompany(),
        journal or MemoryJournal(),
        "anna@wall",
        guards,
        sleep=lambda _: asyncio.sleep(0),
    )
