"""Creates an order: once, journalled, and looked for in the list if no answer came."""

from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from pathlib import PurePosixPath

from tui.actions.created import CreateEvidence, evidence_before_create, find_created
from tui.actions.guards import GuardCheck, Ruling, facts_of_detail
from tui.actions.plan import Eligibility, ItemResult, PlanItem
from tui.actions.ports import ActionPorts, new_plan_id
from tui.actions.request import JournalledRequest
from tui.actions.settle import WAITS, settle
from tui.model.actions import ActionKind, Guard, JournalEntry, JournalProblem, Outcome, WriteAnswer
from tui.model.new_order import NewOrder
from tui.model.order import MediaLocation, OrderDetail, Profile, SubJob
from tui.model.ports import Failure


def rule_on_new_order(
    order: NewOrder, profiles: Mapping[int, str] | None, guards: Sequence[Guard], now: float
) -> Ruling:
    """Return what the guards of new orders say of `order`, at `now` (UTC epoch seconds). `profiles`
    are the names of the company's profiles; None: not known.
    """
    names = profiles or {}
    jobs = (
        SubJob(Profile(str(job.profile_id), names.get(job.profile_id)), job.filename, job.label)
        for job in order.jobs
    )
    detail = OrderDetail(
        "",
        "QUEUED",
        now,
        PurePosixPath(order.origin).name,
        source=MediaLocation(order.origin),
        uploads=tuple(MediaLocation(url) for url in order.destinations),
        jobs=tuple(jobs),
        more_jobs=0 if profiles is not None else 1,  # so that what is not found is not known
    )
    check = GuardCheck(guards, ActionKind.CREATE, now)
    ruling = check.rule(facts_of_detail(detail))
    # A guard with `max = 0` allows none.
    item = PlanItem("", Eligibility.ELIGIBLE)
    (limited,) = check.limit([item], [ruling])
    if limited is item:
        return ruling
    return Ruling(limited.words.removeprefix("denied: "), reason=limited.guard_reason)


async def earlier_creation(
    order: NewOrder, ports: ActionPorts
) -> tuple[JournalEntry, ItemResult] | None:
    """Look in the list for an order of the same source and files that was sent before, and whose
    outcome is unknown. Return it and what is known of it now; None if there is none, or it was not
    created.
    """
    wanted = CreateEvidence(order.origin, order.files)
    for entry in await ports.journal.unsettled():
        if entry.kind is ActionKind.CREATE and wanted.is_alike(entry.read_before):
            async for result in settle([entry], ports, (0.0,)):
                if result.outcome is not Outcome.FOUND_NOT_DONE:
                    return entry, result
    return None


class OrderCreation:
    """Sends `order`. It runs once. `new_id` returns the id of its plan."""

    def __init__(
        self,
        order: NewOrder,
        ports: ActionPorts,
        new_id: Callable[[], str] = new_plan_id,
    ) -> None:
        self._order = order
        self._ports = ports
        self._new_id = new_id
        self._has_begun = False
        self.has_sent = False
        """The request, or a part of it, may have been sent."""

    async def run(self) -> AsyncGenerator[ItemResult, None]:
        """Yield what came of it, then what reads show if that is unknown or the answer has no id.
        Raises `RuntimeError` the second time.
        """
        if self._has_begun:
            raise RuntimeError("an order is created once")
        self._has_begun = True
        ports, order = self._ports, self._order
        # It identifies the new order if no answer comes.
        evidence = await evidence_before_create(ports.api, order.origin, order.files)
        if isinstance(evidence, Failure):
            words = f"not sent: the list was not read: {ports.wording.failure(evidence)}"
            yield ItemResult("", Outcome.REFUSED, words)
            return
        request = JournalledRequest(ports.journal, ports.wording, self._send)
        entry = JournalEntry(
            self._new_id(),
            ports.wall(),
            ports.who,
            ActionKind.CREATE,
            "",
            order.summary,
            evidence.to_text(),
        )
        try:
            done, words = await request.run(entry)
        except JournalProblem as problem:
            yield ItemResult("", Outcome.REFUSED, f"not sent: {problem}")
            return
        yield ItemResult(done.subject, done.outcome, words)
        if done.outcome is Outcome.UNKNOWN:
            async for result in settle([done], ports, WAITS):
                yield result
        elif done.outcome is Outcome.ACCEPTED and not done.subject:
            found = await find_created(done, ports)
            if found.created:
                yield ItemResult(found.created, Outcome.ACCEPTED, found.words)

    async def _send(self) -> WriteAnswer:
        self.has_sent = True
        return await self._ports.writes.create_order(self._order.body())
