"""The smaller calls of the demo server; unknown paths, other companies, wrong methods."""

from itertools import product

import httpx
import pytest

from tests.support.demo_client import EPOCH, LIST_PATH, TOKEN_PATH, ids
from tui.demo.server import DemoServer


async def test_order_detail(client: httpx.AsyncClient, server: DemoServer) -> None:
    name = (await ids(client))[3]
    for path in (LIST_PATH + name, LIST_PATH + name + "/"):
        response = await client.get(path)
        assert response.json() == server.world.detail(name, EPOCH)


@pytest.mark.parametrize("name", ["1631092552-1237", "x", "%00", "..", "%2e%2e%2f", "ñ", "1" * 999])
async def test_an_unknown_order_is_not_found(client: httpx.AsyncClient, name: str) -> None:
    assert (await client.get(LIST_PATH + name)).status_code == 404


async def test_a_requeue_runs_an_order_again(client: httpx.AsyncClient) -> None:
    name = (await ids(client, filters='{"status": "ERROR"}'))[0]
    requeue = f"/v1/media/42/transcode_requeue/{name}/"
    assert (await client.post(requeue.rstrip("/"))).status_code == 404
    assert (await client.get(LIST_PATH + name)).json()["status"] == "ERROR"
    assert (await client.post(requeue)).json() == {"id": name, "status": "QUEUED"}
    assert (await client.get(LIST_PATH + name)).json()["status"] == "QUEUED"
    refused = await client.post(requeue)
    assert refused.status_code == 400
    assert "QUEUED" in refused.json()["detail"]
    assert (await client.post("/v1/media/42/transcode_requeue/1-0000/")).status_code == 404


async def test_current_user(client: httpx.AsyncClient) -> None:
    for version, slash in product(("v1", "v2"), ("/", "")):
        path = f"/{version}/companies/current_user{slash}"
        assert (await client.get(path)).json()["companies"][0]["id"] == 42


async def test_profiles(client: httpx.AsyncClient) -> None:
    profiles = (await client.get("/v1/media/42/transcoding_profiles/")).json()
    assert {"id": 92, "name": "Prueba escalado", "company": 42}.items() <= next(
        profile for profile in profiles if profile["id"] == 92
    ).items()
    for profile in profiles:
        path = f"/v1/media/42/transcoding_profile/{profile['id']}/"
        assert (await client.get(path)).json() == profile
    assert (await client.get("/v1/media/42/transcoding_profile/1/")).status_code == 404


async def test_allowed_values(client: httpx.AsyncClient) -> None:
    values = (await client.get("/v1/media/42/allowed_values/")).json()
    assert values.keys() == {"video_formats", "video_codecs", "audio_codecs", "aspect_ratio"}
    assert all(all(value) for value in values.values())


@pytest.mark.parametrize(
    "path", ["transcode/", "transcode", "transcode/1-0000", "transcoding_profiles/"]
)
async def test_another_company_is_forbidden(client: httpx.AsyncClient, path: str) -> None:
    assert (await client.get(f"/v1/media/43/{path}")).status_code == 403


@pytest.mark.parametrize("path", ["/", "/v1/media/42/", "/v2/media/42/transcode/", "//", "/v1//"])
@pytest.mark.parametrize("token", ["", "Bearer wrong", None])
async def test_other_paths_are_not_found(
    client: httpx.AsyncClient, path: str, token: str | None
) -> None:
    headers = {} if token is None else {"Authorization": token}
    url = f"{client.base_url}".rstrip("/") + path
    assert (await client.get(url, headers=headers)).status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        LIST_PATH,
        LIST_PATH + "{order}/",
        "/v1/companies/current_user/",
        "/v2/companies/current_user",
        "/v1/media/42/transcoding_profiles/",
        "/v1/media/42/transcoding_profile/92/",
        "/v1/media/42/transcoding/consumed_minutes/",
        "/v1/media/42/allowed_values/",
    ],
)
async def test_head_answers_as_get_without_a_body(client: httpx.AsyncClient, path: str) -> None:
    path = path.format(order=(await ids(client))[0])
    get, head = await client.get(path), await client.head(path)
    assert (get.status_code, head.status_code, head.content) == (200, 200, b"")
    assert head.headers == get.headers
    assert (await client.head(path, headers={"Authorization": ""})).status_code == 401


async def test_the_first_slash_may_be_doubled(client: httpx.AsyncClient) -> None:
    url = f"{client.base_url}".rstrip("/") + "/"
    assert (await client.get(url + LIST_PATH)).json() == (await client.get(LIST_PATH)).json()


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", TOKEN_PATH, "POST"),
        ("HEAD", TOKEN_PATH, "POST"),
        ("PUT", LIST_PATH, "GET, HEAD, POST"),
        ("DELETE", LIST_PATH + "1-0000", "GET, HEAD"),
        ("GET", "/v1/media/42/transcode_requeue/1-0000/", "POST"),
        ("HEAD", "/v1/media/42/transcode_requeue/1-0000/", "POST"),
        ("BREW", "/v1/companies/current_user/", "GET, HEAD"),
    ],
)
async def test_a_wrong_method_is_rejected(
    client: httpx.AsyncClient, method: str, path: str, allowed: str
) -> None:
    response = await client.request(method, path)
    assert (response.status_code, response.headers["Allow"]) == (405, allowed)
