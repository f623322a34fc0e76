"""The plan of an action on orders: what each order is, and which ones would be sent. Pure."""

from collections.abc import Sequence
from enum import Enum

import msgspec

from tui.model.actions import ActionKind, Outcome


class Eligibility(Enum):
    """Whether an order would be sent, as of its last read. The values are those of `--json`."""

    ELIGIBLE = "eligible"
    FINISHED = "finished"
    """It is sent only if finished orders are included: that costs minutes again."""
    NOT_FAILED = "not-failed"
    """It is active, or its status is not known: there is nothing to do."""
    GONE = "gone"
    """The server has no such order."""
    UNREAD = "unread"
    """It could not be read, so that nothing is known of it."""
    DENIED = "denied"
    """A guard forbids it."""


class PlanItem(msgspec.Struct, frozen=True):
    """One order of a plan. `reason` is the comment of an order in ERROR. `words` say why it is not
    sent, or what to know before it is. `guard_reason` is that of the guard that denies it, or asks
    for its id. `read_before` is what the read had shown, as `tui.actions.evidence` stores it.
    """

    order_id: str
    eligibility: Eligibility
    status: str = ""
    filename: str = ""
    reason: str = ""
    words: str = ""
    type_id: bool = False
    """A guard asks that the id is typed."""
    guard_reason: str = ""
    read_before: str = ""
    is_unsettled: bool = False
    """An earlier requeue of it has an unknown outcome, as `words` say."""


class Plan(msgspec.Struct, frozen=True):
    """The orders that were asked for, in that order, each read once, at `made_at` (UTC epoch
    seconds) or later. `hidden` of them are not shown by the filter. `not_included` other orders
    match the filter now.
    """

    id: str
    kind: ActionKind
    items: tuple[PlanItem, ...]
    hidden: int = 0
    not_included: int = 0
    made_at: float = 0.0

    def to_send(self, include_finished: bool = False) -> Sequence[PlanItem]:
        """Return the orders that would be sent."""
        sent = [Eligibility.ELIGIBLE]
        if include_finished:
            sent.append(Eligibility.FINISHED)
        return [item for item in self.items if item.eligibility in sent]

    def must_type(self, include_finished: bool, confirm_above: int) -> Sequence[str]:
        """Return the texts that must be typed before it runs: the number of orders if there are
        more than `confirm_above`, then the ids that a guard asks for.
        """
        items = self.to_send(include_finished)
        number = [str(len(items))] if len(items) > confirm_above else []
        return [*number, *(item.order_id for item in items if item.type_id)]


class ItemResult(msgspec.Struct, frozen=True):
    """What came of one action, or what a later read shows of it. `order_id` is the id of the order,
    or of the profile that the action was on; that of a new one is empty if it is not known.
    """

    order_id: str
    outcome: Outcome
    words: str = ""
    kind: ActionKind = ActionKind.REQUEUE
