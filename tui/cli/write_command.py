"""What the commands share that write to the server: when nothing may be sent, and how to ask."""

import argparse
import asyncio
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager

from tui import formatting
from tui.actions.ports import ActionPorts, Wording
from tui.cli.acting import CommandServices
from tui.config.settings import ConfigError
from tui.model.account import Session
from tui.model.ports import Failure

_MAX_ANSWER = 1000
_NO_JOURNAL = "no home folder, so there is no journal: nothing is sent"


def check_may_send(options: argparse.Namespace, services: CommandServices) -> None:
    """Raise `ConfigError` if nothing may be sent, or nobody can be asked."""
    if options.dry_run:
        return
    if services.config.read_only:
        raise ConfigError("read-only, by --read-only or the setting read_only: nothing is sent")
    if services.journal is None:
        raise ConfigError(_NO_JOURNAL)
    if options.json and not options.yes:
        raise ConfigError("--json asks nothing: add --yes to send, or --dry-run")


def action_ports(services: CommandServices) -> ActionPorts:
    """Return what an action is handed; see `check_may_send`."""
    if services.journal is None:
        raise ConfigError(_NO_JOURNAL)
    wording = Wording(lambda failure: failure_words(services, failure), formatting.clock_time)
    return ActionPorts(services.api, services.api, services.journal, services.who, wording)


def failure_words(services: CommandServices, failure: Failure) -> str:
    session = Session("", "").for_account(services.config.account)
    return formatting.describe_failure(failure, session.host, session.company)


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


def ask(question: str) -> str:
    """Ask on the terminal, whatever standard input and output are; return what is typed, empty at
    the end of the input. Raises `ConfigError` if there is no terminal.
    """
    try:
        descriptor = os.open("/dev/tty", os.O_RDWR | os.O_CLOEXEC)
    except OSError:
        raise ConfigError("there is no terminal to ask on: add --yes to send") from None
    with open(descriptor, "rb", buffering=0) as terminal:  # noqa: PTH123 - a descriptor
        os.write(descriptor, f"{question} ".encode())
        try:
            return terminal.readline(_MAX_ANSWER).decode(errors="replace").strip()
        except KeyboardInterrupt:
            os.write(descriptor, b"\n")
            raise
