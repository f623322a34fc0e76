"""The checker finds each bug that is planted in the program.

These are in a file of their own because one file runs in one process.
"""

import pytest

from tests.consistency.planted_bugs import PLANTED_BUGS
from tests.consistency.planted_in_main_screen import MAIN_SCREEN_BUGS
from tests.consistency.play import play

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("utc")]

BUGS = PLANTED_BUGS | MAIN_SCREEN_BUGS


@pytest.mark.parametrize("name", BUGS)
def test_a_violation_is_found(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    bug = BUGS[name]
    bug.plant(monkeypatch)
    found = play(bug.seed, 600, bug.faults, in_pieces=bug.in_pieces, until=bug.violation)
    assert [each for each in found.violations if bug.violation in each], found.violations[:20]
