"""The demo scenarios, with a manual clock; over HTTP where the server matters."""

import json
import socket
from collections import Counter
from typing import Any

import httpx
import pytest

from tests.support.demo_client import (
    EPOCH,
    LIST_PATH,
    TOKEN_FORM,
    TOKEN_PATH,
    SettableClock,
    list_json,
    signed_in,
)
from tui.cli.demo_command import Demo, demo_options, serve
from tui.cli.options import parse_options
from tui.demo import DemoOptions
from tui.demo.lifecycle import STALL
from tui.demo.scenarios import NAMES
from tui.demo.server import DemoServer
from tui.demo.world import World

ACTIVE = {"QUEUED", "DOWNLOADING", "TRANSCODING", "UPLOADING"}


def rows(world: World, now: float) -> list[dict[str, str]]:
    listed: list[dict[str, str]] = json.loads(list_json(world, now))
    return listed


def count(world: World, now: float) -> Counter[str]:
    return Counter(row["status"] for row in rows(world, now))


@pytest.mark.parametrize("scene", NAMES)
def test_a_scenario_is_deterministic(scene: str) -> None:
    one, other = (World(3, 60, EPOCH, scenario=scene) for _ in range(2))
    list_json(other, EPOCH + 5000)
    assert list_json(one, EPOCH + 700) == list_json(other, EPOCH + 700)


@pytest.mark.parametrize("after", [0, 60, 100_000])
def test_the_empty_scenario_has_no_orders(after: float) -> None:
    world = World(1, 823, EPOCH, scenario="empty")
    assert list_json(world, EPOCH + after) == b"[]"
    assert world.orders(EPOCH + after) == []


@pytest.mark.parametrize("seed", range(4))
def test_the_busy_scenario_has_dozens_of_active_orders(seed: int) -> None:
    world = World(seed, 823, EPOCH, scenario="busy")
    for after in range(0, 1800, 60):
        now = count(world, EPOCH + after)
        assert sum(now[status] for status in ACTIVE) >= 24
        assert now["TRANSCODING"] >= 10
    assert len(rows(world, EPOCH + 60)) >= 823 + 12


@pytest.mark.parametrize("seed", range(4))
def test_the_errors_scenario_has_many_failures_with_reasons(seed: int) -> None:
    world = World(seed, 823, EPOCH, scenario="errors")
    for after in (0, 600, 3600):
        listed = rows(world, EPOCH + after)
        failed = [row["id"] for row in listed if row["status"] == "ERROR"]
        assert 0.4 < len(failed) / len(listed) < 0.6
        comments = [str((world.detail(name, EPOCH + after) or {})["comment"]) for name in failed]
        assert all("failed: " in comment for comment in comments)
        said = " ".join(comments[:60])
        for kind in ("codec", "Login incorrect", "Disk quota", "did not answer", "No such file"):
            assert kind in said
    since = {row["id"] for row in rows(world, EPOCH)}
    new = [row for row in rows(world, EPOCH + 1800) if row["id"] not in since]
    assert sum(row["status"] == "ERROR" for row in new) > 40


@pytest.mark.parametrize("scene", ["", "busy", "errors"])
def test_orders_of_every_scenario_end_and_stay_ended(scene: str) -> None:
    world = World(1, 50, EPOCH, scenario=scene)
    ended: dict[str, str] = {}
    for after in range(0, 900, 15):
        listed = rows(world, EPOCH + after)
        for row in listed:
            assert ended.get(row["id"], row["status"]) == row["status"]
            if row["status"] not in ACTIVE:
                ended[row["id"]] = row["status"]
    for row in listed:
        assert row["status"] == (world.detail(row["id"], EPOCH + after) or {})["status"]


@pytest.mark.parametrize("seed", range(4))
def test_one_order_stalls_and_finally_continues(seed: int) -> None:
    world = World(seed, 100, EPOCH)
    name = rows(world, EPOCH + 20)[0]["id"]

    def bars(after: float) -> tuple[Any, Any]:
        detail = world.detail(name, EPOCH + after) or {}
        return detail["status"], detail["transcodingjob_set"]

    assert bars(300)[0] == "TRANSCODING"
    assert bars(300) == bars(900) == bars(STALL)
    assert bars(STALL + 400)[0] == "FINISHED"
    statuses = {row["id"]: row["status"] for row in rows(world, EPOCH + 2000)}
    assert statuses[name] == "TRANSCODING"


