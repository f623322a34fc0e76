"""The demo server that fails writes, asked by the program's own client."""

import asyncio
import json
from collections.abc import AsyncIterator
from functools import partial

import pytest

from tests.support.api_stand import client
from tests.support.demo_client import EPOCH, ORDER, RecordingDemoServer
from tui.demo.http_server import Request, Response
from tui.demo.world import World
from tui.demo.write_faults import SILENCE, WriteFaults
from tui.model.actions import Accepted, WriteFailure
from tui.model.order import OrderDetail, Snapshot
from tui.model.ports import FailureKind


@pytest.fixture
async def server() -> AsyncIterator[RecordingDemoServer]:
    world = World(1, 300, EPOCH, scenario="write-faults")
    async with RecordingDemoServer(world, clock=lambda: EPOCH) as serving:
        yield serving


@pytest.mark.parametrize(
    ("digit", "kind", "may_have_acted", "status"),
    [
        ("0", FailureKind.REJECTED, False, "ERROR"),
        ("1", FailureKind.SERVER, True, "ERROR"),
        ("2", FailureKind.CUT, True, "QUEUED"),
        ("3", FailureKind.SLOW, True, "QUEUED"),
        ("4", None, False, "QUEUED"),
        ("9", None, False, "QUEUED"),
    ],
)
async def test_the_last_digit_of_an_order_decides(
    server: RecordingDemoServer,
    digit: str,
    kind: FailureKind | None,
    may_have_acted: bool,
    status: str,
) -> None:
    async with client(server.url, deadline=0.5) as api:
        listed = await api.orders()
        assert isinstance(listed, Snapshot)
        failed = next(
            each.id for each in listed.orders if each.status == "ERROR" and each.id.endswith(digit)
        )
        answered = await api.requeue(failed)
        if kind is None:
            assert answered == Accepted(failed)
        else:
            assert isinstance(answered, WriteFailure)
            assert (answered.failure.kind, answered.may_have_acted) == (kind, may_have_acted)
        detail = await api.order(failed)
        assert isinstance(detail, OrderDetail)
        assert detail.status == status
    assert sum("requeue" in each.path for each in server.requests) == 1


async def test_the_second_new_order_is_created_without_an_answer(
    server: RecordingDemoServer,
) -> None:
    kinds: list[FailureKind | None] = []
    counts: list[int] = []
    async with client(server.url, deadline=0.5) as api:
        for _ in range(5):
            answered = await api.create_order(json.dumps(ORDER).encode())
            kinds.append(answered.failure.kind if isinstance(answered, WriteFailure) else None)
            counts.append(len(server.world.orders(EPOCH)) - 300)
    cut, refused, failed = FailureKind.CUT, FailureKind.REJECTED, FailureKind.SERVER
    assert kinds == [None, cut, refused, failed, FailureKind.SLOW]
    assert counts == [1, 2, 2, 2, 3]


async def test_a_refused_write_names_the_reason(server: RecordingDemoServer) -> None:
    async with client(server.url) as api:
        answered = await api.requeue("1-0000")
        assert isinstance(answered, WriteFailure)
        assert answered.failure.hint == "The package of minutes is blocked."


async def test_the_silence_ends_after_a_minute() -> None:
    waited: list[float] = []

    async def wait(seconds: float) -> None:
        waited.append(seconds)

    answered = WriteFaults(wait).answer(Request("POST", "/1-3/"), partial(Response, 200))
    assert not isinstance(answered, Response)
    with pytest.raises(ConnectionAbortedError):
        await asyncio.wait_for(_await(answered), 5)
    assert waited == [SILENCE]


async def _await(answer: object) -> object:
    assert hasattr(answer, "__await__")
    return await answer
