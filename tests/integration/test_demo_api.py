"""Every documented API call against the demo server, valid and invalid, over HTTP."""

import json
import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from tests.support.demo_client import EPOCH, TOKEN_FORM, TOKEN_PATH, SettableClock
from tui.demo.server import DemoServer
from tui.demo.world import World

LIST = "/v1/media/42/transcode"
PROFILES = "/v1/media/42/transcoding_profiles"
PROFILE = "/v1/media/42/transcoding_profile/92"
MINUTES = "/v1/media/42/transcoding/consumed_minutes"
VALUES = "/v1/media/42/allowed_values"
WHO = "/v1/companies/current_user"
REQUEUE = "/v1/media/42/transcode_requeue/"

ORDER: dict[str, Any] = {
    "priority": 5,
    "origin": "ftp://usuario:clave@ftp.com/published/un%20v%C3%ADdeo.mp4",
    "destinations": ["ftp://usuario:clave@ftp.tudireccionftp.com", "s3://bucket-name"],
    "jobs": [
        {"label": "iphone", "filename": "watermark.mp4", "profile_id": 34, "thumbnails": []},
        {"filename": "hls.m3u8", "profile_id": 86},
    ],
    "notifications": [{"email": "micorreo@misitio.com", "call": "https://api.cliente.com/notify"}],
}
NEW_PROFILE: dict[str, Any] = {
    "name": "東京 360p",
    "video_format": "mp4",
    "video_codec": "h264",
    "video_width": None,
    "video_height": 360,
    "video_bitrate": 800,
    "video_aspect": "16:9",
    "audio_bitrate": 96,
    "audio_codec": "aac",
}


def without(value: dict[str, Any], name: str) -> dict[str, Any]:
    return {member: content for member, content in value.items() if member != name}


@dataclass
class Case:
    method: str
    path: str
    status: int
    said: str = ""
    """Part of the answer."""
    sent: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.method} {self.path} {self.status} {self.said[:30]}"


def order(change: dict[str, Any], status: int = 400, said: str = "") -> Case:
    return Case("POST", LIST + "/", status, said, {"data": {"order": json.dumps(ORDER | change)}})


def profile(value: Any, status: int, said: str = "", path: str = PROFILES + "/") -> Case:
    method = "PUT" if path.startswith(PROFILE) else "POST"
    return Case(method, path, status, said, {"json": value})


def filtered(path: str, filters: str, status: int, said: str = "") -> Case:
    return Case("GET", path, status, said, {"params": {"filters": filters}})


def listed(said: str, **parameters: str) -> Case:
    return Case("GET", LIST + "/", 400, said, {"params": parameters})


STRANGER = {"headers": {"Authorization": "Bearer of bad news"}}
NOBODY = {"headers": {"Authorization": ""}}

