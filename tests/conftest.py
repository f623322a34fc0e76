import gc
import os
import time
from collections.abc import Iterator

import pytest

from tests.support.examples import register_profiles

register_profiles()


def pytest_xdist_auto_num_workers() -> int:
    """Return the workers of `-n auto`: two a core, as tests of the whole program mostly wait."""
    return 2 * (len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 2)


def pytest_collection_finish() -> None:
    """Take what was imported out of the garbage collections: they took 8 % of the tests' time."""
    gc.collect()
    gc.freeze()


@pytest.fixture
def utc(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Set the local time zone to UTC."""
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()
