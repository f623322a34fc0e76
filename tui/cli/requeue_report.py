"""What the command `requeue` writes: lines for people, or JSON Lines.

JSON Lines are `{"type": "plan", …}` with every order, `{"type": "result", …}` for each order as it
is sent and again when a read settles it, and `{"type": "end", …}`. Results of an earlier run, which
come first, have `"earlier": true`.
"""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Protocol

from tui import formatting
from tui.actions.plan import ItemResult, Plan, PlanItem
from tui.cli.output import write_error, write_line
from tui.model.actions import Outcome

_STATUS_WIDTH = 11
_MANY = 5
_SUMMARY = (
    (Outcome.ACCEPTED, "sent"),
    (Outcome.FOUND_DONE, "found queued again"),
    (Outcome.REFUSED, "refused"),
    (Outcome.SKIPPED, "skipped"),
    (Outcome.UNKNOWN, "unknown"),
)


class PlanView:
    """A plan, and of its orders those to send and those not to, with the reasons of these. `others`
    orders match the filter and have not failed; `undecided` ones could not be read for it.
    """

    def __init__(
        self,
        plan: Plan,
        to_send: Sequence[PlanItem],
        left_out: Sequence[tuple[PlanItem, str]],
        others: int = 0,
        undecided: int = 0,
    ) -> None:
        self.plan, self.to_send, self.left_out = plan, to_send, left_out
        self.others, self.undecided = others, undecided


class Report(Protocol):
    def show_filtering(self, count: int) -> None:
        """Say that so many orders are read for the filter: two a second."""

    def show_reading(self, count: int) -> None:
        """Say that so many orders are read for the plan: two a second."""

    def show_plan(self, view: PlanView) -> None: ...

    def show_result(self, result: ItemResult, *, is_earlier: bool = False) -> None: ...

    def show_end(
        self, results: Sequence[ItemResult], unsent: Sequence[PlanItem], problem: str
    ) -> None:
        """`results` has the last one of each order."""


class TextReport:
    def show_filtering(self, count: int) -> None:
        if count > _MANY:
            write_error(f"transcode-tui: reads {formatting.orders(count)} for the filter\n")

    def show_reading(self, count: int) -> None:
        if count > _MANY:
            write_error(f"transcode-tui: reads {formatting.orders(count)}\n")

    def show_plan(self, view: PlanView) -> None:
        for line in _plan_lines(view):
            write_line(line)

    def show_result(self, result: ItemResult, *, is_earlier: bool = False) -> None:
        words = formatting.describe_outcome(result.outcome, result.words)
        earlier = f"an earlier {result.kind.value}, " if is_earlier else ""
        write_line(f"{result.order_id}  {earlier}{words}".lstrip())

    def show_end(
        self, results: Sequence[ItemResult], unsent: Sequence[PlanItem], problem: str
    ) -> None:
        counts = Counter(result.outcome for result in results)
        parts = [
            f"{formatting.count(counts[each])} {words}" for each, words in _SUMMARY if counts[each]
        ]
        write_line(f"{formatting.orders(len(results))}: {', '.join(parts) or 'none'}")
        if problem:
            write_line(problem)
        if unsent:
            ids = " ".join(item.order_id for item in unsent)
            write_line(f"{formatting.orders(len(unsent))} not sent: {ids}")


def _plan_lines(view: PlanView) -> Iterator[str]:
    yield f"plan {view.plan.id}: requeue {formatting.orders(len(view.to_send))}"
    for item in view.to_send:
        notes = [item.reason, item.words, item.guard_reason]
        yield _row(item, "; ".join(filter(None, notes)))
    if view.left_out:
        yield f"not sent: {formatting.orders(len(view.left_out))}"
    for item, why in view.left_out:
        yield _row(item, why)
    if view.others:
        yield f"{formatting.orders(view.others)} that match have not failed"
    if view.undecided:
        yield f"{formatting.orders(view.undecided)} could not be read for the filter"


def _row(item: PlanItem, words: str) -> str:
    parts = [item.order_id, f"{item.status or '-':{_STATUS_WIDTH}}", item.filename, words]
    return "  " + "  ".join(filter(None, parts)).rstrip()


class JsonReport:
    def show_filtering(self, count: int) -> None:
        pass

    def show_reading(self, count: int) -> None:
        pass

    def show_plan(self, view: PlanView) -> None:
        reasons = {item.order_id: why for item, why in view.left_out}
        _write(
            type="plan",
            plan=view.plan.id,
            action=view.plan.kind.value,
            orders=[_order(item, reasons.get(item.order_id)) for item in view.plan.items],
            others=view.others,
            undecided=view.undecided,
        )

    def show_result(self, result: ItemResult, *, is_earlier: bool = False) -> None:
        _write(
            type="result",
            action=result.kind.value,
            order=result.order_id,
            outcome=result.outcome.value,
            words=result.words,
            earlier=is_earlier,
        )

    def show_end(
        self, results: Sequence[ItemResult], unsent: Sequence[PlanItem], problem: str
    ) -> None:
        outcomes = {result.order_id: result.outcome.value for result in results}
        unsent_ids = [item.order_id for item in unsent]
        _write(type="end", outcomes=outcomes, unsent=unsent_ids, problem=problem)


def _order(item: PlanItem, why: str | None) -> dict[str, object]:
    return {
        "order": item.order_id,
        "send": why is None,
        "eligibility": item.eligibility.value,
        "status": item.status,
        "file": item.filename,
        "reason": item.reason,
        "words": item.words if why is None else why,
        "guard_reason": item.guard_reason,
    }


def _write(**members: object) -> None:
    write_line(json.dumps(members, ensure_ascii=False))
