"""The form of a new order, by keys."""

import asyncio
import json

import pytest
from textual.widgets import Input

from tests.support.acting import REFUSED, SLOW
from tests.support.app_stage import (
    MIXED_ORDERS,
    SESSION,
    message_line,
    order,
    order_ids,
    run_command,
)
from tests.support.new_order_stage import (
    KEY,
    PASSWORD,
    MemoryDrafts,
    NewOrderStage,
    new_order,
)
from tui.masking import DOTS
from tui.model.actions import Accepted, ActionKind, Guard, Outcome, WriteAnswer
from tui.model.drafts import StoredDraft
from tui.model.order import OrderDetail, OrderSummary, Snapshot
from tui.model.ports import Failure, FailureKind
from tui.model.profiles import EncodingProfile
from tui.ui.dialogs.send_dialog import SendDialog
from tui.ui.new_order.draft_dialog import DraftDialog
from tui.ui.new_order.profile_picker import ProfilePicker
from tui.ui.new_order.screen import NewOrderScreen

BODY = {
    "origin": f"ftp://user:{PASSWORD}@host/a.mp4",
    "destinations": ["s3://bucket"],
    "jobs": [{"filename": "out.mp4", "profile_id": 92}],
}


def sent(at: NewOrderStage) -> list[object]:
    return [json.loads(body) for _, _, body in at.company.written]


def values(at: NewOrderStage) -> list[str]:
    return [field.value for field in at.front.query(Input)]


async def test_order_is_typed_reviewed_and_sent() -> None:
    new = order(9, "QUEUED")
    async with new_order() as at:
        at.company.answers = {"new": Accepted(new.id)}
        await at.fill()
        await at.press("enter")
        assert isinstance(at.front, SendDialog)
        assert f'"origin": "ftp://user:{DOTS}@host/a.mp4"' in at.screen
        assert sent(at) == []
        at.on.api.listed = Snapshot((new, *MIXED_ORDERS.orders))
        await at.press("enter")
        assert sent(at) == [BODY]
        assert at.is_on_main_screen
        assert message_line(at.on.app) == f"New order: created {new.id}"
        await at.on.pass_time(3)
        assert at.on.table.cursor_id == new.id
        entry = at.journal.entries[0]
        assert (entry.kind, entry.outcome, entry.subject) == (
            ActionKind.CREATE,
            Outcome.ACCEPTED,
            new.id,
        )
        assert PASSWORD not in repr(at.journal.entries)
        assert not [text for text in at.seen if PASSWORD in text]


async def test_new_order_that_the_filter_hides_is_said() -> None:
    new = OrderSummary("9999999999-0001", "QUEUED", None)
    async with new_order(listed=MIXED_ORDERS) as at:
        at.company.answers = {"new": Accepted(new.id)}
        await at.press("escape", "f", "e", "C")
        await at.fill()
        at.on.api.listed = Snapshot((new, *MIXED_ORDERS.orders))
        await at.press("enter", "enter")
        await at.on.pass_time(3)
        assert at.on.table.cursor_id != new.id
        assert "the filter hides it" in message_line(at.on.app)


async def test_secrets_are_hidden_while_they_are_typed_and_in_the_clipboard() -> None:
    async with new_order() as at:
        await at.type(f"ftp://user:{PASSWORD}@host/a.mp4", watched=True)
        assert "ftp://user:•••••••@host/a.mp4" in at.screen
        await at.press("home", "shift+end")
        at.front.query_one("#f-origin", Input).action_copy()
        assert at.on.app.clipboard == "ftp://user:•••••••@host/a.mp4"
        at.front.set_focus(at.front.query_one("#f-post_process-0-drm-key"))
        await at.type(KEY, watched=True)
        at.front.query_one("#f-post_process-0-drm-key", Input).action_copy()
        assert at.on.app.clipboard == "ftp://user:•••••••@host/a.mp4"
        assert values(at)[0] == f"ftp://user:{PASSWORD}@host/a.mp4"
        for text in at.seen:
            assert PASSWORD[:3] not in text
            assert KEY[:4] not in text


