"""A short fuzz run; `.ci/run --long` has one of five minutes."""

from pathlib import Path

import pytest

from tests.fuzz.__main__ import Fuzz


@pytest.mark.slow
def test_random_input_and_random_answers_break_nothing(tmp_path: Path) -> None:
    fuzz = Fuzz(seed=1, home=tmp_path)
    fuzz.run(25)
    assert fuzz.counts["recoveries"] >= 1
    assert fuzz.counts["live"] > 0
