"""The list call of the demo server and its parameters."""

import json
import time
from itertools import pairwise

import httpx
import pytest

from tests.support.demo_client import EPOCH, LIST_PATH, SettableClock, ids, list_json, signed_in
from tui.demo.server import DemoServer
from tui.demo.world import World


@pytest.mark.parametrize("path", [LIST_PATH, LIST_PATH.rstrip("/")])
async def test_the_list_equals_the_world(
    client: httpx.AsyncClient, server: DemoServer, clock: SettableClock, path: str
) -> None:
    for _ in range(2):
        response = await client.get(path)
        assert response.content == list_json(server.world, clock.now)
        assert response.headers["Content-Type"] == "application/json"
        clock.now += 100


@pytest.mark.parametrize(
    ("parameters", "part"),
    [
        ({"limit": "5"}, slice(5)),
        ({"limit": "5", "offset": "7"}, slice(7, 12)),
        ({"limit": "5", "offset": "0"}, slice(5)),
        ({"limit": "5", "offset": "298"}, slice(298, 300)),
        ({"limit": "5", "offset": "300"}, slice(0)),
        ({"limit": "9" * 30}, slice(None)),
        ({"limit": "1", "offset": "9" * 30}, slice(0)),
        ({"filters": "{}"}, slice(None)),
        ({"filters": ""}, slice(None)),
        ({"filters": '{"status": null, "timestamp": {}}'}, slice(None)),
        ({"search": ""}, slice(None)),
        ({"unknown": "1"}, slice(None)),
    ],
)
async def test_limit_and_offset(
    client: httpx.AsyncClient, parameters: dict[str, str], part: slice
) -> None:
    assert await ids(client, **parameters) == (await ids(client))[part]


async def test_next_links_lead_through_all_pages(client: httpx.AsyncClient) -> None:
    first = (await client.get(LIST_PATH, params={"output": "std", "limit": 128})).json()
    assert first.keys() == {"count", "next", "previous", "results"}
    assert (first["count"], first["previous"]) == (300, None)
    pages = [first]
    while pages[-1]["next"]:
        pages.append((await client.get(pages[-1]["next"])).json())
    assert [row["id"] for page in pages for row in page["results"]] == await ids(client)
    for page, following in pairwise(pages):
        assert (await client.get(following["previous"])).json() == page


async def test_an_envelope_of_everything_has_no_pages(client: httpx.AsyncClient) -> None:
    page = (await client.get(LIST_PATH, params={"output": "std"})).json()
    assert (page["count"], page["next"], page["previous"]) == (300, None, None)
    assert [row["id"] for row in page["results"]] == await ids(client)


@pytest.mark.parametrize("status", ["QUEUED", "TRANSCODING", "FINISHED", "ERROR", "NONE"])
async def test_filter_by_status(client: httpx.AsyncClient, status: str) -> None:
    everything = (await client.get(LIST_PATH)).json()
    wanted = [row["id"] for row in everything if row["status"] == status]
    assert await ids(client, filters=json.dumps({"status": status})) == wanted


async def test_filter_by_id_profile_and_search_agree_with_the_details(
    client: httpx.AsyncClient,
) -> None:
    everything = await ids(client)
    full = [(await client.get(LIST_PATH + name)).json() for name in everything]
    some = everything[4]
    assert await ids(client, filters=json.dumps({"order_id": some})) == [some]
    assert await ids(client, filters=json.dumps({"order_id": "1-0000"})) == []
    assert await ids(client, search=f" {some[3:]} ") == [some]
    hls = [
        detail["order_id"]
        for detail in full
        if any(job["profile"]["name"] == "Test HLS" for job in detail["transcodingjob_set"])
    ]
    assert await ids(client, filters='{"profile_name": "Test HLS"}') == hls != []
    high = [
        detail["order_id"]
        for detail in full
        if "prioridad ALTA".casefold() in (detail["label"] + detail["filename"])
    ]
    assert await ids(client, search="prioridad ALTA") == high != []
    page = {"output": "std", "search": "prioridad alta", "limit": "2"}
    assert (await client.get(LIST_PATH, params=page)).json()["count"] == len(high)


@pytest.mark.parametrize("form", ["{:%Y-%m-%d %H:%M:%S}", "{:%Y-%m-%dT%H:%M:%SZ}", "epoch"])
async def test_filter_by_time(client: httpx.AsyncClient, server: DemoServer, form: str) -> None:
    def written(seconds: int) -> str:
        moment = time.gmtime(seconds)
        if form == "epoch":
            return str(seconds)
        return time.strftime(form[2:-1], moment)

    since, until = int(EPOCH) - 90_000, int(EPOCH) - 5000
    wanted = [order.id for order in server.world.orders(EPOCH) if since <= order.created <= until]
    period = {"from": written(since), "to": written(until)}
    assert await ids(client, filters=json.dumps({"timestamp": period})) == wanted != []


async def test_filters_combine(client: httpx.AsyncClient) -> None:
    failed = await ids(client, filters='{"status": "ERROR"}')
    both = {"status": "ERROR", "order_id": failed[0]}
    assert await ids(client, filters=json.dumps(both), search=failed[0]) == failed[:1]
    assert await ids(client, filters=json.dumps(both | {"status": "QUEUED"})) == []


@pytest.mark.parametrize(
    "parameters",
    [
        {"limit": "x"},
        {"limit": ""},
        {"limit": "0"},
        {"limit": "-1"},
        {"limit": "9" * 5000},
        {"offset": "3"},
        {"limit": "1", "offset": "-1"},
        {"output": "xml"},
        {"filters": "{"},
        {"filters": "[]"},
        {"filters": "[" * 9000},
        {"filters": '{"colour": "red"}'},
        {"filters": '{"status": 7}'},
        {"filters": '{"timestamp": "2021"}'},
        {"filters": '{"timestamp": {"from": "yesterday"}}'},
        {"filters": '{"timestamp": {"to": []}}'},
    ],
)
async def test_invalid_parameters_are_rejected(
    client: httpx.AsyncClient, parameters: dict[str, str]
) -> None:
    response = await client.get(LIST_PATH, params=parameters)
    assert response.status_code == 400
    assert response.json()["detail"].endswith(".")


@pytest.mark.slow
async def test_a_hundred_thousand_orders_are_listed_quickly() -> None:
    world = World(1, 100_000, EPOCH)
    clock = SettableClock()
    async with DemoServer(world, clock=clock) as server, signed_in(server) as client:
        clock.now += 30
        started = time.perf_counter()
        body = list_json(world, clock.now)
        assert time.perf_counter() - started < 0.5  # a fiftieth, unless everything is encoded again
        response = await client.get(LIST_PATH)
        assert response.content == body
        assert len(response.json()) == len(world.orders(clock.now))
