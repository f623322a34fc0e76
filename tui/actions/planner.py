"""Makes the plan of a requeue: reads each order, and says what would be sent and why not."""

import time
from collections.abc import AsyncGenerator, Callable, Iterable, Sequence

import msgspec

from tui.actions.evidence import evidence_of, read_order
from tui.actions.guards import GuardCheck, Ruling, denied, facts_of_detail
from tui.actions.lineage import last_requeue
from tui.actions.plan import Eligibility, Plan, PlanItem
from tui.actions.ports import Wording, new_plan_id
from tui.model.actions import ActionKind, Guard, Journal
from tui.model.order import OrderDetail, Phase, phase_of
from tui.model.ports import Api, Failure, FailureKind


class Planner:
    """Plans requeues. `guards` are those of the config file. Without a `journal` earlier actions
    are not known. `wall` is UTC epoch seconds; `new_id` returns the id of a plan.
    """

    def __init__(
        self,
        api: Api,
        guards: Sequence[Guard],
        journal: Journal | None,
        wording: Wording,
        *,
        wall: Callable[[], float] = time.time,
        new_id: Callable[[], str] = new_plan_id,
    ) -> None:
        self._api = api
        self._guards = guards
        self._journal = journal
        self._wording = wording
        self._wall = wall
        self._new_id = new_id

    async def plan(
        self, order_ids: Iterable[str], hidden: int = 0, not_included: int = 0
    ) -> AsyncGenerator[PlanItem | Plan, None]:
        """Read each order once; yield an item for each as it is read, in their order, and the plan
        at the end. The items of the plan count: some may be denied in it by a guard's `max`.
        """
        made_at = self._wall()
        check = GuardCheck(self._guards, ActionKind.REQUEUE, made_at)
        items: list[PlanItem] = []
        rulings: list[Ruling] = []
        # One at a time: the polls wait in the client behind each that is waiting.
        for order_id in dict.fromkeys(order_ids):
            item, ruling = await self._read(order_id, check)
            items.append(item)
            rulings.append(ruling)
            yield item
        limited = check.limit(items, rulings)
        yield Plan(self._new_id(), ActionKind.REQUEUE, limited, hidden, not_included, made_at)

    async def _read(self, order_id: str, check: GuardCheck) -> tuple[PlanItem, Ruling]:
        answer = await read_order(self._api, order_id)
        if isinstance(answer, Failure):
            return self._unread(order_id, answer), Ruling()
        item = _item(answer)
        if item.eligibility is Eligibility.NOT_FAILED:
            return item, Ruling()
        ruling = check.rule(facts_of_detail(answer))
        if ruling.denial:
            return denied(item, ruling), ruling
        earlier = await self._earlier(order_id)
        return msgspec.structs.replace(
            item,
            words="; ".join(filter(None, (item.words, earlier))),
            type_id=ruling.type_id,
            guard_reason=ruling.reason,
            is_unsettled=bool(earlier),
        ), ruling

    def _unread(self, order_id: str, failure: Failure) -> PlanItem:
        if failure.kind is FailureKind.MISSING:
            return PlanItem(order_id, Eligibility.GONE, words="not found on the server")
        words = f"could not be read: {self._wording.failure(failure)}"
        return PlanItem(order_id, Eligibility.UNREAD, words=words)

    async def _earlier(self, order_id: str) -> str:
        """Return that the last requeue of the order is not settled, as a clause; else nothing."""
        entries = () if self._journal is None else await self._journal.of_order(order_id)
        last = last_requeue(entries)
        if last is None or not last.outcome.is_open:
            return ""
        return f"an earlier requeue at {self._wording.time(last.at)} has an unknown outcome"


def _item(detail: OrderDetail) -> PlanItem:
    """Return what an order is, without the guards."""
    evidence = evidence_of(detail)
    match phase_of(evidence.status):
        case Phase.ERROR:
            eligibility, words = Eligibility.ELIGIBLE, ""
        case Phase.FINISHED:
            eligibility, words = Eligibility.FINISHED, "finished: costs minutes again"
        case Phase.QUEUED:
            eligibility, words = Eligibility.NOT_FAILED, f"in the queue ({evidence.status})"
        case Phase.UNKNOWN:
            eligibility, words = Eligibility.NOT_FAILED, "its status is not known"
            if evidence.status:
                words = f"its status {evidence.status} is not known to be a failure"
        case _:
            eligibility, words = Eligibility.NOT_FAILED, f"running ({evidence.status})"
    return PlanItem(
        detail.id,
        eligibility,
        evidence.status,
        detail.filename or "",
        evidence.comment if eligibility is Eligibility.ELIGIBLE else "",
        words,
        read_before=evidence.to_text(),
    )
