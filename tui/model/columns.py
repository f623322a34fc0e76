"""The columns of an order. A new column is one entry of `COLUMNS`."""

from collections.abc import Callable, Mapping
from enum import Enum
from functools import lru_cache
from types import MappingProxyType
from typing import Any

import msgspec

from tui.model.observed import (
    ATTEMPT,
    CHANGED,
    ELAPSED,
    FINISHED,
    IN_STATUS,
    REMAINING,
    TOOK,
    ObservedColumn,
)
from tui.model.order import OrderDetail, Phase, effective_progress, phase_of
from tui.model.order_facts import AnyOrder

Value = Any
"""A value that sorts; None if it is unknown."""


class Kind(Enum):
    """How a value is written. FILE, ID, STATUS and PROGRESS are drawn in their own way."""

    ID = 0
    STATUS = 1
    PROGRESS = 2
    TIME = 3
    AGE = 4
    TEXT = 5
    COUNT = 6
    BYTES = 7
    SECONDS = 8
    FILE = 9


class Column(msgspec.Struct, frozen=True):
    """Widths are in cells and have a rank: of all columns' widths, those of the lowest rank are
    granted first, as far as there is room.
    """

    header: str
    letter: str
    """The key that sorts by it."""
    ascending: str
    descending: str
    """The words for a sort by it."""
    kind: Kind
    min_width: tuple[int, int]
    value: Callable[[AnyOrder], Value]
    widths: tuple[tuple[int, int], ...] = ()
    """Greater widths."""
    missing: str = "-"
    """What is shown if there is no value."""
    export: str = ""
    """The name of its field in an exported file; none if it is not exported."""
    export_value: Callable[[AnyOrder], object] | None = None
    """The exported value if it isn't `value`."""
    observed: ObservedColumn | None = None
    """How the history's value is found, in place of `value`."""
    starts_descending: bool = False
    """Whether the first sort by it shows the greatest value first."""

    @property
    def is_number(self) -> bool:
        """True if it is right-aligned."""
        return self.kind in (Kind.AGE, Kind.COUNT, Kind.BYTES, Kind.SECONDS)


def _from_detail(value: Callable[[OrderDetail], Value]) -> Callable[[AnyOrder], Value]:
    return lambda order: None if order.detail is None else value(order.detail)


def profile_names(detail: OrderDetail) -> str | None:
    """Return the profiles of the sub-jobs; an older server sends their numbers only."""
    names = [job.profile.name or job.profile.id for job in detail.jobs]
    return ", ".join(dict.fromkeys(name for name in names if name)) or None


def failure_reason(order: AnyOrder) -> str | None:
    """Return why a listed order failed; None if it has not failed or the reason is not known."""
    return None if order.gone else order.failure_reason


def _not_of_the_server(_: AnyOrder) -> Value:
    """The value of a column that the history has."""


_RANKS = {phase: rank for rank, phase in enumerate(Phase)}


@lru_cache(256)
def _status_rank(status: str) -> Value:
    """Statuses sort by their place in the life cycle, unknown ones by their word."""
    return _RANKS[phase_of(status)], status.upper()


PERCENT_WIDTH = 6
_MIN_BAR = 10

