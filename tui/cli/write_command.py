"""What the commands share that write to the server: flags, refusals, questions, exit codes.

0: everything was accepted. 1: something was refused, skipped or is unknown, or the person said no.
2: the command line, the settings or the input is wrong, and nothing was sent. 130: ctrl+c.
"""

import argparse
import asyncio
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

from tui import formatting
from tui.actions.ports import ActionPorts, Wording
from tui.cli.acting import CommandServices
from tui.cli.output import write_error
from tui.config.settings import ConfigError
from tui.model.account import Session
from tui.model.ports import Failure

ACCEPTED, NOT_ACCEPTED, WRONG, INTERRUPTED = 0, 1, 2, 130

_TERMINAL = "/dev/tty"
_NO_JOURNAL = "no home folder, so there is no journal: nothing is sent"
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def check_may_send(options: argparse.Namespace, services: CommandServices) -> None:
    """Raise `ConfigError` if nothing may be sent, or there is no terminal to ask on."""
    if options.dry_run:
        return
    if services.config.read_only:
        raise ConfigError("read-only, by --read-only or the setting read_only: nothing is sent")
    if services.journal is None:
        raise ConfigError(_NO_JOURNAL)
    if options.yes:
        return
    if options.json:
        raise ConfigError("--json asks nothing: add --yes to send, or --dry-run")
    for terminal in _open_terminal():
        terminal.close()


def action_ports(services: CommandServices) -> ActionPorts:
    """Return what an action is handed. Raises `ConfigError` without a journal."""
    if services.journal is None:
        raise ConfigError(_NO_JOURNAL)
    api = services.api
    return ActionPorts(api, api, services.journal, services.who, wording_of(services), company=api)


def wording_of(services: CommandServices) -> Wording:
    account = services.config.account
    session = Session("", "").for_account(account)

    def failure_words(failure: Failure) -> str:
        return formatting.describe_failure(failure, session.host, session.company)

    return Wording(failure_words, lambda at: formatting.time_with_date(at, time.time()))


@contextmanager
def interruptible() -> Iterator[asyncio.Runner]:
    """Give a runner of coroutines, which ctrl+c cancels: it then raises `KeyboardInterrupt`."""
    # `tui/__main__.py` has let SIGINT end the process.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with asyncio.Runner() as runner:
            yield runner
    finally:
        signal.signal(signal.SIGINT, before)


def stop_on_signals(stop: Callable[[], None]) -> Callable[[], bool]:
    """Call `stop` on the first ctrl+c, SIGTERM or SIGHUP, and cancel the current task on the next.
    Return what tells whether there was one.
    """
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    received: list[int] = []

    def on_signal(number: int) -> None:
        received.append(number)
        if len(received) == 1:
            write_error("\ntranscode-tui: stops after the request in flight\n")
            stop()
        elif task is not None:
            task.cancel()

    for number in _SIGNALS:
        loop.add_signal_handler(number, on_signal, number)
    return lambda: bool(received)


def ask(question: str) -> str:
    """Ask on the terminal, whatever standard input and output are; return what is typed, empty at
    the end of the input. Raises `ConfigError` if there is none.
    """
    reads, writes = _open_terminal()
    with reads, writes:
        writes.write(f"{question} ")
        writes.flush()
        try:
            return reads.readline().strip()
        except KeyboardInterrupt:
            writes.write("\n")
            raise


def _open_terminal() -> tuple[TextIO, TextIO]:
    """Open the terminal of this process, to read and to write. Raises `ConfigError`."""
    try:
        # Opened twice: for both, Python needs a file that it can seek.
        reads = os.open(_TERMINAL, os.O_RDONLY | os.O_CLOEXEC)
        writes = os.open(_TERMINAL, os.O_WRONLY | os.O_CLOEXEC)
    except OSError:
        raise ConfigError("there is no terminal to ask on: add --yes to send") from None
    return os.fdopen(reads, errors="replace"), os.fdopen(writes, "w", errors="replace")
