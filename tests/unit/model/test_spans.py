"""Which times were not polled."""

import pytest

from tui.model.history import Span, SpanKind
from tui.model.spans import gaps, recorded_until

POLLED, PAUSED, STALE, STOPPED = SpanKind


@pytest.mark.parametrize(
    ("spans", "expected"),
    [
        ([], [(0, 1000, STOPPED)]),
        ([(0, 1000, POLLED)], []),
        ([(0, 400, POLLED), (600, 1000, POLLED)], [(400, 600, STOPPED)]),
        ([(0, 400, POLLED), (405, 1000, POLLED)], []),  # one poll apart
        ([(0, 400, POLLED), (400, 600, PAUSED), (600, 1000, POLLED)], [(400, 600, PAUSED)]),
        # The program failed to poll, then it was ended.
        (
            [(0, 400, POLLED), (400, 500, STALE), (600, 1000, POLLED)],
            [(400, 500, STALE), (500, 600, STOPPED)],
        ),
        # A few seconds of another kind are not told apart.
        ([(0, 400, POLLED), (403, 598, STALE), (600, 1000, POLLED)], [(400, 600, STALE)]),
        # What another instance polled was polled, whatever this one did.
        ([(0, 400, POLLED), (400, 600, PAUSED), (300, 1000, POLLED)], []),
        ([(500, 1000, POLLED), (0, 450, POLLED), (0, 100, POLLED)], [(450, 500, STOPPED)]),
        ([(-50, 2000, POLLED)], []),
        ([(-50, 20, POLLED), (990, 2000, POLLED)], [(20, 990, STOPPED)]),
    ],
)
def test_what_was_not_polled_is_a_gap(
    spans: list[tuple[float, float, SpanKind]], expected: list[tuple[float, float, SpanKind]]
) -> None:
    assert gaps([Span(*each) for each in spans], 0, 1000) == tuple(Span(*e) for e in expected)


def test_after_the_last_span_nothing_is_known_yet() -> None:
    spans = [Span(0, 400, POLLED), Span(100, 700, POLLED), Span(400, 600, PAUSED)]
    assert recorded_until(spans) == 700
    assert recorded_until([]) == 0
