"""Runs the soak test: warm-up, measurement, the remaining time, measurement."""

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
from tests.soak.plan import Action, Changed, Size, Suspended, Typed, Unread
from tests.soak.resources import Measurement, Resources
from tests.support import faulty_server
from tests.support.fault_cases import CASES, Recovery
from tests.support.faulty_server import AUTHORITY, FaultServer
from tests.support.loop_thread import LoopThread
from tests.support.terminal import Terminal
from tui.demo.http_server import HOST

SPEED = 20.0
WARM_UP = 0.6
"""Share of the time after which memory must stay flat."""

# First: after the warm-up the allocator keeps no more of these.
LARGE = ("list: 200 MB", "list: a gzip bomb", "list: 200 MB declared")
SURVIVABLE = [
    name
    for name, case in CASES.items()
    if case.back is not Recovery.IN_AN_HOUR and case.host == HOST
]

_SIZES = (Size(160, 40), Size(159, 40))
# The end of an id or of a name, which may be cut in the middle, and the status.
_ROW = re.compile(r"^[▌ ] \S*(\d{4})(?:\.mp4)? +(?:✔|\S (\w+))")
_GAP, _ESC_GAP, _PAUSE = 0.03, 0.13, 0.15
_REFRESHES, _TRIES, _TIMEOUT = 20, 4, 6.0
MAIN, SHOW, POP_TITLE = b"\x1b[?1049l", b"\x1b[?25h", b"\x1b[23;2t"


@dataclass
class Figures:
    """Counts of what was done, and the measurements."""

    polls: int = 0
    requests: int = 0
    actions: Counter[str] = field(default_factory=Counter)
    keys: int = 0
    met: Counter[str] = field(default_factory=Counter)
    """Faults that the program hit, by name."""
    warm: Measurement | None = None
    end: Measurement | None = None
    exit_code: int | None = None
    terminal_restored: bool = False
    orphans: int = 0