async def test_reason_is_at_the_field_while_it_is_typed() -> None:
    async with new_order() as at:
        await at.type("ftp:/")
        assert "! it must begin with a scheme" in at.screen
        await at.type("/host/a.mp4")
        assert "!" not in at.screen
        await at.press("ctrl+s")
        assert isinstance(at.front, NewOrderScreen)
        assert message_line(at.on.app).startswith("3 fields are not right yet")
        assert at.screen.count("! required") == 3
        assert at.front.focused is at.front.query_one("#f-destinations-0")


async def test_profile_is_searched_and_chosen() -> None:
    async with new_order() as at:
        at.front.set_focus(at.front.query_one("#f-jobs-0-profile_id"))
        await at.press("enter")
        assert isinstance(at.front, ProfilePicker)
        await at.type("hls")
        assert "Test HLS" in at.screen
        assert "Prueba" not in at.screen
        await at.press("enter")
        assert isinstance(at.front, NewOrderScreen)
        assert "Test HLS  hls" in at.screen
        assert "86" in values(at)
        await at.press("ctrl+g", "escape")
        assert "86" in values(at)


async def test_a_long_profile_is_one_line_of_the_picker() -> None:
    profiles = (EncodingProfile(id=7, name="palabra " * 20),)
    async with new_order(profiles=profiles, size=(80, 24)) as at:
        at.front.set_focus(at.front.query_one("#f-jobs-0-profile_id"))
        await at.press("enter")
        assert sum("palabra" in line for line in at.screen.splitlines()) == 1
        assert at.line_with("palabra").rstrip(" │").endswith("…")


async def test_what_is_typed_for_a_profile_begins_the_search() -> None:
    async with new_order() as at:
        at.front.set_focus(at.front.query_one("#f-jobs-0-profile_id"))
        await at.type("escal")
        await at.press("enter", "enter")
        assert "92" in values(at)


async def test_profiles_that_cannot_be_read_are_said_and_the_id_is_not_checked() -> None:
    async with new_order(profiles=Failure(FailureKind.SERVER, 500)) as at:
        await at.fill()
        assert "the profiles are not known, so the id is not checked" in at.screen
        await at.press("enter")
        assert isinstance(at.front, SendDialog)


async def test_parts_are_added_and_removed_by_keys() -> None:
    async with new_order() as at:
        await at.fill()
        await at.press("ctrl+n")
        assert "sub-job 2" in at.screen
        await at.press("ctrl+t")
        assert "thumbnail 1 of sub-job 2" in at.screen
        assert at.front.focused is at.front.query_one("#f-jobs-1-thumbnails-0-filename")
        await at.press("ctrl+r")  # nothing is typed in it
        assert "thumbnail" not in at.screen.partition("Notifications")[0]
        await at.press("ctrl+r")
        assert "sub-job 2" not in at.screen
        await at.press("ctrl+r")
        assert message_line(at.on.app) == "^r again: remove sub-job 1 with what is typed in it"
        assert "out.mp4" in at.screen
        await at.press("ctrl+r")
        assert "out.mp4" not in at.screen
        assert f"ftp://user:{PASSWORD}@host/a.mp4" in values(at)


async def test_typed_part_is_not_removed_by_two_keys_at_different_parts() -> None:
    async with new_order() as at:
        await at.fill()
        await at.press("ctrl+r", "down", "ctrl+r")
        assert "out.mp4" in values(at)


async def test_nothing_is_sent_before_the_review_is_shown() -> None:
    async with new_order() as at:
        await at.fill()
        await at.on.pilot.press("ctrl+s", "enter")
        await at.wait()
        assert len(sent(at)) <= 1
        assert isinstance(at.front, SendDialog) or sent(at) == [BODY]


async def test_refusal_is_shown_and_the_form_stays() -> None:
    async with new_order() as at:
        at.company.answers = {"new": REFUSED}
        await at.fill()
        await at.press("enter", "enter")
        assert "refused: " in at.screen
        assert "only in ERROR" in at.screen
        await at.press("enter")  # a review is sent once
        assert len(sent(at)) == 1
        await at.press("escape")
        assert isinstance(at.front, NewOrderScreen)
        assert "out.mp4" in values(at)
        assert at.drafts.stored is None or PASSWORD not in at.drafts.stored.text


