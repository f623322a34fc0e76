"""The screen as text, compared with reviewed snapshots.

`UPDATE_SNAPSHOTS=1 python -m pytest tests/integration/test_snapshots.py` rewrites them.
"""

import asyncio
import os
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from string import ascii_letters

import pytest
from msgspec.structs import replace
from rich.cells import cell_len

from tests.support.acting import REFUSED as REJECTED
from tests.support.acting import SLOW, MemoryJournal
from tests.support.app_actions import acting
from tests.support.app_stage import rendered_strips
from tests.support.clocks import ManualClock
from tests.support.fake_company import FakeCompany
from tests.support.history_rows import add_keyframe, add_order
from tests.support.journal_entries import entry as journal_entry
from tests.support.memory_history import MemoryHistory
from tests.support.poller import is_idle
from tests.support.profile_stage import ALLOWED, HLS, WEB
from tests.support.sample_history import sample_history
from tests.support.sample_statistics import sample_statistics
from tests.support.sample_timings import with_timings
from tui.model.account import Session
from tui.model.actions import Outcome
from tui.model.history import History
from tui.model.order import MediaLocation, OrderDetail, OrderSummary, Profile, Snapshot, SubJob
from tui.model.pages import PageRequest
from tui.model.ports import Failure, FailureKind
from tui.model.profiles import ConsumedMinutes, EncodingProfile, MonthMinutes
from tui.ui.app import TranscodeApp
from tui.ui.requeue.dialog import RequeueDialog
from tui.ui.services import ActionServices, AppServices
from tui.ui.theme.colors import ColorDepth
from tui.ui.theme.terminal_output import ASCII, UNICODE, Glyphs

FOLDER = Path(__file__).parents[1] / "snapshots"
NOON = 1_631_102_400.0  # 2021-09-08 12:00:00 UTC

ORDERS = Snapshot(
    (
        OrderSummary("1631102290-4410", "QUEUED", NOON - 110),
        OrderSummary("1631102100-0032", "DOWNLOADING", NOON - 300),
        OrderSummary("1631101000-1237", "TRANSCODING", NOON - 1400),
        OrderSummary("1631100900-7777", "UPLOADING", NOON - 1500),
        OrderSummary("1631098800-5555", "ERROR", NOON - 3600),
        OrderSummary("1631092552-1237", "FINISHED", NOON - 9848),
        OrderSummary("1630920819-1014", "ERROR", NOON - 181_581),
        OrderSummary("1630920029-2222", "PURGING", NOON - 182_371),
    )
)
PERCENTS = {"TRANSCODING": (81.0, 43.5), "UPLOADING": (100.0, 100.0), "ERROR": (12.0, 0.0)}
LONG_NAME = "final_FINAL_v2_definitivo_este_si_que_si_1080p.mp4"


def detail_of(order: OrderSummary) -> OrderDetail:
    first, second = PERCENTS.get(order.status, (0.0, 0.0))
    failed = order.status == "ERROR"
    return OrderDetail(
        order.id,
        order.status,
        order.created,
        filename=LONG_NAME if order.status == "TRANSCODING" else "nombre 界面.mp4",
        label="prioridad alta",
        comment="Download failed: 530 Login incorrect" if failed else None,
        size=12_118_497,
        duration=95.143,
        source=MediaLocation("ftp://ftp.tuservidor.com/otro.mp4", "FTP", "usuario"),
        uploads=(MediaLocation("ftp://usuario:•••@ftp.tuservidor.com", "FTP", "usuario"),),
        notifications=("correo@tuservidor.com",),
        compressed_json=zlib.compress(
            b'{"order_id":"163104952-137","transcodingjob_set":[{"profile":{"id":92},"progress":81.0}]}'
        ),
        jobs=(
            SubJob(Profile("92", "Prueba escalado"), "nombre.mp4", "prioridad alta", first),
            SubJob(Profile("86", "Test HLS"), "nombre2.mp4", "prioridad media", second),
        ),
    )


