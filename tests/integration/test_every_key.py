"""Every key that is bound changes the screen, or the screen says why not.

The keys are those of the bindings, so that a new key is tested without a new line here.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import msgspec
import pytest

from tests.support.app_actions import acting
from tests.support.app_stage import (
    CREATED,
    MIXED_ORDERS,
    SESSION,
    Stage,
    order,
    orders,
    rendered_strips,
    stage,
    type_filter,
)
from tests.support.clocks import ManualClock
from tests.support.every_key import bound_keys, let_it_end, note_the_end
from tests.support.fake_company import FakeCompany
from tests.support.history_rows import POLLED, add_keyframe, add_listed, status
from tests.support.memory_history import MemoryHistory
from tests.support.profile_stage import ALLOWED, HLS, WEB
from tests.support.sample_statistics import sample_statistics
from tui.model.account import Account, Secret
from tui.model.history import Span
from tui.model.order import InvalidRow, Snapshot
from tui.model.ports import ExportResult, Failure, FailureKind
from tui.model.profiles import EncodingProfile
from tui.ui.dialogs.setup import SetupScreen
from tui.ui.requeue.dialog import RequeueDialog
from tui.ui.requeue.run import Stage as RunStage

UNREADABLE = msgspec.structs.replace(MIXED_ORDERS, invalid_rows=(InvalidRow(2, "it has no id"),))


class NoExports:
    async def write(self, *_: object) -> ExportResult:
        return ExportResult("", "the disk is full")


class NoAccounts:
    config_path = "/home/me/config.toml"

    def overridden_by(self, _: str) -> str:
        return ""


@dataclass
class Case:
    """A state of the app: what it starts with, and what is done then."""

    listed: Snapshot | Failure | None = MIXED_ORDERS
    keys: tuple[str, ...] = ()
    then: Callable[[Stage], Awaitable[object]] | None = None
    size: tuple[int, int] = (100, 30)
    raws: dict[str, str] = field(default_factory=dict)
    history: Callable[[], MemoryHistory] = MemoryHistory
    acts: bool = False
    profiles: tuple[EncodingProfile, ...] = ()

    def open(self) -> Any:
        return stage(
            self.listed,
            self.size,
            raws=self.raws,
            exports=NoExports(),
            history=self.history(),
            actions=acting(company=FakeCompany(company_profiles=self.profiles, allowed=ALLOWED))
            if self.acts or self.profiles
            else None,
        )

    async def enter(self, on: Stage) -> None:
        await on.press(*self.keys)
        if self.then is not None:
            await self.then(on)
        await on.pilot.pause()
        await on.painted()


NOON = 1_699_963_200.0  # of the day on which the clock of `stage` begins
HOUR = 3600.0
RAW = {order(5).id: '{"id":"a","status":"b"}'}
NOBODY = Account("", "", Secret(""), "https://api.example")


async def open_account(on: Stage) -> None:
    await on.app.push_screen(SetupScreen(NoAccounts(), NOBODY, None))  # type: ignore[arg-type] # a fake store


def recorded() -> MemoryHistory:
    """A history of an order that comes, and of one that fails."""
    at = ManualClock().read_wall() - 5 * HOUR
    history = MemoryHistory((), [Span(at, at + 6 * HOUR, POLLED)])
    add_keyframe(history.connection, at, [order(4, "QUEUED"), order(3), order(2), order(1)])
    add_listed(history.connection, order(5))
    history.record(status(order(5).id, None, "QUEUED", at + HOUR))
    history.record(status(order(4).id, "QUEUED", "ERROR", at + 2 * HOUR))
    return history


async def into_the_past(on: Stage, *keys: str) -> None:
    for key in ("t", "left", *keys):
        await press(on, key)


async def become_demo(on: Stage) -> None:
    on.app.monitor.session = msgspec.structs.replace(SESSION, demo=True)
    on.app.tick()


async def become_read_only(on: Stage) -> None:
    on.app.monitor.session = msgspec.structs.replace(SESSION, read_only=True)
    on.app.tick()


async def see_the_plan(on: Stage) -> None:
    assert isinstance(on.app.screen, RequeueDialog)
    while not on.app.screen._is_plan_painted:
        await on.pilot.pause(0.01)


async def see_the_results(on: Stage) -> None:
    await see_the_plan(on)
    await on.press("enter")
    assert isinstance(on.app.screen, RequeueDialog)
    while on.app.screen._run.stage is not RunStage.ENDED:
        await on.pilot.pause(0.01)


def changing() -> MemoryHistory:
    """The history of a change of each order."""
    return MemoryHistory(status(order(n).id, "QUEUED", "ERROR", CREATED + n) for n in range(1, 6))


CASES = {
    "orders": Case(),
    "orders, at the end": Case(keys=("G",)),
    "no orders": Case(orders()),
    "loading": Case(None),
    "orders, with actions": Case(acts=True),
    "marked": Case(keys=("space",), acts=True),
    "read-only": Case(then=become_read_only, acts=True),
    "requeue": Case(keys=("asterisk", "R"), then=see_the_plan, acts=True),
    "requeue of nothing": Case(keys=("R",), then=see_the_plan, acts=True),
    "requeued": Case(keys=("n", "R"), then=see_the_results, acts=True),
    "no profiles": Case(keys=("P",), acts=True),
    "profiles": Case(keys=("P",), profiles=(WEB, HLS)),
    "profiles, details": Case(keys=("P", "tab"), profiles=(WEB, HLS), size=(60, 15)),
    "searching the profiles": Case(keys=("P", "slash", "w"), profiles=(WEB, HLS)),
    "form of a profile": Case(keys=("P", "e"), profiles=(WEB, HLS)),
    "allowed values": Case(keys=("P", "e", "tab"), profiles=(WEB, HLS)),
    "new order": Case(keys=("C",), profiles=(WEB, HLS)),
    "new order, a sub-job": Case(keys=("C", "tab", "tab", "tab"), profiles=(WEB, HLS)),
    "new order, its profile": Case(keys=("C", "tab", "tab", "enter"), profiles=(WEB, HLS)),
    "order like another": Case(keys=("L",), profiles=(WEB, HLS)),
    "deleting a profile": Case(keys=("P", "d"), profiles=(WEB, HLS)),
    "one pane": Case(size=(60, 15)),
    "details": Case(keys=("tab",)),
    "detail pane off": Case(keys=("d", "d")),
    "unreadable row": Case(UNREADABLE),
    "stale": Case(then=lambda on: on.list_again(Failure(FailureKind.SERVER, 500))),
    "told to wait": Case(
        then=lambda on: on.list_again(Failure(FailureKind.LIMITED, 429, retry_after=60))
    ),
    "paused": Case(keys=("p",)),
    "removed order": Case(then=lambda on: on.list_again(orders(4, 3, 2, 1))),
    "demo": Case(then=become_demo),
    "filtered": Case(keys=("4",)),
    "typing a filter": Case(then=lambda on: type_filter(on, "status:er")),
    "typing an invalid filter": Case(then=lambda on: type_filter(on, "foo:1")),
    "sort prompt": Case(keys=("s",)),
    "status prompt": Case(keys=("f",)),
    "order": Case(keys=("enter",)),
    "last order": Case(keys=("G", "enter")),
    "statistics": Case(keys=("T",)),
    "statistics of a month": Case(keys=("T", "3"), history=lambda: sample_statistics(NOON)),
    "statistics of an earlier week": Case(
        keys=("T", "2", "left"), history=lambda: sample_statistics(NOON)
    ),
    "timeline": Case(keys=("enter", "3")),
    "raw JSON": Case(keys=("enter", "w"), raws=RAW),
    "searching the raw JSON": Case(keys=("enter", "slash", "b"), raws=RAW),
    "searched": Case(keys=("enter", "slash", "a", "enter"), raws=RAW),
    "activity": Case(keys=("A",), history=changing),
    "activity, in the middle": Case(keys=("A", "up"), history=changing),
    "no activity": Case(keys=("A",)),
    "filtering the activity": Case(keys=("A", "slash", "a"), history=changing),
    "help": Case(keys=("question_mark",)),
    "diagnostics": Case(keys=("ctrl+l",)),
    "views": Case(keys=("v",)),
    "saving a view": Case(keys=("V",)),
    "columns": Case(keys=("c",)),
    "copy": Case(keys=("Y",)),
    "copied": Case(keys=("Y", "i")),
    "export": Case(keys=("e",)),
    "unreadable rows": Case(UNREADABLE, keys=("u",)),
    "account": Case(then=open_account),
    "past": Case(history=recorded, then=into_the_past),
    "past, one pane": Case(history=recorded, then=into_the_past, size=(60, 15)),
    "past, of an order": Case(history=recorded, then=lambda on: into_the_past(on, "enter")),
    "past, go to": Case(history=recorded, then=lambda on: into_the_past(on, "t")),
}


def picture(on: Stage) -> list[list[Any]]:
    return [list(strip) for strip in rendered_strips(on.app)]


async def press(on: Stage, key: str) -> None:
    await on.press(key)
    while on.main_screen.travel._reading is not None:
        await on.pilot.pause(0.01)
    await on.pilot.pause()
    await on.wait_idle()
    await on.painted()


async def silent_keys(case: Case) -> tuple[set[str], set[str]]:
    """Return the keys of a state, and those that change nothing and say nothing."""
    todo: set[str] | None = None
    keys: set[str] = set()
    silent: set[str] = set()
    ended: list[str] = []
    while todo is None or todo:
        async with case.open() as on:
            note_the_end(on.app, ended)
            await case.enter(on)
            first, stack = picture(on), list(on.app.screen_stack)
            if todo is None:
                keys = bound_keys(on.app)
                todo = set(keys)
            while todo:
                key = todo.pop()
                await press(on, key)
                if picture(on) == first and not ended:
                    silent.add(key)
                ended.clear()
                if not await returned(on, first, stack):
                    break
            let_it_end(on.app)
    return keys, silent


async def returned(on: Stage, first: list[list[Any]], stack: list[Any]) -> bool:
    """Close what a key has opened; return whether the screen is as it was then."""
    if on.app.screen_stack[: len(stack)] != stack:
        return False
    while len(on.app.screen_stack) > len(stack):
        on.app.pop_screen()
    on.app._hide_messages()
    await on.pilot.pause()
    await on.wait_idle()
    await on.painted()
    return picture(on) == first


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
async def test_every_key_answers(name: str) -> None:
    keys, silent = await silent_keys(CASES[name])
    assert len(keys) > 1
    assert silent == set()
