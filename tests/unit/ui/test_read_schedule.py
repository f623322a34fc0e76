"""When figures of the history are read again."""

import pytest

from tui.model.state import State
from tui.ui.read_schedule import ReadSchedule


def state(finished: int, active: int = 0) -> State:
    return State(status_counts={"FINISHED": finished, "TRANSCODING": active})


def test_the_first_read_is_due_at_once() -> None:
    assert ReadSchedule().is_due(State(), 0.0)


@pytest.mark.parametrize(
    ("later", "seconds", "is_due"),
    [
        (state(5), 59, False), (state(5), 60, True), (state(6), 4, False), (state(6), 5, True),
        (state(5, active=3), 30, False),
        (State(status_counts={"FINISHED": 4, "ERROR": 2}), 5, True),
    ],
)  # fmt: skip
def test_another_is_due_after_a_minute_or_when_an_order_ended(
    later: State, seconds: float, is_due: bool
) -> None:
    schedule = ReadSchedule()
    schedule.is_due(state(5), 100.0)
    schedule.note_read(100.0)
    assert schedule.is_due(later, 100.0 + seconds) is is_due
