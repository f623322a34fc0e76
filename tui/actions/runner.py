"""Runs a plan: each order is read again, journalled, and sent once."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from functools import partial

from tui.actions.evidence import change_between, evidence_of, read_evidence, read_order
from tui.actions.lineage import last_requeue
from tui.actions.plan import ItemResult, Plan, PlanItem
from tui.actions.ports import ActionPorts
from tui.actions.request import JournalledRequest
from tui.actions.settle import WAITS, settle
from tui.model.actions import JournalEntry, JournalProblem, Outcome
from tui.model.order import OrderDetail
from tui.model.ports import Failure, FailureKind

_IN_FLIGHT = 60.0
"""Seconds for which a request may be under way, with its token and the wait for its turn."""


class PlanRunner:
    """Sends `items` of `plan`, one after another, and settles what has no answer by reading. It
    runs once.
    """

    def __init__(self, plan: Plan, items: Sequence[PlanItem], ports: ActionPorts) -> None:
        self._plan = plan
        self._items = items
        self._ports = ports
        self._next = 0
        self._has_begun = False
        self._stopping = asyncio.Event()
        self._unknown: list[JournalEntry] = []
        self._wait = 0.0
        self.is_running = False
        self.in_flight: PlanItem | None = None
        """The order that is read again and sent."""
        self.problem = ""
        """Why the rest is not sent, as a sentence; empty if nothing went wrong."""

    @property
    def unsent(self) -> Sequence[PlanItem]:
        """The orders whose turn has not come."""
        return self._items[self._next :]

    def stop(self) -> None:
        """End after the request in flight. What is unknown then is settled at the next start."""
        self._stopping.set()

    async def run(self) -> AsyncGenerator[ItemResult, None]:
        """Yield what came of each order, then what reads show of those that had no answer. Raises
        `RuntimeError` the second time.

        If the task is cancelled, the journal says what is known: the order whose request was in
        flight is unknown.
        """
        if self._has_begun:
            raise RuntimeError("a plan runs once")
        self._has_begun = self.is_running = True
        try:
            while self.unsent and self._goes_on():
                result = await self._do_next()
                if result is not None:
                    yield result
                if self.unsent and self._wait:
                    await self._pause(self._wait)
            ports = self._ports._replace(sleep=self._pause)
            async for result in settle(self._unknown, ports, WAITS, self._goes_on):
                yield result
        finally:
            self.is_running = False

    def _goes_on(self) -> bool:
        return not self._stopping.is_set()

    async def _do_next(self) -> ItemResult | None:
        """Do the next order; return None if nothing may be sent any more."""
        self.in_flight = item = self._items[self._next]
        self._next += 1
        is_left = True
        try:
            answer = await read_order(self._ports.api, item.order_id)
            if not self._goes_on():
                return None
            if isinstance(answer, Failure):
                is_left = False
                return ItemResult(item.order_id, Outcome.SKIPPED, self._unread(answer))
            words = await self._change(item, answer) or await self._other_requeue(item.order_id)
            is_left = False
            if words:
                return ItemResult(item.order_id, Outcome.SKIPPED, words)
            return await self._write(item, answer)
        except JournalProblem as problem:
            is_left = True
            self.problem = str(problem)
            self.stop()
            return None
        finally:
            self._next -= is_left
            self.in_flight = None

    async def _change(self, item: PlanItem, detail: OrderDetail) -> str:
        """Return what has changed since the plan, in words; empty if nothing has."""
        before = read_evidence(item.read_before)
        if before is None:
            return "it is not known what it was in the plan"
        change = change_between(before, evidence_of(detail))
        if not change and await self._ports.has_run_since(item.order_id, self._plan.made_at):
            change = "the history saw it run since the plan"
        return change

    async def _other_requeue(self, order_id: str) -> str:
        """Return that another instance, or another plan, has sent it since the plan was made: its
        request may be in flight, and the order still be in ERROR.
        """
        last = last_requeue(await self._ports.journal.of_order(order_id))
        if last is None:
            return ""
        in_flight = last.outcome is Outcome.BEGUN and self._ports.wall() - last.at < _IN_FLIGHT
        if not in_flight and last.at <= self._plan.made_at:
            return ""
        return f"requeued at {self._ports.wording.time(last.at)} by {last.who}"

    def _unread(self, failure: Failure) -> str:
        if failure.kind is FailureKind.MISSING:
            return "not found on the server"
        return f"could not be read again: {self._ports.wording.failure(failure)}"

    async def _write(self, item: PlanItem, detail: OrderDetail) -> ItemResult:
        """Raises `JournalProblem` if it can't be journalled: then nothing was sent."""
        ports = self._ports
        send = partial(ports.writes.requeue, item.order_id)
        request = JournalledRequest(ports.journal, ports.wording, send)
        entry = JournalEntry(
            self._plan.id,
            ports.wall(),
            ports.who,
            self._plan.kind,
            item.order_id,
            item.filename,
            evidence_of(detail).to_text(),
        )
        done, words = await request.run(entry)
        self._wait = request.wait
        if done.outcome is Outcome.UNKNOWN:
            self._unknown.append(done)
        return ItemResult(item.order_id, done.outcome, words)

    async def _pause(self, seconds: float) -> None:
        """Wait, but not longer than until `stop`."""
        waits = [self._ports.sleep(seconds), self._stopping.wait()]
        tasks = [asyncio.ensure_future(each) for each in waits]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
