"""Creating, editing and deleting profiles: what is shown, what is sent once, what came of it."""

import asyncio

import msgspec
import pytest
from msgspec.structs import replace

from tests.support.acting import MemoryJournal
from tests.support.app_stage import message_line
from tests.support.fake_company import NEW
from tests.support.profile_stage import ALLOWED, HLS, WEB, Company, ProfileStage, profiles
from tui.model.actions import (
    Accepted,
    ActionKind,
    Guard,
    JournalEntry,
    Outcome,
    WriteFailure,
)
from tui.model.ports import Failure, FailureKind
from tui.model.profiles import EncodingProfile
from tui.ui.dialogs.send_dialog import SendDialog
from tui.ui.profiles.form import ProfileForm
from tui.ui.profiles.screen import ProfilesScreen
from tui.ui.widgets.choice_field import ChoiceField
from tui.ui.widgets.text_field import TextField

pytestmark = pytest.mark.usefixtures("utc")

LOST = WriteFailure(Failure(FailureKind.CUT), may_have_acted=True)
FASTER = replace(WEB, video_bitrate=5000)


async def open_edit(at: ProfileStage, bitrate: str) -> None:
    """Edit the video bitrate of the first profile."""
    await at.press("e")
    at.on.app.screen.query_one("#video_bitrate", TextField).value = bitrate
    await at.wait()


def words(at: ProfileStage) -> str:
    return " ".join(at.view("shown").split())


# Edit


async def test_an_edit_is_shown_as_a_difference_and_sent_once() -> None:
    async with profiles(Company(then=(FASTER, HLS))) as at:
        await open_edit(at, "5000")
        await at.press("enter")
        assert at.view("shown").split("\n")[:2] == [
            "Web 1080p", "video bitrate   4500 → 5000",
        ]  # fmt: skip
        assert "audio" not in at.view("shown")
        assert at.company.written == []
        await at.press("enter", "enter")
        ((kind, subject, body),) = at.company.written
        assert (kind, subject) == ("save-profile", "92")
        assert msgspec.json.decode(body)["video_bitrate"] == 5000
        assert words(at).endswith("sent: the server accepts it")
        assert at.journal.outcomes == [("92", Outcome.ACCEPTED)]
        await at.press("escape")
        assert isinstance(at.on.app.screen, ProfilesScreen)
        assert "h264 5000" in at.view("profiles")


async def test_nothing_is_sent_that_was_not_on_screen() -> None:
    """A key that is pressed while the profiles are read again is no answer to what they show."""
    reading = asyncio.Event()

    class Slow(Company):
        async def profiles(self) -> tuple[EncodingProfile, ...] | Failure:
            if self.reads:
                await reading.wait()
            return await super().profiles()

    async with profiles(Slow()) as at:
        await open_edit(at, "5000")
        await at.on.press("enter", "enter")
        assert at.view("shown") == "Reading the profiles again…"
        reading.set()
        await at.wait()
        assert "4500 → 5000" in words(at)
        assert at.company.written == []


async def test_esc_leads_back_to_the_form_with_what_was_typed() -> None:
    async with profiles() as at:
        await open_edit(at, "5000")
        await at.press("enter", "escape")
        assert isinstance(at.on.app.screen, ProfileForm)
        assert at.on.app.screen.query_one("#video_bitrate", TextField).value == "5000"
        await at.press("escape")
        assert isinstance(at.on.app.screen, ProfilesScreen)
        assert (at.company.written, at.journal.entries) == ([], [])


async def test_what_someone_else_changed_meanwhile_is_told_and_kept() -> None:
    async with profiles() as at:
        await open_edit(at, "5000")
        at.company.company_profiles = (replace(WEB, audio_bitrate=192), HLS)
        await at.press("enter")
        assert "Changed by someone else since you opened it, and kept:" in words(at)
        assert "audio bitrate 128 → 192" in words(at)
        await at.press("enter")
        assert msgspec.json.decode(at.company.written[0][2])["audio_bitrate"] == 192


@pytest.mark.parametrize(
    ("now", "problem"),
    [
        ((FASTER,), "Nothing can be sent. Nothing differs from what the server has."),
        ((HLS,), "Nothing can be sent. Profile 92 does not exist any more."),
        (
            Failure(FailureKind.SLOW),
            "The profiles could not be read again: api.example did not answer in time.",
        ),
    ],
)
async def test_what_can_not_be_sent_says_why(
    now: tuple[EncodingProfile, ...] | Failure, problem: str
) -> None:
    async with profiles() as at:
        await open_edit(at, "5000")
        at.company.company_profiles = now
        await at.press("enter", "enter")
        assert problem in words(at)
        assert (at.company.written, at.journal.entries) == ([], [])


