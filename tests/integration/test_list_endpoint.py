"""Paging of the list: detected from answers, never assumed."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from tui.api.client import Client
from tui.clock import Clock
from tui.demo.http_server import Request, Response, http_server
from tui.demo.server import DemoServer
from tui.demo.world import World
from tui.model.account import Account, Secret
from tui.model.order import Snapshot
from tui.model.pages import Page, PageRequest, ServerFilters
from tui.model.ports import Failure, FailureKind

NOW = 1_750_000_000.0
TOKEN = "/v1/oauth2/access_token/"
TOKEN_OK = Response(body=b'{"access_token":"tok","expires_in":36000}')


def rows(count: int) -> list[dict[str, Any]]:
    return [
        {"id": f"{1_700_000_000 - n}-0001", "status": "FINISHED", "created_on": 1_700_000_000 - n}
        for n in range(count)
    ]


class Lister:
    """A server that answers the list call with `answer` and records the queries."""

    def __init__(self, answer: Callable[[dict[str, str]], object]) -> None:
        self.answer = answer
        self.requests: list[Request] = []

    def __call__(self, request: Request) -> Response:
        if request.path == TOKEN:
            return TOKEN_OK
        self.requests.append(request)
        answer = self.answer(dict(request.query))
        if isinstance(answer, Response):
            return answer
        return Response(body=json.dumps(answer).encode())

    @property
    def queries(self) -> list[dict[str, str]]:
        return [dict(request.query) for request in self.requests]


@asynccontextmanager
async def asking(handler: Any, secret: str = "demo-secret") -> AsyncIterator[Client]:
    async with http_server(handler) as server:
        account = Account("42", "demo", Secret(secret), server.url)
        client = Client(account, clock=Clock(lambda: NOW), deadline=5)
        try:
            yield client
        finally:
            await client.aclose()


ASKED = {"limit": "500", "offset": "0", "output": "std"}


async def test_ignored_parameters_are_not_sent_again() -> None:
    lister = Lister(lambda _: rows(700))
    async with asking(lister) as client:
        for _ in range(3):
            answer = await client.orders()
            assert isinstance(answer, Snapshot)
            assert len(answer.orders) == 700
    assert lister.queries == [ASKED, {}, {}]


async def test_a_bare_array_of_limit_length_may_be_a_page() -> None:
    lister = Lister(lambda query: rows(900)[: int(query.get("limit", 900))])
    async with asking(lister) as client:
        answer = await client.orders()
    assert isinstance(answer, Snapshot)
    assert len(answer.orders) == 900
    assert lister.queries == [ASKED, {}]


@pytest.mark.parametrize("status", [400, 404, 422, 500, 501])
async def test_rejected_parameters_are_not_sent_again(status: int) -> None:
    lister = Lister(lambda query: Response(status) if query else rows(3))
    async with asking(lister) as client:
        for _ in range(2):
            assert isinstance(await client.orders(), Snapshot)
    assert lister.queries[-1] == {}
    assert lister.queries.count({}) == 2


@pytest.mark.parametrize("status", [401, 403, 429, 502, 503, 504])
async def test_a_failure_unrelated_to_parameters_is_not_retried(status: int) -> None:
    lister = Lister(lambda _: Response(status))
    async with asking(lister) as client:
        assert isinstance(await client.orders(), Failure)
    assert {} not in lister.queries


async def test_if_both_requests_fail_the_first_failure_is_reported() -> None:
    lister = Lister(lambda query: Response(400) if query else Response(502))
    async with asking(lister) as client:
        assert await client.orders() == Failure(FailureKind.STATUS, 400)


async def test_a_failing_paged_server_is_not_asked_for_the_whole_list() -> None:
    answers: list[object] = [{"count": 9000, "results": rows(500)}, Response(500)]
    lister = Lister(lambda _: answers.pop(0))
    async with asking(lister) as client:
        assert isinstance(await client.orders(), Page)
        assert await client.orders() == Failure(FailureKind.SERVER, 500)
    assert lister.queries == [ASKED, ASKED]


@pytest.mark.parametrize("once", [Response(body=b"<p>Sign in"), [], {"detail": "no orders"}])
async def test_an_invalid_list_does_not_disable_paging(once: object) -> None:
    piece = {"count": 9000, "results": rows(500)}
    answers: list[object] = [piece, once, piece]
    lister = Lister(lambda _: answers.pop(0))
    async with asking(lister) as client:
        assert isinstance(await client.orders(), Page)
        assert not isinstance(await client.orders(), Page)
        assert isinstance(await client.orders(), Page)
    assert lister.queries == [ASKED] * 3


async def test_a_server_that_stops_paging() -> None:
    answers: list[object] = [
        {"count": 900, "results": rows(500)},
        Response(400),
        *[rows(900) for _ in range(2)],
    ]
    lister = Lister(lambda _: answers.pop(0))
    async with asking(lister) as client:
        assert isinstance(await client.orders(), Page)
        for _ in range(2):
            assert isinstance(await client.orders(), Snapshot)
    assert lister.queries == [ASKED, ASKED, {}, {}]


@pytest.mark.parametrize(
    ("envelope", "whole"),
    [
        ({"count": 2, "results": rows(2)}, True),
        ({"count": 3, "results": rows(2)}, False),
        ({"count": 0, "results": []}, True),
        ({"results": rows(2)}, True),
        ({"results": rows(500)}, False),
        ({"count": "2", "results": rows(2)}, True),
        ({"count": 700, "results": rows(700)}, True),
        ({"count": None, "next": "http://x/", "results": rows(2)}, True),
        ({"count": 2, "results": [*rows(1), ["bad"]]}, True),
        ({"count": 9, "results": [*rows(1), ["bad"]]}, False),
    ],
)
async def test_an_envelope_may_contain_the_whole_list(envelope: object, whole: bool) -> None:
    async with asking(Lister(lambda _: envelope)) as client:
        answer = await client.orders()
    assert isinstance(answer, Snapshot if whole else Page)


@pytest.mark.parametrize("body", [{"detail": "no"}, {"results": None}, {"results": {}}])
async def test_an_object_without_results_is_rejected(body: object) -> None:
    async with asking(Lister(lambda _: body)) as client:
        answer = await client.orders()
    assert isinstance(answer, Failure)
    assert answer.kind is FailureKind.SHAPE


async def test_an_unreadable_row_is_reported_with_its_position() -> None:
    lister = Lister(lambda _: {"count": 9, "results": [*rows(1), ["bad"]]})
    async with asking(lister) as client:
        page = await client.page(PageRequest(2, 6))
    assert isinstance(page, Page)
    assert [item.position for item in page.invalid_rows] == [7]
    assert page.end == 8


async def test_an_equal_body_is_the_same_page() -> None:
    async with asking(Lister(lambda _: {"count": 900, "results": rows(500)})) as client:
        assert await client.orders() is await client.orders()


async def test_the_demo_server_supports_paging() -> None:
    world = World(1, 1200, NOW)
    demo = DemoServer(world, clock=lambda: NOW)
    async with asking(demo.handle) as client:
        newest = await client.orders()
        assert isinstance(newest, Page)
        assert (newest.total, len(newest.orders), newest.is_last) == (1200, 500, False)
        more = await client.page(PageRequest(2000))
        assert isinstance(more, Page)  # a complete status page is still no poll
        assert (len(more.orders), more.is_last) == (1200, True)
        last = await client.page(PageRequest(500, 1000))
        assert isinstance(last, Page)
        assert (len(last.orders), last.is_last) == (200, True)
        errors = await client.page(PageRequest(500, status="ERROR"))
        assert isinstance(errors, Page)
        assert {order.status for order in errors.orders} == {"ERROR"}
        assert errors.total == len(errors.orders)


# Conditional requests.


@pytest.mark.parametrize(
    ("given", "asked_with"),
    [
        ({"ETag": '"1"'}, {"if-none-match": '"1"'}),
        (
            {"Last-Modified": "Wed, 21 Oct 2015 07:28:00 GMT"},
            {"if-modified-since": "Wed, 21 Oct 2015 07:28:00 GMT"},
        ),
        ({}, {}),
    ],
)
async def test_a_known_body_makes_the_request_conditional(
    given: dict[str, str], asked_with: dict[str, str]
) -> None:
    body = json.dumps({"count": 900, "results": rows(500)}).encode()
    lister = Lister(lambda _: Response(200, given, body))
    conditions = ("if-none-match", "if-modified-since")
    async with asking(lister) as client:
        first = await client.orders()
        lister.answer = lambda _: Response(304) if given else Response(200, {}, body)
        assert await client.orders() is first
        assert isinstance(first, Page)
        assert isinstance(await client.page(PageRequest(500, 400)), Failure if given else Page)
    # Another URL is requested unconditionally.
    headers = [
        {name: request.headers[name] for name in conditions if name in request.headers}
        for request in lister.requests
    ]
    assert headers == [{}, asked_with, {}]


async def test_an_unrequested_304_is_a_failure() -> None:
    async with asking(Lister(lambda _: Response(304))) as client:
        answer = await client.orders()
    assert answer == Failure(FailureKind.STATUS, 304)


SOUGHT = ServerFilters(
    status="ERROR",
    order_id="1631092552-1237",
    profile_name="Niño HLS",
    since=1_631_092_552.0,
    until=1_631_093_000.0,
    search="a&b=c ñ",
)


async def test_search_and_filters_are_sent_as_parameters() -> None:
    lister = Lister(lambda _: {"count": 1, "results": rows(1)})
    async with asking(lister) as client:
        answer = await client.page(PageRequest(filters=SOUGHT))
        assert isinstance(answer, Page)
        assert answer == Page(PageRequest(filters=SOUGHT), answer.orders, total=1)
        await client.page(PageRequest(filters=ServerFilters(search="x")))
        await client.page(PageRequest(filters=ServerFilters(since=1_631_092_552.0)))
    first, second, third = lister.queries
    assert json.loads(first.pop("filters")) == {
        "status": "ERROR",
        "order_id": "1631092552-1237",
        "profile_name": "Niño HLS",
        "timestamp": {"from": "2021-09-08 09:15:52", "to": "2021-09-08 09:23:20"},
    }
    assert first == {**ASKED, "search": "a&b=c ñ"}
    assert second == {**ASKED, "search": "x"}
    assert json.loads(third["filters"]) == {"timestamp": {"from": "2021-09-08 09:15:52"}}


@pytest.mark.parametrize(
    ("count", "says"), [(0, None), (3, None), (500, None), (501, 501), (9000, 9000)]
)
async def test_a_bare_array_does_not_answer_a_filtered_request(
    count: int, says: int | None
) -> None:
    lister = Lister(lambda query: rows(count) if query.get("search") else rows(700))
    part = PageRequest(filters=ServerFilters(search="x"))
    async with asking(lister) as client:
        assert isinstance(await client.orders(), Snapshot)
        answer = await client.page(part)
        assert isinstance(answer, Page)
        assert (answer.request, len(answer.orders), answer.total) == (part, count, says)
        assert answer.is_last is (count != 500)
        again = await client.orders()
        assert isinstance(again, Snapshot)
        assert len(again.orders) == 700


async def test_a_status_page_is_never_the_whole_list() -> None:
    lister = Lister(lambda query: rows(2) if "filters" in query else rows(700))
    async with asking(lister) as client:
        answer = await client.page(PageRequest(500, status="QUEUED"))
    assert isinstance(answer, Page)
    assert len(answer.orders) == 2


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b"null", b"7", b'"x"', b"{}", b'{"results": 7}', b"[[1]]", b'[{"id": 7', b"<html>"),
        b'{"count": 3, "results": [{"id": "\\u0000"}]}',
        b"\xff\xfe",
        b"[" * 100_000,
    ],
)
async def test_a_wrong_answer_to_a_filtered_request_is_a_failure(body: bytes) -> None:
    async with asking(Lister(lambda _: Response(body=body))) as client:
        answer = await client.page(PageRequest(filters=ServerFilters(search="x")))
    assert isinstance(answer, Failure)
    assert answer.kind in (FailureKind.NOT_THE_API, FailureKind.SHAPE)


@pytest.mark.parametrize("count", [-5, 0, 10**30, "x", None, 1.5])
async def test_an_invalid_count_is_ignored(count: object) -> None:
    found = {"count": count, "results": rows(3)}
    async with asking(Lister(lambda _: found)) as client:
        answer = await client.page(PageRequest(filters=ServerFilters(search="x")))
    assert isinstance(answer, Page)
    assert len(answer.orders) == 3