class StaticApi:
    """An API with constant answers, or a failure."""

    def __init__(self, orders: Snapshot | Failure) -> None:
        self.answer = orders

    async def orders(self) -> Snapshot | Failure:
        return self.answer

    async def page(self, part: PageRequest) -> Snapshot | Failure:
        raise AssertionError(f"the list has no pieces: {part}")

    async def order(self, order_id: str) -> OrderDetail | Failure:
        return next(detail_of(order) for order in ORDERS.orders if order.id == order_id)

    async def company_name(self) -> str:
        return ""

    async def aclose(self) -> None:
        pass


REFUSED = Failure(FailureKind.REFUSED)
DOWN, ENTER = "down", "enter"

SIZES = ((60, 15), (80, 24), (100, 30), (120, 40), (160, 45), (200, 60))
SCENES: dict[str, tuple[tuple[str, ...], Failure | None]] = {
    "main": ((DOWN, DOWN), None),
    "filter": (("/", *"nombre", ENTER), None),
    "stale": ((DOWN, DOWN), REFUSED),
    "order": ((DOWN, DOWN, ENTER), None),
}
"""The keys to press, and how polls fail then."""

CASES = [
    *(
        (f"{name}-{width}x{height}", (width, height), ORDERS, keys, then, UNICODE)
        for name, (keys, then) in SCENES.items()
        for width, height in SIZES
    ),
    ("following-80x24", (80, 24), ORDERS, (), None, UNICODE),
    ("order-40x8", (40, 8), ORDERS, (DOWN, DOWN, ENTER), None, UNICODE),
    ("order-error-100x24", (100, 24), ORDERS, (*(DOWN,) * 5, ENTER), None, UNICODE),
    ("wide-detail-120x40", (120, 40), ORDERS, (DOWN, DOWN, "d"), None, UNICODE),
    ("failed-100x24", (100, 24), ORDERS, ("4",), None, UNICODE),
    ("problem-80x24", (80, 24), ORDERS, ("/", *"foo:"), None, UNICODE),
    ("order-stale-100x24", (100, 24), ORDERS, (DOWN, DOWN, ENTER), REFUSED, UNICODE),
    ("order-raw-80x24", (80, 24), ORDERS, (DOWN, DOWN, ENTER, "w", "/"), None, ASCII),
    ("main-40x8", (40, 8), ORDERS, (DOWN, DOWN), None, UNICODE),
    ("too-small-38x7", (38, 7), ORDERS, (), None, UNICODE),
    ("ascii-100x20", (100, 20), ORDERS, (DOWN, DOWN), None, ASCII),
    ("finished-100x24", (100, 24), ORDERS, (DOWN,) * 6, None, UNICODE),
    ("error-100x24", (100, 24), ORDERS, (DOWN,) * 5, None, UNICODE),
    ("empty-80x24", (80, 24), Snapshot(), (), None, UNICODE),
    ("refused-80x24", (80, 24), REFUSED, (), None, UNICODE),
    ("help-100x40", (100, 40), ORDERS, ("?",), None, UNICODE),
    ("columns-80x24", (80, 24), ORDERS, ("c",), None, UNICODE),
    ("views-80x24", (80, 24), ORDERS, ("v",), None, UNICODE),
    ("save-view-80x24", (80, 24), ORDERS, ("V",), None, UNICODE),
    ("copy-80x24", (80, 24), ORDERS, (DOWN, "Y"), None, UNICODE),
]


@asynccontextmanager
async def scene(  # noqa: PLR0913 - what a scene starts with
    size: tuple[int, int],
    orders: Snapshot | Failure,
    keys: tuple[str, ...],
    then: Failure | None = None,
    glyphs: Glyphs = UNICODE,
    *,
    theme: str = "dark",
    depth: ColorDepth = ColorDepth.TRUE_COLOR,
    history: History | None = None,
    actions: ActionServices | None = None,
) -> AsyncIterator[TranscodeApp]:
    """Run the app, press `keys`, and wait until it is idle; then let polls fail with `then`."""
    clock = ManualClock(NOON)
    api = StaticApi(orders)
    who = Session("42", "api.transparentcdn.com")
    app = TranscodeApp(
        AppServices(
            api,
            who,
            history=history,
            actions=actions,
            glyphs=glyphs,
            clock=clock.clock,
            theme=theme,
            color_depth=depth,
        )
    )
    app.monitor.poller._list._jitter = lambda: 1.0
    async with app.run_test(size=size) as pilot:

        async def wait_idle() -> None:
            """Wait until the poller has nothing to request at this time."""
            app.monitor.poller._wake.set()
            idle = 0
            while idle < 5:
                await asyncio.sleep(0.001)  # let calls in flight continue
                idle = idle + 1 if is_idle(app.monitor.poller) else 0

        await wait_idle()
        app.tick()
        await pilot.pause()  # the bar that said "Connecting" is gone, and the table has its room
        for key in keys:
            clock.advance(0.5)
            await pilot.press(key)
            await wait_idle()  # a poll is due after some keys
            app.tick()  # else these seconds may seem to be a suspend
        while app.main_screen is not None and app.main_screen.travel._reading is not None:
            await pilot.pause(0.01)
        for _ in range(12):
            clock.advance(0.5)
            await wait_idle()
            app.tick()
        if then is not None:
            api.answer = then
            for _ in range(40):
                clock.advance(0.5)
                await wait_idle()
                app.tick()
        await wait_idle()
        await pilot.pause()
        app.tick()
        await pilot.pause()
        yield app


