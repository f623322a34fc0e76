"""Requeues by keys in the real program: stopped, killed, and watched until they finish."""

import asyncio
import re
import signal
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.support.changing_server import BackgroundServer
from tests.support.requeue_service import Fault, RequeueService
from tests.support.terminal import Terminal
from tui.history.journal import SqliteJournal
from tui.model.actions import Outcome

ENTER, ESCAPE, CTRL_C = "\r", "\x1b", "\x03"
_ID = re.compile(r"\d{10}-\d{4}")
_ENDED_ROW = re.compile(r"^[ ▌] \S.{20,35} [✔✖] ", re.MULTILINE)


def outcomes(home: Path) -> list[Outcome]:
    """Return what the journal says, the earliest first."""
    (path,) = home.glob("transcode-tui/history-*.sqlite")
    entries = asyncio.run(SqliteJournal(path, time.time).recent(100))
    return [entry.outcome for entry in reversed(entries)]


def program(server: BackgroundServer, home: Path, *flags: str) -> Terminal:
    return Terminal(flags, {**server.environ, "XDG_STATE_HOME": str(home)}, home)


def requeue_all(terminal: Terminal, number: int) -> None:
    """Mark all orders, and send the plan."""
    terminal.wait_for("● live")
    terminal.send("*")
    terminal.wait_for(f"{number} marked")
    terminal.send("R")
    terminal.wait_for(f"{number} orders to requeue" if number > 1 else "1 order to requeue")
    terminal.send(ENTER)


def wait_for_writes(terminal: Terminal, service: RequeueService, ids: Sequence[str]) -> None:
    terminal.wait_for(lambda _: service.writes == list(ids))


@pytest.mark.slow
def test_ctrl_c_stops_the_run_after_the_request_in_flight_and_the_program_goes_on(
    tmp_path: Path,
) -> None:
    service = RequeueService([Fault.NONE, Fault.NONE, Fault.SLOW])
    with BackgroundServer(service) as server, program(server, tmp_path) as terminal:
        requeue_all(terminal, 3)
        wait_for_writes(terminal, service, service.ids[:1])
        terminal.send(CTRL_C)
        terminal.wait_for("1 sent · 2 not sent")
        assert terminal.text.count("not sent: stopped before its turn") == 2
        terminal.send(ESCAPE)
        terminal.wait_for("2 marked")
        terminal.send("q")
        assert terminal.wait_exit(5) == 0
    assert service.writes == service.ids[:1]
    assert outcomes(tmp_path) == [Outcome.ACCEPTED]


@pytest.mark.slow
def test_ctrl_c_twice_ends_the_program_when_the_request_in_flight_is_answered(
    tmp_path: Path,
) -> None:
    service = RequeueService([Fault.NONE, Fault.SLOW])
    with BackgroundServer(service) as server, program(server, tmp_path) as terminal:
        requeue_all(terminal, 2)
        wait_for_writes(terminal, service, service.ids[:1])
        terminal.send(CTRL_C + CTRL_C)
        assert terminal.wait_exit(10) == 0
    assert service.writes == service.ids[:1]
    assert outcomes(tmp_path) == [Outcome.ACCEPTED]


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGHUP])
def test_after_a_kill_the_next_start_says_what_is_unknown_and_settles_it_by_reading(
    number: int, tmp_path: Path
) -> None:
    service = RequeueService([Fault.SILENT])
    with BackgroundServer(service) as server:
        with program(server, tmp_path) as terminal:
            requeue_all(terminal, 1)
            wait_for_writes(terminal, service, service.ids)
            terminal.signal(number)
            terminal.wait_exit(5)
        with program(server, tmp_path) as terminal:
            terminal.wait_for("found: queued again, QUEUED at ")
            assert service.ids[0] in terminal.line_with("found: queued again")
            terminal.wait_for(lambda text: "unknown outcome" not in text)
            terminal.send("q")
            assert terminal.wait_exit(5) == 0
    assert service.writes == service.ids
    assert outcomes(tmp_path) == [Outcome.FOUND_DONE]


@pytest.mark.slow
def test_read_only_every_key_that_acts_says_why_and_nothing_is_sent(tmp_path: Path) -> None:
    service = RequeueService([Fault.NONE])
    with BackgroundServer(service) as server, program(server, tmp_path, "--read-only") as terminal:
        terminal.wait_for("● live")
        for key in (" ", "*", "R"):
            terminal.send(key)
            terminal.wait_for("Read-only, by --read-only or the setting read_only: nothing is sent")
            terminal.send("j")
            terminal.wait_for(lambda text: "Read-only, by" not in text)
        terminal.send("q")
        assert terminal.wait_exit(5) == 0
    assert service.writes == []
    assert service.others == []


@pytest.mark.slow
def test_three_failures_are_marked_requeued_and_watched_by_keys_alone(tmp_path: Path) -> None:
    flags = ("--demo", "--demo-speed", "60", "--refresh", "1")
    with Terminal(flags, {}, tmp_path) as terminal:
        terminal.wait_for("● live")
        terminal.send("4")
        terminal.wait_for("▌4 Failed")
        terminal.send("   ")
        terminal.wait_for("3 marked")
        terminal.send("R")
        terminal.wait_for("3 orders to requeue")
        ids = _ID.findall(terminal.text)
        terminal.send(ENTER)
        terminal.wait_for("3 sent")
        terminal.send(ESCAPE)
        terminal.wait_for(lambda text: "marked" not in text and "Requeue 3" not in text)
        terminal.send("2/id:" + "|".join(ids[:3]) + ENTER)
        terminal.wait_for(lambda text: "3 of " in text and "✖ ERROR" not in text)
        # Each is queued, runs, and ends again, in whatever way.
        terminal.wait_for(lambda text: len(_ENDED_ROW.findall(text)) == 3, 60)
        terminal.wait_for(re.compile(r"attempt +2").search)
