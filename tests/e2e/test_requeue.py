"""`transcode-tui requeue` as a program: killed at 20 points, and stopped by ctrl+c."""

import asyncio
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Awaitable, Mapping
from pathlib import Path

import pytest

from tests.support.changing_server import BackgroundServer
from tests.support.paths import ROOT
from tests.support.requeue_service import Fault, RequeueService
from tests.support.terminal import Terminal
from tui.demo.http_server import Request, Response
from tui.history.journal import SqliteJournal
from tui.model.actions import JournalEntry, Outcome

REQUESTS = 7
"""Of a run with two orders: the token, two reads for the plan, and for each a read and a write."""

KILLS = [
    *((number, False, 0.0) for number in range(1, REQUESTS + 1)),
    *((number, True, 0.0) for number in range(1, REQUESTS + 1)),
    # Between the requests the journal is written.
    *((4, True, milliseconds / 1000) for milliseconds in (3, 8, 15)),
    *((5, True, milliseconds / 1000) for milliseconds in (3, 8, 15)),
]
"""At which request the program is killed, whether after it was handled, and how much later."""


class KillingService(RequeueService):
    """Kills the program `pid` at one of its requests."""

    def __init__(self, at: int, delay: float, *, after: bool) -> None:
        super().__init__([Fault.NONE] * 2)
        self.pid = 0
        self._at, self._after, self._delay = at, after, delay
        self._count = 0

    def __call__(self, request: Request) -> Response | Awaitable[Response]:
        self._count += 1
        if not self.pid or self._count != self._at:
            return super().__call__(request)
        if not self._after:
            os.kill(self.pid, signal.SIGKILL)
            raise ConnectionAbortedError
        answer = super().__call__(request)
        if self._delay:
            threading.Timer(self._delay, os.kill, (self.pid, signal.SIGKILL)).start()
        else:
            os.kill(self.pid, signal.SIGKILL)
        return answer


