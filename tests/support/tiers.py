"""Marks parameters of a table for the slow tier."""

from collections.abc import Container, Iterable

import pytest
from _pytest.mark import ParameterSet


def slow(*values: object) -> ParameterSet:
    """Run these values in the slow tier only."""
    return pytest.param(*values, marks=pytest.mark.slow)


def slow_except(quick: Container[object], values: Iterable[object]) -> list[object]:
    """Run only the `quick` ones of the values in the quick tier."""
    return [value if value in quick else _slow(value) for value in values]


def slow_after(count: int, values: Iterable[object]) -> list[object]:
    """Run only the first `count` values in the quick tier."""
    return [value if number < count else _slow(value) for number, value in enumerate(values)]


def _slow(value: object) -> ParameterSet:
    return slow(*value) if isinstance(value, tuple) else slow(value)
