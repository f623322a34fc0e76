"""Whatever ends the program, the terminal is restored quickly."""

import platform
import re
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from signal import SIGHUP, SIGINT, SIGQUIT, SIGTERM
from typing import Any

import pytest

from tests.support.changing_server import BackgroundServer, three_orders
from tests.support.program_with_fault import CUE, SIGN
from tests.support.terminal import Terminal
from tests.support.tiers import slow

Run = Callable[..., Terminal]

ALTERNATE, MAIN = b"\x1b[?1049h", b"\x1b[?1049l"
ON_AT_FIRST = {b"7", b"25"}
SEQUENCE = re.compile(rb"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*\x07|\x18|\x1b\\")

SOON = 3.0
"""Seconds: the grace period of 0.8 s plus time for a busy machine. Planted faults last 20 s."""


WRITE = str(1 if platform.machine() == "x86_64" else 64)
"""Number of the Linux system call `write`."""

COMMON = (signal.SIGHUP, signal.SIGINT, signal.SIGTERM, signal.SIGUSR1)
ENDING = [
    number if number in COMMON else slow(number)
    for name in (
        *("HUP", "INT", "QUIT", "ABRT", "USR1", "USR2", "ALRM", "TERM", "STKFLT", "XCPU"),
        *("VTALRM", "PROF", "IO", "PWR", "RTMIN", "RTMAX"),
    )
    if (number := getattr(signal, f"SIG{name}", None)) is not None
]


@pytest.fixture(scope="module")
def server() -> Iterator[BackgroundServer]:
    with BackgroundServer(three_orders()) as background:
        yield background


@pytest.fixture
def run(server: BackgroundServer, tmp_path: Path) -> Run:
    def start(*arguments: str, fault: str = "", **options: Any) -> Terminal:
        environ = {**server.environ, **({"FAULT": fault} if fault else {})}
        module = "tests.support.program_with_fault" if fault else "tui"
        return Terminal(arguments, environ, tmp_path, module=module, **options)

    return start


def assert_restored(terminal: Terminal, report: str = "") -> None:
    """Attributes, flags, screen, modes, keyboard and title are restored."""
    raw = terminal.raw
    assert terminal.attributes == terminal.attributes_before
    assert terminal.is_blocking
    modes = dict(re.findall(rb"\x1b\[\?(\d+)([hl])", raw))
    assert {mode for mode, is_on in modes.items() if is_on == b"h"} == modes.keys() & ON_AT_FIRST
    assert len(re.findall(rb"\x1b\[>\d+u", raw)) <= raw.count(b"\x1b[<u")
    assert raw.count(b"\x1b[22;2t") == raw.count(b"\x1b[23;2t")
    around = raw[: raw.find(ALTERNATE)] + raw[raw.rfind(MAIN) :] if ALTERNATE in raw else raw
    words = SEQUENCE.sub(b"", around).decode()
    assert report in words
    assert report or not words, words
    assert "Traceback" not in words


def wait_for_raw(terminal: Terminal, sequence: bytes, count: int = 1) -> None:
    terminal.wait_for(lambda _: terminal.raw.count(sequence) >= count)


def show_fault(terminal: Terminal) -> None:
    terminal.wait_for("● live")
    terminal.send(CUE)
    wait_for_raw(terminal, SIGN)


@pytest.mark.parametrize("number", ENDING)
def test_every_fatal_signal_restores_the_terminal(run: Run, number: int) -> None:
    with run() as terminal:
        terminal.wait_for("● live")
        terminal.signal(number)
        assert terminal.wait_exit(SOON) == 0
        assert_restored(terminal)


@pytest.mark.parametrize("number", [slow(SIGHUP), slow(SIGINT), SIGTERM, slow(SIGQUIT)])
def test_a_signal_during_a_blocked_loop_restores_the_terminal(run: Run, number: int) -> None:
    with run(fault="block_loop") as terminal:
        show_fault(terminal)
        terminal.signal(number)
        assert terminal.wait_exit(SOON) == 128 + number
        assert_restored(terminal)


