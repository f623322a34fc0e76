"""Reads the figures of a period. Each function takes the store's connection.

SQLite groups the runs and returns their times as JSON: those of 100,000 runs in a few rows.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import pairwise
from sqlite3 import Connection
from typing import NamedTuple

import msgspec

from tui.history.timeline import spans_since
from tui.model.history import ChangedField
from tui.model.order import Phase, phase_of
from tui.model.spans import gaps, overlap
from tui.model.statistics import (
    EXACT_ENOUGH,
    TIMED_PHASES,
    Bucket,
    RunTimes,
    Statistics,
    folded_reasons,
    quantiles,
)

_COUNT_RUNS = """
    SELECT '', failed, after >= :start OR before - after <= :exact AS placed, count(*), 0.0, 0, 0,
        '[]'
    FROM runs WHERE before >= :start AND before < :end GROUP BY failed, placed"""

# What was not known at the end of a run may have been read since.
_READ_RUNS = """
    SELECT profiles, failed, placed, count(*), total(duration), sum(duration IS NULL),
        sum(left_out), '[' || group_concat(times) || ']'
    FROM (
        SELECT failed, after >= :start OR before - after <= :exact AS placed, times, left_out,
            coalesce(profiles, (SELECT profiles FROM orders WHERE key = order_key), '') AS profiles,
            coalesce(duration, (SELECT duration FROM orders WHERE key = order_key)) AS duration
        FROM runs WHERE before >= :start AND before < :end
    ) GROUP BY profiles, failed, placed"""

# The newest failures, each with its last comment. An order that fails again with the same one has
# no change of it, and one whose detail was first read when it had failed has none at all.
_READ_FAILURES = """
    SELECT before, comment, CASE WHEN comment IS NULL THEN (
        SELECT detail FROM orders WHERE key = order_key AND orders.attempt = failure.attempt
    ) END
    FROM (
        SELECT before, order_key, attempt, (
            SELECT new FROM changes
            WHERE changes.order_key = runs.order_key AND field = :comment
                AND changes.attempt <= runs.attempt
            ORDER BY seq DESC LIMIT 1
        ) AS comment
        FROM runs WHERE failed AND before >= :start AND before < :end
        ORDER BY before DESC LIMIT 20000
    ) AS failure"""

_Seconds = int | None
_Tally = Counter[_Seconds]
"""How many phases lasted how many seconds."""
_decode_times = msgspec.json.Decoder(
    list[tuple[_Seconds, _Seconds, _Seconds, _Seconds, _Seconds]]
).decode


class _Explained(msgspec.Struct):
    """What an `OrderDetail` says of a failure."""

    status: str | None = None
    comment: str | None = None


_decode_detail = msgspec.msgpack.Decoder(_Explained).decode


class _RunGroup(NamedTuple):
    """The runs that ended in an hour or day and have the same profiles, end and `is_placed`, which
    says whether the hour or day is known.
    """

    profiles: str
    has_failed: bool
    is_placed: bool
    runs: int
    media: float
    unmeasured: int
    left_out: int
    times: str


def read_statistics(connection: Connection, edges: Sequence[float]) -> Statistics:
    """Return the figures of the period from the first of `edges` to the last."""
    reasons = folded_reasons(_comments(connection, edges[0], edges[-1]))
    return msgspec.structs.replace(_read(connection, edges, _READ_RUNS), reasons=reasons)


def _comments(connection: Connection, start: float, end: float) -> Iterator[tuple[str, int, float]]:
    """Yield the comments of failed runs, with their number and the time of the latest failure."""
    values = {"comment": ChangedField.COMMENT, "start": start, "end": end}
    counts, latest = Counter[str](), dict[str, float]()
    for before, changed, detail in connection.execute(_READ_FAILURES, values):
        comment = changed or _comment_of(detail)
        counts[comment] += 1
        latest.setdefault(comment, before)
    return ((comment, count, latest[comment]) for comment, count in counts.items())


def _comment_of(blob: bytes | None) -> str:
    """Return the comment in an order's detail, if it was read after the order had failed."""
    if blob is None:
        return ""
    with suppress(TypeError, msgspec.MsgspecError):  # counts as absent
        detail = _decode_detail(blob)
        if phase_of(detail.status or "") is Phase.ERROR:
            return detail.comment or ""
    return ""


def read_ended_orders(connection: Connection, edges: Sequence[float]) -> Statistics:
    """Return the same without times and reasons."""
    return _read(connection, edges, _COUNT_RUNS)


def _read(connection: Connection, edges: Sequence[float], query: str) -> Statistics:
    unpolled = gaps(spans_since(connection, edges[0]), edges[0], edges[-1])
    (since,) = connection.execute("SELECT min(start) FROM spans").fetchone()
    by_profiles: dict[str, list[_RunGroup]] = defaultdict(list)
    buckets: list[Bucket] = []
    for start, end in pairwise(edges):
        values = {"start": start, "end": end, "exact": EXACT_ENOUGH}
        groups = [_RunGroup(*row) for row in connection.execute(query, values)]
        for each in groups:
            by_profiles[each.profiles].append(each)
        placed = [each for each in groups if each.is_placed]
        finished, failed = _counts(placed)
        media = sum(each.media for each in placed if not each.has_failed)
        polled = end - start - overlap(unpolled, start, end)
        buckets.append(Bucket(start, end, polled, finished, failed, media))
    every = [each for groups in by_profiles.values() for each in groups]
    tallies = {profiles: _tally(groups) for profiles, groups in by_profiles.items()}
    times = [_run_times(each, by_profiles[each], tally) for each, tally in tallies.items()]
    total = [_Tally() for _ in (*TIMED_PHASES, "total")]
    for tally in tallies.values():
        for counter, more in zip(total, tally, strict=True):
            counter.update(more)
    return Statistics(
        tuple(buckets),
        since,
        sum(each.runs for each in every if not each.is_placed),
        sum(each.unmeasured for each in every if not each.has_failed),
        _run_times("", every, total),
        tuple(sorted(times, key=lambda each: (-each.finished - each.failed, each.profiles))),
    )


def _counts(groups: Iterable[_RunGroup]) -> tuple[int, int]:
    """Return how many runs finished and how many failed."""
    counts = Counter[bool]()
    for each in groups:
        counts[bool(each.has_failed)] += each.runs
    return counts[False], counts[True]


def _tally(groups: Iterable[_RunGroup]) -> list[_Tally]:
    """Count the seconds of each phase, then of whole runs."""
    tallies = [_Tally() for _ in (*TIMED_PHASES, "total")]
    for group in groups:
        with suppress(msgspec.MsgspecError):  # counts as absent
            columns = zip(*_decode_times(group.times), strict=True)
            for tally, column in zip(tallies, columns, strict=False):
                tally.update(column)
    return tallies


def _run_times(profiles: str, groups: Sequence[_RunGroup], tallies: Sequence[_Tally]) -> RunTimes:
    left_out = sum(each.left_out for each in groups)
    return RunTimes(profiles, *_counts(groups), tuple(map(quantiles, tallies)), left_out)
