"""The list in pieces (O): the parameters, which an older server may ignore or refuse, and the
envelope of the answer.
"""

import json
from datetime import UTC, datetime
from functools import partial
from urllib.parse import urlencode

import msgspec

from tui.api.listing import RawRow, rows_of, read_each, snapshot_of, partition_rows, to_summary
from tui.api.loose import check_values, loads, int_of
from tui.model.order import Snapshot, InvalidRow
from tui.model.page import NEWEST, Page, PageRequest, ServerFilters
from tui.model.ports import Failure


class _Envelope(msgspec.Struct, gc=False):
    results: list[RawRow]
    count: int | None = None


_envelopes = msgspec.json.Decoder(_Envelope)

_REFUSALS = (400, 404, 405, 414, 422, 500, 501)


def query_of(part: PageRequest | None) -> str:
    """The query that asks for a piece, in an envelope that says how many there are in all."""
    if part is None:
        return ""
    asked: dict[str, object] = {"limit": part.limit, "offset": part.offset, "output": "std"}
    filters = filters_of(part.sought) if part.sought is not None else {}
    if part.status:
        filters["status"] = part.status
    if filters:
        asked["filters"] = json.dumps(filters)
    if part.sought is not None and part.sought.search is not None:
        asked["search"] = part.sought.search
    return "?" + urlencode(asked)


def filters_of(sought: ServerFilters) -> dict[str, object]:
    """The members of `filters`; the search is a parameter beside them."""
    texts = {
        "status": sought.status,
        "order_id": sought.order_id,
        "profile_name": sought.profile_name,
    }
    filters: dict[str, object] = {key: text for key, text in texts.items() if text is not None}
    ends = {"from": sought.since, "to": sought.until}
    period = {end: _stamp(at) for end, at in ends.items() if at is not None}
    return {**filters, "timestamp": period} if period else filters


def _stamp(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M:%S")


def may_reject_parameters(failure: Failure) -> bool:
    """True where a server that dislikes the parameters might have answered so."""
    return failure.status in _REFUSALS


class PageDecoder:
    """Reads pieces; a body of the newest page that is equal to the last is the same `Page`."""

    def __init__(self) -> None:
        self._body = b""
        self._newest: Page | Snapshot | None = None

    def read(self, body: bytes, part: PageRequest, now: float) -> Page | Snapshot | None:
        """See `read_part`."""
        if part != NEWEST:
            return read_part(body, part, now)
        if body != self._body or self._newest is None:
            self._newest, self._body = read_part(body, part, now), body
        return self._newest


def read_part(body: bytes, part: PageRequest, now: float) -> Page | Snapshot | None:
    """What `body` has of a piece of the list, or of all where that is all there is; None where
    it is no envelope, so that the server knows no pieces. Raises `InvalidJson` or `UnexpectedShape`.
    """
    if body[:20].lstrip()[:1] != b"{":
        return None
    check_values(body)
    try:
        envelope = _envelopes.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        answer = loads(body)
        found, bad = read_each(rows_of(answer), now)
        count = int_of(answer.get("count"))
    else:
        found, bad = partition_rows(map(partial(to_summary, now=now), envelope.results))
        count = envelope.count
    snapshot = snapshot_of(found, bad)
    bad = [InvalidRow(part.offset + each.position, each.reason) for each in snapshot.unreadable]
    page = Page(part, snapshot.orders, tuple(bad), count)
    # A larger piece that holds all there is is a piece nevertheless: polls do not read so much.
    return snapshot if page.is_last and part == NEWEST else page


def decode_filtered_page(body: bytes, part: PageRequest, now: float) -> Page:
    """What `body` has of a part of the list that is not one piece of it, in an envelope or not.
    An array of another length than was asked for is all that there is. Raises `InvalidJson` or
    `UnexpectedShape`.
    """
    piece = read_part(body, part, now)
    if isinstance(piece, Page):
        return piece
    found, bad = read_each(rows_of(loads(body)), now)
    rows = snapshot_of(found, bad)
    count = len(found) + len(bad)
    return Page(part, rows.orders, rows.unreadable, count if count > part.limit else None)
