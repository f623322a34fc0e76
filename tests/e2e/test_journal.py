"""The whole program and its commands write one journal."""

import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.support.changing_server import BackgroundServer
from tests.support.paths import ROOT
from tests.support.requeue_service import Fault, RequeueService
from tests.support.terminal import Terminal

pytestmark = pytest.mark.slow


@pytest.fixture
def service() -> RequeueService:
    return RequeueService([Fault.NONE, Fault.REFUSED, Fault.CUT])


@pytest.fixture
def server(service: RequeueService) -> Iterator[BackgroundServer]:
    with BackgroundServer(service) as background:
        yield background


def history_file(home: Path) -> Path:
    (path,) = home.rglob("history-*.sqlite")
    return path


def read(home: Path, query: str) -> Sequence[tuple[Any, ...]]:
    with closing(sqlite3.connect(history_file(home))) as connection:
        return connection.execute(query).fetchall()


def requeue(server: BackgroundServer, home: Path, *arguments: str) -> str:
    """Run the command; return what it writes."""
    run = subprocess.run(
        (sys.executable, "-m", "tui", "requeue", *arguments),
        env={**server.environ, "HOME": str(home), "LOGNAME": "anna"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    return run.stdout + run.stderr


def close_dialog(terminal: Terminal) -> None:
    terminal.send("\x1b")
    terminal.wait_for(lambda text: "Requeue 1 order" not in text)


def test_what_a_command_has_sent_is_in_the_journal_of_the_program(
    service: RequeueService, server: BackgroundServer, tmp_path: Path
) -> None:
    first = service.ids[-1]
    requeue(server, tmp_path, first, "--yes")
    assert read(tmp_path, "SELECT subject, kind, outcome FROM actions") == [
        (first, "requeue", "accepted")
    ]
    with Terminal(("--refresh", "1", "--no-history"), server.environ, tmp_path) as terminal:
        terminal.wait_for("● live")
        terminal.send("J")
        terminal.wait_for("requeue by anna@")
        terminal.wait_for(first)
        terminal.send("Jq")
        assert terminal.wait_exit(5) == 0
    # Without a history the file has the journal alone.
    assert read(tmp_path, "SELECT count(*) FROM orders") == [(0,)]
    assert service.writes == [first]


def test_what_the_program_sends_without_a_history_is_journalled_all_the_same(
    service: RequeueService, server: BackgroundServer, tmp_path: Path
) -> None:
    newest = service.ids[0]  # its connection is cut
    with Terminal(("--refresh", "1", "--no-history"), server.environ, tmp_path) as terminal:
        terminal.wait_for("● live")
        terminal.send("R")
        terminal.wait_for("1 order to requeue")
        terminal.send("\r")
        terminal.wait_for("found: queued again", 20)
        close_dialog(terminal)
        terminal.send("J")
        terminal.wait_for("Journal")
        terminal.wait_for("found: queued again")
        terminal.send("J")
        terminal.send("q")
        assert terminal.wait_exit(5) == 0
    assert read(tmp_path, "SELECT subject, outcome FROM actions") == [(newest, "found-done")]
    assert read(tmp_path, "SELECT count(*) FROM orders") == [(0,)]
    assert history_file(tmp_path).stat().st_mode & 0o777 == 0o600
    assert service.writes == [newest]


def test_without_a_place_for_the_journal_nothing_is_sent(
    service: RequeueService, server: BackgroundServer, tmp_path: Path
) -> None:
    """The file is planted: it is a link to one of another program."""
    requeue(server, tmp_path, service.ids[-1], "--yes")
    path = history_file(tmp_path)
    target = path.with_name("other")
    path.rename(target)
    path.symlink_to(target)
    before, sent = target.read_bytes(), list(service.writes)
    with Terminal(("--refresh", "1"), server.environ, tmp_path) as terminal:
        terminal.wait_for("● live")
        terminal.send("n")
        terminal.wait_for("2/3")
        terminal.send("R")
        terminal.wait_for("1 order to requeue")
        terminal.send("\r")
        terminal.wait_for("Nothing is sent, because the journal cannot be written")
        close_dialog(terminal)
        terminal.send("q")
        assert terminal.wait_exit(5) == 0
    assert service.writes == sent
    assert target.read_bytes() == before