async def test_unknown_order_is_searched_and_offered_again_only_with_a_word() -> None:
    async with new_order() as at:
        at.company.answers = {"new": SLOW}
        await at.fill()
        await at.press("enter", "enter")
        assert "outcome unknown: " in at.screen
        assert "It may still come" in at.screen
        asked = at.on.api.asked.count("list")
        await at.press("escape", "ctrl+s")
        assert at.on.api.asked.count("list") > asked
        assert "The same order was sent at" in at.screen
        await at.press("enter")
        assert "Type again to send it: nothing is sent" in message_line(at.on.app)
        assert len(sent(at)) == 1
        at.company.answers = {"new": Accepted(order(9).id)}
        await at.type("again")
        await at.press("enter")
        assert len(sent(at)) == 2
        assert at.is_on_main_screen


async def test_accepted_order_without_an_id_is_not_kept_as_a_draft() -> None:
    async with new_order() as at:
        await at.fill()
        await at.press("enter", "enter")
        assert isinstance(at.front, SendDialog)
        assert "sent" in at.screen
        await at.press("escape")
        assert at.is_on_main_screen
        assert at.drafts.stored is None


@pytest.mark.parametrize("deny", [True, False])
async def test_guards_of_new_orders(deny: bool) -> None:
    guard = Guard("", ActionKind.CREATE, deny=deny, type_id=not deny, reason="ask Ana")
    async with new_order(guards=[guard]) as at:
        await at.fill()
        await at.press("enter")
        if deny:
            assert "Nothing can be sent. Denied: ask Ana" in at.screen
            await at.press("enter")
            assert sent(at) == []
            return
        assert "A guard asks (ask Ana): type out.mp4 to send it:" in at.screen
        await at.press("enter")
        assert sent(at) == []
        await at.type("out.mp4")
        await at.press("enter")
        assert sent(at) == [BODY]


# Drafts


async def test_draft_is_stored_without_secrets_and_offered_again() -> None:
    drafts = MemoryDrafts()
    async with new_order(drafts=drafts) as at:
        await at.fill()
        await at.press("escape")
        assert drafts.stored is not None
        assert PASSWORD not in drafts.stored.text
        await at.press("C")
        assert isinstance(at.front, DraftDialog)
        assert f"ftp://user:{DOTS}@host/a.mp4" in at.screen
        await at.press("c")
        assert values(at)[:4] == [f"ftp://user:{DOTS}@host/a.mp4", "s3://bucket", "92", "out.mp4"]
        assert f"! what {DOTS} stands for is not known: type it" in at.screen
        await at.type(PASSWORD)  # in the place of what stands for it
        assert values(at)[0] == BODY["origin"]
        await at.press("ctrl+s", "enter")
        assert sent(at) == [BODY]


async def test_draft_is_stored_a_second_after_a_change() -> None:
    drafts = MemoryDrafts()
    async with new_order(drafts=drafts) as at:
        await at.type("ftp://host/a.mp4")
        while drafts.stored is None or "a.mp4" not in drafts.stored.text:
            await at.on.pilot.pause(0.05)


async def test_new_order_leaves_the_draft_until_something_is_typed() -> None:
    stored = StoredDraft('{"origin": "ftp://host/old.mp4"}', 1_700_000_000.0)
    drafts = MemoryDrafts(stored)
    async with new_order(drafts=drafts) as at:
        await at.press("n")
        assert isinstance(at.front, NewOrderScreen)
        await at.press("escape")
        assert drafts.stored == stored
        await at.press("C", "escape")
        assert at.is_on_main_screen


@pytest.mark.parametrize("text", ["", "{", "[1]", '{"origin": 5, "jobs": {}}', "\ufffd"])
async def test_draft_that_cannot_be_read_opens_a_form(text: str) -> None:
    async with new_order(drafts=MemoryDrafts(StoredDraft(text, 1_700_000_000.0))) as at:
        await at.press("c")
        assert isinstance(at.front, NewOrderScreen)


