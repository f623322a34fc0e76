"""The screen of profiles: what is read, what it shows, the search, and the way to the orders."""

import threading
from typing import Any

import pytest
from msgspec.structs import replace
from rich.cells import cell_len
from textual.geometry import Offset

from tests.support.app_stage import SESSION, message_line, order, rendered_lines, shown_ids, stage
from tests.support.history_rows import add_order
from tests.support.hostile_text import PAYLOADS
from tests.support.memory_history import MemoryHistory
from tests.support.profile_stage import HLS, WEB, Company, profiles
from tui.model import order as orders
from tui.model.order import OrderDetail, Snapshot, SubJob
from tui.model.ports import Failure, FailureKind
from tui.model.profile_uses import ProfileUses, find_uses
from tui.sanitize import sanitize_line
from tui.ui.profiles import screen
from tui.ui.widgets.cursor_lines import CursorLines

pytestmark = pytest.mark.usefixtures("utc")

SLOW = Failure(FailureKind.SLOW)


def recorded(*uses: tuple[int, str, str]) -> MemoryHistory:
    """A history of orders, each with its number, and the id and the name of its profile."""
    history = MemoryHistory()
    for number, profile_id, name in uses:
        each = order(number)
        job = SubJob(orders.Profile(profile_id, name))
        add_order(history.connection, OrderDetail(each.id, "FINISHED", jobs=(job,)), 0.0)
        history.connection.execute(
            "UPDATE orders SET created = ? WHERE id = ?", (1_699_990_000.0, each.id)
        )
    return history


async def test_it_shows_the_profiles_and_when_they_were_read() -> None:
    async with profiles() as at:
        assert at.view("head").startswith("─ Profiles ─ 2 ─")
        assert at.view("head").endswith(" as of 22:13:20 ─")
        assert "92  Web 1080p" in at.view("profiles")
        assert "h264, 1920x1080, 16:9, bitrate 4500" in " ".join(at.view("profile").split())
        await at.press("down")
        assert at.view("profile").startswith("Test HLS")


async def test_it_counts_the_orders_of_which_the_detail_is_known() -> None:
    history = recorded(
        (1, "92", "Web 1080p"),
        (2, "92", "an older name"),
        (3, "86", "Test HLS"),
        (4, "92", "Web 1080p"),
    )
    history.connection.execute("UPDATE orders SET detail = NULL WHERE id = ?", (order(4).id,))
    async with profiles(history=history, listed=Snapshot()) as at:
        detail = " ".join(at.view("profile").split())
        assert "Used by at least 2 orders since 2023-10-15 22:13" in detail
        assert "Of 4 orders since then the details of 3 are known: only these count." in detail
        assert order(2).id in detail
        assert order(3).id not in detail


