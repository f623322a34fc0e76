"""What a server that was asked to look for orders has found, and whether it did look. Pure.

An older server ignores the parameters and sends everything; another knows some of them. So an
answer is believed only where it has left out what it should have, and never further than this:
the server says that these match. How it compares is not known, so what it has left out may match
as well, and is told of as not read.
"""

import math
from collections.abc import Collection, Iterable
from enum import Enum

import msgspec

from tui.model.events import ClockReading
from tui.model.order import OrderSummary
from tui.model.pages import Page, ServerFilters
from tui.model.ports import Failure

_LEAST = 3
"""Of fewer orders nothing follows: one or two may have changed or gone since they were read."""

_REFUSED = (400, 404, 405, 414, 422, 501)


NOWHERE = "zqxjkvwzqxjk"
"""A text that stands nowhere. A text that stands everywhere and one that is ignored have the same
answer: what a server answers to this one tells them apart.
"""


class Heed(Enum):
    """Whether the server heeds what it was asked to look for."""

    YES = "it left out what it had to"
    NO = "it left out nothing, or refuses to look"
    UNTOLD = "the answer does not tell"


class SearchResult(msgspec.Struct, frozen=True):
    """What came of a question that was sent `at`: of `count` orders found the newest are in
    `ids`; all of them, where it is `whole`. It `failed` where there was no answer.
    """

    at: ClockReading
    heed: Heed = Heed.UNTOLD
    ids: frozenset[str] = frozenset()
    count: int = 0
    whole: bool = False
    failed: bool = False


def detail_only_filter(sought: ServerFilters) -> str:
    """Which of the filters is of something that the list does not say, if one is."""
    if sought.profile_name is not None:
        return "profile_name"
    return "search" if sought.search is not None else ""


def nowhere(hidden: str) -> ServerFilters:
    """What tells whether one of the filters is heeded at all."""
    search = hidden == "search"
    return ServerFilters(search=NOWHERE) if search else ServerFilters(profile_name=NOWHERE)


def filter_names(sought: ServerFilters) -> list[str]:
    """The filters that it stands and falls with."""
    return [detail_only_filter(sought)] if detail_only_filter(sought) else list_filters(sought)


def list_filters(sought: ServerFilters) -> list[str]:
    """The filters that are of what the list says."""
    used = {"status": sought.status, "order_id": sought.order_id}
    timed = sought.since is not None or sought.until is not None
    return [name for name, value in used.items() if value is not None] + ["timestamp"] * timed


def judge(
    sought: ServerFilters, answer: Page | Failure, at: ClockReading, known: Collection[OrderSummary]
) -> tuple[SearchResult, frozenset[str]]:
    """What is found, and which of the filters the server turns out to ignore; `known` is what it
    lists, as far as that is known, the newest first.
    """
    hidden = detail_only_filter(sought)
    if isinstance(answer, Failure):
        refused = answer.status in _REFUSED
        ignored = filter_names(sought)
        heed = Heed.NO if refused else Heed.UNTOLD
        return SearchResult(at, heed, failed=True), frozenset(ignored if refused else ())
    ids = frozenset(answer.ids)
    used = list_filters(sought)
    rows = len(answer.orders)
    broken = [name for name in used if len(_those(sought, name, answer.orders)) < rows]
    heeded = [name for name in used if name not in broken]
    if answer.orders and (answer.count is None or not answer.is_last):
        # There may be more, which is older: nothing is said of that.
        known = _as_new_as(answer.orders, known)
    wanted = known
    for name in heeded:
        wanted = _those(sought, name, wanted)
    left_out = sum(1 for order in wanted if order.id not in ids)
    mostly = left_out >= _LEAST and left_out * 3 >= len(wanted)
    if hidden:
        few = left_out * 20 < len(wanted) and len(wanted) >= _LEAST
        heed = Heed.YES if mostly else Heed.NO if few else Heed.UNTOLD
        broken += [hidden] * (few and sought == nowhere(hidden))
    elif broken or mostly:
        # It sent what was not asked for, or left out what was.
        heed, broken = Heed.NO, broken or heeded
    else:
        apart = len(known) - len(wanted)
        heed = Heed.YES if apart >= _LEAST else Heed.UNTOLD
    count = max(len(ids), answer.count or 0)
    return SearchResult(at, heed, ids, count, answer.is_last), frozenset(broken)


def _as_new_as(
    found: Collection[OrderSummary], known: Iterable[OrderSummary]
) -> list[OrderSummary]:
    oldest = min((o.created for o in found if o.created is not None), default=math.inf)
    return [order for order in known if order.created is not None and order.created >= oldest]


def _those(
    sought: ServerFilters, name: str, orders: Collection[OrderSummary]
) -> list[OrderSummary]:
    """The orders that one of the filters is for."""
    match name:
        case "status":
            words = {order.status for order in orders}
            meant = {word for word in words if word.strip().upper() == sought.status}
            return [order for order in orders if order.status in meant]
        case "order_id":
            return [order for order in orders if order.id == sought.order_id]
        case _:
            since = -math.inf if sought.since is None else sought.since
            until = math.inf if sought.until is None else sought.until
            return [o for o in orders if o.created is not None and since <= o.created <= until]
