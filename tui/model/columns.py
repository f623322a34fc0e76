"""The columns of an order. A new column is one entry of `COLUMNS`."""

from collections.abc import Callable, Mapping
from enum import Enum
from functools import lru_cache
from types import MappingProxyType
from typing import Any

import msgspec

from tui.model.order import OrderDetail, Phase, effective_progress, phase_of
from tui.model.order_facts import AnyOrder

Value = Any
"""A value that sorts; None if it is unknown."""


class Kind(Enum):
    """How a value is written. ID, STATUS and PROGRESS are drawn in their own way."""

    ID = 0
    STATUS = 1
    PROGRESS = 2
    TIME = 3
    AGE = 4
    TEXT = 5
    COUNT = 6
    BYTES = 7
    SECONDS = 8


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
    starts_descending: bool = False
    """Whether the first sort by it shows the greatest value first."""

    @property
    def is_number(self) -> bool:
        """True if it is right-aligned."""
        return self.kind in (Kind.AGE, Kind.COUNT, Kind.BYTES, Kind.SECONDS)

    @property
    def grows(self) -> bool:
        """True if it takes the room that is left."""
        return self.kind is Kind.TEXT


def _from_detail(value: Callable[[OrderDetail], Value]) -> Callable[[AnyOrder], Value]:
    return lambda order: None if order.detail is None else value(order.detail)


def profile_names(detail: OrderDetail) -> str | None:
    """Return the profiles of the sub-jobs; an older server sends their numbers only."""
    names = [job.profile.name or job.profile.id for job in detail.jobs]
    return ", ".join(dict.fromkeys(name for name in names if name)) or None


def failure_reason(order: AnyOrder) -> str | None:
    """Return why an order failed: its comment. None if it has not failed or it is not known."""
    if order.detail is None or order.phase is not Phase.ERROR or order.gone:
        return None
    return order.detail.comment or None


_RANKS = {phase: rank for rank, phase in enumerate(Phase)}


@lru_cache(256)
def _status_rank(status: str) -> Value:
    """Statuses sort by their place in the life cycle, unknown ones by their word."""
    return _RANKS[phase_of(status)], status.upper()


PERCENT_WIDTH, _BAR_WIDTH = 6, 7

COLUMNS: Mapping[str, Column] = MappingProxyType(
    {
        "id": Column(
            "ORDER", "o", "by order", "by order, last first", Kind.ID, (0, 15),
            lambda order: order.id, export="id",
        ),
        "status": Column(
            "STATUS", "s", "by status", "by status, last first", Kind.STATUS, (0, 13),
            lambda order: (len(Phase), "") if order.gone else _status_rank(order.status),
            export="status", export_value=lambda order: order.status,
        ),
        "progress": Column(
            "PROGRESS", "p", "least done first", "most done first", Kind.PROGRESS,
            (1, PERCENT_WIDTH), lambda order: effective_progress(order.progress, order.phase),
            widths=((3, PERCENT_WIDTH + _BAR_WIDTH), (8, PERCENT_WIDTH + _BAR_WIDTH + 6)),
            export="progress", export_value=lambda order: order.progress, starts_descending=True,
        ),
        "created": Column(
            "CREATED", "c", "oldest first", "newest first", Kind.TIME, (6, 16),
            lambda order: order.created, export="created", starts_descending=True,
        ),
        "age": Column(
            "AGE", "a", "youngest first", "highest age first", Kind.AGE, (2, 4),
            lambda order: None if order.created is None else -order.created,
        ),
        "file": Column(
            "FILE", "f", "by file", "by file, z to a", Kind.TEXT, (0, 8),
            _from_detail(lambda detail: detail.filename), widths=((5, 20), (7, 25)), missing="",
            export="file",
        ),
        "label": Column(
            "LABEL", "l", "by label", "by label, z to a", Kind.TEXT, (4, 8),
            _from_detail(lambda detail: detail.label), widths=((5, 16),), export="label",
        ),
        "profile": Column(
            "PROFILE", "r", "by profile", "by profile, z to a", Kind.TEXT, (4, 8),
            _from_detail(profile_names), widths=((5, 16),), export="profiles",
            export_value=_from_detail(
                lambda detail: tuple(job.profile.name or "" for job in detail.jobs)
            ),
        ),
        "jobs": Column(
            "JOBS", "j", "fewest jobs first", "most jobs first", Kind.COUNT, (4, 5),
            _from_detail(lambda detail: detail.job_count), starts_descending=True,
        ),
        "size": Column(
            "SIZE", "z", "smallest first", "largest first", Kind.BYTES, (4, 10),
            _from_detail(lambda detail: detail.size), export="size", starts_descending=True,
        ),
        "duration": Column(
            "DURATION", "d", "shortest first", "longest first", Kind.SECONDS, (4, 12),
            _from_detail(lambda detail: detail.duration), export="duration",
            starts_descending=True,
        ),
        "reason": Column(
            "REASON", "e", "by reason", "by reason, z to a", Kind.TEXT, (4, 8),
            failure_reason, widths=((5, 30),), missing="",
        ),
        "comment": Column(
            "COMMENT", "m", "by comment", "by comment, z to a", Kind.TEXT, (4, 8),
            _from_detail(lambda detail: detail.comment), widths=((5, 30),), export="comment",
        ),
    }
)  # fmt: skip
"""By name, in the order in which they are offered."""


def sort_value(column: Column) -> Callable[[AnyOrder], Value]:
    """Return the function for the value to sort by: texts sort regardless of case."""
    value_of = column.value
    if column.kind is not Kind.TEXT:
        return value_of

    def folded(order: AnyOrder) -> Value:
        text = value_of(order)
        return None if text is None else (text.casefold(), text)

    return folded
