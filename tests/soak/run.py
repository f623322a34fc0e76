"""The soak's course: warm-up, the state at rest, the rest of the time, the state at rest."""

import json
import os
import re
import signal
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.soak import plan
from tests.soak.company import Company
from tests.soak.held import Held, Seen
from tests.soak.plan import Action, Changed, Size, Still, Suspended, Typed
from tests.support import faulty_server
from tests.support.fault_cases import CASES, Recovery
from tests.support.faulty_server import AUTHORITY, FaultServer
from tests.support.loop_thread import LoopThread
from tests.support.terminal import Terminal
from tui.demo.http_server import HOST

SPEED = 20.0
WARM_UP = 0.6
"""The part of the time after which memory must be flat."""

# How much of these the allocator keeps is settled in the warm-up.
LARGE = ("list: 200 MB", "list: a gzip bomb", "list: 200 MB declared")
SURVIVABLE = [
    name
    for name, case in CASES.items()
    if case.back is not Recovery.IN_AN_HOUR and case.host == HOST
]

_LOOKS = (Size(160, 40), Size(159, 40))
_ROW = re.compile(r"^\S?\s*(\d{10}-\d{4})\s+\S (\w+)")
_GAP, _ESC_GAP, _SETTLE = 0.03, 0.13, 0.15
_ASKED, _TRIES, _PATIENCE = 20, 4, 6.0
MAIN, SHOW, POP_TITLE = b"\x1b[?1049l", b"\x1b[?25h", b"\x1b[23;2t"


@dataclass
class Figures:
    """What was done, and what was seen."""

    polls: int = 0
    requests: int = 0
    actions: Counter[str] = field(default_factory=Counter)
    keys: int = 0
    met: Counter[str] = field(default_factory=Counter)
    """Faults that the program ran into, by name."""
    warm: Seen | None = None
    end: Seen | None = None
    exit_code: int | None = None
    given_back: bool = False
    orphans: int = 0


