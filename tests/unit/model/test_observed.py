"""What is known of an order's times."""

from typing import Any

import pytest

from tests.support.order_lines import facts
from tui.model.columns import COLUMNS
from tui.model.observed import Observed
from tui.model.order import Phase
from tui.model.timing import Estimate, Missing, Moment, NoEstimate, OrderTiming

NOW = 10_000.0
INF = float("inf")
EXACT_START, WIDE_START = Moment(8995.0, 9000.0), Moment(8000.0, 9000.0)
SEEN_RUNNING = Moment(None, 9000.0)
EXACT_END, WIDE_END = Moment(9595.0, 9600.0), Moment(9600.0, 9900.0)
SEEN_ENDED = Moment(None, 9900.0)


def observed(column: str, status: str, **timing: Any) -> Observed | None:
    found = COLUMNS[column].observed
    assert found is not None
    order = facts(status=status, phase=Phase(status.lower()), timing=OrderTiming(**timing))
    return found.of(order, NOW)


@pytest.mark.parametrize(
    ("column", "status", "timing", "expected"),
    [
        ("elapsed", "QUEUED", {"entered": EXACT_START}, None),
        ("elapsed", "TRANSCODING", {}, None),
        ("elapsed", "TRANSCODING", {"started": EXACT_START}, (1000, 1000, 1000)),
        ("elapsed", "TRANSCODING", {"started": WIDE_START}, (1000, 1000, 2000)),
        ("elapsed", "TRANSCODING", {"started": SEEN_RUNNING}, (1000, 1000, INF)),
        ("elapsed", "ERROR", {"started": EXACT_START, "ended": EXACT_END}, (600, 600, 600)),
        ("took", "TRANSCODING", {"started": EXACT_START}, None),
        ("took", "FINISHED", {"started": EXACT_START, "ended": EXACT_END}, (600, 600, 600)),
        ("took", "FINISHED", {"started": EXACT_START, "ended": WIDE_END}, (600, 600, 905)),
        ("took", "FINISHED", {"started": WIDE_START, "ended": EXACT_END}, (595, 595, 1600)),
        ("took", "FINISHED", {"started": SEEN_RUNNING, "ended": EXACT_END}, (595, 595, INF)),
        ("took", "FINISHED", {"ended": EXACT_END}, None),
        ("took", "FINISHED", {"started": WIDE_START, "ended": SEEN_ENDED}, None),
        ("in-status", "QUEUED", {"entered": EXACT_START}, (1000, 1000, 1000)),
        ("in-status", "TRANSCODING", {"entered": SEEN_RUNNING}, (1000, 1000, INF)),
        ("in-status", "FINISHED", {"entered": EXACT_END, "ended": EXACT_END}, None),
        ("finished", "FINISHED", {"ended": EXACT_END}, (9600, 9600, 9600)),
        ("finished", "ERROR", {"ended": WIDE_END}, (9900, 9600, 9900)),
        ("finished", "ERROR", {"ended": SEEN_ENDED}, (9900, -INF, 9900)),
        ("attempt", "QUEUED", {"attempt": 2}, (2, 2, 2)),
        ("eta", "TRANSCODING", {"estimate": NoEstimate(Missing.SAMPLES)}, None),
        ("eta", "TRANSCODING", {"estimate": Estimate(9900.0, 240.0, 420.0, 9)}, (320, 140, 320)),
        ("eta", "TRANSCODING", {"estimate": Estimate(9000.0, 240.0, 420.0, 9)}, (-580, -760, -580)),
        ("eta", "FINISHED", {"estimate": Estimate(9900.0, 240.0, 420.0, 9)}, None),
    ],
)
def test_values_have_the_bounds_of_their_polls(
    column: str, status: str, timing: dict[str, object], expected: tuple[float, ...] | None
) -> None:
    value = observed(column, status, **timing)
    assert (None if value is None else tuple(value)) == expected


def test_an_order_that_is_gone_has_only_what_had_ended() -> None:
    timing = OrderTiming(1, EXACT_START, EXACT_START, EXACT_END)
    for column, is_known in (("elapsed", True), ("took", True), ("finished", True)):
        found = COLUMNS[column].observed
        assert found is not None
        ended = facts(gone=True, status="FINISHED", phase=Phase.FINISHED, timing=timing)
        assert (found.of(ended, NOW) is not None) is is_known
        assert found.of(facts(gone=True, timing=timing), NOW) is None