COLUMNS: Mapping[str, Column] = MappingProxyType(
    {
        "id": Column(
            "ORDER", "o", "by order", "by order, last first", Kind.ID, (8, 15),
            lambda order: order.id, export="id",
        ),
        "status": Column(
            "STATUS", "t", "by status", "by status, last first", Kind.STATUS, (0, 2),
            lambda order: (len(Phase), "") if order.gone else _status_rank(order.status),
            widths=((2, 13),), export="status", export_value=lambda order: order.status,
        ),
        "progress": Column(
            "PROGRESS", "p", "lowest progress first", "highest progress first", Kind.PROGRESS,
            (1, PERCENT_WIDTH), lambda order: effective_progress(order.progress, order.phase),
            widths=((4, _MIN_BAR + 1 + PERCENT_WIDTH), (6, 24), (9, 31), (11, 48)),
            export="progress",
            export_value=lambda order: None if order.progress is None else round(order.progress, 2),
            starts_descending=True,
        ),
        "created": Column(
            "CREATED", "c", "oldest first", "newest first", Kind.TIME, (6, 16),
            lambda order: order.created, export="created", starts_descending=True,
        ),
        "age": Column(
            "AGE", "a", "newest first", "oldest first", Kind.AGE, (3, 6),
            lambda order: None if order.created is None else -order.created,
        ),
        "file": Column(
            "FILE", "f", "by file", "by file, z to a", Kind.FILE, (0, 16),
            _from_detail(lambda detail: detail.filename), widths=((5, 24), (7, 30), (10, 40)),
            export="file",
        ),
        "label": Column(
            "LABEL", "l", "by label", "by label, z to a", Kind.TEXT, (6, 8),
            _from_detail(lambda detail: detail.label), widths=((7, 16),), export="label",
        ),
        "profile": Column(
            "PROFILE", "r", "by profile", "by profile, z to a", Kind.TEXT, (6, 8),
            _from_detail(profile_names), widths=((7, 16),), export="profiles",
            export_value=_from_detail(
                lambda detail: tuple(job.profile.name or "" for job in detail.jobs)
            ),
        ),
        "jobs": Column(
            "JOBS", "j", "fewest jobs first", "most jobs first", Kind.COUNT, (6, 5),
            _from_detail(lambda detail: detail.job_count), starts_descending=True,
        ),
        "size": Column(
            "SIZE", "z", "smallest first", "largest first", Kind.BYTES, (6, 10),
            _from_detail(lambda detail: detail.size), export="size", starts_descending=True,
        ),
        "duration": Column(
            "DURATION", "d", "shortest first", "longest first", Kind.SECONDS, (6, 12),
            _from_detail(lambda detail: detail.duration), export="duration",
            starts_descending=True,
        ),
        "elapsed": Column(
            "ELAPSED", "h", "shortest run first", "longest run first", Kind.SECONDS, (6, 8),
            _not_of_the_server, missing="", export="elapsed", observed=ELAPSED,
            starts_descending=True,
        ),
        "in-status": Column(
            "IN-STATUS", "i", "latest status first", "longest in status first", Kind.SECONDS,
            (6, 9), _not_of_the_server, missing="", export="in_status", observed=IN_STATUS,
            starts_descending=True,
        ),
        "eta": Column(
            "ETA", "w", "next to finish first", "last to finish first", Kind.SECONDS, (6, 8),
            _not_of_the_server, widths=((10, 12),), missing="", export="eta", observed=REMAINING,
        ),
        "finished": Column(
            "ENDED", "n", "first ended first", "last ended first", Kind.TIME, (7, 17),
            _not_of_the_server, missing="", export="finished", observed=FINISHED,
            starts_descending=True,
        ),
        "took": Column(
            "TOOK", "k", "quickest first", "slowest first", Kind.SECONDS, (6, 8),
            _not_of_the_server, missing="", observed=TOOK, starts_descending=True,
        ),
        "attempt": Column(
            "ATTEMPT", "y", "fewest attempts first", "most attempts first", Kind.COUNT, (6, 7),
            _not_of_the_server, missing="", export="attempt", observed=ATTEMPT,
            starts_descending=True,
        ),
        "reason": Column(
            "REASON", "e", "by reason", "by reason, z to a", Kind.TEXT, (1, 10),
            failure_reason, widths=((4, 20), (6, 34), (8, 60)), missing="",
        ),
        "comment": Column(
            "COMMENT", "m", "by comment", "by comment, z to a", Kind.TEXT, (6, 8),
            _from_detail(lambda detail: detail.comment), widths=((7, 30),), export="comment",
        ),
    }
)  # fmt: skip
"""By name, in the order in which they are offered."""

OBSERVED: Mapping[str, ObservedColumn] = MappingProxyType(
    {name: column.observed for name, column in COLUMNS.items() if column.observed is not None}
    | {"changed": CHANGED}
)
"""The values of an order that the history has, by the field of the filter language. Each but
`changed` is a column.
"""


def sort_value(column: Column, now: float) -> Callable[[AnyOrder], Value]:
    """Return the function for the value to sort by: texts sort regardless of case. `now` is that of
    `ObservedColumn.of`.
    """
    value_of, observed = column.value, column.observed
    if observed is not None:
        of = observed.of
        return lambda order: None if (value := of(order, now)) is None else value.shown
    if column.kind not in (Kind.TEXT, Kind.FILE):
        return value_of

    def folded(order: AnyOrder) -> Value:
        text = value_of(order)
        return None if text is None else (text.casefold(), text)

    return folded
