"""What plain words find on the demo: exactly what its counts say."""

import json

import pytest

from tests.support.demo_client import list_json
from tui.api.list_decoder import IncrementalListDecoder
from tui.api.order_decoder import read_detail
from tui.demo.world import World
from tui.filtering.parser import parse
from tui.filtering.row_arranger import RowArranger
from tui.model.events import ClockReading, DetailRead, ListLoaded
from tui.model.order import Phase
from tui.model.order_facts import count_by_phase
from tui.model.state import State, reduce

NOW = 1_790_000_000.0
AT = ClockReading(NOW, 100.0)


@pytest.fixture(scope="module")
def state() -> State:
    """The default demo with every detail read."""
    world = World(1, 823, NOW)
    state = reduce(
        State(), ListLoaded(IncrementalListDecoder().read(list_json(world, NOW), NOW), AT, 5.0)
    )
    for order in state.orders:
        body = json.dumps(world.detail(order.id, NOW)).encode()
        state = reduce(state, DetailRead(read_detail(body, order.id, NOW), AT))
    return state


@pytest.mark.parametrize("phase", [phase for phase in Phase if phase is not Phase.UNKNOWN])
def test_a_status_word_finds_what_the_counts_say(state: State, phase: Phase) -> None:
    found = RowArranger().arrange(state, parse(phase.value), NOW)
    assert {order.phase for order in found.rows} <= {phase}
    assert len(found.rows) == count_by_phase(state)[phase]
    assert found.needs_detail == ()
