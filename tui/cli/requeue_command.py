"""`transcode-tui requeue`: queue failed orders again, as the dialog of the screens does."""

import argparse
import asyncio
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import NamedTuple

from tui import formatting
from tui.actions.plan import Eligibility, ItemResult, Plan, PlanItem
from tui.actions.planner import Planner
from tui.actions.runner import PlanRunner
from tui.actions.selection import Selection, TooManyDetails, select_orders
from tui.actions.settle import settle
from tui.cli.acting import CommandServices, command_services
from tui.cli.output import write_error
from tui.cli.requeue_report import JsonReport, PlanView, Report, TextReport
from tui.cli.write_command import (
    ACCEPTED,
    INTERRUPTED,
    NOT_ACCEPTED,
    action_ports,
    ask,
    check_may_send,
    interruptible,
    stop_on_signals,
    wording_of,
)
from tui.config.settings import ConfigError
from tui.filtering.lexer import QueryError
from tui.filtering.parser import parse
from tui.filtering.server_filters import OBSERVED_FIELDS
from tui.filtering.syntax_tree import Query, fields_of
from tui.model.order import Phase, is_id
from tui.model.ports import Failure

_NOT_WANTED = (Eligibility.FINISHED, Eligibility.NOT_FAILED)
"""A filter may match such orders; one that is named by its id was meant to be sent."""


class _Request(NamedTuple):
    """What was asked for: orders by their ids, or by `query`."""

    order_ids: Sequence[str]
    query: Query | None
    include_finished: bool
    is_sent_unasked: bool


def run(options: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """Requeue orders; return the exit code of `write_command`. Raises `ConfigError`."""
    request = _read_request(options)
    services = command_services(options, environ)
    check_may_send(options, services)
    report = JsonReport() if options.json else TextReport()
    try:
        with interruptible() as loop:
            try:
                return _requeue(loop, services, request, report, dry_run=options.dry_run)
            finally:
                loop.run(services.api.aclose())
    except KeyboardInterrupt:
        write_error("\ntranscode-tui: nothing was sent\n")
        return INTERRUPTED


def _read_request(options: argparse.Namespace) -> _Request:
    if bool(options.order_ids) == (options.filter is not None):
        raise ConfigError("requeue needs the ids of orders, or --filter FILTER")
    if wrong := next((each for each in options.order_ids if not is_id(each)), None):
        raise ConfigError(f"{wrong!r} is not the id of an order")
    query = None
    if options.filter is not None:
        try:
            query = parse(options.filter)
        except QueryError as error:
            raise ConfigError(f"--filter: {error.message}") from None
        if unknown := sorted(fields_of(query) & OBSERVED_FIELDS):
            raise ConfigError(f"--filter: only the screens know {unknown[0]}, from the history")
    return _Request(options.order_ids, query, options.include_finished, options.yes)


def _requeue(
    loop: asyncio.Runner,
    services: CommandServices,
    request: _Request,
    report: Report,
    *,
    dry_run: bool,
) -> int:
    if not dry_run:
        loop.run(_settle_earlier(services, report))
    selection = loop.run(_select(services, request, report))
    report.show_reading(len(selection.order_ids))
    plan = loop.run(_plan(services, selection.order_ids))
    view = _view(plan, request, selection)
    report.show_plan(view)
    is_whole = not selection.undecided and all(
        request.query is not None and item.eligibility in _NOT_WANTED for item, _ in view.left_out
    )
    if dry_run or not view.to_send:
        return ACCEPTED if is_whole else NOT_ACCEPTED
    if not request.is_sent_unasked and not _confirm(view, request, services.config.confirm_above):
        write_error("transcode-tui: nothing was sent\n")
        return NOT_ACCEPTED
    try:
        results, is_interrupted = loop.run(_run(plan, view.to_send, services, report))
    except SystemExit:  # the output can't be written any more
        return NOT_ACCEPTED
    if is_interrupted:
        return INTERRUPTED
    is_done = len(results) == len(view.to_send) and all(each.outcome.is_done for each in results)
    return ACCEPTED if is_done and is_whole else NOT_ACCEPTED


async def _settle_earlier(services: CommandServices, report: Report) -> None:
    """Read what an earlier run has left unknown, once."""
    ports = action_ports(services)
    async for result in settle(await ports.journal.unsettled(), ports, waits=(0.0,)):
        report.show_result(result, is_earlier=True)


async def _select(services: CommandServices, request: _Request, report: Report) -> Selection:
    if request.query is None:
        return Selection(tuple(dict.fromkeys(request.order_ids)))
    phases = [Phase.ERROR, Phase.FINISHED] if request.include_finished else [Phase.ERROR]
    try:
        found = await select_orders(
            services.api, request.query, phases, time.time(), tell=report.show_filtering
        )
    except TooManyDetails as error:
        many = formatting.count(error.count)
        raise ConfigError(
            f"--filter: {many} details would be read: add status:error or created>2d"
        ) from None
    if isinstance(found, Failure):
        raise ConfigError(f"the orders were not read: {wording_of(services).failure(found)}")
    return found


async def _plan(services: CommandServices, order_ids: Sequence[str]) -> Plan:
    guards = services.config.guard
    planner = Planner(services.api, guards, services.journal, wording_of(services))
    async for each in planner.plan(order_ids):
        if isinstance(each, Plan):
            return each
    raise AssertionError("a planner ends with its plan")


def _view(plan: Plan, request: _Request, selection: Selection) -> PlanView:
    """Of what matches a filter, `--yes` does not send what a person must look at."""
    to_send: list[PlanItem] = []
    left_out: list[tuple[PlanItem, str]] = []
    is_unseen = request.is_sent_unasked and request.query is not None
    candidates = plan.to_send(request.include_finished)
    for item in plan.items:
        if item not in candidates:
            hint = " (--include-finished)" if item.eligibility is Eligibility.FINISHED else ""
            left_out.append((item, item.words + hint))
        elif is_unseen and item.type_id:
            why = item.guard_reason or "a guard"
            left_out.append((item, f"its id must be given on the command line: {why}"))
        elif is_unseen and item.is_unsettled:
            left_out.append((item, f"{item.words}: give its id on the command line"))
        else:
            to_send.append(item)
    return PlanView(plan, to_send, left_out, selection.others, selection.undecided)


def _confirm(view: PlanView, request: _Request, confirm_above: int) -> bool:
    orders = formatting.orders(len(view.to_send))
    to_type = view.plan.must_type(request.include_finished, confirm_above)
    if not to_type:
        return ask(f"Requeue {orders}? [y/N]").lower() in ("y", "yes")
    reasons = {item.order_id: item.guard_reason for item in view.to_send}
    for text in to_type:
        why = reasons.get(text) or f"to requeue {orders}"
        if ask(f"Type {text} ({why}):") != text:
            return False
    return True


async def _run(
    plan: Plan, items: Sequence[PlanItem], services: CommandServices, report: Report
) -> tuple[Sequence[ItemResult], bool]:
    """Send `items`; return the last result of each, and whether it was interrupted."""
    runner = PlanRunner(plan, items, action_ports(services))
    results: dict[str, ItemResult] = {}
    is_interrupted = stop_on_signals(runner.stop)
    with suppress(asyncio.CancelledError):  # by the second ctrl+c
        async for result in runner.run():
            results[result.order_id] = result
            report.show_result(result)
    report.show_end(list(results.values()), runner.unsent, runner.problem)
    return list(results.values()), is_interrupted()