async def test_many_orders_are_counted_beside_the_event_loop(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    threads: list[threading.Thread] = []

    def find(*values: Any) -> ProfileUses:
        threads.append(threading.current_thread())
        return find_uses(*values)

    monkeypatch.setattr(screen, "find_uses", find)
    uses = [(number, "92", "Web 1080p") for number in range(1000)]
    async with profiles(history=recorded(*uses), listed=Snapshot()) as at:
        assert "Used by 1 000 orders" in at.view("profile")
    assert len(threads) == 1
    assert threads[0] is not threading.main_thread()


async def test_without_a_history_it_says_so() -> None:
    async with profiles() as at:
        assert "No history is kept: others were not read." in " ".join(at.view("profile").split())


async def test_it_reads_again_at_a_key_and_not_on_a_schedule() -> None:
    async with profiles() as at:
        await at.on.pass_time(600)
        assert at.company.reads == 1
        assert "They may have changed since. r: read again" in at.view("head")
        at.company.company_profiles = (HLS,)
        await at.press("r")
        assert "─ Profiles ─ 1 ─" in at.view("head")
        assert "as of 22:23:20" in at.view("head")
        assert "They may have changed" not in at.view("head")


async def test_a_failed_read_leaves_what_was_read_with_its_time() -> None:
    async with profiles() as at:
        at.company.company_profiles = SLOW
        await at.on.pass_time(60)
        await at.press("r")
        assert "as of 22:13:20" in at.view("head")
        notice = "Not read at 22:14:20: api.example did not answer in time. What is shown is older."
        assert notice in " ".join(at.view("head").split())
        assert "Web 1080p" in at.view("profiles")
        assert {role for _, role in at.on.app.screen.query_one(CursorLines).lines[2]} <= {
            "accent", "stale"
        }  # fmt: skip


async def test_nothing_read_says_why_and_what_helps() -> None:
    async with profiles(Company(company_profiles=SLOW)) as at:
        text = " ".join(at.view("profiles").split())
        assert text == (
            "The profiles could not be read: api.example did not answer in time. r: try again"
        )
        assert " as of " not in at.view("head")
        await at.press("e")
        assert message_line(at.on.app) == "No profile is selected"


async def test_a_company_without_profiles_is_told_from_a_failure() -> None:
    async with profiles(Company(company_profiles=())) as at:
        assert "The company has no profiles. n: new profile" in at.view("profiles")


async def test_a_search_narrows_the_table_and_esc_clears_it() -> None:
    async with profiles() as at:
        await at.press("slash")
        await at.type("hls 86")
        assert "─ Profiles ─ 1 of 2 ─" in at.view("head")
        assert at.view("profile").startswith("Test HLS")
        await at.press("enter")
        await at.press("slash")
        await at.type("x")
        assert "No profile matches hls 86x. esc: clear the search" in at.view("profiles")
        await at.press("escape")
        assert "─ Profiles ─ 2 ─" in at.view("head")
        await at.press("escape")
        assert at.on.app.screen is at.on.main_screen


async def test_the_cursor_stays_on_its_profile_when_others_come() -> None:
    async with profiles() as at:
        await at.press("down")
        at.company.company_profiles = (replace(WEB, id=1), WEB, HLS)
        await at.press("r")
        assert at.view("profile").startswith("Test HLS")
        assert at.on.app.screen.query_one(CursorLines).row == 2


async def test_enter_shows_the_orders_with_exactly_this_profile() -> None:
    listed = Snapshot((order(3), order(2), order(1)))
    async with profiles(Company(company_profiles=(replace(WEB, name='Profile "0" | 1'),)),
                        listed=listed) as at:  # fmt: skip
        await at.press("enter")
        assert at.on.app.screen is at.on.main_screen
        await at.on.pass_time(10)
        assert shown_ids(at.on) == []
        assert r'profile="Profile \"0\" | 1"' in at.on.line("filter-info")
    async with profiles(Company(company_profiles=(replace(WEB, name="Profile 0"),)),
                        listed=listed) as at:  # fmt: skip
        await at.press("enter")
        await at.on.pass_time(10)
        assert len(shown_ids(at.on)) == 3  # each has a sub-job of this profile


@pytest.mark.parametrize(
    ("key", "what"),
    [("n", "new"), ("e", "edit"), ("c", "copy"), ("d", "delete")],
)
async def test_in_read_only_the_keys_say_why_they_do_nothing(key: str, what: str) -> None:
    async with profiles(session=replace(SESSION, read_only=True)) as at:
        before = at.on.app.screen
        await at.press(key)
        assert "Read-only" in message_line(at.on.app)
        assert at.on.app.screen is before
        assert at.company.written == []


async def test_without_a_journal_it_can_be_read_but_nothing_is_sent() -> None:
    async with profiles(has_journal=False) as at:
        assert "Web 1080p" in at.view("profiles")
        await at.press("d")
        assert message_line(at.on.app) == "There is no journal of actions, so nothing is sent"


async def test_without_an_account_the_key_says_so() -> None:
    async with stage(Snapshot()) as on:
        await on.press("P")
        assert message_line(on.app) == "There is no account whose profiles could be read"


async def test_hostile_names_are_drawn_as_text() -> None:
    worst = ("markup ended", "markup action", "title", "10,000 wide", "marks", "other way")
    texts = [sanitize_line(PAYLOADS[name], 200) for name in worst]
    hostile = tuple(
        replace(WEB, id=number, name=text, video_format=text[:60], audio_codec=text[:60])
        for number, text in enumerate(texts, 1)
    )
    async with profiles(Company(company_profiles=hostile), size=(80, 24)) as at:
        for number in range(1, len(hostile) + 1):
            await at.press("d")
            assert f"Delete profile {number}" in at.screen
            await at.press("escape", "e")
            assert f"Edit profile {number}" in at.screen
            assert {cell_len(line) for line in rendered_lines(at.on.app)} == {80}
            await at.press("escape")
            await at.on.press("down")


@pytest.mark.parametrize("size", [(40, 8), (60, 15), (80, 24), (120, 40), (200, 60)])
async def test_it_works_at_every_size(size: tuple[int, int]) -> None:
    async with profiles(size=size) as at:
        assert "Web 1080p" in at.screen
        await at.press("tab")
        assert "h264, 1920x1080" in at.screen
        await at.press("tab")
        assert "Test HLS" in at.screen
        await at.press("e")
        assert "Edit profile 92" in at.screen
        await at.press(*["tab"] * 8)
        assert "audio bitrate" in at.screen
        await at.press("5", "enter")
        assert "Save profile 92" in at.screen
        await at.press("escape", "escape", "d")
        assert "Type 92" in at.screen


async def test_a_click_moves_the_cursor() -> None:
    async with profiles() as at:
        await at.on.pilot.click(CursorLines, offset=Offset(12, 2))
        await at.wait()
        assert at.view("profile").startswith("Test HLS")


async def test_the_ends_of_the_table_say_so() -> None:
    async with profiles() as at:
        await at.press("up")
        assert message_line(at.on.app) == "This is the first line"
        await at.press("G", "down")
        assert message_line(at.on.app) == "This is the last line"
