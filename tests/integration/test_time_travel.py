"""The main screen shows a moment in the past: each key, what is said, and what stays as it is."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import msgspec
import pytest

from tests.support.app_stage import (
    Stage,
    message_line,
    rendered_lines,
    stage,
    text_of,
    type_filter,
)
from tests.support.history_rows import POLLED, add_keyframe, add_listed, progress, status
from tests.support.memory_history import MemoryHistory
from tests.support.memory_stores import MemoryViewStore
from tui.filtering.views import BUILT_IN_VIEWS, View
from tui.model.account import Account, Secret
from tui.model.events import TimingsChanged
from tui.model.history import Span, SpanKind
from tui.model.order import OrderDetail, OrderSummary, Profile, Snapshot, SubJob
from tui.model.past import TimeStep
from tui.model.state import State
from tui.model.timing import Moment, OrderTiming
from tui.ui.dialogs.setup import SetupResult
from tui.ui.order_screen.screen import OrderScreen
from tui.ui.widgets.line_view import LineView
from tui.ui.widgets.text_field import TextField

NOW = 1_700_000_000.0
"""When the app starts: 2023-11-14 22:13:20 UTC."""
HOUR = 3600.0
FIRST = NOW - 6 * HOUR
CAME = NOW - 5 * HOUR
A = OrderSummary("a", "TRANSCODING", CAME)
B = OrderSummary("b", "ERROR", NOW - 7 * HOUR)
REST = [OrderSummary(f"rest-{number}", "FINISHED", NOW - number * HOUR) for number in range(8, 12)]
LISTED = Snapshot((A, B, *REST))


def history() -> MemoryHistory:
    """`a` comes five hours ago, and is transcoded from a minute later on, a percent a minute; `b`
    fails two hours ago. Nothing is polled from four hours to three hours ago.
    """
    spans = (
        Span(FIRST, NOW - 4 * HOUR, POLLED),
        Span(NOW - 4 * HOUR, NOW - 3 * HOUR, SpanKind.PAUSED),
        Span(NOW - 3 * HOUR, NOW + HOUR, POLLED),
    )
    made = MemoryHistory((), spans)
    add_keyframe(made.connection, FIRST, [OrderSummary("b", "QUEUED", B.created), *REST])
    add_listed(made.connection, A)
    jobs = (SubJob(Profile("1", "HLS"), "a.m3u8", None, 99.0),)
    detail = OrderDetail("a", "TRANSCODING", CAME, filename="film.mov", jobs=jobs).trimmed()
    row = (msgspec.msgpack.encode(detail), "a")
    made.connection.execute("UPDATE orders SET detail = ? WHERE id = ?", row)
    made.record(status("a", None, "QUEUED", CAME))
    made.record(status("a", "QUEUED", "TRANSCODING", CAME + 60))
    for number in range(2, 40):
        before = (number - 1.0,) if number > 2 else None
        made.record(progress("a", before, (float(number),), CAME + 60 * number))
    made.record(status("b", "QUEUED", "ERROR", NOW - 2 * HOUR))
    return made


@asynccontextmanager
async def travelling(
    *keys: str,
    size: tuple[int, int] = (120, 40),
    record: MemoryHistory | None = None,
    views: MemoryViewStore | None = None,
) -> AsyncIterator[Stage]:
    """Run the app, enter the past, and press `keys` there."""
    record = history() if record is None else record
    async with stage(LISTED, size, history=record, view_store=views) as on:
        await go(on, "t", *keys)
        yield on


async def go(on: Stage, *keys: str) -> None:
    """Press the keys, and wait after each until the moment is shown."""
    for key in keys:
        await on.press(key)
        await arrived(on)


async def arrived(on: Stage) -> None:
    travel = on.main_screen.travel
    while travel._reading is not None:
        await on.pilot.pause(0.01)
    await on.pilot.pause()


async def go_to(on: Stage, text: str) -> None:
    await on.press("t", *text, "enter")
    await arrived(on)


def moment(on: Stage) -> str:
    _, found, text = on.line("status").partition("AT ")
    return text.split(" ·")[0] if found else "now"


def screen_text(on: Stage) -> str:
    return "\n".join(rendered_lines(on.app))


async def test_t_shows_the_last_poll_in_a_frame_and_names_it(utc: None) -> None:
    async with travelling() as on:
        assert on.line("status").endswith(" AT 22:13:20 · 0 s ago ")
        lines = rendered_lines(on.app)
        assert (lines[0][0], lines[0][-1], lines[-1][0], lines[-1][-1]) == ("┌", "┐", "└", "┘")
        assert "live" not in screen_text(on)
        assert on.row(2).split()[:3] == ["▌", "film.mov", "▶"]


async def test_live_events_do_not_touch_the_past(utc: None) -> None:
    async with travelling("left") as on:
        await on.pass_time(2)  # the views are counted
        before = screen_text(on)
        await on.list_again(Snapshot((*REST,)))
        assert screen_text(on) == before
        await on.press("escape")
        await on.painted()
        assert "live" in on.line("status")
        assert len(on.table.rows) == 6, "the removed orders are shown, too"
        assert rendered_lines(on.app)[0][0] == " "


@pytest.mark.parametrize(
    ("keys", "shown"),
    [
        ([], "22:13:20"),
        (["left"], "20:13:20"),
        (["left", "left"], "17:52:20"),
        (["left", "left", "right"], "20:13:20"),
        (["left", "shift+left"], "17:43:20"),
        (["left", "shift+left", "shift+right"], "20:13:20"),
        (["["], "21:13:20"),
        (["[", "[", "]"], "21:13:20"),
        (["[", "left"], "20:13:20"),
    ],
)
async def test_keys_step_through_time(keys: Sequence[str], shown: str, utc: None) -> None:
    async with travelling(*keys) as on:
        assert moment(on) == shown


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        (["right"], "No later change is recorded. esc: back to now"),
        (["]"], "This is the last poll. esc: back to now"),
        ([*["shift+left"] * 5, "left"], "No earlier change is recorded"),
    ],
)
async def test_a_step_from_an_end_says_so(keys: Sequence[str], message: str, utc: None) -> None:
    async with travelling(*keys) as on:
        assert message_line(on.app) == message


async def test_a_step_shows_the_values_of_then(utc: None) -> None:
    async with travelling("left", "left") as on:
        assert (
            on.row(2).split()
            == ["▌", "film.mov", "▶", "TRANSCODING", "███▉░░░░░░", "39", "%", "39m00s", "│"][:-1]
        )
        assert "◌ 1 queued" in on.line("counts")
        await go(on, "left")
        assert "38 %" in on.row(2)
        assert "38 %" in on.detail


class SlowHistory(MemoryHistory):
    """Answers when `gate` is open. `asked` are the steps of each call."""

    def __init__(self, of: MemoryHistory) -> None:
        super().__init__()
        self.connection = of.connection
        self.gate = asyncio.Event()
        self.asked: list[int] = []

    async def past(self, start: float, steps: Sequence[TimeStep], latest: float) -> State | None:
        self.asked.append(len(steps))
        await self.gate.wait()
        return await super().past(start, steps, latest)


async def test_a_held_key_reads_no_moment_that_is_not_shown(utc: None) -> None:
    record = SlowHistory(history())
    record.gate.set()
    async with travelling("left", record=record) as on:
        record.gate.clear()
        record.asked.clear()
        await on.press(*["left"] * 30)
        assert record.asked == [1]
        record.gate.set()
        await arrived(on)
        assert record.asked == [1, 29]
        assert moment(on) == "17:23:20"


async def test_keys_that_are_typed_ahead_work_in_the_past(utc: None) -> None:
    async with stage(LISTED, history=history()) as on:
        await on.press("t", "left", "left")
        await arrived(on)
        assert moment(on) == "17:52:20"
        await on.press("left", "left", "escape")
        await arrived(on)
        assert moment(on) == "now"
        assert on.app.focused is on.table
        assert "already" not in message_line(on.app)


async def test_esc_cancels_a_moment_that_is_being_read(utc: None) -> None:
    record = SlowHistory(history())
    record.gate.set()
    async with travelling(record=record) as on:
        record.gate.clear()
        await on.press("left", "escape")
        record.gate.set()
        await arrived(on)
        assert moment(on) == "now"


async def test_q_returns_to_now_and_quits_only_there(utc: None) -> None:
    async with travelling("left") as on:
        await go(on, "q")
        assert moment(on) == "now"
        assert on.app.is_running
        await on.press("q")
        await on.pilot.pause()
        assert on.app._exit


async def test_a_q_that_is_typed_in_the_past_is_a_letter(utc: None) -> None:
    async with travelling("left") as on:
        await type_filter(on, "q")
        assert moment(on) == "20:13:20"
        assert on.app.query_one(TextField).value == "q"


@pytest.mark.parametrize(
    ("keys", "opening"), [(["t", "left"], ["enter"]), ([], ["enter", "A", "T"])]
)
async def test_q_leaves_each_screen_as_esc_does(
    keys: Sequence[str], opening: Sequence[str], utc: None
) -> None:
    """The activity and the statistics are of now."""
    async with stage(LISTED, history=history()) as on:
        await go(on, *keys)
        before = moment(on)
        for key in opening:
            await on.press(key)
            await on.pass_time(1)
            assert on.app.screen is not on.main_screen, key
            await on.press("q")
            await on.pass_time(1)
            assert on.app.screen is on.main_screen, key
            assert moment(on) == before


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
async def test_the_key_bar_has_every_key_of_the_past(size: tuple[int, int], utc: None) -> None:
    async with travelling("left", size=size) as on:
        bar = rendered_lines(on.app)[-2]
        for hint in ("esc Now", "← Older", "→ Newer", "t Go", "[ -1h", "] +1h", "? Help"):
            assert f" {hint} " in bar
        assert "Quit" not in bar


async def test_a_gone_order_is_shown_as_the_live_screen_shows_it(utc: None) -> None:
    record = history()
    record.record(status("a", "TRANSCODING", None, NOW - HOUR))
    async with travelling("left", size=(80, 24), record=record) as on:
        assert moment(on) == "21:13:20"
        assert "⌀ 1 gone" in on.line("counts")
        await on.press("home", "down")
        assert [line for line in rendered_lines(on.app) if "film.mov" in line and "⌀ GONE" in line]
        assert "Removed from the server's list" in on.detail
        assert "x: hide" not in on.detail, "the past stays as it is"
        await go(on, "left")
        assert "gone" not in on.line("counts")


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_the_past_says_that_a_stall_is_not_recorded(size: tuple[int, int], utc: None) -> None:
    async with travelling("left", size=size) as on:
        assert "stalled      not recorded" in on.detail
        assert "change seen  2 h earlier" in on.detail
        await on.press("enter")
        await on.painted()
        assert "change seen  2 h earlier" in screen_text(on)
        await on.press("escape", "down")
        assert "stalled" not in on.detail, "it failed"


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("2h", "AT 20:13:20 · 2 h ago"),
        ("20:15", "AT 20:15:00 · 118 min ago"),
        ("2023-11-14 17:00", "AT 17:00:00 · 5 h ago"),
        ("0s", "AT 22:13:20 · 0 s ago"),
    ],
)
async def test_a_moment_is_typed(typed: str, shown: str, utc: None) -> None:
    async with travelling("left") as on:
        await go_to(on, typed)
        assert on.line("status").rstrip().endswith(shown)


async def test_an_unknown_time_is_refused_in_place(utc: None) -> None:
    async with travelling("left") as on:
        await on.press("t", *"noon", "enter")
        line = text_of(on.app.screen.query_one("MomentDialog Vertical LineView", LineView))
        assert line == "Type 3m (ago), 03:12, yesterday 03:12 or 2026-11-23 03:12"
        await on.press("escape")
        assert moment(on) == "20:13:20"


async def test_a_time_that_was_not_polled_is_told(utc: None) -> None:
    async with travelling() as on:
        await go_to(on, "3h30m")
        told = " ▲ Not polling from 18:13:20 to 19:13:20: last known state"
        assert on.line("trouble").rstrip() == told
        assert "~39 %" in on.row(2)


async def test_before_the_first_record_there_are_no_orders(utc: None) -> None:
    async with travelling() as on:
        await go_to(on, "2023-11-13 10:00")
        told = "Nothing recorded before 2023-11-14 16:13"
        assert on.line("trouble").strip() == f"▲ {told}"
        assert text_of(on.table).split("\n")[1:] == [
            f"  {told}.".ljust(on.table.size.width),
            "  esc: back to now".ljust(on.table.size.width),
        ]
        await on.press("enter", "y", "down")
        await go(on, "right")
        assert moment(on) == "17:13:20"


async def test_an_empty_history_is_told(utc: None) -> None:
    async with travelling(record=MemoryHistory()) as on:
        assert message_line(on.app) == "No history is recorded yet"
        assert moment(on) == "now"


async def test_without_a_history_t_says_so(utc: None) -> None:
    async with stage(LISTED) as on:
        await on.press("t")
        assert message_line(on.app) == "No history is kept: the setting history is off"


@pytest.mark.parametrize("key", ["r", "p", "x", "F", "u"])
async def test_keys_that_act_say_that_this_is_the_past(key: str, utc: None) -> None:
    async with travelling("left") as on:
        asked = len(on.api.asked)
        await on.press(key)
        assert message_line(on.app) == "The screen shows the past. esc: back to now"
        assert len(on.api.asked) == asked


async def test_ages_groups_and_filters_are_those_of_then(utc: None) -> None:
    """Until two hours ago `b` was queued; at 17:00 `rest-8` was made today, of the day before."""
    async with travelling("left") as on:
        assert "3h00m" in on.row(2), "of the active order"
        assert "5h00m" in on.row(4), "of the failed one"
        await go(on, "left")
        titles = [line for line in rendered_lines(on.app) if "─ Active 2 ─" in line]
        assert len(titles) == 1
        await type_filter(on, "created:today")
        await on.press("enter")
        assert {each.id for each in on.table.rows} == {"a", "b", *(each.id for each in REST)}
        await on.press("slash", *["backspace"] * 20, *"status:error", "enter")
        assert [each.id for each in on.table.rows] == []
        await go(on, "right")
        assert [each.id for each in on.table.rows] == ["b"]


async def test_sort_views_columns_and_panes_work_in_the_past(utc: None) -> None:
    async with travelling("left") as on:
        await on.press("2", "S")
        assert [each.id for each in on.table.rows][-1] == "a"
        await on.press("c", "escape", "v", "escape", "tab")
        assert on.app.focused is on.main_screen._panes.detail_pane
        await go(on, "left", "escape")
        assert moment(on) == "now"
        assert on.main_screen.screen_state.view.name == "All"


async def test_the_cursor_stays_on_its_order(utc: None) -> None:
    async with travelling("down") as on:
        assert on.table.cursor_id == "b"
        await go(on, "left", "left")
        assert on.table.cursor_id == "b"
        await go_to(on, "2023-11-14 16:30")
        assert (on.table.cursor_id, on.table.position) == ("b", (1, 5))
        await on.press("escape")
        assert on.table.cursor_id == "b"


async def test_the_present_is_polled_meanwhile(utc: None) -> None:
    """The orders in view are those of now, whatever is looked at."""
    async with travelling("left", "down") as on:
        on.api.asked.clear()
        await on.pass_time(20)
        assert on.api.asked.count("list") >= 3
        assert "a" in on.api.asked
        await on.press("escape")
        await on.wait_idle()
        assert on.app.monitor.poller._details.selected == "b"


async def test_an_order_is_opened_in_the_past(utc: None) -> None:
    async with travelling("left", "left", "enter") as on:
        screen = on.app.screen
        assert isinstance(screen, OrderScreen)
        await on.painted()
        text = screen_text(on)
        assert text.startswith("┌")
        assert "AT 17:52:20 · 4 h ago" in text
        assert "film.mov" in text
        assert "39 %" in text
        assert "updated" not in text
        assert "not recorded" in text
        await on.press("r")
        assert message_line(on.app) == "The screen shows the past. esc: back to the orders"
        await on.press("2")
        assert "not recorded" in text_of(screen.query_one("#head", LineView))
        await on.press("escape", "escape")
        assert moment(on) == "now"


async def test_the_timeline_ends_at_the_moment(utc: None) -> None:
    async with travelling("left", "left", "down", "enter", "3") as on:
        await on.wait_idle()
        await on.painted()
        assert "ERROR" not in screen_text(on)


async def test_the_title_of_the_terminal_names_the_moment(utc: None) -> None:
    async with travelling("left") as on:
        assert on.app.terminal_title == "AT 20:13:20 transcode-tui 42"
        await on.press("escape")
        assert on.app.terminal_title == "transcode-tui 42"


async def test_the_state_that_is_saved_is_that_of_now(utc: None) -> None:
    views = MemoryViewStore()
    async with stage(LISTED, history=history(), view_store=views) as on:
        await on.press("down", "down")
        await go(on, "t", "left", "up", "up")
        assert on.table.cursor_id == "a"
        await on.press("ctrl+c")
        await on.pilot.pause()
    assert views.screen_state.cursor == REST[0].id


async def test_another_account_is_shown_as_of_now(utc: None) -> None:
    async with travelling("left") as on:
        account = Account("43", "me", Secret("x"), "https://api.example")
        on.app.change_account(SetupResult(account, None))
        await on.wait_idle()
        assert moment(on) == "now"
        assert on.app.terminal_title == "transcode-tui 42"


@pytest.mark.parametrize(
    ("size", "framed"), [((40, 8), False), ((42, 10), True), ((60, 15), True), ((200, 60), True)]
)
async def test_the_frame_needs_room(size: tuple[int, int], framed: bool, utc: None) -> None:
    async with travelling("left") as on:
        await on.pilot.resize_terminal(*size)
        await on.pilot.pause()
        await on.painted()
        lines = rendered_lines(on.app)
        assert lines[0].startswith("┌") == framed
        assert all(len(line) == size[0] for line in lines)
        assert "AT 20:13:20" in "\n".join(lines)


async def test_the_age_of_the_moment_grows(utc: None) -> None:
    async with travelling("left") as on:
        await on.pass_time(60)
        assert on.line("status").rstrip().endswith("AT 20:13:20 · 2 h ago")
        await on.pass_time(HOUR)
        assert on.line("status").rstrip().endswith("AT 20:13:20 · 3 h ago")


async def test_the_counts_of_views_are_those_of_the_moment(utc: None) -> None:
    """`b` failed at 20:13:20. Orders are looked at to count those that failed today."""
    async with stage(LISTED, history=history()) as on:
        await on.pass_time(2)
        assert "Failed today 1" in on.line("tabs")
        await go(on, "t", "left", "left")
        assert "Failed today 0" in on.line("tabs")
        await go(on, "right")
        assert "Failed today 1" in on.line("tabs")
        await go_to(on, "2023-11-13 10:00")
        assert "Failed today 0" in on.line("tabs")
        await go(on, "escape")
        assert "Failed today 1" in on.line("tabs")
        await on.list_again(Snapshot((A, *REST)))
        await on.pass_time(2)
        assert "Failed today 0" in on.line("tabs")


async def test_the_past_shows_neither_stalled_orders_nor_estimates(utc: None) -> None:
    """Neither is recorded."""
    views = MemoryViewStore((*BUILT_IN_VIEWS, View("Stuck", "is:stalled")))
    async with stage(LISTED, history=history(), view_store=views) as on:
        stuck = OrderTiming(started=Moment(CAME, CAME + 60), is_stalled=True)
        on.app.monitor.apply(TimingsChanged({"a": stuck}))
        await on.pass_time(2)
        assert "‖ 1 stalled" in on.line("counts")
        assert "eta" in dict(on.table.columns)
        await go(on, "t", "left")
        assert "stalled" not in on.line("counts")
        assert "eta" not in dict(on.table.columns)
        await type_filter(on, "is:stalled")
        await on.press("enter")
        assert "No order is known to match is:stalled." in text_of(on.table)
        await on.press("slash", *["backspace"] * 20, *"-is:stalled", "enter")
        assert "a" not in [each.id for each in on.table.rows], "it is not known of `a`"
        await go(on, "escape")
        assert "eta" in dict(on.table.columns)


async def test_the_timeline_goes_on_until_the_moment(utc: None) -> None:
    async with travelling() as on:
        await go_to(on, "2023-11-14 20:15:03")
        await on.press("enter", "3")
        await on.wait_idle()
        await on.painted()
        running = [line for line in rendered_lines(on.app) if "TRANSCODING   17:14" in line]
        assert running[0].strip("│ ").split()[1:4] == ["TRANSCODING", "17:14:20", "20:15:03"]
