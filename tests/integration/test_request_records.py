"""Records of the client's requests: log and screen show the same counts."""

import asyncio
import json
import logging
from collections.abc import Callable, Iterator

import pytest

from tests.support.demo_client import RecordingDemoServer
from tui.api.client import Client, Hooks
from tui.api.login_check import check_login
from tui.clock import Clock
from tui.demo.http_server import Request, Response, http_server
from tui.demo.server import DemoServer
from tui.demo.world import World
from tui.model.account import Account, Secret
from tui.model.events import ClockReading
from tui.model.order import Snapshot
from tui.model.ports import Failure, FailureKind
from tui.model.telemetry import Telemetry, TokenInfo

NOW = 1_750_000_000.0
TOKEN = "/v1/oauth2/access_token/"
LIST = "/v1/media/42/transcode/"


class Server:
    """A server with an answer per path; otherwise 404."""

    def __init__(self, answers: dict[str, Response]) -> None:
        token = Response(body=b'{"access_token":"tok-canary","expires_in":100}')
        self.answers = {TOKEN: token, **answers}

    async def __call__(self, request: Request) -> Response:
        answer = self.answers.get(request.path, Response(404))
        if answer.status == 299:
            await asyncio.Event().wait()
        return answer


def client_of(url: str, vitals: Telemetry, deadline: float = 5, company: str = "42") -> Client:
    return Client(
        Account(company, "demo", Secret("demo-secret"), url),
        deadline=deadline,
        clock=Clock(lambda: NOW, lambda: 7.0),
        hooks=Hooks(vitals.record_request, vitals.set_token),
    )


@pytest.fixture
def logged(caplog: pytest.LogCaptureFixture) -> Iterator[Callable[[], list[logging.LogRecord]]]:
    with caplog.at_level(logging.INFO, "tui.api.transport"):
        yield lambda: [each for each in caplog.records if each.name == "tui.api.transport"]


Logged = Callable[[], list[logging.LogRecord]]


async def test_every_request_kind_is_recorded_and_logged(logged: Logged) -> None:
    vitals = Telemetry(NOW)
    async with RecordingDemoServer(World(1, 40, epoch=NOW), clock=lambda: NOW) as server:
        client = client_of(server.url, vitals)
        listed = await client.orders()
        assert isinstance(listed, Snapshot)
        failed = next(order for order in listed.orders if order.status == "ERROR")
        await client.order(failed.id)
        await client.order("none")
        await client.requeue(failed.id)
        await client.companies()
        await client.profiles()
        await client.allowed_values()
        await client.consumed_minutes(NOW - 86_400, NOW)
        await client.probe()
        await client.aclose()
        base = f"{LIST}{failed.id}/"
        assert [(each.kind, each.method, each.path, each.status) for each in vitals.recent] == [
            ("token", "POST", TOKEN, 200),
            ("orders", "GET", LIST, 200),
            ("order", "GET", base, 200),
            ("order", "GET", f"{LIST}none/", 404),
            ("write", "POST", base.replace("transcode", "transcode_requeue"), 200),
            ("companies", "GET", "/v1/companies/current_user/", 200),
            ("profiles", "GET", "/v1/media/42/transcoding_profiles/", 200),
            ("profiles", "GET", "/v1/media/42/allowed_values/", 200),
            ("minutes", "GET", "/v1/media/42/transcoding/consumed_minutes/", 200),
            ("orders", "GET", LIST, 200),
        ]
        assert len(server.requests) == len(vitals.recent)
    assert [each.size is not None for each in vitals.recent] == [
        each.status == 200 for each in vitals.recent
    ]
    assert all(each.at == NOW and each.ms >= 0 for each in vitals.recent)
    assert_alike(logged(), vitals)


def assert_alike(records: list[logging.LogRecord], vitals: Telemetry) -> None:
    said = [(vars(each)["path"], vars(each)["status"], vars(each)["ms"]) for each in records]
    assert said == [(each.path, each.status, each.ms) for each in vitals.recent]
    assert len(said) == vitals.counts.total()


@pytest.mark.parametrize(
    ("answer", "failure", "outcome"),
    [
        (Response(503), Failure(FailureKind.SERVER, 503), "the server failed"),
        (
            Response(200, {"content-length": "9"}, b"["),
            Failure(FailureKind.CUT),
            "the connection was",
        ),
        (Response(299), Failure(FailureKind.SLOW), "ended early"),
        # The transport read it completely; that it is no list is found later.
        (Response(body=b"<html>"), Failure(FailureKind.NOT_THE_API), "answered"),
    ],
)
async def test_failures_are_counted(
    answer: Response, failure: Failure, outcome: str, logged: Logged
) -> None:
    vitals = Telemetry(NOW)
    async with http_server(Server({LIST: answer})) as server:
        client = client_of(server.url, vitals, deadline=0.5)
        got = await client.orders()
        await client.aclose()
    assert isinstance(got, Failure)
    assert got.kind is failure.kind
    assert vitals.counts["token", "answered"] == 1
    (result,) = [each for each in vitals.recent if each.kind == "orders"]
    # Client and transport share the deadline: either may notice first.
    assert result.outcome.startswith(outcome) or result.failure is failure.kind is FailureKind.SLOW
    assert_alike(logged(), vitals)


async def test_login_checks_are_recorded(logged: Logged) -> None:
    vitals = Telemetry(NOW)
    async with DemoServer(World(1, 40, epoch=NOW), clock=lambda: NOW) as server:
        wrong = Account("42", "demo", Secret("wrong"), server.url)
        assert (await check_login(wrong, Hooks(vitals.record_request))).failure is not None
        right = Account("42", "demo", Secret("demo-secret"), server.url)
        assert (await check_login(right, Hooks(vitals.record_request))).failure is None
    assert vitals.counts == {
        ("token", "client id or secret rejected"): 1,
        ("token", "answered"): 1,
        ("companies", "answered"): 1,
        ("orders", "answered"): 1,
    }
    assert vitals.token is None  # another account than the current one
    assert_alike(logged(), vitals)


@pytest.mark.parametrize(
    ("expires", "lifetime", "renewed"),
    [
        (100, 100, 90),
        (None, None, 32_400),
        (-5, 60, 54),
        (253_402_300_799, 86_400, 77_760),
        ("soon", None, 32_400),
    ],
)
async def test_only_the_times_of_the_token_are_recorded(
    expires: object, lifetime: float | None, renewed: float
) -> None:
    body = json.dumps({"access_token": "tok-canary", "expires_in": expires}).encode()
    vitals = Telemetry(NOW)
    server = Server({TOKEN: Response(body=body), LIST: Response(body=b"[]")})
    async with http_server(server) as serving:
        client = client_of(serving.url, vitals)
        assert await client.orders() == Snapshot()
        assert vitals.token == TokenInfo(ClockReading(NOW, 7.0), lifetime, renewed)
        server.answers[LIST] = Response(401)
        await client.orders()
        await client.aclose()
    assert vitals.token is None  # rejected twice: no token is valid
    assert "canary" not in repr(vars(vitals))
