"""Creates an order: once, journalled, and looked for in the list if no answer came."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from pathlib import PurePosixPath

from tui.actions.created import evidence_before_create, find_created
from tui.actions.guards import GuardCheck, Ruling, facts_of_detail
from tui.actions.plan import Eligibility, ItemResult, PlanItem
from tui.actions.ports import ActionPorts
from tui.actions.request import JournalledRequest
from tui.actions.settle import WAITS, settle
from tui.model.actions import ActionKind, Guard, JournalEntry, JournalProblem, Outcome
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


class OrderCreation:
    """Sends `order`, as the plan of the id `plan`. It runs once."""

    def __init__(self, order: NewOrder, plan: str, ports: ActionPorts) -> None:
        self._order = order
        self._plan = plan
        self._ports = ports
        self._has_begun = False

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
        request = JournalledRequest(ports, lambda: ports.writes.create_order(order.body()))
        entry = JournalEntry(
            self._plan,
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