async def test_draft_that_cannot_be_stored_is_said() -> None:
    async with new_order(drafts=MemoryDrafts(problem="The draft is not saved: disk full")) as at:
        await at.type("x")
        while message_line(at.on.app) != "The draft is not saved: disk full":
            await at.on.pilot.pause(0.05)


# Like another order


async def test_order_like_the_selected_one() -> None:
    async with new_order(key="L") as at:
        assert isinstance(at.front, NewOrderScreen)
        assert values(at)[1] == f"ftp://user:{DOTS}@host/"
        assert "job-0.mp4" in values(at)
        (newest,) = order_ids(5)
        assert f"Like {newest}. Not known of it: its passwords, thumbnails, priority" in at.screen
        assert at.drafts.stored is None


async def test_enter_goes_to_the_password_that_is_not_known_and_typing_replaces_its_dots() -> None:
    async with new_order(key="L") as at:
        await at.type("ftp://host/a.mp4")
        await at.press("enter")
        await at.type(PASSWORD)
        assert values(at)[1] == f"ftp://user:{PASSWORD}@host/"
        assert PASSWORD not in "".join(at.seen)


async def test_order_like_the_one_that_is_open() -> None:
    async with new_order(key="enter") as at:
        await at.press("L")
        assert isinstance(at.front, NewOrderScreen)


async def test_order_that_is_read_late_opens_nothing_above_another_screen() -> None:
    async with new_order(key="y") as at:
        gate, read = asyncio.Event(), at.on.api.order

        async def order_later(order_id: str) -> OrderDetail | Failure:
            await gate.wait()
            return await read(order_id)

        at.on.api.order = order_later  # type: ignore[method-assign] # a slow one
        await at.on.pilot.press("L")
        assert message_line(at.on.app) == f"Reading {order_ids(5)[0]}"
        await at.on.pilot.press("question_mark")
        gate.set()
        await at.wait()
        assert not isinstance(at.front, NewOrderScreen)


async def test_ctrl_c_ends_the_app_when_the_request_in_flight_is_answered() -> None:
    async with new_order() as at:
        gate, create = asyncio.Event(), at.company.create_order

        async def create_later(order: bytes) -> WriteAnswer:
            await gate.wait()
            return await create(order)

        at.company.create_order = create_later  # type: ignore[method-assign] # a slow one
        await at.fill()
        await at.press("enter")
        await at.on.pilot.press("enter", "ctrl+c")
        assert at.on.app.is_running
        gate.set()
        while at.on.app.is_running:  # noqa: ASYNC110 - the end of the app has no event
            await asyncio.sleep(0.01)
        assert at.journal.outcomes == [("", Outcome.ACCEPTED)]


async def test_order_that_cannot_be_read_is_said() -> None:
    async with new_order(key="y") as at:

        async def fail(_: str) -> Failure:
            return Failure(FailureKind.SLOW)

        at.on.api.order = fail  # type: ignore[assignment, method-assign] # a failure
        await at.press("L")
        assert at.is_on_main_screen
        assert "was not read: api.example did not answer in time" in message_line(at.on.app)


async def test_palette_has_both() -> None:
    async with new_order(key="escape") as at:
        await run_command(at.on, "again")
        assert isinstance(at.front, NewOrderScreen)


# When nothing can be sent


async def test_read_only_session_says_why() -> None:
    session = type(SESSION)("42", "api.example", read_only=True)
    async with new_order(session=session) as at:
        for key in ("C", "L"):
            await at.press(key)
            assert at.is_on_main_screen
            assert message_line(at.on.app).startswith("Read-only")


@pytest.mark.parametrize("size", [(40, 8), (80, 24), (200, 60)])
async def test_form_and_review_survive_any_size(size: tuple[int, int]) -> None:
    async with new_order(size=size) as at:
        await at.fill()
        await at.press("pagedown", "pageup", "enter")
        assert isinstance(at.front, SendDialog)
        await at.press("down", "pagedown", "escape")
        assert isinstance(at.front, NewOrderScreen)