class Soak:
    """One run of `seconds`; `figures` grow as it goes, `last` are the latest actions."""

    def __init__(self, seconds: float, seed: int, home: Path) -> None:
        self.figures = Figures()
        self.last: deque[Action] = deque(maxlen=20)
        self._seconds, self._seed = seconds, seed
        self._home = home
        self._told = home / "held.json"
        self._size = _LOOKS[0]
        self._actions = plan.actions(seed)
        self._faults = plan.decks(seed, SURVIVABLE, LARGE)
        self._server = FaultServer(faulty_server.certificate())
        self._company = Company(self._server, seed)

    def run(self) -> None:
        """Raises AssertionError where the program does not come back to what it should show."""
        AUTHORITY.cert_pem.write_to_path(self._home / "ca.pem")
        with LoopThread() as self._loop, self._serving(), self._terminal() as self._screen:
            self._come_back("g")
            begun = time.monotonic()
            self._see_everything()
            self._go_on(begun + self._seconds * WARM_UP)
            self.figures.warm = self._rest()
            self._go_on(begun + self._seconds)
            self.figures.end = self._rest()
            self._quit()

    def _see_everything(self) -> None:
        """Each screen at each size: what Textual remembers of them is no growth."""
        for size in plan.sizes(self._seed):
            self._resize(size)
            self._screen.skip(_SETTLE)
            for bursts in plan.KEYS:
                for burst in bursts:
                    self._type(burst)
        self._come_back("g")

    @contextmanager
    def _serving(self) -> Iterator[None]:
        self._loop.run(self._server.start())
        try:
            yield
        finally:
            self.figures.polls = self._server.lists
            self.figures.requests = len(self._server.service.asked)
            self._loop.run(self._server.stop())

    def _terminal(self) -> Terminal:
        environ = {**self._server.environ, "SSL_CERT_FILE": str(self._home / "ca.pem")}
        # Python's own allocator would not give back what is free, and it would look like in use.
        environ["PYTHONMALLOC"] = "malloc"
        arguments = (str(SPEED), str(self._told), "--refresh", "1", "--export-dir", "~")
        return Terminal(arguments, environ, self._home, module="tests.soak.child", size=_LOOKS[0])

    def _go_on(self, until: float) -> None:
        """One fault after another, with actions before and in each."""
        while time.monotonic() < until:
            for _ in range(_ASKED):  # each is a poll at once, as far as the budget goes
                self._type("r")
            self._act(4)
            name = next(self._faults)
            case = CASES[name]
            self._loop.run(self._server.begin(case.fault))
            self._act(8)
            if case.fault.instead is not None or self._server.faulty:
                self.figures.met[name] += 1
            self._loop.run(self._server.end())
            # Only a person ends the wait after some faults.
            self._come_back("gr" if case.back is Recovery.BY_KEY else "g")

    def _act(self, times: int) -> None:
        for _ in range(times):
            action = next(self._actions)
            self.last.append(action)
            self.figures.actions[type(action).__name__] += 1
            match action:
                case Size():
                    self._resize(action)
                case Typed(bursts):
                    for burst in bursts:
                        self._type(burst)
                case Changed():
                    self._loop.run(self._company.change())
                case Still(seconds):
                    time.sleep(seconds)
                case Suspended(seconds):
                    self._screen.send(plan.CTRL_Z)
                    self._screen.wait_stopped(_PATIENCE)
                    time.sleep(seconds)
                    self._screen.signal(signal.SIGCONT)
            self._screen.skip(_GAP)
            assert self._screen.alive, f"it ended after {list(self.last)}"

    def _type(self, burst: str) -> None:
        self.figures.keys += 1
        self._screen.send(burst)
        self._screen.skip(_ESC_GAP if burst == plan.ESC else _GAP)

    def _come_back(self, keys: str) -> None:
        """Wait until the list is live and shows what the server lists.

        Like a person, press once more what has no effect: a key that comes while a screen closes
        is that screen's, so that one half of a pair may be lost.
        """
        for _ in range(_TRIES):
            self._resize(_LOOKS[0])  # where the window is too small most keys do nothing
            self._screen.skip(_SETTLE)
            for burst in (*[plan.ESC] * 3, "1x", *keys):
                self._type(burst)
            if self._look(self._is_right):
                return
            if self._screen.alive and _is_paused(self._screen.text):
                self._type("p")
        held = self._ask() if self._screen.alive else "nothing: it has ended"
        raise AssertionError(f"it does not come back:\n{self._screen.text}\nit holds {held}")

    def _look(self, wanted: Callable[[str], object]) -> bool:
        # Always another size, so that all of it is drawn.
        self._resize(next(size for size in _LOOKS if size != self._size))
        try:
            self._screen.wait_for(wanted, _PATIENCE)
        except AssertionError:
            return False
        return True

    def _resize(self, size: Size) -> None:
        self._size = size
        self._screen.resize(*size)

    def _is_right(self, text: str) -> bool:
        """The newest orders are shown as they are listed; more below, and some may be gone."""
        lines = text.splitlines()
        rows = [row.groups() for line in lines if (row := _ROW.match(line))]
        shown = [row for row in rows if row[1] != "GONE"]
        full = len(rows) >= min(len(self._company.rows), _LOOKS[0].rows - 6)
        return "● live" in lines[0] and full and shown == self._company.rows[: len(shown)]

    def _rest(self) -> Seen:
        """Let it come to rest, paused, and ask what it holds; then let it go on."""
        self._type("p")
        assert self._look(_is_paused), f"it does not pause:\n{self._screen.text}"
        self._screen.skip(20 / SPEED)  # every call has ended, every toast is gone
        taken = self._rss()
        held = self._ask()
        rss = self._rss()
        files = len(list(Path(f"/proc/{self._screen.pid}/fd").iterdir())) - held.connections
        self._type("p")
        self._come_back("g")
        return Seen(taken, rss, files, held)

    def _rss(self) -> int:
        pages = Path(f"/proc/{self._screen.pid}/statm").read_text().split()[1]
        return int(pages) * os.sysconf("SC_PAGE_SIZE")

    def _ask(self) -> Held:
        self._told.unlink(missing_ok=True)
        self._screen.signal(signal.SIGUSR1)
        end = time.monotonic() + _PATIENCE
        while not self._told.exists():
            assert time.monotonic() < end, "it does not tell what it holds"
            self._screen.skip(0.02)
        return Held(**json.loads(self._told.read_text("utf-8")))

    def _quit(self) -> None:
        screen = self._screen
        session = os.getsid(screen.pid)
        screen.send("q")
        self.figures.exit_code = screen.wait_exit(_PATIENCE)
        self.figures.given_back = screen.attributes == screen.attributes_before and all(
            end in screen.raw[-4000:] for end in (MAIN, SHOW, POP_TITLE)
        )
        self.figures.orphans = len(_in_session(session)) - 1  # the session's leader is the test's


def _is_paused(text: str) -> bool:
    return "‖ paused" in text.splitlines()[0]


def _in_session(session: int) -> list[int]:
    found = []
    for process in Path("/proc").iterdir():
        if process.name.isdecimal():
            try:
                if os.getsid(int(process.name)) == session:
                    found.append(int(process.name))
            except ProcessLookupError:
                continue
    return found
