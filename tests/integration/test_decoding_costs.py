"""A hostile answer costs little more CPU and memory than a plain one of its size."""

from functools import cache

import pytest

from tests.tools.decoding_costs import BODIES, PLAIN_DETAIL, PLAIN_LIST, Cost, cost_of

pytestmark = pytest.mark.slow

PLAIN = (PLAIN_DETAIL, PLAIN_LIST)


@cache
def plain(name: str) -> Cost:
    return cost_of(PLAIN_DETAIL if name.startswith("detail") else PLAIN_LIST)


@pytest.mark.parametrize("name", [each for each in BODIES if each not in PLAIN])
def test_decoding_a_hostile_body_costs_little_more_than_a_plain_one(name: str) -> None:
    cost = cost_of(name)
    assert cost.cpu < 5 * plain(name).cpu + 0.2, (cost, plain(name))
    assert cost.memory < 4 * plain(name).memory + 16_000_000, (cost, plain(name))