@pytest.mark.slow
def test_every_terminal_mode_is_reset(run: Run) -> None:
    """The terminal supports synchronized output, in-band resize and mouse pixels."""
    for fault in ("block_loop", ""):
        with run(fault=fault) as terminal:
            terminal.wait_for("● live")
            terminal.send("\x1b[?2026;2$y\x1b[?2048;2$y\x1b[48;40;120;800;1200t")
            wait_for_raw(terminal, b"\x1b[?1016h")
            wait_for_raw(terminal, b"\x1b[?2048h")
            if fault:
                show_fault(terminal)
            terminal.signal(signal.SIGTERM)
            terminal.wait_exit(SOON)
            assert_restored(terminal)


@pytest.mark.parametrize("number", [slow(SIGHUP), SIGTERM])
def test_an_unread_terminal_is_restored(run: Run, number: int) -> None:
    """The terminal buffer is full and Textual's writer thread is blocked in `write`."""
    with run(size=(200, 60)) as terminal:
        terminal.wait_for("● live")
        while not is_writing(terminal.pid):
            terminal.send("?")
            terminal.wait_death(0.05)
            terminal.send("\x1b")
            terminal.wait_death(0.15)
        terminal.signal(number)
        assert terminal.wait_death(SOON)
        terminal.read_for(0.2)
        assert terminal.raw.rfind(MAIN) > terminal.raw.rfind(ALTERNATE)
        assert_restored(terminal)


def is_writing(pid: int) -> bool:
    """Return whether a thread of the program is blocked in a write to standard error."""
    calls = [task.read_text().split() for task in Path(f"/proc/{pid}/task").glob("*/syscall")]
    return any(call[:2] == [WRITE, "0x2"] for call in calls)


@pytest.mark.parametrize("keys", ["q", slow("\x03"), slow("\x10")], ids=["q", "ctrl+c", "palette"])
def test_a_busy_thread_does_not_delay_quitting(run: Run, keys: str) -> None:
    with run(fault="occupy_thread") as terminal:
        show_fault(terminal)
        terminal.send(keys)
        if keys == "\x10":
            terminal.wait_for("Search for commands")
            terminal.send("quit")
            terminal.wait_for(lambda text: "Quit" in text and "Pause or resume" not in text)
            terminal.send("\r")
        assert terminal.wait_exit(SOON) == 0
        assert_restored(terminal)


@pytest.mark.slow
def test_a_busy_thread_does_not_delay_a_signal(run: Run) -> None:
    with run(fault="occupy_thread") as terminal:
        show_fault(terminal)
        terminal.signal(signal.SIGTERM)
        assert terminal.wait_exit(SOON) == 128 + signal.SIGTERM
        assert_restored(terminal)


@pytest.mark.parametrize(
    "fault", [slow("crash"), slow("crash_with_thread"), "crash_with_blocked_end"]
)
def test_a_crash_ends_soon_and_is_reported(run: Run, tmp_path: Path, fault: str) -> None:
    with run(fault=fault) as terminal:
        terminal.wait_for("● live")
        terminal.send(CUE)
        assert terminal.wait_exit(SOON) == 1
        assert_restored(terminal, "has failed. This is a bug")
        assert terminal.raw.count(b"has failed. This is a bug") == 1
        (kept,) = tmp_path.rglob("crash-*.txt")
        assert "RuntimeError" in kept.read_text()
        assert b"planted" not in terminal.raw


@pytest.mark.parametrize("deaf", [slow(False), True], ids=["with SIGHUP", "without SIGHUP"])
def test_a_closed_terminal_ends_a_blocked_loop(run: Run, deaf: bool) -> None:
    with run(fault="block_loop", deaf_leader=deaf) as terminal:
        show_fault(terminal)
        terminal.vanish()
        assert terminal.wait_death(SOON)
        if deaf:  # otherwise the leader is gone and there is no exit code
            assert terminal.exit_code() == 1


def test_a_signal_ignored_by_the_parent_stays_ignored(run: Run) -> None:
    """`nohup` does this."""
    before = signal.signal(signal.SIGUSR1, signal.SIG_IGN)
    try:
        with run() as terminal:
            terminal.wait_for("● live")
            terminal.signal(signal.SIGUSR1)
            terminal.check_keys()
    finally:
        signal.signal(signal.SIGUSR1, before)


