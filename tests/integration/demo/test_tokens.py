"""The access tokens of the demo server."""

import json

import httpx
import pytest

from tests.support.demo_client import EPOCH, LIST_PATH, TOKEN_FORM, TOKEN_PATH, SettableClock
from tui.demo.server import DemoServer
from tui.demo.world import World


async def test_valid_credentials_get_a_token(anyone: httpx.AsyncClient) -> None:
    response = await anyone.post(TOKEN_PATH, data=TOKEN_FORM)
    assert response.status_code == 200
    answer = response.json()
    assert answer.keys() == {
        "access_token",
        "token_type",
        "expires_in",
        "refresh_token",
        "scope",
    }
    assert answer["token_type"] == "Bearer"
    assert answer["expires_in"] == 36000


@pytest.mark.parametrize(
    ("change", "status", "error"),
    [
        ({"client_secret": "wrong"}, 401, "invalid_client"),
        ({"client_id": "demö"}, 401, "invalid_client"),
        ({"client_id": ""}, 401, "invalid_client"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"grant_type": ""}, 400, "unsupported_grant_type"),
    ],
)
async def test_invalid_credentials_get_no_token(
    anyone: httpx.AsyncClient, change: dict[str, str], status: int, error: str
) -> None:
    response = await anyone.post(TOKEN_PATH, data=TOKEN_FORM | change)
    assert (response.status_code, response.json()) == (status, {"error": error})


@pytest.mark.parametrize("body", [b"", b"\xff\xfe", b"&" * 1000, json.dumps(TOKEN_FORM).encode()])
async def test_a_token_request_without_a_form_is_rejected(
    anyone: httpx.AsyncClient, body: bytes
) -> None:
    assert (await anyone.post(TOKEN_PATH, content=body)).status_code == 400


@pytest.mark.parametrize("path", [LIST_PATH, LIST_PATH + "1-0000", "/v1/companies/current_user/"])
@pytest.mark.parametrize("authorization", [None, "", "Bearer", "Bearer wrong", "Basic ZGVtbzpk"])
async def test_every_path_needs_a_token(
    anyone: httpx.AsyncClient, path: str, authorization: str | None
) -> None:
    headers = {} if authorization is None else {"Authorization": authorization}
    response = await anyone.get(path, headers=headers)
    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"] == "Bearer"
    assert "detail" in response.json()


@pytest.mark.parametrize("path", [TOKEN_PATH.rstrip("/"), "/" + TOKEN_PATH])
async def test_other_forms_of_the_path_get_a_token(server: DemoServer, path: str) -> None:
    async with httpx.AsyncClient(trust_env=False) as client:
        assert (await client.post(server.url + path, data=TOKEN_FORM)).status_code == 200


@pytest.mark.parametrize(
    ("scope", "status", "granted"),
    [
        ("read", 200, "read"),
        ("read write", 200, "read write"),
        ("", 200, "read write"),
        ("admin", 400, None),
    ],
)
async def test_a_scope(
    anyone: httpx.AsyncClient, scope: str, status: int, granted: str | None
) -> None:
    response = await anyone.post(TOKEN_PATH, data=TOKEN_FORM | {"scope": scope})
    assert (response.status_code, response.json().get("scope")) == (status, granted)
    if status == 400:
        assert response.json() == {"error": "invalid_scope"}


async def test_a_token_to_read_writes_nothing(anyone: httpx.AsyncClient) -> None:
    token = (await anyone.post(TOKEN_PATH, data=TOKEN_FORM | {"scope": "read"})).json()
    anyone.headers["Authorization"] = f"Bearer {token['access_token']}"
    for method in ("GET", "HEAD"):
        assert (await anyone.request(method, LIST_PATH)).status_code == 200
    assert (await anyone.post(LIST_PATH, data={"order": "{}"})).status_code == 403


async def test_the_lifetime_of_tokens_can_be_set(clock: SettableClock) -> None:
    async with (
        DemoServer(World(1, 1, EPOCH), clock=clock, token_lifetime=90) as server,
        httpx.AsyncClient(base_url=server.url, trust_env=False) as client,
    ):
        answer = (await client.post(TOKEN_PATH, data=TOKEN_FORM)).json()
        assert answer["expires_in"] == 90
        client.headers["Authorization"] = f"Bearer {answer['access_token']}"
        for later, status in ((89, 200), (1, 401)):
            clock.now += later
            assert (await client.get(LIST_PATH)).status_code == status


async def test_a_token_expires(client: httpx.AsyncClient, clock: SettableClock) -> None:
    clock.now += 35_999
    assert (await client.get(LIST_PATH)).status_code == 200
    clock.now += 1
    assert (await client.get(LIST_PATH)).status_code == 401


async def test_tokens_can_be_revoked(client: httpx.AsyncClient, server: DemoServer) -> None:
    server.tokens.expiries.clear()
    assert (await client.get(LIST_PATH)).status_code == 401