def check(name: str, text: str) -> None:
    path = FOLDER / f"{name}.txt"
    if os.environ.get("UPDATE_SNAPSHOTS"):
        path.write_text(text + "\n", encoding="utf-8")
    assert text + "\n" == path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "size", "orders", "keys", "then", "glyphs"), CASES, ids=[case[0] for case in CASES]
)
async def test_the_screen_equals_its_snapshot(
    name: str,
    size: tuple[int, int],
    orders: Snapshot | Failure,
    keys: tuple[str, ...],
    then: Failure | None,
    glyphs: Glyphs,
    utc: None,
) -> None:
    async with scene(size, orders, keys, then, glyphs) as app:
        strips = rendered_strips(app)
    check(name, "\n".join(strip.text.rstrip() for strip in strips))


LOOKS = {
    "dark": ("dark", ColorDepth.TRUE_COLOR),
    "light": ("light", ColorDepth.TRUE_COLOR),
    "16-colours": ("dark", ColorDepth.ANSI_16),
    "mono": ("mono", ColorDepth.TRUE_COLOR),
}


@pytest.mark.slow
@pytest.mark.parametrize("size", SIZES, ids="{0[0]}x{0[1]}".format)
@pytest.mark.parametrize("name", SCENES)
async def test_the_colours_equal_their_snapshot(
    name: str, size: tuple[int, int], utc: None
) -> None:
    """One letter per cell for its style, with a legend. The texts are in the other snapshots."""
    keys, then = SCENES[name]
    lines: list[str] = []
    for look, (theme, depth) in LOOKS.items():
        async with scene(size, ORDERS, keys, then, theme=theme, depth=depth) as app:
            strips = rendered_strips(app)
        letters: dict[str, str] = {}
        lines += [look, ""]
        lines += [
            "".join(
                letters.setdefault(str(style), ascii_letters[len(letters)]) * cell_len(text)
                for text, style, _ in strip
            )
            for strip in strips
        ]
        lines += ["", *(f"{letter} {style}" for style, letter in letters.items()), ""]
    check(f"colours-{name}-{size[0]}x{size[1]}", "\n".join(lines))


HISTORY_KEYS: dict[str, tuple[str, ...]] = {
    "timeline": (DOWN, DOWN, ENTER, "3"),
    "timeline-finished": (*(DOWN,) * 5, ENTER, "3"),
    "activity": ("A",),
    "activity-filter": ("A", "P", "/", *"status:error", ENTER, "up"),
}
HISTORY_SIZES = ((60, 15), (80, 24), (120, 40), (200, 60))


@pytest.mark.parametrize("size", HISTORY_SIZES, ids="{0[0]}x{0[1]}".format)
@pytest.mark.parametrize("name", HISTORY_KEYS)
async def test_what_is_recorded_equals_its_snapshot(
    name: str, size: tuple[int, int], utc: None
) -> None:
    history = MemoryHistory(*sample_history(NOON))
    for order in ORDERS.orders:
        history.know(detail_of(order))
    async with scene(size, ORDERS, HISTORY_KEYS[name], history=history) as app:
        strips = rendered_strips(app)
    check(f"{name}-{size[0]}x{size[1]}", "\n".join(strip.text.rstrip() for strip in strips))


