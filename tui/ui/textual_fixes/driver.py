"""Fix: some input, sizes, signals and modes of a terminal end or freeze the program.

Textual: `drivers/linux_driver.py`, `LinuxDriver`. Version: 8.2.8. Symptoms, and what to delete
here when Textual has fixed one:

- A terminal in non-blocking mode raises `BlockingIOError` in the writer thread, and the screen
  freezes: `_TerminalOutput`.
- Leaving application mode keeps the pointer's shape and mouse reports in pixels:
  `stop_application_mode`.
- The size is that of standard output, may be 0x0, and has no limit: `_get_terminal_size`.
- A byte that is not UTF-8, or any error of the parser, ends the program with a traceback; a
  terminal that closes is reported the same way, or read in a busy loop: `run_input_thread`,
  `_read`, `_run_input_thread`. See also `input.py`.
- The input thread wakes up ten times a second, a sixth of the CPU at rest: `run_input_thread`,
  `_ExitEvent`.
- SIGCONT without SIGTSTP starts a second input thread, and a signal handler may interrupt another
  one or wait for a lock that its own thread holds: everything below "Job control".
- Keys that send SIGINT, SIGQUIT or SIGTSTP to a program that is given the terminal by `App.suspend`
  end or stop this one, too: `ignore_signal_keys`.
- `debug` logs every key, passwords included, to `./keys.log`: the parameter in `__init__`.
"""

import os
import select
import shutil
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager, suppress
from threading import Event, Thread, get_ident
from typing import TYPE_CHECKING, Any, TextIO

from textual import events
from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message

from tui.ui.textual_fixes.input import InputDecoder, TolerantParser, limit_size

if TYPE_CHECKING:
    from tui.ui.textual_fixes.patched_app import PatchedApp

_READ_TIMEOUT = 0.1
"""Seconds to wait for the rest of a sequence before the parser takes it for a lone `escape`."""

_JOB_CONTROL = {signal.SIGTSTP, signal.SIGCONT}


class _TerminalOutput:
    """A file for Textual's writer thread that waits while a non-blocking terminal is full.

    A program that shares the terminal, such as ssh, may leave it in that mode.
    """

    def __init__(self, file: TextIO) -> None:
        self._fileno, self._encoding = file.fileno(), file.encoding
        self._pending: list[str] = []

    def fileno(self) -> int:
        return self._fileno

    def write(self, text: str) -> None:
        self._pending.append(text)

    def flush(self) -> None:
        data = "".join(self._pending).encode(self._encoding, "backslashreplace")
        self._pending.clear()
        while data:
            try:
                data = data[os.write(self._fileno, data) :]
            except BlockingIOError:
                select.select([], [self._fileno], [])


class _ExitEvent(Event):
    """An event that `select` can wait for."""

    def __init__(self) -> None:
        super().__init__()
        self._reader, self._writer = os.pipe()

    def fileno(self) -> int:
        return self._reader

    def set(self) -> None:
        if not self.is_set():
            super().set()
            os.write(self._writer, b"\0")

    def clear(self) -> None:
        if self.is_set():
            os.read(self._reader, 1)
            super().clear()