CASES = [
    # Reads, with and without a trailing slash.
    *(
        Case("GET", path + slash, 200, said)
        for slash in ("", "/")
        for path, said in (
            (LIST, '"status":"TRANSCODING"'),
            (LIST + "/{failed}", '"status":"ERROR"'),
            (PROFILES, '"name":"Prueba escalado"'),
            (PROFILE, '"company":42'),
            (MINUTES, '"minutes_plan":3000'),
            (VALUES, '"video_codecs":["h264","hevc","vp9"]'),
            (WHO, '"companies":[{"id":42,"name":"Tu Servidor"}]'),
        )
    ),
    # Authorization and methods.
    *(
        Case("GET", path, 401, "Authentication credentials", sent)
        for path in (LIST, LIST + "/{failed}", PROFILES, PROFILE, MINUTES, VALUES, WHO)
        for sent in (STRANGER, NOBODY)
    ),
    Case("POST", LIST + "/", 401, "Authentication", STRANGER),
    Case("DELETE", PROFILE + "/", 401, "Authentication", STRANGER),
    *(
        Case(method, path.replace("/42/", "/43/"), 403, "permission")
        for method, path in (
            ("GET", LIST),
            ("GET", LIST + "/{failed}"),
            ("POST", LIST + "/"),
            ("POST", REQUEUE + "{failed}/"),
            ("GET", PROFILES),
            ("POST", PROFILES + "/"),
            ("GET", PROFILE),
            ("PUT", PROFILE + "/"),
            ("DELETE", PROFILE + "/"),
            ("GET", MINUTES),
            ("GET", VALUES),
        )
    ),
    *(
        Case(method, path, 405, "not allowed")
        for method, path in (
            ("GET", TOKEN_PATH),
            ("PUT", LIST),
            ("POST", LIST + "/{failed}/"),
            ("GET", REQUEUE + "{failed}/"),
            ("DELETE", PROFILES + "/"),
            ("PATCH", PROFILE + "/"),
            ("POST", PROFILE + "/"),
            ("POST", MINUTES + "/"),
            ("PUT", VALUES + "/"),
            ("POST", WHO + "/"),
        )
    ),
    *(
        Case(method, path, 404, "Not found")
        for method, path in (
            ("GET", LIST + "/1631092552-1237"),
            ("POST", REQUEUE + "1631092552-1237/"),
            ("POST", REQUEUE + "{failed}"),
            ("GET", PROFILE + "9/"),
            ("GET", PROFILE + "x/"),
            ("PUT", PROFILE + "9/"),
            ("DELETE", PROFILE + "9/"),
            ("DELETE", PROFILE),
            ("POST", PROFILES),
            ("GET", "/v1/media/42/transcoding/"),
        )
    ),
    # The token.
    Case("POST", TOKEN_PATH, 200, '"token_type":"Bearer"', {"data": TOKEN_FORM}),
    Case("POST", TOKEN_PATH, 401, "invalid_client", {"data": TOKEN_FORM | {"client_secret": "x"}}),
    Case("POST", TOKEN_PATH, 400, "unsupported_grant_type", {"json": TOKEN_FORM}),
    # The list's parameters.
    listed("limit must be", limit="0"),
    listed("limit must be", limit="ten"),
    listed("offset must be", limit="1", offset="-1"),
    listed("offset needs limit", offset="3"),
    listed("output must be", output="xml"),
    filtered(LIST + "/", "{'status': 'ERROR'}", 400, "JSON object"),
    filtered(LIST + "/", '{"state": "ERROR"}', 400, "no members but order_id"),
    filtered(LIST, '{"status": "ERROR", "timestamp": {"from": 1700000000}}', 200, "{failed}"),
    # Minutes.
    filtered(MINUTES + "/", '{"timestamp": {"from": "20250101 00:00:00"}}', 200, '"year":2025'),
    filtered(MINUTES + "/", '{"timestamp": {"to": "2015-01-01"}}', 200, '{"minutes":[],'),
    filtered(MINUTES + "/", '{"timestamp": {"to": "soon"}}', 400, "A time must look like"),
    filtered(MINUTES, '{"timestamp": []}', 400, "must be an object"),
    filtered(MINUTES + "/", '{"status": "ERROR"}', 400, "no members but timestamp"),
    filtered(MINUTES + "/", "{", 400, "JSON object"),
    # A requeue.
    Case("POST", REQUEUE + "{failed}/", 200, '"status":"QUEUED"'),
    Case("POST", REQUEUE + "{finished}/", 400, "only an order in ERROR"),
    # A new order.
    order({}, 201, "Order #17"),
    Case("POST", LIST, 201, "Order #17", {"data": {"order": json.dumps(ORDER)}}),
    Case("POST", LIST + "/", 201, "Order #17", {"params": {"data": json.dumps(ORDER)}}),
    Case("POST", LIST + "/", 201, "#", {"params": {"data": json.dumps(ORDER)}, "json": ORDER}),
    Case("POST", LIST + "/", 201, "#", {"files": {"order": (None, json.dumps(ORDER))}}),
    Case("POST", LIST + "/", 415, "Unsupported media type", {"json": ORDER}),
    Case("POST", LIST + "/", 415, "Unsupported media type"),
    Case("POST", LIST + "/", 400, "field is required", {"data": {"other": "1"}}),
    Case("POST", LIST + "/", 400, "JSON parse error", {"data": {"order": "{"}}),
    Case("POST", LIST + "/", 400, "JSON parse error", {"params": {"data": '"\\ud800"'}}),
    Case("POST", LIST + "/", 400, "Expected a dictionary", {"data": {"order": "[]"}}),
    order({"origin": None}, said='"origin":["This field may not be blank."]'),
    order({"origin": "video.mp4"}, said="Enter a valid URL"),
    order({"origin": "ftp://ftp.com/"}, said="URL of a file"),
    order({"origin": "file:///etc/passwd"}, said="Enter a valid URL"),
    order({"origin": "http://[/x"}, said="Enter a valid URL"),
    order({"destinations": []}, said="may not be empty"),
    order({"destinations": "ftp://h/"}, said="Expected a list of items"),
    order({"destinations": [7]}, said="Enter a valid URL"),
    order({"jobs": []}, said="may not be empty"),
    order({"jobs": ["mp4"]}, said="Expected a dictionary"),
    order({"jobs": [{"profile_id": 34}]}, said="filename: This field is required."),
    order({"jobs": [{"profile_id": 1, "filename": "a.mp4"}]}, said="object does not exist"),
    order({"jobs": [{"profile_id": [], "filename": "a", "label": 1}]}, said="label: Not a valid"),
    order({"notifications": [{}]}, said="Either email or call"),
    order({"notifications": [{"call": "x"}]}, said="Enter a valid URL"),
    order({"notifications": [{"email": 7}]}, said="Not a valid string"),
    order({"notifications": None}, 201),
    order({"priority": 11}, said="between 5 and 10"),
    order({"priority": "high"}, said="valid integer"),
    order({"label": 7}, said="Not a valid string"),
    # Profiles.
    profile(NEW_PROFILE, 201, '"id":93,"name":"東京 360p"'),
    profile(NEW_PROFILE | {"restrict_bitrate": True, "custom_profiles": []}, 201, '"id":93'),
    profile(NEW_PROFILE, 200, '"id":92,"name":"東京 360p"', PROFILE + "/"),
    profile({}, 400, '"name":["This field is required."],"video_format"'),
    profile([], 400, "Expected a dictionary"),
    profile(NEW_PROFILE | {"name": ""}, 400, "may not be blank"),
    profile(NEW_PROFILE | {"video_codec": "divx"}, 400, '\\"divx\\" is not a valid choice.'),
    profile(NEW_PROFILE | {"video_height": -1}, 400, "between 0 and"),
    profile(NEW_PROFILE | {"video_bitrate": "800"}, 201, '"video_bitrate":800'),
    profile(NEW_PROFILE | {"video_bitrate": True}, 400, "valid integer"),
    profile(without(NEW_PROFILE, "audio_bitrate"), 400, '"audio_bitrate":["This field is req'),
    profile(NEW_PROFILE | {"audio_codec": 7}, 400, "Not a valid string", PROFILE + "/"),
    Case("POST", PROFILES + "/", 415, "Unsupported media type", {"data": {"name": "x"}}),
    Case("PUT", PROFILE + "/", 400, "field is required"),
    Case("POST", PROFILES + "/", 400, "JSON parse error", {
        "content": b"{", "headers": {"Content-Type": "application/json"},
    }),
    Case("DELETE", PROFILE + "/", 204),
]  # fmt: skip