JOURNALLED = (
    journal_entry(
        "1631101000-1237", NOON - 3004, outcome=Outcome.REFUSED, words="no minutes are left"
    ),
    journal_entry(
        "1631101000-1237",
        NOON - 3001,
        plan="plan-2",
        outcome=Outcome.FOUND_DONE,
        words="queued again, QUEUED at 11:10:04",
        settled_at=NOON - 2996,
    ),
    journal_entry(
        "1631098800-5555", NOON - 60, plan="plan-3", outcome=Outcome.ACCEPTED, summary=LONG_NAME
    ),
    journal_entry(
        "1630920819-1014",
        NOON - 59,
        plan="plan-3",
        outcome=Outcome.UNKNOWN,
        words="still ERROR at 11:59:40: not queued, or failed again at once",
    ),
)
JOURNAL_KEYS = {"timeline-requeued": (DOWN, DOWN, ENTER, "3"), "journal": ("J",)}


@pytest.mark.parametrize("size", [(40, 8), (80, 24), (120, 40)], ids="{0[0]}x{0[1]}".format)
@pytest.mark.parametrize("name", JOURNAL_KEYS)
async def test_the_actions_equal_their_snapshot(
    name: str, size: tuple[int, int], utc: None
) -> None:
    history, actions = (
        MemoryHistory(*sample_history(NOON)),
        acting(journal=MemoryJournal([*JOURNALLED])),
    )
    keys = JOURNAL_KEYS[name]
    async with scene(size, ORDERS, keys, history=history, actions=actions) as app:
        strips = rendered_strips(app)
    check(f"{name}-{size[0]}x{size[1]}", "\n".join(strip.text.rstrip() for strip in strips))


TIMED_SCENES: dict[str, tuple[tuple[str, ...], Failure | None]] = {
    "times": (("home", DOWN, DOWN, DOWN), None),
    "times-stalled": (("home",), None),
    "times-stale": (("home", DOWN, DOWN, DOWN), REFUSED),
    "times-failed": (("4", "home"), None),
    "times-order": (("home", DOWN, DOWN, DOWN, ENTER), None),
}
TIMED_SIZES = ((80, 24), (120, 40), (200, 60))


@pytest.mark.parametrize("size", TIMED_SIZES, ids="{0[0]}x{0[1]}".format)
@pytest.mark.parametrize("name", TIMED_SCENES)
async def test_the_observed_times_equal_their_snapshot(
    name: str, size: tuple[int, int], utc: None
) -> None:
    keys, then = TIMED_SCENES[name]
    history = with_timings(MemoryHistory(), NOON)
    async with scene(size, ORDERS, keys, then, history=history) as app:
        strips = rendered_strips(app)
    check(f"{name}-{size[0]}x{size[1]}", "\n".join(strip.text.rstrip() for strip in strips))


async def test_the_observed_times_in_ascii_equal_their_snapshot(utc: None) -> None:
    history = with_timings(MemoryHistory(), NOON)
    async with scene((80, 24), ORDERS, ("home", DOWN), None, ASCII, history=history) as app:
        strips = rendered_strips(app)
    check("times-ascii-80x24", "\n".join(strip.text.rstrip() for strip in strips))


def sample_past() -> MemoryHistory:
    """The night of `sample_history` from its first poll on, with the orders that were listed then,
    and their details.
    """
    history = MemoryHistory(*sample_history(NOON))
    for order in ORDERS.orders:
        history.know(detail_of(order))
        row = (order.created, order.id)
        history.connection.execute("UPDATE orders SET created = ? WHERE id = ?", row)
    listed = [each for each in ORDERS.orders if (each.created or 0) < NOON - 9800]
    queued = {"1631092552-1237"}
    first = [replace(each, status="QUEUED") if each.id in queued else each for each in listed]
    add_keyframe(history.connection, NOON - 9800, first)
    return history


PAST_KEYS: dict[str, tuple[str, ...]] = {
    "past": ("t", "left", "left", DOWN),
    "past-not-polled": ("t", "t", *"22m", ENTER),
    "past-order": ("t", "t", *"11:00", ENTER, ENTER),
}


