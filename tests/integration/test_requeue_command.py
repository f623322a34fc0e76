"""Sessions of `transcode-tui requeue`: what is asked, written and sent, and the exit code."""

import json
import os
import pty
import re
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from tests.support.changing_server import BackgroundServer
from tests.support.requeue_service import Fault, RequeueService
from tui.actions import runner
from tui.api import client
from tui.cli import write_command
from tui.cli.main import main
from tui.config.settings import SETTINGS
from tui.rate_limit import RateLimiter

FAULTS = (Fault.NONE, Fault.REFUSED, Fault.CUT, Fault.FAILED)
_END = b"<end>"
NUMBERED = re.compile(r"1760000\d{3}-000(\d)")


class Session:
    """Runs the command against a server; `typed` is what a person answers."""

    def __init__(self, service: RequeueService, capsys: pytest.CaptureFixture[str]) -> None:
        self.service = service
        self._capsys = capsys
        self._master, slave = pty.openpty()
        self._slave = slave
        self.terminal = os.ttyname(slave)

    def close(self) -> None:
        os.close(self._master)
        os.close(self._slave)

    def id(self, number: int) -> str:
        """The id of an order; `order 3` in what `run` returns."""
        return self.service.ids[-number]

    def run(self, *arguments: str, typed: str = "") -> str:
        """Return standard output, standard error, what was asked, and the exit code."""
        if typed:
            os.write(self._master, typed.encode())
        try:
            code: object = main(["requeue", *arguments])
        except SystemExit as ended:
            code = ended.code
        captured = self._capsys.readouterr()
        asked = self._asked().removeprefix(typed.replace("\n", "\r\n"))
        parts = [captured.out, captured.err, asked.replace("\r\n", "\n"), f"exit {code}\n"]
        return shown("".join(parts))

    def _asked(self) -> str:
        """Return what was written to the terminal, and echoed there."""
        os.write(self._slave, _END)  # what was written may still be under way
        written = b""
        while not written.endswith(_END):
            written += os.read(self._master, 10_000)
        return written.removesuffix(_END).decode()


