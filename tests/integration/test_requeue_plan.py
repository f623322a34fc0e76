"""A plan of 50 against a real server that fails in every way: the report is right for each order,
and no order is sent twice.
"""

import asyncio
import time
from collections import Counter
from pathlib import Path

from tests.support.api_stand import client
from tests.support.requeue_service import Fault, RequeueService
from tui.actions.plan import ItemResult, Plan
from tui.actions.planner import Planner
from tui.actions.ports import ActionPorts, Wording
from tui.actions.runner import PlanRunner
from tui.demo.http_server import http_server
from tui.formatting import clock_time, describe_failure
from tui.history.journal import SqliteJournal
from tui.model.actions import Outcome
from tui.rate_limit import RateLimiter

FAULTS = (
    [Fault.FAILED] * 10
    + [Fault.SILENT] * 5
    + [Fault.REFUSED] * 5
    + [Fault.CHANGED] * 5
    + [Fault.NONE] * 20
    + [Fault.CUT] * 5
)
EXPECTED = {
    Fault.FAILED: (Outcome.UNKNOWN, "still ERROR at "),
    Fault.SILENT: (Outcome.FOUND_DONE, "queued again, QUEUED at "),
    Fault.CUT: (Outcome.FOUND_DONE, "queued again, QUEUED at "),
    Fault.REFUSED: (Outcome.REFUSED, "The package of minutes is blocked (400)"),
    Fault.CHANGED: (Outcome.SKIPPED, "changed to TRANSCODING"),
    Fault.NONE: (Outcome.ACCEPTED, ""),
}
WORDING = Wording(lambda failure: describe_failure(failure, "host"), clock_time)


async def no_sleep(_: float) -> None:
    await asyncio.sleep(0)


async def test_a_plan_of_50(tmp_path: Path) -> None:
    # Mixed, so that no kind comes alone: 50 and 7 have no common divisor.
    service = RequeueService([FAULTS[number * 7 % 50] for number in range(50)])
    journal = SqliteJournal(tmp_path / "state" / "history-x.sqlite", time.time)
    limiter = RateLimiter(time.monotonic, per_minute=100_000, burst=1000)
    async with (
        http_server(service) as server,
        client(server.url, secret=service.secret, deadline=0.3, rate_limiter=limiter) as api,
    ):
        planner = Planner(api, (), journal, WORDING)
        plan = [each async for each in planner.plan(service.ids)][-1]
        assert isinstance(plan, Plan)
        assert len(plan.to_send()) == 50
        ports = ActionPorts(api, api, journal, "anna@wall", WORDING, sleep=no_sleep)
        results: dict[str, ItemResult] = {}
        kinds: Counter[Outcome] = Counter()
        async for result in PlanRunner(plan, plan.to_send(), ports).run():
            results[result.order_id] = result
            kinds[result.outcome] += 1
        # Again from the start, as after a crash: nothing more is proved, and nothing is sent.
        again = [each async for each in planner.plan(service.ids)][-1]

    assert set(results) == set(service.ids)
    for order_id, fault in service.faults.items():
        outcome, words = EXPECTED[fault]
        assert results[order_id].outcome is outcome, (fault, results[order_id])
        assert results[order_id].words.startswith(words)
    assert kinds[Outcome.UNKNOWN] == 20 + 10  # at first, and what stays so
    assert max(Counter(service.writes).values()) == 1
    changed = {each for each, fault in service.faults.items() if fault is Fault.CHANGED}
    assert set(service.writes) == set(service.ids) - changed
    journalled = {each.subject: each.outcome for each in await journal.recent(100)}
    sent = {each: results[each].outcome for each in service.writes}
    assert journalled == sent
    failed = {each for each, fault in service.faults.items() if fault is Fault.FAILED}
    assert {each.subject for each in await journal.unsettled()} == failed
    assert isinstance(again, Plan)
    unsure = {each.order_id for each in again.to_send() if each.is_unsettled}
    assert unsure == failed