@pytest.mark.parametrize("speed", [0.5, 1.0, 10.0])
def test_one_order_vanishes(speed: float) -> None:
    world = World(1, 100, EPOCH, speed)
    seen = [{row["id"] for row in rows(world, EPOCH + at / speed)} for at in range(0, 300, 5)]
    gone = set().union(*seen) - seen[-1]
    assert len(gone) == 1
    name = gone.pop()
    assert sum(name in each for each in seen) == 10
    assert world.detail(name, EPOCH + 60 / speed)
    assert world.detail(name, EPOCH + 99 / speed) is None


async def asked(client: httpx.AsyncClient) -> str:
    """Return the status of a request, or the exception."""
    try:
        response = await client.get(LIST_PATH)
    except httpx.TransportError:
        return "cut"
    return f"{response.status_code} {response.headers['Content-Type'].partition(';')[0]}"


async def test_the_outage_scenario_fails_and_recovers() -> None:
    clock = SettableClock()
    world = World(1, 20, EPOCH, speed=5.0, scenario="outage")
    async with DemoServer(world, clock=clock) as server, signed_in(server) as client:
        became: list[str] = []
        for _ in range(16):
            became.append(await asked(client))
            clock.now += 10
        good, bad = "200 application/json", "503 text/html"
        assert became == [*[good] * 4, bad, bad, "cut", "cut"] * 2
        clock.now = EPOCH + 45
        assert (await client.post(TOKEN_PATH, data=TOKEN_FORM)).status_code == 503
        clock.now = EPOCH + 65
        with pytest.raises(httpx.TransportError):
            await client.post(TOKEN_PATH, data=TOKEN_FORM)


async def test_a_server_that_knows_the_user_in_v2_only() -> None:
    world = World(1, 5, EPOCH, scenario="v2-login")
    async with DemoServer(world, clock=SettableClock()) as server, signed_in(server) as client:
        user = "/companies/current_user/"
        assert (await client.get("/v1" + user)).status_code == 404
        assert (await client.get("/v2" + user)).json()["companies"][0]["id"] == 42
        assert len((await client.get(LIST_PATH)).json()) == 5


def test_an_unknown_scenario_is_rejected() -> None:
    with pytest.raises(
        ValueError, match=r"^a scene is one of busy, empty, errors, outage, v2-login, write-faults$"
    ):
        World(1, 1, EPOCH, scenario="quiet")


# --- The flags


def options(*arguments: str) -> DemoOptions | None:
    return demo_options(parse_options(arguments))


def test_any_demo_flag_implies_demo() -> None:
    defaults = DemoOptions(823, 1, 1.0, "")
    assert options() is None
    assert options("--demo") == defaults
    assert options("--demo-orders", "0") == defaults._replace(orders=0)
    assert options("--demo-seed", "7") == defaults._replace(seed=7)
    assert options("--demo-speed", "2.5") == defaults._replace(speed=2.5)
    assert options("--demo-scene", "busy") == defaults._replace(scenario="busy")
    assert options("--demo-token-lifetime", "90") == defaults._replace(token_lifetime=90)
    both = options("--demo-orders", "5", "demo-server", "--seed", "2")
    assert both == defaults._replace(orders=5, seed=2)


def test_demo_flags_configure_the_world() -> None:
    given = options("--demo-orders", "3", "--demo-speed", "0")
    assert given is not None
    with Demo(given) as demo:
        account = demo.start_server()
        form = TOKEN_FORM | {"client_secret": account.client_secret.reveal()}
        token = httpx.post(account.api_url + TOKEN_PATH, data=form).json()["access_token"]
        headers = {"Authorization": f"Bearer {token}"}
        assert len(httpx.get(account.api_url + LIST_PATH, headers=headers).json()) == 3


def test_a_port_in_use_is_reported(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert serve(parse_options(["demo-server", "--port", str(port)])) == 2
    message = f"cannot listen on 127.0.0.1 port {port}: address already in use"
    assert capsys.readouterr().err == f"transcode-tui: {message}\n"


@pytest.mark.parametrize("before", [["--demo-"], ["demo-server", "--"]])
@pytest.mark.parametrize(
    ("flag", "value"),
    [
        ("orders", "-1"),
        ("orders", "1000001"),
        ("orders", "ten"),
        ("seed", "1.5"),
        ("speed", "-0.1"),
        ("speed", "nan"),
        ("speed", "inf"),
        ("token-lifetime", "0"),
        ("token-lifetime", "86401"),
        ("token-lifetime", "1.5"),
        ("scene", "quiet"),
        ("scene", ""),
    ],
)
def test_an_invalid_value_is_reported(
    before: list[str], flag: str, value: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as end:
        options(*before[:-1], f"{before[-1]}{flag}={value}")
    assert end.value.code == 2
    result = capsys.readouterr().err.splitlines()[-1]
    assert result.startswith(f"transcode-tui: {before[-1]}{flag}: ")
    assert repr(value) in result
