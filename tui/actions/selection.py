"""The failed orders that match a filter, read from the list and, where it decides, the details."""

from collections.abc import Callable, Sequence
from datetime import tzinfo

import msgspec

from tui.actions.evidence import read_order
from tui.actions.guards import facts_of_detail
from tui.filtering.evaluate import Matcher
from tui.filtering.server_filters import necessary_range
from tui.filtering.syntax_tree import Query, Verdict
from tui.model.order import OrderSummary, Phase
from tui.model.pages import Page, PageRequest
from tui.model.ports import Api, CachedAnswer, Failure, FailureKind

MAX_DETAILS = 500
"""Details that are read for a filter: at two a second they take four minutes."""

_PAGE, _OVERLAP = 2000, 50  # new orders shift the pages, so they overlap
_MAX_PAGES = 1000


class Selection(msgspec.Struct, frozen=True):
    """The `order_ids` to plan, newest first. `others` match the filter, but are not of the statuses
    that were asked for. Of `undecided` ones the detail decides, and could not be read.
    """

    order_ids: tuple[str, ...]
    others: int = 0
    undecided: int = 0


class TooManyDetails(Exception):
    """The filter needs more than `MAX_DETAILS` details; `count` of them."""

    def __init__(self, count: int) -> None:
        super().__init__()
        self.count = count


async def select_orders(
    api: Api,
    query: Query,
    phases: Sequence[Phase],
    now: float,
    zone: tzinfo | None = None,
    tell: Callable[[int], None] = lambda _: None,
) -> Selection | Failure:
    """Return the orders in one of `phases` that match `query` at `now` (UTC epoch seconds). Raises
    `TooManyDetails`. A detail is read only where the list leaves the verdict open; `tell` is called
    with their number before.
    """
    since, _ = necessary_range(query, "created", now, zone)
    orders = await _read_list(api, since)
    if isinstance(orders, Failure):
        return orders
    matcher = Matcher(query, now, zone)
    verdicts = map(Verdict, matcher.judge_listed(orders))
    judged = list(zip(orders, verdicts, strict=True))
    asked = [(order, verdict) for order, verdict in judged if order.phase in phases]
    others = sum(verdict is Verdict.YES for order, verdict in judged if order.phase not in phases)
    to_read = sum(verdict is Verdict.UNKNOWN for _, verdict in asked)
    if to_read > MAX_DETAILS:
        raise TooManyDetails(to_read)
    tell(to_read)
    ids: list[str] = []
    undecided = 0
    for order, listed in asked:
        verdict = listed
        if verdict is Verdict.UNKNOWN:
            verdict = await _judge_detail(api, order.id, matcher)
        if verdict is Verdict.YES:
            ids.append(order.id)
        undecided += verdict is Verdict.UNKNOWN
    return Selection(tuple(ids), others, undecided)


async def _judge_detail(api: Api, order_id: str, matcher: Matcher) -> Verdict:
    detail = await read_order(api, order_id)
    if isinstance(detail, Failure):
        return Verdict.NO if detail.kind is FailureKind.MISSING else Verdict.UNKNOWN
    return matcher(facts_of_detail(detail))


async def _read_list(api: Api, since: float | None) -> Sequence[OrderSummary] | Failure:
    """Return the list, newest first, page by page if the server has pages; older orders than
    `since` (UTC epoch seconds) may be left out.
    """
    answer = await api.orders()
    known: dict[str, OrderSummary] = {}
    for _ in range(_MAX_PAGES):
        content = answer.content if isinstance(answer, CachedAnswer) else answer
        if isinstance(content, Failure):
            return content
        known |= {order.id: order for order in content.orders}
        if not isinstance(content, Page) or content.is_last or _is_older(content, since):
            return list(known.values())
        offset = max(content.end - _OVERLAP, content.request.offset + 1)
        answer = await api.page(PageRequest(_PAGE, offset))
    return Failure(FailureKind.TOO_LARGE)


def _is_older(page: Page, since: float | None) -> bool:
    last = page.orders[-1].created if page.orders else None
    return since is not None and last is not None and last < since
