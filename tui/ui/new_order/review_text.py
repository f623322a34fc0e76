"""The words of the dialog that shows and sends a new order. Pure."""

from collections.abc import Sequence

import msgspec

from tui import formatting
from tui.actions.guards import Ruling
from tui.actions.plan import ItemResult
from tui.model.actions import JournalEntry, Outcome
from tui.model.new_order import NewOrder
from tui.model.order_fields import Problem
from tui.ui.action_words import RESULT_ROLES
from tui.ui.text import Line, wrapped

_SENDING = "Sending…"
SEARCHING = "Looking whether it was sent before…"
AGAIN = "again"
"""What is typed to send an order again whose outcome is unknown."""

_LOOKING = (
    "It is not sent again. It is looked for in the list for a minute; closing this stops nothing."
)
_STILL_UNKNOWN = "It may still come. Before it can be sent again, it is looked for in the list."
_MAX_LINES = 6


class Review(msgspec.Struct, frozen=True):
    """What is shown before `order` is sent: the warnings about its fields, what the guards say, and
    how many minutes it uses. `earlier` is the same order whose outcome was unknown, and what is
    known of it now.
    """

    order: NewOrder
    warnings: tuple[Problem, ...]
    ruling: Ruling
    minutes: str
    earlier: tuple[JournalEntry, ItemResult] | None = None

    @property
    def must_type(self) -> str:
        """What must be typed before it is sent; empty if nothing."""
        if self.ruling.type_id:
            return self.order.files[0]
        return AGAIN if self.earlier is not None else ""


def review_lines(review: Review, now: float, width: int) -> list[Line]:
    """What is to be known of the order, then its JSON."""
    lines: list[Line] = []
    if review.ruling.denial:
        lines += wrapped(
            f"Nothing can be sent. Denied: {review.ruling.denial}", width, "error", most=_MAX_LINES
        )
    if review.earlier is not None:
        lines += wrapped(_earlier_text(*review.earlier, now), width, "warning", most=_MAX_LINES)
    for each in review.warnings:
        lines += wrapped(f"! {each.path}: {each.words}", width, "warning", most=_MAX_LINES)
    lines += [*wrapped(review.minutes, width, "plain", most=_MAX_LINES), ()]
    return lines + [((line, "dim"),) for line in review.order.lines]


def prompt_text(review: Review) -> str:
    """What must be typed, and why; empty if nothing."""
    if not review.must_type:
        return ""
    reason = f" ({review.ruling.reason})" if review.ruling.reason else ""
    why = f"A guard asks{reason}: type" if review.ruling.type_id else "Type"
    return f"{why} {review.must_type} to send it:"


def _earlier_text(entry: JournalEntry, result: ItemResult, now: float) -> str:
    at = formatting.time_with_date(entry.at, now)
    if result.outcome.is_done:
        return f"The same order was sent at {at} and was created, as {result.order_id}."
    return f"The same order was sent at {at} without an answer, and may still come: {result.words}."


def result_text(result: ItemResult) -> str:
    """`created 1631092552-1237`, `refused: WORDS`, `outcome unknown: WORDS`."""
    words = formatting.describe_outcome(result.outcome, result.words)
    if result.outcome.is_done and result.order_id:
        return f"created {result.order_id}"
    return words


def result_lines(results: Sequence[ItemResult], width: int, *, is_running: bool) -> list[Line]:
    """What came of it: the first answer, and the last thing that a read has shown."""
    if not results:
        return wrapped(_SENDING, width, "accent", most=_MAX_LINES)
    lines: list[Line] = []
    for each in [*results[:1], *results[1:][-1:]]:
        lines += wrapped(result_text(each), width, RESULT_ROLES[each.outcome], most=_MAX_LINES)
    if results[-1].outcome is Outcome.UNKNOWN:
        lines += wrapped(
            _LOOKING if is_running else _STILL_UNKNOWN, width, "plain", most=_MAX_LINES
        )
    return lines
