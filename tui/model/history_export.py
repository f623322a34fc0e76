"""Export what was recorded of orders, as JSON Lines. Pure.

Each line is one change. Times are ISO 8601 in UTC. A second file has what is known of the whole.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from tui.model.export import ExportRequest, iso
from tui.model.history import Change, Span
from tui.model.spans import gaps, recorded_until

FIELDS: Mapping[str, str] = {
    "id": "the order",
    "attempt": "1, and one more each time it began again",
    "changed": "status, progress or comment",
    "old": "the value before, of progress the percent of each sub-job; "
    "null: not known, or for a status: the order was not in the list",
    "new": "the value since then; null for a status: the order is gone from the list",
    "after": "the last poll that had the old value: it changed later than this; "
    "null: no poll had looked before",
    "before": "the first poll that had the new value: it had changed by then",
}
"""The fields of a line, and what they mean."""

_encode = msgspec.json.Encoder().encode


def change_lines(changes: Iterable[Change]) -> Iterator[bytes]:
    for change in changes:
        values = (
            change.order_id,
            change.attempt,
            change.field.name.lower(),
            change.old,
            change.new,
            None if change.after is None else iso(change.after),
            iso(change.before),
        )
        yield _encode(dict(zip(FIELDS, values, strict=True))) + b"\n"


def history_meta(request: ExportRequest, spans: Sequence[Span]) -> bytes:
    """Return what is known of the export of the orders of `request`, as a JSON file: among other
    things when nothing was polled since the history began.
    """
    since = min((each.start for each in spans), default=None)
    unseen = () if since is None else gaps(spans, since, recorded_until(spans))
    about = {
        "orders": len(request.rows),
        "company": request.company,
        "host": request.host,
        **({"filter": request.filter} if request.filter else {}),
        "exported": iso(request.now.wall),
        "recorded_since": None if since is None else iso(since),
        "fields": FIELDS,
        "not_polled": [
            {"start": iso(each.start), "end": iso(each.end), "why": each.kind.value}
            for each in unseen
        ],
    }
    return msgspec.json.format(_encode(about)) + b"\n"