@pytest.mark.parametrize("size", HISTORY_SIZES, ids="{0[0]}x{0[1]}".format)
@pytest.mark.parametrize("name", PAST_KEYS)
async def test_the_past_equals_its_snapshot(name: str, size: tuple[int, int], utc: None) -> None:
    async with scene(size, ORDERS, PAST_KEYS[name], history=sample_past()) as app:
        strips = rendered_strips(app)
    check(f"{name}-{size[0]}x{size[1]}", "\n".join(strip.text.rstrip() for strip in strips))


async def test_the_past_in_ascii_equals_its_snapshot(utc: None) -> None:
    keys = PAST_KEYS["past-not-polled"]
    async with scene((80, 24), ORDERS, keys, None, ASCII, history=sample_past()) as app:
        strips = rendered_strips(app)
    check("past-ascii-80x24", "\n".join(strip.text.rstrip() for strip in strips))


STATISTICS_KEYS: dict[str, tuple[str, ...]] = {
    "statistics": ("T",),
    "statistics-week": ("T", "2"),
    "statistics-month": ("T", "3"),
}


@pytest.mark.parametrize("size", HISTORY_SIZES, ids="{0[0]}x{0[1]}".format)
@pytest.mark.parametrize("name", STATISTICS_KEYS)
async def test_the_statistics_equal_their_snapshot(
    name: str, size: tuple[int, int], utc: None
) -> None:
    keys = STATISTICS_KEYS[name]
    async with scene(size, ORDERS, keys, history=sample_statistics(NOON)) as app:
        strips = rendered_strips(app)
    check(f"{name}-{size[0]}x{size[1]}", "\n".join(strip.text.rstrip() for strip in strips))


async def test_the_statistics_in_ascii_equal_their_snapshot(utc: None) -> None:
    history = sample_statistics(NOON)
    async with scene((80, 24), ORDERS, ("T", "left"), None, ASCII, history=history) as app:
        strips = rendered_strips(app)
    check("statistics-ascii-80x24", "\n".join(strip.text.rstrip() for strip in strips))


def sample_minutes() -> ActionServices:
    """A company in its third month of more work, on the eighth day of September."""
    minutes = (2410.5, 2277.0, 2302.25, 2890.0, 3122.75, 771.5)
    months = (MonthMinutes(2021, 4 + number, each) for number, each in enumerate(minutes))
    company = FakeCompany(minutes=ConsumedMinutes(tuple(months), 3000.0))
    return ActionServices(company, company, None, "anna@wall")


@pytest.mark.parametrize(
    ("size", "glyphs"),
    [((40, 8), UNICODE), ((80, 24), UNICODE), ((120, 40), UNICODE), ((100, 30), ASCII)],
)
async def test_the_minutes_equal_their_snapshot(
    size: tuple[int, int], glyphs: Glyphs, utc: None
) -> None:
    history, actions = sample_statistics(NOON), sample_minutes()
    async with scene(size, ORDERS, ("M",), None, glyphs, history=history, actions=actions) as app:
        strips = rendered_strips(app)
    name = "minutes-ascii" if glyphs is ASCII else "minutes"
    check(f"{name}-{size[0]}x{size[1]}", "\n".join(strip.text.rstrip() for strip in strips))


def sample_profiles() -> ActionServices:
    """A company with the profiles of `ORDERS` and others."""
    sizes = ((31, "Móvil 360p", 640, 360, 800), (34, "Web 720p", 1280, 720, 2800))
    others = (
        EncodingProfile(
            id=number, name=name, video_format="mp4", video_codec="h264", video_width=width,
            video_height=height, video_aspect="16:9", video_bitrate=bitrate, audio_codec="aac",
            audio_bitrate=128,
        )
        for number, name, width, height, bitrate in sizes
    )  # fmt: skip
    audio = EncodingProfile(
        id=12, name="Audio MP3 128", video_format="mp3", video_bitrate=0, audio_codec="mp3",
        audio_bitrate=128,
    )  # fmt: skip
    used = (replace(HLS, name="Test HLS"), replace(WEB, name="Prueba escalado"))
    company = FakeCompany(company_profiles=(audio, *others, *used), allowed=ALLOWED)
    return ActionServices(company, company, MemoryJournal(), "anna@wall")


