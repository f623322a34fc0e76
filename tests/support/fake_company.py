"""The writes and the company's reads with prepared answers."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from tui.model.actions import Accepted, WriteAnswer
from tui.model.ports import Failure, FailureKind
from tui.model.profiles import AllowedValues, ConsumedMinutes, EncodingProfile

NEW = "new"


@dataclass(kw_only=True)
class FakeCompany:
    """Implements `Actions` and `CompanyApi`. `answers` are by what is written: the id of an order,
    the text of a profile's id, or `NEW`; what has none is accepted. `written` records the writes:
    their kind, what they are of, and what was sent. They, and the minutes, are answered when `gate`
    is open.
    """

    answers: dict[str, WriteAnswer] = field(default_factory=dict)
    written: list[tuple[str, str, bytes]] = field(default_factory=list)
    company_profiles: tuple[EncodingProfile, ...] | Failure = ()
    allowed: AllowedValues | Failure = field(default_factory=AllowedValues)
    minutes: ConsumedMinutes | Failure = field(default_factory=lambda: ConsumedMinutes(()))
    minutes_asked: list[tuple[float, float]] = field(default_factory=list)
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    on_requeue: Callable[[str], object] = lambda _: None

    def __post_init__(self) -> None:
        self.gate.set()

    @property
    def requeued(self) -> list[str]:
        """The orders in the order in which they were sent."""
        return [subject for kind, subject, _ in self.written if kind == "requeue"]

    async def requeue(self, order_id: str) -> WriteAnswer:
        answer = self._write("requeue", order_id)
        self.on_requeue(order_id)
        await self.gate.wait()
        return answer

    async def create_order(self, order: bytes) -> WriteAnswer:
        answer = self._write("create", NEW, order)
        await self.gate.wait()
        return answer

    async def save_profile(self, profile_id: int | None, profile: bytes) -> WriteAnswer:
        subject = NEW if profile_id is None else str(profile_id)
        answer = self._write("save-profile", subject, profile)
        await self.gate.wait()
        return answer

    async def delete_profile(self, profile_id: int) -> WriteAnswer:
        answer = self._write("delete-profile", str(profile_id))
        await self.gate.wait()
        return answer

    async def profiles(self) -> tuple[EncodingProfile, ...] | Failure:
        return self.company_profiles

    async def profile(self, profile_id: int) -> EncodingProfile | Failure:
        if isinstance(self.company_profiles, Failure):
            return self.company_profiles
        found = (each for each in self.company_profiles if each.id == profile_id)
        return next(found, Failure(FailureKind.MISSING, 404))

    async def allowed_values(self) -> AllowedValues | Failure:
        return self.allowed

    async def consumed_minutes(self, start: float, end: float) -> ConsumedMinutes | Failure:
        self.minutes_asked.append((start, end))
        await self.gate.wait()
        return self.minutes

    def _write(self, kind: str, subject: str, sent: bytes = b"") -> WriteAnswer:
        self.written.append((kind, subject, sent))
        return self.answers.get(subject, Accepted())