@pytest.fixture(scope="module")
def trust() -> ssl.SSLContext:
    return ssl.create_default_context()


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock()


@pytest.fixture
async def server(clock: SettableClock) -> AsyncIterator[DemoServer]:
    async with DemoServer(World(1, 300, EPOCH), clock=clock) as serving:
        yield serving


@pytest.fixture
async def client(server: DemoServer, trust: ssl.SSLContext) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=server.url, verify=trust, trust_env=False) as client:
        token = (await client.post(TOKEN_PATH, data=TOKEN_FORM)).json()["access_token"]
        client.headers["Authorization"] = f"Bearer {token}"
        yield client


async def ids(client: httpx.AsyncClient, **filters: Any) -> list[str]:
    rows = (await client.get(LIST, params={"filters": json.dumps(filters)})).json()
    return [row["id"] for row in rows]


@pytest.mark.parametrize("case", CASES, ids=str)
async def test_api_calls(client: httpx.AsyncClient, case: Case) -> None:
    known = {
        "{failed}": (await ids(client, status="ERROR"))[0],
        "{finished}": (await ids(client, status="FINISHED"))[0],
    }
    path, said = case.path, case.said
    for name, order_id in known.items():
        path, said = path.replace(name, order_id), said.replace(name, order_id)
    response = await client.request(case.method, path, **case.sent)
    assert response.status_code == case.status, response.text
    assert said in response.text
    kind = response.headers.get("Content-Type", "")
    if case.status != 204:
        assert kind.startswith(
            "text/plain" if case.status == 201 and LIST in path else "application/json"
        )
    assert ("WWW-Authenticate" in response.headers) is (case.status == 401 and path != TOKEN_PATH)
    assert ("Allow" in response.headers) is (case.status == 405)


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
    assert await ids(client, order_id=name) == [name]
    assert name in await ids(client, profile_name="Web 720p", status="FINISHED")
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


async def test_an_empty_company_can_create_an_order(trust: ssl.SSLContext) -> None:
    world = World(1, 0, EPOCH, scenario="empty")
    async with (
        DemoServer(world, clock=SettableClock()) as server,
        httpx.AsyncClient(base_url=server.url, verify=trust) as client,
    ):
        token = (await client.post(TOKEN_PATH, data=TOKEN_FORM)).json()["access_token"]
        client.headers["Authorization"] = f"Bearer {token}"
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
    assert await ids(client, profile_name="renamed") == [name]
    assert (await client.delete(path)).status_code == 204
    assert (await client.get(path)).status_code == 404
    assert (await client.delete(path)).status_code == 404
    assert "93" not in [str(each["id"]) for each in (await client.get(PROFILES)).json()]
    assert (await client.get(f"{LIST}/{name}")).status_code == 200
    again = await client.post(LIST, data={"order": json.dumps(ORDER | {"jobs": [job]})})
    assert again.status_code == 400


async def test_consumed_minutes_count_finished_orders(
    client: httpx.AsyncClient, server: DemoServer
) -> None:
    seconds: dict[tuple[int, int], float] = {}
    for name in await ids(client, status="FINISHED"):
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


async def test_query_strings_are_not_logged(client: httpx.AsyncClient, server: DemoServer) -> None:
    """The command line of O sends orders this way, with FTP passwords."""
    response = await client.post(f"{LIST}/?data={quote(json.dumps(ORDER))}")
    assert response.status_code == 201
    assert "clave" not in repr(server.requests)