def shown(text: str) -> str:
    """Return the text with ids, times and plan ids that do not vary."""
    text = NUMBERED.sub(r"order \1", text)
    text = re.sub(r"\d\d:\d\d:\d\d", "TIME", text)
    return re.sub(r"plan [0-9a-f]{8}\b", "plan ID", text)


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    for setting in SETTINGS:
        for variable in setting.variables:
            monkeypatch.delenv(variable, raising=False)
    for name in ("HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, str(tmp_path))
    monkeypatch.setattr(client, "RateLimiter", lambda _: RateLimiter(time.monotonic, 9000, 900))
    monkeypatch.setattr(runner, "WAITS", (0.0, 0.0))
    return monkeypatch


@pytest.fixture
def start(
    environment: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Callable[[Sequence[Fault]], Session]]:
    """Return what starts a server with failed orders, and gives a session with it."""
    ends: list[Callable[[], None]] = []

    def begin(faults: Sequence[Fault]) -> Session:
        service = RequeueService(faults)
        server = BackgroundServer(service)
        server.__enter__()
        session = Session(service, capsys)
        ends.extend([session.close, server.__exit__])
        for name, value in server.environ.items():
            environment.setenv(name, value)
        environment.setattr(write_command, "_TERMINAL", session.terminal)
        return session

    yield begin
    for end in ends:
        end()


Start = Callable[[Sequence[Fault]], Session]


def test_orders_are_shown_confirmed_and_sent(start: Start) -> None:
    session = start(FAULTS)
    session.service.set_status(session.id(4), "TRANSCODING")
    ids = [session.id(number) for number in (1, 2, 3, 4)]
    assert session.run(*ids, "none-such", typed="y\n") == (
        "plan ID: requeue 3 orders\n"
        "  order 1  ERROR        of-1.mp4  Disk full\n"
        "  order 2  ERROR        of-2.mp4  Disk full\n"
        "  order 3  ERROR        of-3.mp4  Disk full\n"
        "not sent: 2 orders\n"
        "  order 4  TRANSCODING  of-4.mp4  running (TRANSCODING)\n"
        "  none-such  -            not found on the server\n"
        "order 1  sent\n"
        "order 2  refused: The package of minutes is blocked (400)\n"
        "order 3  outcome unknown: 127.0.0.1 cut the connection\n"
        "order 3  found: queued again, QUEUED at TIME\n"
        "3 orders: 1 sent, 1 found queued again, 1 refused\n"
        "Requeue 3 orders? [y/N] exit 1\n"
    )
    assert session.service.writes == ids[:3]


def test_all_accepted_is_success(start: Start) -> None:
    session = start([Fault.NONE] * 2)
    said = session.run("--filter", "status:error", typed="yes\n")
    assert said.endswith(
        "order 2  sent\norder 1  sent\n2 orders: 2 sent\nRequeue 2 orders? [y/N] exit 0\n"
    )
    assert session.service.writes == session.service.ids


@pytest.mark.parametrize("typed", ["n\n", "\n", "x\n", "\x04"])
def test_anything_but_yes_sends_nothing(start: Start, typed: str) -> None:
    session = start([Fault.NONE])
    said = session.run(session.id(1), typed=typed)
    assert "transcode-tui: nothing was sent\n" in said
    assert said.endswith("exit 1\n")
    assert session.service.writes == []


@pytest.mark.parametrize(("typed", "code"), [("6\n", 0), ("y\n", 1), ("5\n", 1)])
def test_a_large_number_must_be_typed(start: Start, typed: str, code: int) -> None:
    session = start([Fault.NONE] * 6)
    said = session.run("--filter", "status:error", typed=typed)
    assert said.endswith(f"Type 6 (to requeue 6 orders): exit {code}\n")
    assert len(session.service.writes) == (0 if code else 6)
    assert "transcode-tui: reads 6 orders\n" in said


def test_a_dry_run_sends_nothing_and_needs_no_terminal(start: Start) -> None:
    session = start(FAULTS)
    said = session.run("--filter", "file:of-2", "--dry-run")
    assert said == (
        "plan ID: requeue 1 order\n  order 2  ERROR        of-2.mp4  Disk full\nexit 0\n"
    )
    assert session.service.writes == []


def test_finished_orders_need_a_flag(start: Start) -> None:
    session = start([Fault.NONE] * 2)
    session.service.set_status(session.id(1), "FINISHED")
    said = session.run(session.id(1), "--yes")
    assert said == (
        "plan ID: requeue 0 orders\n"
        "not sent: 1 order\n"
        "  order 1  FINISHED     of-1.mp4  finished: costs minutes again (--include-finished)\n"
        "exit 1\n"
    )
    said = session.run("--filter", "file:of-1", "--yes", "--include-finished")
    assert "order 1  sent\n" in said
    assert session.service.writes == [session.id(1)]


def test_a_filter_says_how_many_others_match(start: Start) -> None:
    session = start([Fault.NONE] * 3)
    session.service.set_status(session.id(3), "FINISHED")
    said = session.run("--filter", "created<2100-01-01", "--dry-run")
    assert "plan ID: requeue 2 orders\n" in said
    assert said.endswith("1 order that match have not failed\nexit 0\n")


def test_a_long_read_is_said(start: Start) -> None:
    session = start([Fault.NONE] * 6)
    said = session.run("--filter", "file:of-1", "--dry-run")
    assert "transcode-tui: reads 6 orders for the filter\n" in said
    assert "plan ID: requeue 1 order\n" in said


def test_json_lines(start: Start) -> None:
    session = start([Fault.NONE, Fault.CUT])
    said = session.run("--filter", "status:error", "--json", "--yes")
    *lines, code = said.splitlines()
    assert code == "exit 0"
    plan, *results, end = map(json.loads, lines)
    assert re.fullmatch("[0-9a-f]{8}", plan.pop("plan"))
    order = {
        "send": True,
        "eligibility": "eligible",
        "status": "ERROR",
        "reason": "Disk full",
        "words": "",
        "guard_reason": "",
    }
    assert plan == {
        "type": "plan",
        "action": "requeue",
        "orders": [
            {"order": f"order {number}", "file": f"of-{number}.mp4", **order} for number in (2, 1)
        ],
        "others": 0,
        "undecided": 0,
    }
    assert [(each["order"], each["outcome"], each["earlier"]) for each in results] == [
        ("order 2", "unknown", False),
        ("order 1", "accepted", False),
        ("order 2", "found-done", False),
    ]
    assert end == {
        "type": "end",
        "outcomes": {"order 2": "found-done", "order 1": "accepted"},
        "unsent": [],
        "problem": "",
    }


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ([], "requeue needs the ids of orders, or --filter FILTER"),
        (["1", "--filter", "x"], "requeue needs the ids of orders, or --filter FILTER"),
        (["a/b"], "'a/b' is not the id of an order"),
        (["--filter", "("], '--filter: Type a word or a field after "("'),
        (["--filter", "eta<1h"], "--filter: only the screens know eta, from the history"),
        (["1", "--json"], "--json asks nothing: add --yes to send, or --dry-run"),
        (
            ["1", "--read-only"],
            "read-only, by --read-only or the setting read_only: nothing is sent",
        ),
        (["1", "--yes", "--confirm-above", "x"], "--confirm-above: a whole number, 0 to 100000"),
        (["1", "--frce"], "unknown flag --frce (see transcode-tui requeue --help)"),
    ],
)
def test_what_is_wrong_sends_nothing(start: Start, arguments: list[str], problem: str) -> None:
    session = start([Fault.NONE])
    assert session.run(*arguments) == f"transcode-tui: {problem}\nexit 2\n"
    assert session.service.asked == []


