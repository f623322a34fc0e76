"""`transcode-tui create`: check the JSON of a new order, show it, ask, and send it once."""

import argparse
import asyncio
import json
import sys
import time
from collections.abc import Mapping
from typing import Any

from tui import formatting
from tui.actions.creation import OrderCreation, earlier_creation, rule_on_new_order
from tui.actions.guards import Ruling
from tui.actions.plan import ItemResult
from tui.cli.acting import CommandServices, command_services
from tui.cli.output import complain, write_error, write_line
from tui.cli.write_command import (
    ACCEPTED,
    INTERRUPTED,
    NOT_ACCEPTED,
    WRONG,
    action_ports,
    ask,
    check_may_send,
    interruptible,
    wording_of,
)
from tui.config.settings import ConfigError
from tui.files import expand_home, read_regular
from tui.model.account import Session
from tui.model.actions import Outcome
from tui.model.drafts import MAX_DRAFT
from tui.model.new_order import NewOrder, read_draft
from tui.model.order_fields import Problem
from tui.model.ports import Failure
from tui.sanitize import sanitize


def run(options: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """Return the exit code of `write_command`. Raises `ConfigError`."""
    data = _read(options.file)
    services = command_services(options, environ)
    check_may_send(options, services)
    command = _Command(options, services)
    with interruptible() as runner:
        try:
            code = command.run(runner, data)
        except KeyboardInterrupt:
            code = command.interrupted()
        finally:
            runner.run(services.api.aclose())
    command.write_json()
    return code


def _read(name: str) -> bytes:
    """Return the content of a file or of standard input. Raises `ConfigError`."""
    try:
        if name == "-":
            return b"" if sys.stdin is None else sys.stdin.buffer.read(MAX_DRAFT + 1)
        return read_regular(expand_home(name), MAX_DRAFT)[0]
    except OSError as error:
        # `strerror` is missing if the error is of this program.
        why = error.strerror or "it cannot be read"
        raise ConfigError(f"{sanitize(name, 200)} cannot be read: {why}") from None


class _Command:
    """One run. With `--json` nothing is written before `write_json`."""

    def __init__(self, options: argparse.Namespace, services: CommandServices) -> None:
        self._options = options
        self._services = services
        self._report: dict[str, Any] = {}
        self._creation: OrderCreation | None = None

    def run(self, runner: asyncio.Runner, data: bytes) -> int:
        """Return the exit code."""
        order, ruling = runner.run(self._check(data))
        if order is None or ruling.denial:
            return WRONG
        if self._options.dry_run:
            return ACCEPTED
        if not (runner.run(self._is_new(order)) and self._is_wanted(order, ruling)):
            return NOT_ACCEPTED
        return runner.run(self._send(order))

    async def _check(self, data: bytes) -> tuple[NewOrder | None, Ruling]:
        """Show the order and what is wrong with it."""
        profiles = await self._services.api.profiles()
        names = None
        if isinstance(profiles, Failure):
            why = wording_of(self._services).failure(profiles)
            self._warn(f"the profiles were not read, so their ids are not checked: {why}")
        else:
            names = {profile.id: profile.name for profile in profiles}
        reading = read_draft(data, names)
        self._report |= {"problems": [_problem(each) for each in reading.problems]}
        if reading.order is None:
            for each in reading.errors:
                self._complain(_sentence(each))
            return None, Ruling()
        self._show(reading.order)
        for each in reading.warnings:
            self._warn(_sentence(each))
        config = self._services.config
        ruling = rule_on_new_order(reading.order, names, config.guard, time.time())
        if ruling.denial:
            self._complain(f"denied: {ruling.denial}")
        return reading.order, ruling

    def _show(self, order: NewOrder) -> None:
        session = Session("", "").for_account(self._services.config.account)
        self._report |= {"company": session.company, "order": json.loads("\n".join(order.lines))}
        self._say(f"New order for company {session.company} at {session.host}:")
        for line in order.lines:
            self._say(line)

    async def _is_new(self, order: NewOrder) -> bool:
        """Look first for one that was sent before without an answer."""
        found = await earlier_creation(order, action_ports(self._services))
        if found is None:
            return True
        entry, result = found
        at = wording_of(self._services).time(entry.at)
        if result.outcome.is_done:
            self._complain(f"not sent: it was created at {at} already, as {result.order_id}")
        else:
            self._complain(
                f"not sent: the same order was sent at {at} without an answer, and may still come"
                f" ({result.words}). After ten minutes the list tells; then send it again"
            )
        self._report |= {"outcome": result.outcome.value, "id": result.order_id}
        return False

    def _is_wanted(self, order: NewOrder, ruling: Ruling) -> bool:
        if ruling.type_id:
            reason = f" ({ruling.reason})" if ruling.reason else ""
            if self._options.yes:
                self._complain(f"not sent: a guard asks a person{reason}. Leave out --yes")
                return False
            wanted = order.files[0]
            is_wanted = ask(f"A guard asks{reason}. To send it, type {wanted}:") == wanted
        else:
            is_wanted = self._options.yes or ask("To send it, type yes:").lower() in ("y", "yes")
        if not is_wanted:
            self._complain("not sent")
        return is_wanted

    async def _send(self, order: NewOrder) -> int:
        self._creation = OrderCreation(order, action_ports(self._services))
        outcome = Outcome.REFUSED
        async for result in self._creation.run():
            outcome = result.outcome
            self._tell(result)
        return ACCEPTED if outcome.is_done else NOT_ACCEPTED

    def _tell(self, result: ItemResult) -> None:
        words = sanitize(result.words, 1000)
        self._report |= {"outcome": result.outcome.value, "id": result.order_id, "words": words}
        self._say(formatting.describe_outcome(result.outcome, words))
        if result.order_id:
            self._say(f"created {result.order_id}")

    def interrupted(self) -> int:
        """Say what is known after ctrl+c; return the exit code."""
        if self._creation is not None and self._creation.has_sent:
            self._report.setdefault("outcome", Outcome.UNKNOWN.value)
            if self._report["outcome"] == Outcome.UNKNOWN.value:
                self._complain(
                    "interrupted: whether the order was created is not known. Run the same command"
                    " again: it looks in the list first"
                )
        else:
            self._complain("interrupted: not sent")
        return INTERRUPTED

    def write_json(self) -> None:
        if self._options.json:
            write_line(json.dumps(self._report, ensure_ascii=False))

    def _say(self, line: str) -> None:
        if not self._options.json:
            write_line(line)

    def _warn(self, text: str) -> None:
        write_error(f"transcode-tui: warning: {sanitize(text, 1000)}\n")

    def _complain(self, text: str) -> None:
        self._report |= {"message": text}
        complain(text)


def _problem(problem: Problem) -> dict[str, object]:
    return {
        "field": problem.path,
        "message": problem.words,
        "is_warning": problem.is_warning,
    }


def _sentence(problem: Problem) -> str:
    return f"{problem.path}: {problem.words}" if problem.path else problem.words
