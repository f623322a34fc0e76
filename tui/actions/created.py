"""Finds the order that an unanswered request may have created, in the list. Reads only.

An order counts as created by the request if the list did not have it before, and its source and its
output files are those that were sent. One such order: it was created. Several: it is not known
which one. None: it may still come, until `NOT_CREATED_AFTER`: no proxy and no server holds a
request for so long, so a list that was read later, back to an order from before the request, and
has no such order, proves that it was not created. What could not be read, and an order of which
only the source or only the files are the same, prove nothing.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import unquote

import msgspec

from tui.actions.evidence import read_order
from tui.actions.ports import ActionPorts
from tui.model.actions import JournalEntry, Outcome
from tui.model.order import OrderDetail, OrderSummary
from tui.model.ports import Api, CachedAnswer, Failure, FailureKind

NOT_CREATED_AFTER = 600.0
"""Seconds after the request."""

_USER = re.compile(r"://[^/]*@")
_KNOWN = 20
_MAX_CANDIDATES = 30
_CLOCKS_DIFFER = 60.0
"""Seconds between the server's clock and this one, if the list has no order from before."""


class CreateEvidence(msgspec.Struct, frozen=True, array_like=True):
    """What identifies a new order; `JournalEntry.read_before` has it as JSON. `origin` is masked
    like the source of an `OrderDetail`; `files` are the names of the output files; `newest` are the
    first ids of the list before the request.
    """

    origin: str
    files: tuple[str, ...] = ()
    newest: tuple[str, ...] = ()

    def to_text(self) -> str:
        return msgspec.json.encode(self).decode()

    def is_alike(self, text: str) -> bool:
        """Return whether the evidence in `text` is of this source and these files."""
        other = _read(text)
        return (
            other is not None
            and _place(other.origin) == _place(self.origin)
            and sorted(other.files) == sorted(self.files)
        )

    def fits(self, detail: OrderDetail) -> bool | None:
        """Return whether an order has this source and these files; None if only one of the two."""
        source = detail.source.url if detail.source else None
        has_source = source is not None and _place(source) == _place(self.origin)
        files = sorted(job.filename or "" for job in detail.jobs)
        has_files = bool(detail.more_jobs) or files == sorted(self.files)
        return has_files if has_files is has_source else None


def _read(text: str) -> CreateEvidence | None:
    try:
        return msgspec.json.decode(text, type=CreateEvidence)
    except msgspec.MsgspecError:
        return None


def _place(url: str) -> str:
    """Return what can be compared of a URL: an answer may have the user beside it (S)."""
    return unquote(_USER.sub("://", url, count=1)).casefold()


class Finding(NamedTuple):
    """What reads show of an action; `created` is the id of the order or profile that was found."""

    outcome: Outcome
    words: str
    created: str = ""


async def evidence_before_create(
    api: Api, origin: str, files: Sequence[str]
) -> CreateEvidence | Failure:
    """Read the list directly before an order is created, and return what identifies the new one."""
    orders = await _read_newest(api)
    if isinstance(orders, Failure):
        return orders
    newest = tuple(order.id for order in orders[:_KNOWN])
    return CreateEvidence(origin, tuple(files), newest)


async def find_created(entry: JournalEntry, ports: ActionPorts) -> Finding:
    """Look for the order that the request of `entry` may have created."""
    at = ports.wall()
    time = ports.wording.time(at)
    evidence = _read(entry.read_before)
    if evidence is None:
        return Finding(Outcome.UNKNOWN, "what identifies it was not stored")
    orders = await _read_newest(ports.api)
    if isinstance(orders, Failure):
        failure = ports.wording.failure(orders)
        return Finding(Outcome.UNKNOWN, f"the list was not read at {time}: {failure}")
    candidates, is_whole = new_orders(orders, evidence.newest, entry.at)
    details = [await read_order(ports.api, each.id) for each in candidates]
    fits = {each.id: evidence.fits(each) for each in details if isinstance(each, OrderDetail)}
    found = [order_id for order_id, fit in fits.items() if fit]
    similar = [order_id for order_id, fit in fits.items() if fit is None]
    unread = sum(_is_unread(each) for each in details)
    if len(found) > 1:
        words = f"{len(found)} new orders have this source at {time}: {', '.join(found)}"
        return Finding(Outcome.UNKNOWN, words)
    if unread:
        return Finding(Outcome.UNKNOWN, f"{unread} of the newer orders could not be read at {time}")
    if found:
        return Finding(Outcome.FOUND_DONE, f"created, in the list at {time}", found[0])
    if similar:
        words = f"new at {time}, with only its source or only its files: {', '.join(similar)}"
        return Finding(Outcome.UNKNOWN, words)
    if is_whole and at - entry.at >= NOT_CREATED_AFTER:
        return Finding(Outcome.FOUND_NOT_DONE, f"not created: not in the list at {time}")
    return Finding(Outcome.UNKNOWN, f"not found in the list at {time}")


def new_orders(
    orders: Sequence[OrderSummary], newest_before: Sequence[str], at: float
) -> tuple[Sequence[OrderSummary], bool]:
    """Return those of `orders`, newest first, that may be new since the list began with
    `newest_before`, at most the oldest `_MAX_CANDIDATES`; and whether these are all of them. If
    none of `newest_before` is there, those made about the time `at` (UTC epoch seconds) are
    returned.
    """
    known = frozenset(newest_before)
    end = next((row for row, order in enumerate(orders) if order.id in known), None)
    if end is not None or not known:
        new = orders[:end]
        return new[-_MAX_CANDIDATES:], len(new) <= _MAX_CANDIDATES
    about = range(int(at - _CLOCKS_DIFFER), int(at + NOT_CREATED_AFTER + _CLOCKS_DIFFER))
    new = [each for each in orders if each.created is None or int(each.created) in about]
    return new[-_MAX_CANDIDATES:], False


async def _read_newest(api: Api) -> Sequence[OrderSummary] | Failure:
    answer = await api.orders()
    if isinstance(answer, CachedAnswer):
        return Failure(FailureKind.CACHED)
    return answer if isinstance(answer, Failure) else answer.orders


def _is_unread(answer: OrderDetail | Failure) -> bool:
    return isinstance(answer, Failure) and answer.kind is not FailureKind.MISSING
