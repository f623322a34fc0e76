"""No cell on screen is ever older than the screen says, through faults, keys and suspends.

The program runs in simulated time. The checker itself is tested with planted violations.
"""

import pytest

from tests.consistency.planted_bugs import PLANTED_BUGS
from tests.consistency.planted_in_main_screen import MAIN_SCREEN_BUGS
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
@pytest.mark.parametrize("seed", [1, 2, 3, 4, 7])
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


BUGS = PLANTED_BUGS | MAIN_SCREEN_BUGS


@pytest.mark.slow
@pytest.mark.parametrize("name", BUGS)
def test_a_violation_is_found(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    bug = BUGS[name]
    bug.plant(monkeypatch)
    found = play(bug.seed, 600, bug.faults, in_pieces=bug.in_pieces, until=bug.violation)
    assert [each for each in found.violations if bug.violation in each], found.violations[:20]
