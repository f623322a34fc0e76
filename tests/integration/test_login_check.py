"""The login check, and the companies that it finds."""

import json
from collections.abc import AsyncIterator

import pytest

from tui.api.auth import read_companies
from tui.api.json_reader import InvalidJson
from tui.api.login_check import check_login
from tui.demo.http_server import Request, Response, http_server
from tui.model.account import Account, Company, LoginResult, Secret, field_at_fault
from tui.model.ports import Failure, FailureKind


@pytest.mark.parametrize(
    ("answer", "companies"),
    [
        ({"companies": [{"id": 42, "name": "Tu Servidor"}]}, [("42", "Tu Servidor")]),
        ({"companies": [42, "43"]}, [("42", ""), ("43", "")]),
        ({"company": {"id": 42, "name": None}}, [("42", "")]),
        ({"company": 42}, [("42", "")]),
        ({"company_id": "42", "company": 42}, [("42", "")]),
        ({"company_set": [{"company_id": 7}, {"name": "no id"}, None, [1]]}, [("7", "")]),
        ({"companies": [{"id": "4", "name": "a\u202eb"}]}, [("4", "a\ufffdb")]),
        ({"companies": [{"id": "4\x1b[2J"}, {"id": ".."}]}, []),  # invalid as a path segment
        ({"companies": {}}, []),
        ({"id": 42, "name": "a user"}, []),  # an id without an owner
        ({}, []),
        ([], []),
        (None, []),
        (7, []),
    ],
)
def test_companies_are_read_from_any_known_shape(
    answer: object, companies: list[tuple[str, str]]
) -> None:
    assert read_companies(json.dumps(answer).encode()) == tuple(
        Company(number, name) for number, name in companies
    )


def test_invalid_json_is_not_an_answer() -> None:
    with pytest.raises(InvalidJson):
        read_companies(b"<html>")


class Server:
    """A server with an answer per path: JSON, or a bare status."""

    def __init__(self) -> None:
        self.answers: dict[str, object] = {
            "/v1/oauth2/access_token/": {"access_token": "t"},
            "/v1/companies/current_user/": {"companies": [42]},
            "/v1/media/42/transcode/": [],
        }
        self.asked: list[str] = []

    async def __call__(self, request: Request) -> Response:
        self.asked.append(f"{request.method} {request.path}")
        answer = self.answers.get(request.path, 404)
        if isinstance(answer, int):
            return Response(answer)
        return Response(body=answer if isinstance(answer, bytes) else json.dumps(answer).encode())


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.fixture
async def url(server: Server) -> AsyncIterator[str]:
    async with http_server(server) as http:
        yield f"http://127.0.0.1:{http.port}"


def account(url: str, company: str = "42") -> Account:
    return Account(company, "me", Secret("s"), url)


FOUND = (Company("42"),)


@pytest.mark.parametrize(
    ("path", "answer", "trouble", "key", "companies"),
    [
        ("", 200, None, None, FOUND),
        ("/v1/oauth2/access_token/", 401, FailureKind.CREDENTIALS, "client_secret", ()),
        ("/v1/oauth2/access_token/", 400, FailureKind.CREDENTIALS, "client_secret", ()),
        ("/v1/oauth2/access_token/", 404, FailureKind.STATUS, "api_url", ()),
        ("/v1/oauth2/access_token/", 502, FailureKind.SERVER, "api_url", ()),
        ("/v1/oauth2/access_token/", b"<html>", FailureKind.NOT_THE_API, "api_url", ()),
        ("/v1/companies/current_user/", 403, None, None, ()),
        ("/v1/companies/current_user/", b"<html>", None, None, ()),
        ("/v1/media/42/transcode/", 403, FailureKind.FORBIDDEN, "company", FOUND),
        ("/v1/media/42/transcode/", 404, FailureKind.MISSING, "company", FOUND),
        ("/v1/media/42/transcode/", {"detail": "?"}, FailureKind.SHAPE, "api_url", FOUND),
        ("/v1/media/42/transcode/", 500, FailureKind.SERVER, "api_url", FOUND),
    ],
)
async def test_each_failure_names_the_field_to_fix(
    server: Server,
    url: str,
    path: str,
    answer: object,
    trouble: FailureKind | None,
    key: str | None,
    companies: tuple[Company, ...],
) -> None:
    server.answers[path] = answer
    outcome = await check_login(account(url))
    assert outcome.companies == companies
    if trouble is None:
        assert outcome.failure is None
    else:
        assert outcome.failure is not None
        assert (outcome.failure.kind, field_at_fault(outcome.failure)) == (trouble, key)


@pytest.mark.parametrize(
    ("first", "second", "asked", "companies"),
    [
        (404, {"companies": [42]}, ["v1", "v2"], FOUND),
        (404, 404, ["v1", "v2"], ()),
        (404, 500, ["v1", "v2"], ()),
        (403, {"companies": [42]}, ["v1"], ()),
        ({"companies": []}, {"companies": [42]}, ["v1"], ()),
    ],
)
async def test_v2_is_asked_once_where_v1_is_missing(
    server: Server,
    url: str,
    first: object,
    second: object,
    asked: list[str],
    companies: tuple[Company, ...],
) -> None:
    server.answers["/v1/companies/current_user/"] = first
    server.answers["/v2/companies/current_user/"] = second
    assert await check_login(account(url)) == LoginResult(None, companies)
    assert [each[5:7] for each in server.asked if "current_user" in each] == asked


async def test_without_a_company_no_list_is_requested(server: Server, url: str) -> None:
    assert await check_login(account(url, "")) == LoginResult(None, FOUND)
    assert not [asked for asked in server.asked if "transcode" in asked]


async def test_a_dead_host_is_reported_at_the_url_field() -> None:
    outcome = await check_login(account("http://127.0.0.1:1"))
    assert outcome == LoginResult(Failure(FailureKind.REFUSED))
    assert field_at_fault(Failure(FailureKind.REFUSED)) == "api_url"


@pytest.mark.parametrize(
    ("proxy", "trouble"),
    [
        ("bad://x", FailureKind.PROXY),
        (":::", FailureKind.PROXY),
        ("socks5://user:hunter2@127.0.0.1:1", FailureKind.PROXY),
        ("http://user:hunter2@127.0.0.1:99999", FailureKind.PROXY),
        ("http://127.0.0.1:1", FailureKind.REFUSED),
    ],
)
async def test_an_unusable_proxy(
    proxy: str, trouble: FailureKind, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", proxy)
    failure = (await check_login(account("https://api.example"))).failure
    assert failure is not None
    assert failure.kind is trouble
    assert "hunter2" not in repr(failure)