async def test_values_are_chosen_from_the_allowed_ones() -> None:
    async with profiles() as at:
        await at.press("e", "tab", "tab")
        codec = at.on.app.screen.query_one("#video_codec", ChoiceField)
        assert codec.has_focus
        assert at.view("hint") == " video codec: h264, hevc"
        await at.press("right")
        assert codec.value == "hevc"
        await at.press("right")
        assert codec.value == ""
        assert at.view("video_codec") == "< none >"
        await at.press("h", "h")
        assert codec.value == "hevc"
        await at.press("z")
        assert message_line(at.on.app) == "No value begins with z"
        await at.press("enter")
        assert "video codec h264 → hevc" in words(at)


async def test_a_value_that_is_not_allowed_any_more_may_stay() -> None:
    old = replace(WEB, video_format="flv")
    async with profiles(Company(company_profiles=(old,))) as at:
        await open_edit(at, "5000")
        assert at.on.app.screen.query_one("#video_format", ChoiceField).value == "flv"
        await at.press("enter")
        assert "format" not in words(at)
        await at.press("enter")
        assert msgspec.json.decode(at.company.written[0][2])["video_format"] == "flv"


async def test_without_allowed_values_anything_can_be_typed() -> None:
    company = Company(allowed=Failure(FailureKind.MISSING, 404))
    async with profiles(company) as at:
        await at.press("e", "tab")
        assert "what is allowed could not be read: not found on this server" in at.view("hint")
        assert at.on.app.screen.query_one("#video_format", TextField).has_focus


async def test_what_is_wrong_stands_at_its_field_while_it_is_typed() -> None:
    async with profiles() as at:
        await open_edit(at, "fast")
        assert at.view("video_bitrate-problem") == "! a whole number, as 1280"
        await at.press("enter")
        assert isinstance(at.on.app.screen, ProfileForm)
        assert at.on.app.screen.query_one("#video_bitrate").has_focus
        await at.press("end", "ctrl+u")
        await at.type("900")
        assert at.view("video_bitrate-problem") == ""


# Create


async def test_a_new_profile_asks_for_what_is_required() -> None:
    made = replace(HLS, id=93, name="Mobile")
    company = Company(answers={NEW: Accepted("93")}, then=(WEB, HLS, made))
    async with profiles(company) as at:
        await at.press("n")
        assert "!" not in at.screen
        await at.type("Mobile")
        await at.press("enter")
        assert at.on.app.screen.query_one("#video_format").has_focus
        await at.press("m", "enter")
        await at.type("800")
        await at.press("enter")
        await at.type("96")
        await at.press("enter")
        assert "video bitrate 800" in words(at)
        await at.press("enter")
        ((kind, _, body),) = at.company.written
        assert (kind, msgspec.json.decode(body)) == (
            "save-profile",
            {"name": "Mobile", "video_format": "mp4", "video_bitrate": 800, "audio_bitrate": 96},
        )
        assert at.journal.outcomes == [("93", Outcome.ACCEPTED)]
        await at.press("escape")
        assert at.view("profile").startswith("Mobile")  # the cursor is on the new one


async def test_a_copy_begins_as_the_profile_and_names_its_twin() -> None:
    async with profiles() as at:
        await at.press("c", "enter")
        assert "Profile 92 has the same name" in words(at)
        await at.press("enter")
        assert at.company.written[0][1] == NEW


# Delete


async def test_the_id_of_a_profile_to_delete_is_typed() -> None:
    async with profiles(Company(then=(HLS,))) as at:
        await at.press("d", "enter")
        assert message_line(at.on.app) == "Type 92 to delete it: nothing is sent"
        await at.type("86")
        await at.press("enter")
        assert at.company.written == []
        await at.press("backspace", "backspace")
        await at.type("92")
        await at.press("enter")
        assert at.company.written == [("delete-profile", "92", b"")]
        assert words(at).endswith("sent: the server accepts it")
        await at.press("escape")
        assert "Web 1080p" not in at.view("profiles")


async def test_a_delete_shows_the_orders_that_use_it() -> None:
    async with profiles() as at:
        await at.press("d")
        assert "No order is known to use it since" in words(at)
        assert "only these count" in words(at)


# What came of it


async def test_a_lost_answer_is_settled_by_reading_and_not_sent_again() -> None:
    async with profiles(Company(answers={"92": LOST}, then=(HLS,))) as at:
        await at.press("d")
        await at.type("92")
        await at.press("enter")
        assert "outcome unknown: api.example cut the connection" in words(at)
        assert "found: deleted, not found at 22:13:20" in words(at)
        assert at.company.written == [("delete-profile", "92", b"")]
        assert at.journal.outcomes == [("92", Outcome.FOUND_DONE)]


async def test_what_stays_unknown_is_never_called_failed() -> None:
    async with profiles(Company(answers={"92": LOST})) as at:
        await open_edit(at, "5000")
        await at.press("enter", "enter")
        assert "outcome unknown: it has the old values at 22:13:20" in words(at)
        assert "it is not sent again" in words(at)
        await at.press("enter")
        assert len(at.company.written) == 1
        assert at.journal.outcomes == [("92", Outcome.UNKNOWN)]