def test_without_a_terminal_it_asks_for_a_flag(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = start([Fault.NONE])
    monkeypatch.setattr(write_command, "_TERMINAL", "/none/such")
    said = session.run(session.id(1))
    assert said == ("transcode-tui: there is no terminal to ask on: add --yes to send\nexit 2\n")
    assert session.service.asked == []


def test_read_only_shows_a_plan(start: Start) -> None:
    session = start([Fault.NONE])
    assert "requeue 1 order" in session.run(session.id(1), "--read-only", "--dry-run")
    assert session.service.writes == []


def test_the_list_that_cannot_be_read_is_said(start: Start) -> None:
    session = start([Fault.NONE])
    session.service.list_body = b"<html>"
    said = session.run("--filter", "status:error", "--yes")
    assert said.startswith("transcode-tui: the orders were not read: the answer is not the API's")
    assert said.endswith("exit 2\n")


# Guards


@pytest.fixture
def guarded(start: Start, tmp_path: Path) -> Callable[[str], Session]:
    def begin(guard: str) -> Session:
        session = start([Fault.NONE] * 3)
        path = tmp_path / "transcode-tui" / "config.toml"
        path.parent.mkdir()
        path.write_text(f"[[guard]]\n{guard}\n", "utf-8")
        return session

    return begin


def test_a_guard_denies_with_its_reason(guarded: Callable[[str], Session]) -> None:
    session = guarded('filter = "file:of-2"\naction = "requeue"\ndeny = true\nreason = "by hand"')
    said = session.run("--filter", "status:error", "--yes")
    assert "  order 2  ERROR        of-2.mp4  denied: by hand\n" in said
    assert said.endswith("2 orders: 2 sent\nexit 1\n")
    assert session.service.writes == [session.id(3), session.id(1)]


def test_a_guard_with_a_mistake_denies_everything(guarded: Callable[[str], Session]) -> None:
    session = guarded('filter = "file:of-2"\ndenny = true')
    said = session.run("--filter", "status:error", "--yes")
    assert said.count("denied: guard 1: 'denny' is no key of a guard (in the config file)") == 3
    assert session.service.writes == []


def test_a_guard_asks_for_the_id(guarded: Callable[[str], Session]) -> None:
    session = guarded('filter = "file:of-2"\nconfirm = "type-id"\nreason = "4k"')
    said = session.run("--filter", "status:error", typed=f"{session.id(2)}\n")
    assert "Type order 2 (4k): exit 0\n" in said
    assert len(session.service.writes) == 3


def test_with_yes_the_id_must_be_on_the_command_line(guarded: Callable[[str], Session]) -> None:
    session = guarded('filter = "file:of-2"\nconfirm = "type-id"\nreason = "4k"')
    said = session.run("--filter", "status:error", "--yes")
    assert "of-2.mp4  its id must be given on the command line: 4k\n" in said
    assert said.endswith("exit 1\n")
    assert session.service.writes == [session.id(3), session.id(1)]
    session.run(session.id(2), "--yes")
    assert session.service.writes[-1] == session.id(2)


# What an earlier run has left


def test_the_next_start_settles_by_reading(start: Start) -> None:
    session = start([Fault.FAILED])
    said = session.run(session.id(1), "--yes")
    assert "order 1  outcome unknown: still ERROR at TIME" in said
    assert said.endswith("1 order: 1 unknown\nexit 1\n")

    said = session.run("--filter", "status:error", "--yes")  # not again by itself
    assert "order 1  an earlier requeue, outcome unknown: still ERROR at TIME" in said
    assert "an earlier requeue at TIME has an unknown outcome: give its id" in said
    assert session.service.writes == [session.id(1)]

    session.service.set_status(session.id(1), "TRANSCODING")
    said = session.run("--filter", "status:error", "--yes")
    assert said.startswith(
        "order 1  an earlier requeue, found: queued again, TRANSCODING at TIME\n"
    )
    assert session.run("--filter", "status:error", "--yes").startswith("plan ID: requeue 0")
    assert session.service.writes == [session.id(1)]


def test_a_person_may_requeue_it_again_and_is_told(start: Start) -> None:
    session = start([Fault.FAILED])
    session.run(session.id(1), "--yes")
    session.service.faults[session.id(1)] = Fault.NONE
    said = session.run(session.id(1), typed="y\n")
    assert "Disk full; an earlier requeue at TIME has an unknown outcome\n" in said
    assert session.service.writes == [session.id(1)] * 2
    assert "earlier" not in session.run("--filter", "status:error", "--yes")


def test_nothing_is_sent_if_the_journal_cannot_be_written(
    start: Start, environment: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    session = start([Fault.NONE] * 2)
    (tmp_path / "file").write_text("")
    environment.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    said = session.run("--filter", "status:error", "--yes")
    assert "Nothing is sent, because the journal cannot be written: " in said
    assert "2 orders not sent: order 2 order 1\n" in said
    assert said.endswith("exit 1\n")
    assert session.service.writes == []
