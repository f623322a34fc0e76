"""The screen of profiles in a running app, with a company and a journal in memory."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from tests.support.acting import MemoryJournal
from tests.support.app_stage import MIXED_ORDERS, SESSION, Stage, rendered_lines, stage, text_of
from tests.support.fake_company import FakeCompany
from tests.support.memory_history import MemoryHistory
from tui.model.account import Session
from tui.model.actions import Guard, Journal, WriteAnswer
from tui.model.order import Snapshot
from tui.model.ports import Failure
from tui.model.profiles import AllowedValues, EncodingProfile
from tui.ui.profiles.screen import ProfilesScreen
from tui.ui.services import ActionServices
from tui.ui.widgets.line_view import LineView

WEB = EncodingProfile(
    id=92,
    name="Web 1080p",
    video_format="mp4",
    video_codec="h264",
    video_width=1920,
    video_height=1080,
    video_bitrate=4500,
    video_aspect="16:9",
    audio_bitrate=128,
    audio_codec="aac",
)
HLS = EncodingProfile(
    id=86, name="Test HLS", video_format="hls", video_bitrate=800, audio_bitrate=96
)
ALLOWED = AllowedValues(("hls", "mp4"), ("h264", "hevc"), ("aac", "mp3"), ("16:9", "4:3"))
WORKERS = {"profiles", "prepare", "send", "settle"}


async def no_sleep(_: float) -> None:
    await asyncio.sleep(0)


@dataclass(kw_only=True)
class Company(FakeCompany):
    """Has `then` after a write, if it is not None. `reads` counts those of the list."""

    company_profiles: tuple[EncodingProfile, ...] | Failure = (WEB, HLS)
    allowed: AllowedValues | Failure = ALLOWED
    then: tuple[EncodingProfile, ...] | None = None
    reads: int = 0

    async def profiles(self) -> tuple[EncodingProfile, ...] | Failure:
        self.reads += 1
        return await super().profiles()

    def _write(self, kind: str, subject: str, sent: bytes = b"") -> WriteAnswer:
        answer = super()._write(kind, subject, sent)
        if self.then is not None:
            self.company_profiles = self.then
        return answer


@dataclass
class ProfileStage:
    """The running app and what it acts with."""

    on: Stage
    journal: MemoryJournal
    company: Company

    async def press(self, *keys: str) -> None:
        for key in keys:
            await self.on.press(key)
            await self.wait()

    async def wait(self) -> None:
        """Wait until what the keys have begun is done and drawn."""
        app = self.on.app
        while any(each.group in WORKERS and each.is_running for each in app.workers):
            await self.on.pilot.pause(0.001)
        await self.on.pilot.pause()
        await self.on.wait_idle()

    async def type(self, text: str) -> None:
        await self.on.press(*("space" if each == " " else each for each in text))
        await self.wait()

    @property
    def screen(self) -> str:
        return "\n".join(line.rstrip() for line in rendered_lines(self.on.app))

    def view(self, name: str) -> str:
        return text_of(self.on.app.screen.query_one(f"#{name}", LineView))


@asynccontextmanager
async def profiles(  # noqa: PLR0913 - what a test starts with
    company: Company | None = None,
    *,
    journal: MemoryJournal | None = None,
    has_journal: bool = True,
    guards: Sequence[Guard] = (),
    size: tuple[int, int] = (120, 40),
    listed: Snapshot = MIXED_ORDERS,
    history: MemoryHistory | None = None,
    session: Session = SESSION,
    sleep: Callable[[float], Awaitable[object]] = no_sleep,
) -> AsyncIterator[ProfileStage]:
    """Run the app and open the profiles."""
    company = company or Company()
    journal = journal or MemoryJournal()
    kept: Journal | None = journal if has_journal else None
    acting = ActionServices(company, company, kept, "anna@wall", guards, sleep=sleep)
    async with stage(listed, size=size, history=history, actions=acting, session=session) as on:
        at = ProfileStage(on, journal, company)
        await at.press("P")
        assert isinstance(on.app.screen, ProfilesScreen)
        yield at