class Soak:
    """One run of `seconds`; `last` are the latest actions."""

    def __init__(self, seconds: float, seed: int, home: Path) -> None:
        self.figures = Figures()
        self.last: deque[Action] = deque(maxlen=20)
        self._seconds, self._seed = seconds, seed
        self._home = home
        self._report = home / "resources.json"
        self._size = _SIZES[0]
        self._actions = plan.actions(seed)
        self._faults = plan.shuffled(seed, SURVIVABLE, LARGE)
        self._server = FaultServer(faulty_server.certificate())
        self._company = Company(self._server, seed)

    def run(self) -> None:
        """Run it. Raises AssertionError if the program does not recover from a fault."""
        AUTHORITY.cert_pem.write_to_path(self._home / "ca.pem")
        with LoopThread() as self._loop, self._serving(), self._terminal() as self._screen:
            self._recover("g")
            begun = time.monotonic()
            self._open_every_screen()
            self._go_on(begun + self._seconds * WARM_UP)
            self.figures.warm = self._rest()
            self._go_on(begun + self._seconds)
            self.figures.end = self._rest()
            self._quit()

    def _open_every_screen(self) -> None:
        """Open each screen at each size, to fill the caches of Textual."""
        for size in plan.sizes(self._seed):
            self._resize(size)
            self._screen.skip(_PAUSE)
            for bursts in plan.KEYS:
                for burst in bursts:
                    self._type(burst)
        self._recover("g")

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
        # Python's own allocator keeps freed memory, which would look like a leak.
        environ["PYTHONMALLOC"] = "malloc"
        arguments = (str(SPEED), str(self._report), "--refresh", "1", "--export-dir", "~")
        return Terminal(arguments, environ, self._home, module="tests.soak.child", size=_SIZES[0])

    def _go_on(self, until: float) -> None:
        """Cause one fault after another, with actions before and during each."""
        while time.monotonic() < until:
            for _ in range(_REFRESHES):  # each polls at once, within the request budget
                self._type("r")
            self._act(4)
            name = next(self._faults)
            case = CASES[name]
            self._loop.run(self._server.begin(case.fault))
            self._act(8)
            if case.fault.instead is not None or self._server.faulty:
                self.figures.met[name] += 1
            self._loop.run(self._server.end())
            # After some faults only the user ends the wait.
            self._recover("gr" if case.back is Recovery.BY_KEY else "g")

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
                case Unread(seconds):
                    time.sleep(seconds)
                case Suspended(seconds):
                    self._screen.send(plan.CTRL_Z)
                    self._screen.wait_stopped(_TIMEOUT)
                    time.sleep(seconds)
                    self._screen.signal(signal.SIGCONT)
            self._screen.skip(_GAP)
            assert self._screen.alive, f"it ended after {list(self.last)}"

    def _type(self, burst: str) -> None:
        self.figures.keys += 1
        self._screen.send(burst)
        self._screen.skip(_ESC_GAP if burst == plan.ESC else _GAP)

    def _recover(self, keys: str) -> None:
        """Wait until the list is live and equals that of the server.

        Keys are repeated: one that arrives while a screen closes goes to that screen.
        """
        for _ in range(_TRIES):
            self._resize(_SIZES[0])  # in a too small window most keys do nothing
            self._screen.skip(_PAUSE)
            for burst in (*[plan.ESC] * 3, "2x", *keys):
                self._type(burst)
            if self._look(self._is_right):
                return
            if self._screen.alive and _is_paused(self._screen.text):
                self._type("p")
        resources = self._resources() if self._screen.alive else "none: the program has ended"
        raise AssertionError(f"no recovery:\n{self._screen.text}\nresources: {resources}")

    def _look(self, wanted: Callable[[str], object]) -> bool:
        # A new size forces a full redraw.
        self._resize(next(size for size in _SIZES if size != self._size))
        try:
            self._screen.wait_for(wanted, _TIMEOUT)
        except AssertionError:
            return False
        return True

    def _resize(self, size: Size) -> None:
        self._size = size
        self._screen.resize(*size)

    def _is_right(self, text: str) -> bool:
        """Return whether the newest rows equal the list; some may be gone."""
        lines = text.splitlines()
        found = [row for line in lines if (row := _ROW.match(line))]
        rows = [(row[1], row[2] or "FINISHED") for row in found]
        listed = [(order_id[-4:], status) for order_id, status in self._company.rows]
        shown = [row for row in rows if row[1] != "GONE"]
        full = len(rows) >= min(len(self._company.rows), _SIZES[0].rows - 6)
        return "● live" in lines[0] and full and shown == listed[: len(shown)]

    def _rest(self) -> Measurement:
        """Pause, wait until everything is idle, measure, and resume."""
        self._type("p")
        assert self._look(_is_paused), f"it does not pause:\n{self._screen.text}"
        self._screen.skip(20 / SPEED)  # calls end, toasts expire
        taken = self._rss()
        resources = self._resources()
        rss = self._rss()
        files = len(list(Path(f"/proc/{self._screen.pid}/fd").iterdir())) - resources.connections
        self._type("p")
        self._recover("g")
        return Measurement(taken, rss, files, resources)

    def _rss(self) -> int:
        pages = Path(f"/proc/{self._screen.pid}/statm").read_text().split()[1]
        return int(pages) * os.sysconf("SC_PAGE_SIZE")

    def _resources(self) -> Resources:
        self._report.unlink(missing_ok=True)
        self._screen.signal(signal.SIGUSR1)
        end = time.monotonic() + _TIMEOUT
        while not self._report.exists():
            assert time.monotonic() < end, "no report of its resources"
            self._screen.skip(0.02)
        return Resources(**json.loads(self._report.read_text("utf-8")))

    def _quit(self) -> None:
        screen = self._screen
        session = os.getsid(screen.pid)
        screen.send("q")
        self.figures.exit_code = screen.wait_exit(_TIMEOUT)
        self.figures.terminal_restored = screen.attributes == screen.attributes_before and all(
            end in screen.raw[-4000:] for end in (MAIN, SHOW, POP_TITLE)
        )
        self.figures.orphans = len(_in_session(session)) - 1  # without the session leader


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
