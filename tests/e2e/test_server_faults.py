"""Server faults: the program names the fault, keeps its data as stale, and recovers."""

import re
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.support import faulty_server
from tests.support.fault_cases import (
    CASES,
    EMPTIED,
    NEXT_TRY,
    UNKNOWN_HOST,
    Case,
    Recovery,
)
from tests.support.faulty_server import (
    AUTHORITY,
    FaultServer,
    Place,
)
from tests.support.loop_thread import LoopThread
from tests.support.paths import ROOT
from tests.support.terminal import Terminal

RESOLVER = ROOT / "tests" / "support" / "resolver"

AT_ONCE = 8
"""Programs run at the same time; they mostly wait."""


pytestmark = pytest.mark.slow

TIMEOUT = 30
"""Seconds: the deadline of a call is 10 s, and many programs share the machine."""


class FaultRun:
    """The program before, during and after one fault."""

    def __init__(self, terminal: Terminal, server: FaultServer, case: Case) -> None:
        self._terminal, self._server, self._case = terminal, server, case

    def is_live(self, text: str) -> bool:
        return "● live" in text.splitlines()[0] and self.knows(text)

    def keeps_counts(self, text: str) -> bool:
        """The orders never disappear on the way."""
        assert "1 transcoding" in text, text
        assert "2 finished" in text, text
        return True

    def knows(self, text: str) -> bool:
        """Rows, counts and the detail of the newest order are shown."""
        kept = [*self._server.ids, "1 transcoding", "2 finished", f"of-{self._server.ids[0]}.mp4"]
        return all(each in text for each in kept)

    def stays_live(self, text: str) -> bool:
        assert self.is_live(text), text
        return True

    def shows_message(self, text: str) -> bool:
        """The message is in the bar below the status, or in the detail pane; both wrap it."""
        lines = text.splitlines()
        said = lines[1:3]
        if self._case.fault.place is Place.DETAIL:
            said = [line.partition("│")[2] for line in lines]
        return self._case.sentence in " ".join(" ".join(said).split())

    def stays_unaffected(self) -> None:
        wait = self._terminal.wait_for
        wait(lambda text: self.stays_live(text) and self._server.faulty, TIMEOUT)
        asked = self._server.lists
        wait(lambda text: self.stays_live(text) and self._server.lists > asked + 1, TIMEOUT)
        assert self._case.shown in self._terminal.text

    def shows_fault(self) -> None:
        self._terminal.wait_for(
            lambda text: self.keeps_counts(text) and self.shows_message(text) and self.knows(text),
            TIMEOUT,
        )
        text = self._terminal.text
        if self._case.fault.place is Place.DETAIL:
            assert self.stays_live(text)
            assert re.search(r"Details updated \d\d:\d\d:\d\d, \d+ s ago", text), text
            return
        assert re.search(r"▲ stale  updated \d\d:\d\d:\d\d, \d+ s ago", text.splitlines()[0]), text
        assert self.knows(text), text
        assert re.search(NEXT_TRY, text) or self._case.said is EMPTIED, text

    def recovers(self) -> None:
        case, terminal = self._case, self._terminal
        if case.back is not Recovery.BY_ITSELF:
            terminal.send("r")
        if case.back is Recovery.IN_AN_HOUR:
            asked = self._server.lists
            terminal.read_for(1.5)
            assert self._server.lists == asked
            assert self.shows_message(terminal.text), terminal.text
            assert timedelta(minutes=59) < next_try(terminal.text) <= timedelta(hours=1)
            return
        terminal.wait_for(
            lambda text: (
                self.keeps_counts(text)
                and self.is_live(text)
                and not (case.said and self.shows_message(text))
            ),
            TIMEOUT,
        )


def next_try(text: str) -> timedelta:
    """Return the time until the next try, which the screen shows as a UTC time of day."""
    said = re.search(NEXT_TRY, text)
    assert said, text
    hours, minutes, seconds = map(int, said.groups())
    now = datetime.now(UTC)
    at = now.replace(hour=hours, minute=minutes, second=seconds)
    return (at - now) % timedelta(days=1)


def live_through(loop: LoopThread, case: Case, home: Path) -> None:
    """Run one case. Raises AssertionError if the program behaves differently."""
    home.mkdir()
    AUTHORITY.cert_pem.write_to_path(home / "ca.pem")
    known = home / "name"
    known.touch()
    server = FaultServer(
        faulty_server.certificate(case.host) if case.tls else None, case.host, known
    )
    loop.run(server.start())
    environ = {**server.environ, "SSL_CERT_FILE": str(home / "ca.pem")}
    if case.host == UNKNOWN_HOST:
        environ |= {"PYTHONPATH": str(RESOLVER), "TEST_NAME": UNKNOWN_HOST}
        environ |= {"TEST_NAME_IS_KNOWN": str(known), "NO_PROXY": "*"}
    try:
        with Terminal(("--refresh", "1"), environ, home, size=(160, 30)) as terminal:
            run = FaultRun(terminal, server, case)
            terminal.wait_for(run.is_live, TIMEOUT)
            loop.run(server.begin(case.fault))
            terminal.send("r")  # no need to wait for the next poll
            run.stays_unaffected() if case.said is None else run.shows_fault()
            loop.run(server.end())
            run.recovers()
    finally:
        loop.run(server.stop())


@pytest.fixture(scope="session")
def outcomes(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Future[None]]]:
    """All selected cases, started at once: in sequence they would take minutes."""
    asked_for = {item.name for item in request.session.items}
    homes = tmp_path_factory.mktemp("faults")
    with LoopThread() as loop, ThreadPoolExecutor(AT_ONCE) as pool:
        yield {
            name: pool.submit(live_through, loop, case, homes / str(number))
            for number, (name, case) in enumerate(CASES.items())
            if f"{test_a_server_fault_is_shown_and_survived.__name__}[{name}]" in asked_for
        }
        pool.shutdown(cancel_futures=True)


@pytest.mark.parametrize("name", CASES)
def test_a_server_fault_is_shown_and_survived(outcomes: dict[str, Future[None]], name: str) -> None:
    outcomes[name].result()
