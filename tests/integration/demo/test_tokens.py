"""The access tokens of the demo server."""

import json

import httpx
import pytest

from tests.support.demo_client import LIST_PATH, TOKEN_FORM, TOKEN_PATH, SettableClock
from tui.demo.server import DemoServer


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


@pytest.mark.parametrize(
    "path", [LIST_PATH, LIST_PATH + "1-0000", "/v1/companies/current_user/", "/", "/x"]
)
@pytest.mark.parametrize("authorization", [None, "", "Bearer", "Bearer wrong", "Basic ZGVtbzpk"])
async def test_every_path_needs_a_token(
    anyone: httpx.AsyncClient, path: str, authorization: str | None
) -> None:
    headers = {} if authorization is None else {"Authorization": authorization}
    response = await anyone.get(path, headers=headers)
    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"] == "Bearer"
    assert "detail" in response.json()


async def test_a_token_expires(client: httpx.AsyncClient, clock: SettableClock) -> None:
    clock.now += 35_999
    assert (await client.get(LIST_PATH)).status_code == 200
    clock.now += 1
    assert (await client.get(LIST_PATH)).status_code == 401


async def test_tokens_can_be_revoked(client: httpx.AsyncClient, server: DemoServer) -> None:
    server.tokens.expiries.clear()
    assert (await client.get(LIST_PATH)).status_code == 401
