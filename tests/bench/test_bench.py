"""The benchmark runs and marks missed limits."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bench.company import Book
from tests.bench.figures import Figure, Of, as_json, table
from tests.support.paths import ROOT


def test_a_limit_applies_to_value_ratio_or_excess() -> None:
    figures = [
        Figure("g", "alone", 0, 1400.0, "B", limit=1400),
        Figure("g", "twice", 1000, 2.2, "ms", 1.0, 2.0, Of.RATIO),
        Figure("g", "above", 100_000, 150.0, "MB", 34.0, 110.0, Of.ABOVE),
    ]
    assert [figure.missed for figure in figures] == [False, True, True]
    lines = table(figures).splitlines()
    assert len({len(line) for line in lines}) == 1
    assert ["MISSED" in line for line in lines[2:]] == [False, True, True]
    assert "100,000" in lines[4]
    assert [result["ratio"] for result in json.loads(as_json(figures))[:2]] == [None, 2.2]


def test_one_percent_of_orders_change_at_each_read() -> None:
    book = Book(1000)
    before = json.loads(book.body())
    assert json.loads(book.body()) == before
    for mode, seen in (("spread", 0), ("view", 10)):
        book.mode = mode
        after = json.loads(book.body())
        changed = [n for n, (old, new) in enumerate(zip(before, after, strict=True)) if old != new]
        assert len(changed) == 10
        assert sum(1 for place in changed if place < 35) >= seen
        before = after
    assert [order["id"] for order in before] == sorted((o["id"] for o in before), reverse=True)


@pytest.mark.slow
def test_it_prints_a_table_and_writes_json(tmp_path: Path) -> None:
    result = tmp_path / "told.json"
    arguments = ("--quick", "--only", "refresh,typing", "--sizes", "100", "--json", str(result))
    done = subprocess.run(
        (sys.executable, "-m", "tests.bench", *arguments),
        capture_output=True, text=True, check=False, cwd=ROOT,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    figures = json.loads(result.read_text())
    assert [figure["orders"] for figure in figures] == [100] * 6
    assert all(figure["value"] > 0 for figure in figures)
    assert all(figure["floor"] > 0 for figure in figures)
    assert "decode, diff, apply: 1 % changed" in done.stdout