def start(environ: Mapping[str, str], home: Path, *arguments: str) -> subprocess.Popen[str]:
    settings = {"HOME": str(home), "XDG_STATE_HOME": str(home), "PATH": os.defpath, **environ}
    return subprocess.Popen(
        (sys.executable, "-m", "tui", "requeue", "--yes", *arguments),
        env=settings,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def run(environ: Mapping[str, str], home: Path, *arguments: str) -> tuple[int, str]:
    child = start(environ, home, *arguments)
    said, _ = child.communicate(timeout=60)
    return child.returncode, said


def journal_of(home: Path) -> list[JournalEntry]:
    """Return the entries, the earliest first."""
    paths = list(home.glob("transcode-tui/history-*.sqlite"))
    if not paths:
        return []
    return list(reversed(asyncio.run(SqliteJournal(paths[0], time.time).recent(100))))


@pytest.mark.slow
@pytest.mark.parametrize(("at", "after", "delay"), KILLS)
def test_after_a_kill_the_next_start_settles_by_reading_and_nothing_is_sent_twice(
    at: int, after: bool, delay: float, tmp_path: Path
) -> None:
    service = KillingService(at, delay, after=after)
    with BackgroundServer(service) as server:
        child = start(server.environ, tmp_path, *service.ids)
        service.pid = child.pid
        child.communicate(timeout=60)
        assert child.returncode == -signal.SIGKILL or delay
        service.pid = 0
        written = list(service.writes)
        statuses = {each: service.details[each]["status"] for each in service.ids}

        # It asks for nothing, so all that it does is to settle.
        code, said = run(server.environ, tmp_path, "--filter", "id:none-such")
        assert code == 0, said
        assert service.writes == written
        begun = journal_of(tmp_path)
        for entry in begun:
            assert entry.outcome is not Outcome.BEGUN
            if statuses[entry.subject] == "QUEUED":
                assert entry.outcome in (Outcome.ACCEPTED, Outcome.FOUND_DONE)
            else:
                assert entry.outcome is Outcome.UNKNOWN
                assert f"{entry.subject}  an earlier requeue, outcome unknown: still ERROR" in said
        assert set(written) <= {entry.subject for entry in begun}

        # A person names them again: what was not sent is sent.
        run(server.environ, tmp_path, *service.ids)
    assert Counter(service.writes) == Counter(service.ids)


def test_it_loads_no_textual(tmp_path: Path) -> None:
    code = (
        "import sys\nfrom tui.cli.main import main\ncode = main(sys.argv[1:])\n"
        "sys.exit(code or int('textual' in sys.modules))\n"
    )
    service = RequeueService([Fault.NONE])
    with BackgroundServer(service) as server:
        settings = {"HOME": str(tmp_path), "PATH": os.defpath, **server.environ}
        done = subprocess.run(
            (sys.executable, "-c", code, "requeue", "--yes", *service.ids),
            env=settings, capture_output=True, text=True, check=False, cwd=ROOT,
        )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert service.writes == service.ids


def program(server: BackgroundServer, home: Path, ids: list[str]) -> Terminal:
    settings = {**server.environ, "XDG_STATE_HOME": str(home)}
    return Terminal(("requeue", *ids), settings, home, size=(120, 30))


@pytest.mark.slow
def test_ctrl_c_stops_after_the_request_in_flight(tmp_path: Path) -> None:
    service = RequeueService([Fault.NONE, Fault.SLOW, Fault.NONE])
    newest, slow, oldest = service.ids
    ids = [slow, newest, oldest]
    with BackgroundServer(service) as server, program(server, tmp_path, ids) as terminal:
        terminal.wait_for("Requeue 3 orders? [y/N]")
        terminal.send("y\r")
        terminal.wait_for(lambda _: service.writes)
        terminal.send("\x03")
        terminal.wait_for("stops after the request in flight")
        assert terminal.wait_exit(10) == 130
        assert f"{slow}  sent" in terminal.text
        assert f"2 orders not sent: {newest} {oldest}" in terminal.text
    assert service.writes == [slow]


@pytest.mark.slow
def test_ctrl_c_twice_leaves_an_unknown_outcome_that_the_next_start_settles(
    tmp_path: Path,
) -> None:
    service = RequeueService([Fault.SILENT])
    with BackgroundServer(service) as server:
        with program(server, tmp_path, service.ids) as terminal:
            terminal.wait_for("Requeue 1 order? [y/N]")
            terminal.send("y\r")
            terminal.wait_for(lambda _: service.writes)
            terminal.send("\x03")
            terminal.wait_for("stops after the request in flight")
            terminal.send("\x03")
            assert terminal.wait_exit(5) == 130
        (entry,) = journal_of(tmp_path)
        assert (entry.outcome, entry.words) == (
            Outcome.UNKNOWN,
            "the run was broken off before an answer came",
        )
        _, said = run(server.environ, tmp_path, "--filter", "id:none-such")
        assert f"{service.ids[0]}  an earlier requeue, found: queued again, QUEUED at " in said
    assert service.writes == service.ids


@pytest.mark.slow
def test_ctrl_c_at_the_question_sends_nothing(tmp_path: Path) -> None:
    service = RequeueService([Fault.NONE])
    with (
        BackgroundServer(service) as server,
        program(server, tmp_path, service.ids) as terminal,
    ):
        terminal.wait_for("Requeue 1 order? [y/N]")
        terminal.send("\x03")
        assert terminal.wait_exit(5) == 130
        assert "nothing was sent" in terminal.text
        assert "Traceback" not in terminal.text
    assert service.writes == []


@pytest.mark.slow
def test_a_closed_terminal_stops_after_the_request_in_flight(tmp_path: Path) -> None:
    service = RequeueService([Fault.NONE, Fault.SLOW])
    newest, oldest = service.ids
    with BackgroundServer(service) as server:
        with program(server, tmp_path, [newest, oldest]) as terminal:
            terminal.wait_for("Requeue 2 orders? [y/N]")
            terminal.send("y\r")
            terminal.wait_for(lambda _: service.writes)
            terminal.vanish()
            assert terminal.wait_death(10)
        (entry,) = journal_of(tmp_path)
    assert (entry.subject, entry.outcome) == (newest, Outcome.ACCEPTED)
    assert service.writes == [newest]
