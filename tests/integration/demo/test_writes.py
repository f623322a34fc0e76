"""What creating orders and profiles on the demo server changes, and the minutes consumed."""

import json

import httpx
import pytest

from tests.support.demo_client import (
    EPOCH,
    LIST,
    MINUTES,
    NEW_PROFILE,
    ORDER,
    PROFILES,
    SettableClock,
    filtered_ids,
    ids,
    signed_in,
)
from tui.demo.server import DemoServer
from tui.demo.world import World


async def test_a_created_order_progresses_like_any_other(
    client: httpx.AsyncClient, server: DemoServer, clock: SettableClock
) -> None:
    clock.now += 20  # between two generated orders
    said = (await client.post(LIST + "/", data={"order": json.dumps(ORDER)})).text
    name = said.partition("#")[2].split()[0]
    detail = (await client.get(f"{LIST}/{name}/")).json()
    assert detail["order_id"] == name
    assert (detail["filename"], detail["label"]) == ("un vídeo.mp4", "iphone")
    assert detail["transcodingdownload"] == {
        "download_url": ORDER["origin"],
        "download_protocol": "FTP",
        "download_user": "usuario",
    }
    assert [target["upload_protocol"] for target in detail["transcodingupload_set"]] == [
        "FTP",
        "S3",
    ]
    assert detail["transcodingnotification_set"] == [
        {"callback_url": "https://api.cliente.com/notify", "email": "micorreo@misitio.com"}
    ]
    jobs = detail["transcodingjob_set"]
    assert [job["profile"]["name"] for job in jobs] == ["Web 720p", "Test HLS"]
    assert [(job["filename"], job["label"]) for job in jobs] == [
        ("watermark.mp4", "iphone"),
        ("hls.m3u8", ""),
    ]
    seen = []
    for _ in range(60):
        rows = (await client.get(LIST)).json()
        seen += [row["status"] for row in rows if row["id"] == name]
        stamps = [row["created_on"] for row in rows]
        assert stamps == sorted(stamps, reverse=True)
        assert len({row["id"] for row in rows}) == len(rows)
        clock.now += 7
    assert list(dict.fromkeys(seen)) == [
        "QUEUED", "DOWNLOADING", "TRANSCODING", "UPLOADING", "FINISHED"
    ]  # fmt: skip
    assert len(seen) == 60
    assert await filtered_ids(client, order_id=name) == [name]
    assert name in await filtered_ids(client, profile_name="Web 720p", status="FINISHED")
    clock.now += 30_000  # the rows of its neighbours are final and cached
    rows = (await client.get(LIST)).json()
    assert [row["id"] for row in rows] == [order.id for order in server.world.orders(clock.now)]
    assert name in [row["id"] for row in rows]


async def test_orders_created_in_one_second_are_distinct(client: httpx.AsyncClient) -> None:
    for _ in range(30):
        assert (await client.post(LIST, data={"order": json.dumps(ORDER)})).status_code == 201
    listed = await ids(client)
    assert len(set(listed)) == len(listed) == 330
    assert (
        len({(await client.get(f"{LIST}/{name}")).json()["order_id"] for name in listed[:30]}) == 30
    )


async def test_an_empty_company_can_create_an_order() -> None:
    world = World(1, 0, EPOCH, scenario="empty")
    async with DemoServer(world, clock=SettableClock()) as server, signed_in(server) as client:
        assert await ids(client) == []
        await client.post(LIST, data={"order": json.dumps(ORDER)})
        assert len(await ids(client)) == len((await client.get(LIST)).json()) == 1


async def test_profiles_can_be_created_changed_and_deleted(client: httpx.AsyncClient) -> None:
    made = (await client.post(PROFILES + "/", json=NEW_PROFILE)).json()
    path = f"/v1/media/42/transcoding_profile/{made['id']}/"
    assert made == NEW_PROFILE | {"id": 93, "company": 42}
    assert (await client.get(path)).json() == made
    assert made in (await client.get(PROFILES)).json()
    job = {"filename": "a.mp4", "profile_id": 93}
    said = await client.post(LIST, data={"order": json.dumps(ORDER | {"jobs": [job]})})
    name = said.text.partition("#")[2].split()[0]
    await client.put(path, json=NEW_PROFILE | {"name": "renamed"})
    assert await filtered_ids(client, profile_name="renamed") == [name]
    assert (await client.delete(path)).status_code == 204
    assert (await client.get(path)).status_code == 404
    assert (await client.delete(path)).status_code == 404
    assert "93" not in [str(each["id"]) for each in (await client.get(PROFILES)).json()]
    assert (await client.get(f"{LIST}/{name}")).status_code == 200
    again = await client.post(LIST, data={"order": json.dumps(ORDER | {"jobs": [job]})})
    assert again.status_code == 400
    assert (await client.post(PROFILES + "/", json={})).status_code == 400
    assert (await client.post(PROFILES + "/", json=NEW_PROFILE)).json()["id"] == 94


async def test_consumed_minutes_count_finished_orders(
    client: httpx.AsyncClient, server: DemoServer
) -> None:
    seconds: dict[tuple[int, int], float] = {}
    for name in await filtered_ids(client, status="FINISHED"):
        detail = server.world.detail(name, EPOCH) or {}
        year, month = map(int, str(detail["timestamp"])[:7].split("-"))
        seconds[year, month] = seconds.get((year, month), 0.0) + float(str(detail["duration"]))
    result = (await client.get(MINUTES)).json()["minutes"]
    assert result == [
        {"year": year, "month": month, "duration": pytest.approx(total / 60, abs=0.01)}
        for (year, month), total in sorted(seconds.items())
    ]
    assert len(result) == 2
    june = {"timestamp": {"from": "2025-06-01 00:00:00", "to": "2025-06-30 23:59:59"}}
    part = (await client.get(MINUTES, params={"filters": json.dumps(june)})).json()["minutes"]
    assert part == result[-1:]
