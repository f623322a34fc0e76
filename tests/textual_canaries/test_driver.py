"""See `tui/ui/textual_fixes/driver.py`."""

import os
import shutil
import signal
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from textual.drivers.linux_driver import LinuxDriver

from tests.support.canary import with_and_without
from tests.support.terminal import Terminal
from tui.ui.textual_fixes.driver import TolerantDriver
from tui.ui.textual_fixes.patched_app import PatchedApp

with_both_apps = with_and_without("kind", "patched", "plain")


def run(kind: str, home: Path) -> Terminal:
    terminal = Terminal((kind,), {}, home, size=(80, 24), module="tests.support.canary")
    terminal.wait_for("ready", 20)
    return terminal


@with_both_apps
def test_no_byte_of_input_ends_the_program(kind: str, tmp_path: Path) -> None:
    with run(kind, tmp_path) as terminal:
        terminal.send(b"\xff")
        terminal.send("t")
        terminal.wait_for("1 input threads")


@with_both_apps
def test_sigcont_without_sigtstp_starts_no_second_input_thread(kind: str, tmp_path: Path) -> None:
    with run(kind, tmp_path) as terminal:
        terminal.signal(signal.SIGSTOP)
        terminal.wait_stopped(5)
        terminal.signal(signal.SIGCONT)
        terminal.read_for(0.5)
        terminal.send("tt")
        terminal.wait_for("input threads")
        assert "1 input threads" in terminal.text


@with_both_apps
def test_a_full_terminal_in_non_blocking_mode_is_waited_for(kind: str, tmp_path: Path) -> None:
    with run(kind, tmp_path) as terminal:
        terminal.send("w")
        terminal.wait_death(0.5)  # it reads nothing meanwhile
        terminal.wait_for("written", 3)


@with_both_apps
def test_no_thread_wakes_up_without_input(kind: str, tmp_path: Path) -> None:
    with run(kind, tmp_path) as terminal:
        terminal.read_for(0.5)  # Textual asks for what the terminal can do
        before = wakes_beside_the_loop(terminal.pid)
        terminal.read_for(1)
        assert wakes_beside_the_loop(terminal.pid) - before < 5


def wakes_beside_the_loop(pid: int) -> int:
    """Return how often all threads but the main one have waited so far."""
    tasks = Path(f"/proc/{pid}/task")
    states = [(each / "status").read_text() for each in tasks.iterdir() if each.name != str(pid)]
    label = "\nvoluntary_ctxt_switches:"
    return sum(int(state.partition(label)[2].split()[0]) for state in states)


@with_both_apps
def test_the_pointer_shape_is_reset_at_the_end(kind: str, tmp_path: Path) -> None:
    with run(kind, tmp_path) as terminal:
        terminal.send("\x1b[<35;2;1M")
        terminal.wait_for(lambda _: b"\x1b]22;text\x07" in terminal.raw)
        terminal.send("q")
        assert terminal.wait_exit(5) == 0
        assert terminal.raw.rpartition(b"\x1b]22;")[2].startswith(b"default\x07")


@with_both_apps
def test_mouse_reports_in_pixels_are_reset_at_the_end(kind: str, tmp_path: Path) -> None:
    with run(kind, tmp_path) as terminal:
        terminal.send("\x1b[?2048;2$y\x1b[48;24;80;480;800t")
        terminal.wait_for(lambda _: b"\x1b[?1016h" in terminal.raw)
        terminal.send("q")
        assert terminal.wait_exit(5) == 0
        assert b"\x1b[?1016l" in terminal.raw


@with_both_apps
def test_a_terminal_that_closes_ends_the_program_with_1(kind: str, tmp_path: Path) -> None:
    with Terminal(
        (kind,), {}, tmp_path, size=(80, 24), deaf_leader=True, module="tests.support.canary"
    ) as terminal:
        terminal.wait_for("ready", 20)
        terminal.vanish()
        assert terminal.wait_death(3)
        assert terminal.exit_code() == 1


@with_and_without("driver_class", TolerantDriver, LinuxDriver)
def test_a_size_is_limited(
    driver_class: type[LinuxDriver], monkeypatch: pytest.MonkeyPatch
) -> None:
    driver: Any = SimpleNamespace(fileno=0, _app=SimpleNamespace(console=SimpleNamespace()))
    huge = os.terminal_size((65535, 65535))
    with monkeypatch.context() as patch:  # pytest asks for the size, too
        patch.setattr(shutil, "get_terminal_size", lambda *_: huge)
        size = driver_class._get_terminal_size(driver)
    assert size == (1000, 1000)


async def test_a_textual_without_its_private_modules_gets_its_own_driver(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delitem(sys.modules, "tui.ui.textual_fixes.driver")
    monkeypatch.delitem(sys.modules, "tui.ui.textual_fixes.input")
    monkeypatch.setitem(sys.modules, "textual._xterm_parser", None)
    assert PatchedApp().get_driver_class() is LinuxDriver
