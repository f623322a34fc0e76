"""A terminal driver that survives any input, any size and any order of job control signals."""

import os
import select
import shutil
import signal
from collections.abc import Callable
from contextlib import suppress
from threading import Event, Thread, get_ident
from typing import TYPE_CHECKING, TextIO

from textual import events
from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message

from tui.ui.textual_fixes.input import InputDecoder, TolerantParser, limit_size

if TYPE_CHECKING:
    from tui.ui.textual_fixes.patched_app import PatchedApp

_POLL = 0.1
"""Seconds that input is waited for; then the parser checks for a lone `escape`."""

_JOB_CONTROL = {signal.SIGTSTP, signal.SIGCONT}


class _TerminalOutput:
    """A file for Textual's writer thread, which ends if a terminal in non-blocking mode is full.
    Programs that share the terminal may leave it in that mode; ssh is known for it.
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


class TolerantDriver(LinuxDriver):
    """Textual 8.2's `LinuxDriver`, except that no terminal can end or freeze the program.

    Input that cannot be parsed is dropped. A closed terminal ends the app with exit code 1.
    Any other failure of the input thread is a crash of the app, with the app's own report.
    """

    def __init__(
        self,
        app: "PatchedApp",
        *,
        debug: bool = False,  # noqa: ARG002 - Textual would log every key to `./keys.log`
        mouse: bool = True,
        size: tuple[int, int] | None = None,
    ) -> None:
        super().__init__(app, mouse=mouse, size=size)
        self._patched_app = app
        self._file = _TerminalOutput(self._file)  # type: ignore[arg-type,assignment] # all that is used
        self._size = size or self._get_terminal_size()
        self._is_suspended = False
        signal.pthread_sigmask(signal.SIG_BLOCK, _JOB_CONTROL)
        Thread(target=self._watch_job_control, name="job-control", daemon=True).start()

    @property
    def is_active(self) -> bool:
        """True while the terminal is in application mode, until all output is written."""
        return self._writer_thread is not None and self._writer_thread.is_alive()

    def stop_application_mode(self) -> None:
        # Textual 8.2 leaves the pointer's shape, and mouse reports in pixels.
        self.write("\x1b]22;default\x07")
        if self._mouse_pixels:
            self.write("\x1b[?1016l")
            self._mouse_pixels = False
        super().stop_application_mode()

    # Sizes

    def _get_terminal_size(self) -> tuple[int, int]:
        """Return the size to draw, in cells. Rich's console, which asks the terminal itself, gets
        the same one.
        """
        # `shutil` asks standard output, which may be a file.
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
            # One more read after the end: mouse reports may still be on their way.
            is_last = self.exit_event.is_set()
            if select.select([self.fileno], [], [], _POLL)[0]:
                for message in parser.feed(decoder.decode(self._read())):
                    self.process_message(message)
            else:
                decoder.on_pause()
            for message in parser.tick():
                self.process_message(message)

    def _read(self) -> bytes:
        """Return available input. Raises `OSError` or `EOFError` if the terminal is closed."""
        try:
            data = os.read(self.fileno, 4096)
        except BlockingIOError:  # in non-blocking mode, and another program has read it
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
            self._app.call_later(self._app._handle_exception, error)  # noqa: SLF001 - no public way

    # Job control. Textual 8.2 switches modes in the signal handlers themselves, which may
    # interrupt each other, or a write that holds the lock of the output queue. And which of two
    # handlers runs first is not known. Blocked, the signals keep their order: the kernel discards
    # a pending SIGTSTP when SIGCONT comes, and the other way round.

    def _sigtstp_application(self, *_: object) -> None:
        """Do nothing; `_watch_job_control` does."""

    _sigcont_application = _sigtstp_application

    def _watch_job_control(self) -> None:
        """Give the terminal back, stop if that was requested, and take the terminal again.

        After SIGSTOP from outside it is taken again, too: shells reset its attributes.
        """
        while True:
            is_stop = signal.sigwait(_JOB_CONTROL) == signal.SIGTSTP
            self._run_in_loop(self._give_terminal_back)
            # A SIGCONT between this test and SIGSTOP is lost; POSIX has no way to do both at once.
            if is_stop and signal.SIGCONT not in signal.sigpending():
                # To this thread, so that it stops here; the others stop with it.
                signal.pthread_kill(get_ident(), signal.SIGSTOP)
            if signal.SIGCONT in signal.sigpending():
                signal.sigwait({signal.SIGCONT})  # macOS has no `sigtimedwait`
            self._run_in_loop(self._take_terminal)

    def _run_in_loop(self, call: Callable[[], None]) -> None:
        """Run `call` in the event loop, and wait for its end."""
        is_done = Event()

        def run() -> None:
            try:
                call()
            finally:
                is_done.set()

        with suppress(RuntimeError):  # the loop is closed: the app has ended
            self._loop.call_soon_threadsafe(run)
            is_done.wait()

    def _give_terminal_back(self) -> None:
        if self.is_active and self._auto_restart:
            self.suspend_application_mode()
            self._is_suspended = True

    def _take_terminal(self) -> None:
        """Enter application mode. In the background Textual stops the process again instead;
        then the next SIGCONT is the next try.
        """
        if self._is_suspended:
            self._must_signal_resume = True
            self.resume_application_mode()
            self._is_suspended = self._key_thread is None or not self._key_thread.is_alive()
