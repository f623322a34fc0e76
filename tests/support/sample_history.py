"""A night of the orders that the snapshots show: attempts, failures, and times without polls."""

from collections.abc import Sequence
from itertools import pairwise

from tests.support.history_rows import POLLED, comment, progress, status
from tui.model.history import Change, Span, SpanKind

_QUOTA = "552 Requested file action aborted: exceeded storage allocation"

_Step = tuple[str | None, float]
"""A status, None for gone, and the seconds before noon at which a poll first had it."""


def _run(order_id: str, noon: float, steps: Sequence[_Step], attempt: int = 1) -> list[Change]:
    return [
        status(order_id, old, new, noon - at, attempt=attempt)
        for (old, _), (new, at) in pairwise(steps)
    ]


def sample_history(noon: float) -> tuple[list[Change], list[Span]]:
    """Return the changes until `noon`, in the order of their times, and the spans."""
    twice, failed, done, gone = (
        "1631101000-1237", "1631098800-5555", "1631092552-1237", "1631090000-0001",
    )  # fmt: skip
    changes = [
        *_run(done, noon, [("QUEUED", 0), ("DOWNLOADING", 9700), ("TRANSCODING", 9500)]),
        # It finished while nothing was polled.
        status(done, "TRANSCODING", "FINISHED", noon - 7500, noon - 8700),
        *_run(gone, noon, [(None, 0), ("QUEUED", 7400), ("TRANSCODING", 7200), (None, 7000)]),
        *_run(twice, noon, [
            (None, 0), ("QUEUED", 6600), ("DOWNLOADING", 6000), ("TRANSCODING", 5800),
            ("UPLOADING", 4000), ("ERROR", 3900),
        ]),
        comment(twice, f"Upload failed: {_QUOTA}", noon - 3895),
        *_run(failed, noon, [(None, 0), ("QUEUED", 3600), ("DOWNLOADING", 3500), ("ERROR", 3400)]),
        comment(failed, "Download failed: 530 Login incorrect", noon - 3395),
        *_run(twice, noon, [
            ("ERROR", 0), ("QUEUED", 3000), ("DOWNLOADING", 2900), ("TRANSCODING", 2600),
        ], attempt=2),
        progress(twice, None, (81.0, 43.5), noon - 20, 2),
        *_run("1631102290-4410", noon, [(None, 0), ("QUEUED", 110)]),
    ]  # fmt: skip
    spans = [
        Span(noon - 9800, noon - 8700, POLLED),
        Span(noon - 7500, noon - 5200, POLLED),
        Span(noon - 5200, noon - 4600, SpanKind.PAUSED),
        Span(noon - 4600, noon - 1500, POLLED),
        Span(noon - 1500, noon - 1200, SpanKind.STALE),
        Span(noon - 1200, noon, POLLED),
    ]
    return sorted(changes, key=lambda each: each.before), spans
