"""The whole program records what it observes, and goes on from it at the next start."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.support.changing_server import BackgroundServer, Service, detail, row
from tests.support.terminal import Terminal


@pytest.fixture
def service() -> Service:
    service = Service()
    service.rows = [row(3, "TRANSCODING"), row(2, "QUEUED"), row(1)]
    service.details = {each["id"]: detail(each, 10.0) for each in service.rows}
    return service


@pytest.fixture
def server(service: Service) -> Iterator[BackgroundServer]:
    with BackgroundServer(service) as background:
        yield background


def history_file(home: Path) -> Path:
    (path,) = home.rglob("history-*.sqlite")
    return path


def read(home: Path, query: str) -> Sequence[tuple[Any, ...]]:
    with closing(sqlite3.connect(f"file:{history_file(home)}?immutable=1", uri=True)) as connection:
        return connection.execute(query).fetchall()


def quit_program(terminal: Terminal) -> None:
    terminal.send("q")
    assert terminal.wait_exit(5) == 0


STATUSES = "SELECT old, new, after, before FROM changes WHERE field = 1 ORDER BY seq"


def run_once(server: BackgroundServer, home: Path, *arguments: str) -> None:
    lists = len(server.service.lists())
    with Terminal(("--refresh", "1", *arguments), server.environ, home) as terminal:
        terminal.wait_for(lambda _: len(server.service.lists()) > lists + 2)  # all is recorded
        terminal.wait_for("Profile 1")  # a detail was read
        quit_program(terminal)


def test_what_changes_between_two_runs_has_the_bounds_of_both(
    service: Service, server: BackgroundServer, tmp_path: Path
) -> None:
    run_once(server, tmp_path)
    assert read(tmp_path, STATUSES) == []
    ((start, end),) = read(tmp_path, "SELECT start, end FROM spans")
    service.rows[1]["status"] = "ERROR"
    service.details[service.rows[1]["id"]] = detail(service.rows[1], 10.0)
    del service.rows[2]
    run_once(server, tmp_path)
    (_, (start, _)) = read(tmp_path, "SELECT start, end FROM spans ORDER BY start")
    assert read(tmp_path, STATUSES) == [
        ("QUEUED", "ERROR", end, start),
        ("FINISHED", None, end, start),
    ]
    path = history_file(tmp_path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in path.parent.glob("history-*")] == [path.name]
    content = path.read_bytes()
    for secret in (service.secret, service.token, "an-id"):
        assert secret.encode() not in content


@pytest.mark.slow
def test_the_times_of_an_active_order_go_on_after_a_restart(
    service: Service, server: BackgroundServer, tmp_path: Path
) -> None:
    times = "SELECT status, entered_after, entered_before, started_before FROM orders ORDER BY id"
    service.rows[0]["status"] = "QUEUED"
    service.details[service.rows[0]["id"]] = detail(service.rows[0], 0.0)
    with Terminal(("--refresh", "1"), server.environ, tmp_path) as terminal:
        terminal.wait_for(lambda _: len(service.lists()) > 3)  # what is recorded is known
        terminal.wait_for("2 queued")
        service.rows[0]["status"] = "TRANSCODING"
        service.details[service.rows[0]["id"]] = detail(service.rows[0], 10.0)
        terminal.wait_for("1 transcoding")
        quit_program(terminal)
    before = read(tmp_path, times)
    assert before[-1][0] == "TRANSCODING"
    assert None not in before[-1]
    run_once(server, tmp_path)
    assert read(tmp_path, times) == before


@pytest.mark.slow
def test_without_history_and_in_the_demo_nothing_is_saved(
    server: BackgroundServer, tmp_path: Path
) -> None:
    run_once(server, tmp_path, "--no-history")
    with Terminal(("--demo",), {}, tmp_path) as terminal:
        terminal.wait_for("● live")
        quit_program(terminal)
    assert list(tmp_path.rglob("history-*")) == []


def test_a_damaged_history_is_set_aside_with_a_message(
    server: BackgroundServer, tmp_path: Path
) -> None:
    run_once(server, tmp_path)
    path = history_file(tmp_path)
    path.write_bytes(b"garbage" * 1000)
    with Terminal(("--refresh", "1"), server.environ, tmp_path) as terminal:
        terminal.wait_for("History was damaged: kept as history-")
        quit_program(terminal)
    assert len(list(path.parent.glob("history-*.sqlite.corrupt-*"))) == 1
    assert read(tmp_path, "SELECT count(*) FROM orders") == [(3,)]


@pytest.mark.slow
def test_quitting_does_not_wait_for_the_first_second(
    server: BackgroundServer, tmp_path: Path
) -> None:
    with Terminal((), server.environ, tmp_path) as terminal:
        terminal.wait_for("transcode-tui")
        quit_program(terminal)