@pytest.mark.slow
@pytest.mark.parametrize("first", [signal.SIGTSTP, signal.SIGSTOP])
def test_stop_and_continue_work_at_any_time(run: Run, first: int) -> None:
    """Send stop and continue with various delays, during every phase of suspending."""
    with run() as terminal:
        terminal.wait_for("● live")
        for milliseconds in (*[0] * 8, 1, 2, 5, 10, 20, 40, 60, 80, 100, 120, 150, 200, 300):
            entered = terminal.raw.count(ALTERNATE)
            terminal.signal(first)
            terminal.read_for(milliseconds / 1000)
            terminal.signal(signal.SIGCONT)
            # Keys that arrive while the terminal is restored belong to the shell and are dropped.
            wait_for_raw(terminal, ALTERNATE, entered + 1)
            terminal.check_keys()
        terminal.send("q")
        assert terminal.wait_exit(SOON) == 0
        assert_restored(terminal)


@pytest.mark.slow
def test_a_program_that_is_stopped_twice_stays_stopped(run: Run) -> None:
    with run() as terminal:
        terminal.wait_for("● live")
        for number in (signal.SIGTSTP, signal.SIGCONT, signal.SIGTSTP):
            terminal.signal(number)
            terminal.read_for(0.02)
        terminal.wait_stopped(2)
        assert terminal.attributes == terminal.attributes_before
        entered = terminal.raw.count(ALTERNATE)
        terminal.signal(signal.SIGCONT)
        wait_for_raw(terminal, ALTERNATE, entered + 1)
        terminal.check_keys()


@pytest.mark.parametrize("milliseconds", [0, slow(10), slow(30), 60, slow(100), slow(200)])
def test_an_interrupt_during_import_prints_nothing(
    server: BackgroundServer, tmp_path: Path, milliseconds: int
) -> None:
    environ = {**server.environ, "PYTHONPROFILEIMPORTTIME": "1"}
    with Terminal((), environ, tmp_path) as terminal:
        # The first import after the SIGINT handler is set.
        terminal.wait_for(lambda _: b"argparse" in terminal.raw)
        terminal.wait_death(milliseconds / 1000)
        terminal.signal(signal.SIGINT)
        code = terminal.wait_exit(SOON)
        assert code in (-signal.SIGINT, 128 + signal.SIGINT, 0)
        assert b"Traceback" not in terminal.raw
        assert b"KeyboardInterrupt" not in terminal.raw
        assert terminal.attributes == terminal.attributes_before


@pytest.mark.parametrize("command", [(), ("config", "check")], ids=["screen", "config check"])
def test_an_interrupt_kills_the_secret_command(
    server: BackgroundServer, tmp_path: Path, command: tuple[str, ...]
) -> None:
    started = tmp_path / "started"
    config = tmp_path / "transcode-tui" / "config.toml"
    config.parent.mkdir()
    config.write_text(f"""secret_command = "sh -c 'sleep 77 & echo $! >{started}; wait'"\n""")
    environ = dict(server.environ)
    del environ["TRANSPARENT_CLIENT_SECRET"]
    with Terminal(command, environ, tmp_path) as terminal:
        terminal.wait_for(lambda _: started.exists() and started.read_text())
        terminal.signal(signal.SIGINT)
        assert terminal.wait_exit(SOON) == 130
        assert terminal.raw.replace(b"^C", b"") == b""
    child = Path("/proc") / started.read_text().strip() / "stat"
    end = time.monotonic() + SOON
    while is_running(child):
        assert time.monotonic() < end


def is_running(stat: Path) -> bool:
    """Return False for a zombie, too: a container may have no init to reap it."""
    try:
        return stat.read_text().rpartition(") ")[2][0] != "Z"
    except OSError:
        return False


@pytest.mark.slow
def test_a_signal_at_any_time_during_startup(server: BackgroundServer, tmp_path: Path) -> None:
    numbers = (signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGUSR1)

    def start_and_end(turn: int) -> tuple[bool, int]:
        home = tmp_path / str(turn)
        home.mkdir()
        with Terminal((), server.environ, home) as terminal:
            terminal.read_for(turn * 0.005)
            terminal.signal(numbers[turn % len(numbers)])
            code = terminal.wait_exit(SOON)
            assert_restored(terminal)
            return ALTERNATE in terminal.raw, code

    with ThreadPoolExecutor(3) as pool:
        ends = Counter(pool.map(start_and_end, range(200)))
    assert {has_screen for has_screen, _ in ends} == {False, True}
    assert all(code in (0, *(-n for n in numbers), *(128 + n for n in numbers)) for _, code in ends)