class TolerantDriver(LinuxDriver):
    """A `LinuxDriver` that no terminal can crash or freeze.

    Input that cannot be parsed is dropped. A closed terminal ends the app with exit code 1.
    Any other error of the input thread is a crash of the app, with the app's own report.
    """

    exit_event: _ExitEvent

    # `debug` stays off: it logs every key.
    def __init__(self, app: "PatchedApp", *, debug: bool = False, **options: Any) -> None:  # noqa: ARG002
        super().__init__(app, **options)
        self._patched_app = app
        self._file = _TerminalOutput(self._file)  # type: ignore[arg-type,assignment] # no other method is used
        self._size = self._size or self._get_terminal_size()
        self.exit_event = _ExitEvent()
        self._is_suspended = False
        self._ignores_job_control = False
        signal.pthread_sigmask(signal.SIG_BLOCK, _JOB_CONTROL)
        Thread(target=self._watch_job_control, name="job-control", daemon=True).start()

    @property
    def is_active(self) -> bool:
        """True while the terminal is in application mode, until all output is written."""
        return self._writer_thread is not None and self._writer_thread.is_alive()

    def stop_application_mode(self) -> None:
        self.write("\x1b]22;default\x07")
        if self._mouse_pixels:
            self.write("\x1b[?1016l")
            self._mouse_pixels = False
        super().stop_application_mode()

    @contextmanager
    def ignore_signal_keys(self) -> Iterator[None]:
        """Ignore what the terminal sends to all programs in the foreground. Functions, not SIG_IGN,
        which the other program would inherit.
        """
        before = {
            number: signal.signal(number, lambda *_: None)
            for number in (signal.SIGINT, signal.SIGQUIT)
        }
        self._ignores_job_control = True
        try:
            yield
        finally:
            self._ignores_job_control = False
            for number, handler in before.items():
                signal.signal(number, handler)

    # Sizes

    def _get_terminal_size(self) -> tuple[int, int]:
        """Return the size to draw in cells, and give it to Rich's console, too.

        COLUMNS and LINES override the terminal's own size.
        """
        fallback = (80, 24)
        with suppress(OSError):
            columns, rows = os.get_terminal_size(self.fileno)
            fallback = (columns or 80, rows or 24)
        size = limit_size(*shutil.get_terminal_size(fallback))
        self._app.console.size = size
        return size

    def process_message(self, message: Message) -> None:
        if isinstance(message, events.Resize):
            self._app.console.size = message.size
        super().process_message(message)

    # Input

    def run_input_thread(self) -> None:
        decoder, parser = InputDecoder(), TolerantParser()
        is_last = False
        while not is_last:
            # One more read after the end: the terminal may still send mouse reports.
            is_last = self.exit_event.is_set()
            sources = [self.fileno] if is_last else [self.fileno, self.exit_event]
            timeout = _READ_TIMEOUT if is_last or parser.is_in_sequence else None
            if self.fileno in select.select(sources, [], [], timeout)[0]:
                for message in parser.feed(decoder.decode(self._read())):
                    self.process_message(message)
            for message in parser.tick():
                self.process_message(message)
            if not parser.is_in_sequence:
                decoder.end_sequence()

    def _read(self) -> bytes:
        """Return available input. Raises `OSError` or `EOFError` if the terminal is closed."""
        try:
            data = os.read(self.fileno, 4096)
        except BlockingIOError:  # non-blocking mode, and another program has read the input
            return b""
        if not data and not os.isatty(self.fileno):
            raise EOFError
        return data

    def _run_input_thread(self) -> None:
        try:
            self.run_input_thread()
        except (OSError, EOFError):
            self._patched_app.on_terminal_closed()
        except Exception as error:  # noqa: BLE001 - the app reports it
            self._app.call_later(self._app._handle_exception, error)  # noqa: SLF001

    # Job control. Textual switches modes inside its signal handlers, in any order. Here both
    # signals are blocked and a thread waits for them. The kernel keeps them in order: a pending
    # SIGTSTP is discarded when SIGCONT arrives, and the other way round.

    def _sigtstp_application(self, *_: object) -> None:
        """Do nothing; `_watch_job_control` does the work."""

    _sigcont_application = _sigtstp_application

    def _watch_job_control(self) -> None:
        """Release the terminal, stop the process if SIGTSTP asked for it, acquire it again.

        A SIGCONT after an external SIGSTOP acquires it again, too: shells reset its attributes.
        """
        while True:
            is_stop = signal.sigwait(_JOB_CONTROL) == signal.SIGTSTP
            if self._ignores_job_control:
                continue
            self._call_in_loop(self._release_terminal)
            # A SIGCONT between this test and SIGSTOP is lost; POSIX can't do both atomically.
            if is_stop and signal.SIGCONT not in signal.sigpending():
                # Sent to this thread, so that it stops here; it stops the whole process.
                signal.pthread_kill(get_ident(), signal.SIGSTOP)
            if signal.SIGCONT in signal.sigpending():
                signal.sigwait({signal.SIGCONT})  # macOS has no `sigtimedwait`
            self._call_in_loop(self._acquire_terminal)

    def _call_in_loop(self, call: Callable[[], None]) -> None:
        """Run `call` in the event loop and wait until it returns, unless the app has ended."""
        with suppress(RuntimeError, CancelledError):
            self._app.call_from_thread(call)

    def _release_terminal(self) -> None:
        if self.is_active:
            self.suspend_application_mode()
            self._is_suspended = True

    def _acquire_terminal(self) -> None:
        """Enter application mode. In the background Textual stops the process again instead;
        the next SIGCONT tries again.
        """
        if self._is_suspended:
            self._must_signal_resume = True
            self.resume_application_mode()
            self._is_suspended = self._key_thread is None or not self._key_thread.is_alive()
