"""What the guards of the config file say of orders. Pure.

What can't be decided denies: a guard with a problem, and a filter that looks at what is not known.
"""

from collections import Counter
from collections.abc import Iterable, Sequence

import msgspec

from tui.actions.plan import Eligibility, PlanItem
from tui.filtering.evaluate import Matcher
from tui.filtering.lexer import QueryError
from tui.filtering.parser import parse
from tui.filtering.syntax_tree import Verdict
from tui.model.actions import ActionKind, Guard
from tui.model.order import OrderDetail, mean_progress, phase_of
from tui.model.order_facts import OrderFacts


class Ruling(msgspec.Struct, frozen=True):
    """What the guards say of one order. `denial` is why it must not be done, empty if it may be;
    `limited_by` are the guards with a `max` that count it, by their position.
    """

    denial: str = ""
    type_id: bool = False
    reason: str = ""
    """That of the guard that denies it, or asks for its id."""
    limited_by: tuple[int, ...] = ()


def facts_of_detail(detail: OrderDetail) -> OrderFacts:
    """Return the facts of an order of which only its detail was read."""
    phase = phase_of(detail.status or "")
    return OrderFacts(
        detail.id,
        detail.status or "",
        phase,
        detail.created,
        progress=mean_progress(detail, phase),
        detail=detail,
    )


class GuardCheck:
    """Judges orders by the guards of one action, at `now` (UTC epoch seconds)."""

    def __init__(self, guards: Sequence[Guard], action: ActionKind, now: float) -> None:
        self._guards = [guard for guard in guards if guard.action in (None, action)]
        self._matchers = [_matcher(guard, now) for guard in self._guards]

    def rule(self, facts: OrderFacts) -> Ruling:
        """Return what the guards say of an order. The first one that denies it has the reason."""
        asks: list[str] = []
        limits: list[int] = []
        for number, (guard, matcher) in enumerate(zip(self._guards, self._matchers, strict=True)):
            if matcher is None:
                problem = guard.problem or "the filter of a guard cannot be read"
                return Ruling(f"{problem} (in the config file)", reason=guard.reason)
            verdict = matcher(facts)
            if verdict is Verdict.NO:
                continue
            if guard.deny:
                return Ruling(_denial(guard, verdict), reason=guard.reason)
            if guard.type_id:
                asks.append(guard.reason)
            if guard.max is not None:
                limits.append(number)
        reason = next(filter(None, asks), "")
        return Ruling(type_id=bool(asks), reason=reason, limited_by=tuple(limits))

    def limit(self, items: Iterable[PlanItem], rulings: Sequence[Ruling]) -> tuple[PlanItem, ...]:
        """Deny the orders beyond the `max` of a guard. Failed orders come before finished ones,
        which are sent only if they are included; else the order of the plan decides.
        """
        limited = list(items)
        counts: Counter[int] = Counter()
        for kind in (Eligibility.ELIGIBLE, Eligibility.FINISHED):
            for row, (item, ruling) in enumerate(zip(limited, rulings, strict=True)):
                if item.eligibility is not kind:
                    continue
                full = [each for each in ruling.limited_by if counts[each] >= self._max(each)]
                if full:
                    limited[row] = denied(item, _beyond(self._guards[full[0]]))
                else:
                    counts.update(ruling.limited_by)
        return tuple(limited)

    def _max(self, number: int) -> int:
        most = self._guards[number].max
        return 0 if most is None else most


def denied(item: PlanItem, ruling: Ruling) -> PlanItem:
    return msgspec.structs.replace(
        item,
        eligibility=Eligibility.DENIED,
        words=f"denied: {ruling.denial}",
        type_id=False,
        guard_reason=ruling.reason,
    )


def _matcher(guard: Guard, now: float) -> Matcher | None:
    if guard.problem:
        return None
    try:
        return Matcher(parse(guard.filter), now)
    except QueryError:
        return None


def _denial(guard: Guard, verdict: Verdict) -> str:
    name = f"the guard {guard.filter!r}" if guard.filter else "a guard for every order"
    if verdict is Verdict.UNKNOWN:
        return f"{name} cannot be checked for it" + (f" ({guard.reason})" if guard.reason else "")
    return guard.reason or name


def _beyond(guard: Guard) -> Ruling:
    orders = f"at most {guard.max} of {guard.filter!r}" if guard.filter else f"at most {guard.max}"
    why = f" ({guard.reason})" if guard.reason else ""
    return Ruling(f"{orders} in one plan{why}", reason=guard.reason)
