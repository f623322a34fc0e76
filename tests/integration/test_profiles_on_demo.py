"""Profiles of the demo server, whose writes fail by the last digit of the id: what the screen says
is what the server did, and the server got each request once.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.support.acting import MemoryJournal
from tests.support.api_stand import client
from tests.support.app_stage import MIXED_ORDERS, stage
from tests.support.demo_client import EPOCH, RecordingDemoServer, SettableClock
from tests.support.profile_stage import Company, ProfileStage, no_sleep
from tui.demo.world import World
from tui.model.actions import Outcome
from tui.ui.services import ActionServices
from tui.ui.widgets.text_field import TextField


class Demo(ProfileStage):
    server: RecordingDemoServer

    async def choose(self, profile_id: int) -> None:
        """Find a profile by its id."""
        await self.press("slash")
        await self.type(str(profile_id))
        await self.press("enter")

    async def set(self, field: str, text: str) -> None:
        self.on.app.screen.query_one(f"#{field}", TextField).value = text
        await self.wait()

    @property
    def writes(self) -> list[str]:
        return [
            f"{each.method} {each.path.rsplit('/media/42/')[-1]}"
            for each in self.server.requests
            if each.method in ("POST", "PUT", "DELETE") and "/media/" in each.path
        ]

    @property
    def said(self) -> str:
        return " ".join(self.view("shown").split())


@asynccontextmanager
async def demo() -> AsyncIterator[Demo]:
    world = World(1, 5, EPOCH, scenario="write-faults")
    journal = MemoryJournal()
    async with (
        RecordingDemoServer(world, clock=SettableClock()) as server,
        client(server.url) as api,
        stage(
            MIXED_ORDERS,
            actions=ActionServices(api, api, journal, "anna@wall", sleep=no_sleep),
        ) as on,
    ):
        at = Demo(on, journal, Company())
        at.server = server
        await at.press("P")
        yield at


async def test_an_edit_that_is_answered() -> None:
    async with demo() as at:
        await at.choose(34)
        await at.press("e")
        await at.set("video_bitrate", "3000")
        await at.press("enter", "enter")
        assert at.said.endswith("sent: the server accepts it")
        assert at.server.world.company_profiles[34].video_bitrate == 3000
        assert at.writes == ["PUT transcoding_profile/34/"]


async def test_an_edit_whose_answer_is_lost_is_found_done() -> None:
    async with demo() as at:
        await at.choose(92)
        await at.press("e")
        await at.set("video_width", "")
        await at.press("enter", "enter")
        assert "outcome unknown: " in at.said
        assert "found: it has the new values" in at.said
        assert at.server.world.company_profiles[92].video_width is None
        assert at.writes == ["PUT transcoding_profile/92/"]
        assert at.journal.outcomes == [("92", Outcome.FOUND_DONE)]


async def test_an_edit_that_the_cdn_fails_stays_unknown() -> None:
    async with demo() as at:
        await at.choose(41)
        await at.press("e")
        await at.set("video_bitrate", "1")
        await at.press("enter", "enter")
        assert "outcome unknown: it has the old values" in at.said
        assert at.writes == ["PUT transcoding_profile/41/"]
        assert at.journal.outcomes == [("41", Outcome.UNKNOWN)]


async def test_a_delete_whose_answer_is_lost_is_found_done() -> None:
    async with demo() as at:
        await at.choose(12)
        await at.press("d")
        await at.type("12")
        await at.press("enter")
        assert "found: deleted" in at.said
        assert 12 not in at.server.world.company_profiles
        assert at.writes == ["DELETE transcoding_profile/12/"]


async def test_new_profiles_of_which_the_second_is_not_answered() -> None:
    async with demo() as at:
        before = set(at.server.world.company_profiles)
        for name in ("One", "Two"):
            await at.press("c")
            await at.set("name", name)
            await at.press("enter", "enter")
            said = at.said
            await at.press("escape")
        made = sorted(set(at.server.world.company_profiles) - before)
        assert len(made) == 2
        assert f"found: profile {made[1]} is new and has its values" in said
        assert at.writes == ["POST transcoding_profiles/"] * 2
        assert at.journal.outcomes == [
            (str(made[0]), Outcome.ACCEPTED),
            (str(made[1]), Outcome.FOUND_DONE),
        ]
        assert at.view("profile").startswith("Two")
