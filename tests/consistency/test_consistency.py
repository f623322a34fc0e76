"""No cell on screen is ever older than the screen says, through faults, keys and suspends.

The program runs in simulated time. `test_planted_bugs.py` tests the checker.
"""

import pytest

from tests.consistency.play import play

pytestmark = pytest.mark.usefixtures("utc")

MINUTES = 10


@pytest.mark.slow
def test_a_minute_without_violations() -> None:
    found = play(seed=7, seconds=60)
    assert found.violations == []
    assert found.cells > 10_000


def test_half_a_minute_of_a_paged_list_without_violations() -> None:
    found = play(seed=7, seconds=30, in_pieces=True)
    assert found.violations == []
    assert found.partly > 3


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 3, 4, 7, 8])
def test_ten_minutes_without_violations(seed: int) -> None:
    in_pieces = seed % 2 == 0
    found = play(seed, MINUTES * 60, in_pieces=in_pieces)
    assert found.violations == []
    assert found.looks > 1000
    assert min(found.words[word] for word in ("live", "stale", "paused")) > 50
    assert found.marked
    assert found.gone
    assert min(found.order_pictures[tab] for tab in ("facts", "raw")) > 10
    assert bool(found.uncovered) is in_pieces
    assert found.grouped > 100
    assert found.following > 10