PROFILE_KEYS: dict[str, tuple[str, ...]] = {
    "profiles": ("P", "end"),
    "profiles-form": ("P", "end", "e", *("tab",) * 6, "x", "tab"),
    "profiles-save": ("P", "end", "e", *("tab",) * 6, "end", "5", "tab", "right", ENTER),
    "profiles-delete": ("P", "end", "d"),
}


@pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids="{0[0]}x{0[1]}".format)
@pytest.mark.parametrize("name", PROFILE_KEYS)
async def test_the_profiles_equal_their_snapshot(
    name: str, size: tuple[int, int], utc: None
) -> None:
    history, actions = sample_statistics(NOON), sample_profiles()
    for order in ORDERS.orders:
        add_order(history.connection, detail_of(order), order.created or 0.0)
        row = (order.created, order.id)
        history.connection.execute("UPDATE orders SET created = ? WHERE id = ?", row)
    async with scene(size, ORDERS, PROFILE_KEYS[name], history=history, actions=actions) as app:
        strips = rendered_strips(app)
    check(f"{name}-{size[0]}x{size[1]}", "\n".join(strip.text.rstrip() for strip in strips))


REQUEUE_KEYS: dict[str, tuple[str, ...]] = {
    "requeue-plan": ("2", "*", "/", *"status:error", ENTER, DOWN, " ", "R"),
    "requeue-typed": ("2", "*", "R", ENTER, "9", ENTER),
    "requeue-results": ("2", "*", "R", "f", ENTER, "3", ENTER),
}


@pytest.mark.parametrize(
    ("size", "glyphs"),
    [((80, 24), UNICODE), ((120, 40), UNICODE), ((100, 30), ASCII)],
)
@pytest.mark.parametrize("name", REQUEUE_KEYS)
async def test_the_requeue_dialog_equals_its_snapshot(
    name: str, size: tuple[int, int], glyphs: Glyphs, utc: None
) -> None:
    """The plan of running, finished and failed orders; the number that must be typed; a result of
    each kind.
    """
    writes = FakeCompany(answers={"1630920819-1014": SLOW, "1631092552-1237": REJECTED})
    actions = replace(acting(writes), confirm_above=1)
    async with scene(size, ORDERS, REQUEUE_KEYS[name], None, glyphs, actions=actions) as app:
        strips = rendered_strips(app)
        dialog = next(each for each in app.screen_stack if isinstance(each, RequeueDialog))
        frame = dialog.query_one(".frame").region
    # What is below a dialog is not always drawn again.
    lines = [strip.crop(frame.x, frame.right) for strip in strips[frame.y : frame.bottom]]
    name = f"{name}-ascii" if glyphs is ASCII else name
    texts = [strip.text.rstrip() for strip in (*lines, strips[-1])]
    check(f"{name}-{size[0]}x{size[1]}", "\n".join(texts))


NEW_ORDER_KEYS: dict[str, tuple[str, ...]] = {
    "new-order": ("C", *"ftp:/", "tab", *"gs://x/", "tab", "9", "tab", *"a/b.mp4", "ctrl+t"),
    "new-order-like": ("L",),
    "new-order-profile": ("C", "tab", "tab", ENTER, *"web"),
    "new-order-review": ("L", *"pw", "tab", *"pw", "ctrl+s"),
    "new-order-unknown": ("L", *"pw", "tab", *"pw", "ctrl+s", ENTER),
}


@pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids="{0[0]}x{0[1]}".format)
@pytest.mark.parametrize("name", NEW_ORDER_KEYS)
async def test_the_form_of_a_new_order_equals_its_snapshot(
    name: str, size: tuple[int, int], utc: None
) -> None:
    """What is typed with its reasons; what is known of another order; the profiles that match; what
    is sent; an answer that didn't come.
    """
    profiles = await sample_profiles().company.profiles()
    company = FakeCompany(answers={"new": SLOW}, company_profiles=profiles)
    actions = acting(company)
    async with scene(size, ORDERS, NEW_ORDER_KEYS[name], actions=actions) as app:
        groups = ("prepare", "send")
        await app.workers.wait_for_complete(each for each in app.workers if each.group in groups)
        strips = rendered_strips(app)
    check(f"{name}-{size[0]}x{size[1]}", "\n".join(strip.text.rstrip() for strip in strips))