async def test_a_refusal_has_the_words_of_the_server() -> None:
    refused = WriteFailure(Failure(FailureKind.REJECTED, 400, hint="in use"), may_have_acted=False)
    async with profiles(Company(answers={"92": refused})) as at:
        await at.press("d")
        await at.type("92")
        await at.press("enter")
        assert words(at).endswith("refused: in use (400)")


async def test_after_a_refusal_the_form_is_still_there() -> None:
    refused = WriteFailure(Failure(FailureKind.REJECTED, 400), may_have_acted=False)
    async with profiles(Company(answers={"92": refused})) as at:
        await open_edit(at, "5000")
        await at.press("enter", "enter", "escape")
        assert isinstance(at.on.app.screen, ProfileForm)
        assert at.on.app.screen.query_one("#video_bitrate", TextField).value == "5000"


async def test_another_change_says_that_the_one_before_is_unknown() -> None:
    async with profiles(Company(answers={"92": LOST})) as at:
        for _ in range(2):
            await open_edit(at, "5000")
            await at.press("enter")
            said = words(at)
            await at.press("enter", "escape")
        assert "a change that was sent at 2023-11-14 22:13:20 is unknown" in said
        assert len(at.company.written) == 2  # the second one was asked for again


async def test_if_the_journal_can_not_be_written_nothing_is_sent() -> None:
    async with profiles(journal=MemoryJournal(fails_at=1)) as at:
        await at.press("d")
        await at.type("92")
        await at.press("enter")
        assert words(at).endswith("refused: the disk is full")
        assert at.company.written == []


async def test_a_guard_denies_with_its_reason() -> None:
    guard = Guard("profile:web", ActionKind.DELETE_PROFILE, deny=True, reason="ask Ana")
    async with profiles(guards=[guard]) as at:
        await at.press("d")
        assert "Nothing can be sent. Denied: ask Ana." in words(at)
        await at.press("enter")
        assert at.company.written == []


async def test_the_dialog_stays_until_the_answer_and_the_journal_has_it() -> None:
    company = Company()
    company.gate.clear()
    async with profiles(company) as at:
        await at.press("d")
        await at.on.press("9", "2", "enter", "escape")
        assert isinstance(at.on.app.screen, SendDialog)
        assert words(at).endswith("Sent to the server; its answer is awaited")
        assert message_line(at.on.app).startswith("It is sent: what came of it is shown here")
        assert at.journal.outcomes == [("92", Outcome.BEGUN)]
        company.gate.set()
        await at.wait()
        assert at.journal.outcomes == [("92", Outcome.ACCEPTED)]


@pytest.mark.parametrize("leave", [("escape", "escape"), ("escape", "q")])
async def test_what_is_found_after_the_dialog_was_closed_is_told_all_the_same(
    leave: tuple[str, ...],
) -> None:
    gate = asyncio.Event()

    async def sleep(_: float) -> None:
        await gate.wait()

    async with profiles(Company(answers={"92": LOST}), sleep=sleep) as at:
        await at.press("d")
        await at.on.press("9", "2", "enter")
        assert words(at).endswith("it is not sent again.")
        await at.on.press(*leave)
        assert at.journal.outcomes == [("92", Outcome.UNKNOWN)]
        at.company.company_profiles = (HLS,)
        gate.set()
        await at.wait()
        assert "found: deleted, not found at 22:13:20" in message_line(at.on.app)
        assert at.journal.outcomes == [("92", Outcome.FOUND_DONE)]
        assert len(at.company.written) == 1


async def test_what_stays_unknown_is_told_on_the_main_screen() -> None:
    async with profiles(Company(answers={"92": LOST})) as at:
        await open_edit(at, "5000")
        await at.press("enter", "enter", "escape", "escape")
        assert at.on.app.screen is at.on.main_screen
        notice = "Outcome unknown of a change of profile 92 at 22:13:20: it has the old values"
        assert notice in at.on.line("trouble")
        at.company.company_profiles = (FASTER, HLS)
        await at.press("P")
        assert at.journal.outcomes == [("92", Outcome.FOUND_DONE)]
        await at.press("escape")
        assert at.on.line("trouble") == ""


async def test_what_an_earlier_run_left_unknown_is_settled_at_the_start() -> None:
    journal = MemoryJournal()
    entry = JournalEntry(
        "plan", 1_699_999_000.0, "anna@wall", ActionKind.DELETE_PROFILE, "7", "Old"
    )
    await journal.finish(await journal.begin(entry), Outcome.UNKNOWN)
    async with profiles(journal=journal) as at:
        await at.on.pass_time(1)
        await at.wait()
        assert journal.outcomes == [("7", Outcome.FOUND_DONE)]
        assert at.company.written == []


async def test_the_allowed_values_of_the_form_are_those_of_the_server() -> None:
    async with profiles() as at:
        await at.press("n", "tab")
        assert at.view("hint") == f" format: {', '.join(ALLOWED.video_formats)}"
