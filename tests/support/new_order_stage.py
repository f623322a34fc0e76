"""The form of a new order in a running app, with a company, a journal and drafts in memory."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import msgspec
from textual.events import Paste
from textual.screen import Screen

from tests.support.acting import MemoryJournal
from tests.support.app_stage import MIXED_ORDERS, SESSION, Stage, rendered_lines, stage
from tests.support.fake_company import FakeCompany
from tui.model.account import Account, Secret, Session
from tui.model.actions import Guard
from tui.model.drafts import StoredDraft, TextEditor
from tui.model.order import Snapshot
from tui.model.ports import Failure
from tui.model.profiles import EncodingProfile
from tui.ui.services import ActionServices

PASSWORD, KEY = "hunter2", "00112233445566778899aabbccddeeff"
ACCOUNT = Account("42", "an-id", Secret("a-secret"), "https://api.example")
PROFILES = (
    EncodingProfile(
        id=92, name="Prueba escalado", video_format="mp4", video_width=1280, video_height=720
    ),
    EncodingProfile(id=86, name="Test HLS", video_format="hls"),
)
_WORKERS = {"profiles", "prepare", "send", "new-order-like", "draft"}


@dataclass
class MemoryDrafts:
    """Implements `DraftStore` for one account."""

    stored: StoredDraft | None = None
    problem: str | None = None

    async def load(self, account: Account) -> StoredDraft | None:
        assert account == ACCOUNT
        return self.stored

    async def save(self, account: Account, text: str) -> str | None:
        assert account == ACCOUNT
        self.stored = StoredDraft(text, 1_700_000_000.0)
        return self.problem

    async def clear(self, account: Account) -> str | None:
        assert account == ACCOUNT
        self.stored = None
        return self.problem


@dataclass
class NewOrderStage:
    """The running app and what it acts with. `seen` is all that was ever on the screen."""

    on: Stage
    journal: MemoryJournal
    company: FakeCompany
    drafts: MemoryDrafts
    seen: list[str] = field(default_factory=list)

    async def press(self, *keys: str) -> None:
        for key in keys:
            await self.on.press(key)
        await self.wait()

    async def type(self, text: str, *, watched: bool = False) -> None:
        """Paste `text`; if `watched`, type it: the screen after each character is in `seen`."""
        if not watched:
            assert self.front.focused is not None
            self.front.focused.post_message(Paste(text))
            await self.wait()
            return
        for character in text:
            await self.on.pilot.press("space" if character == " " else character)
            self.seen.append(self.screen)
        await self.wait()

    async def fill(self) -> None:
        """Type an order from the field of the source on."""
        await self.type(f"ftp://user:{PASSWORD}@host/a.mp4")
        await self.press("enter")
        await self.type("s3://bucket")
        await self.press("enter")
        await self.type("92")
        await self.press("enter")
        await self.type("out.mp4")

    async def wait(self) -> None:
        """Wait until what the keys have begun is done and drawn."""
        app = self.on.app
        while any(each.group in _WORKERS and each.is_running for each in app.workers):
            await self.on.pilot.pause(0.001)
        await self.on.pilot.pause()
        await self.on.wait_idle()
        self.seen.append(self.screen)

    @property
    def front(self) -> Screen[object]:
        return self.on.app.screen

    @property
    def is_on_main_screen(self) -> bool:
        return self.front is self.on.main_screen

    @property
    def screen(self) -> str:
        return "\n".join(line.rstrip() for line in rendered_lines(self.on.app))

    def line_with(self, text: str) -> str:
        return next(line for line in self.screen.splitlines() if text in line)


@asynccontextmanager
async def new_order(  # noqa: PLR0913 - what a test starts with
    *,
    drafts: MemoryDrafts | None = None,
    editor: TextEditor | None = None,
    guards: Sequence[Guard] = (),
    profiles: tuple[EncodingProfile, ...] | Failure = PROFILES,
    size: tuple[int, int] = (120, 40),
    listed: Snapshot = MIXED_ORDERS,
    session: Session = SESSION,
    key: str = "C",
) -> AsyncIterator[NewOrderStage]:
    """Run the app and open the form."""
    company, journal = FakeCompany(company_profiles=profiles), MemoryJournal()
    drafts = drafts or MemoryDrafts()

    async def sleep(_: float) -> None:
        pass

    acting = ActionServices(company, company, journal, "anna@wall", guards, sleep=sleep)
    async with stage(listed, size=size, actions=acting, session=session) as on:
        on.app._services = msgspec.structs.replace(
            on.app.services, account=ACCOUNT, drafts=drafts, editor=editor
        )
        at = NewOrderStage(on, journal, company, drafts)
        await at.press(key)
        yield at
