"""Which period the statistics are of, and when they are read."""

import pytest

from tui.model.calendar_units import CalendarUnit
from tui.model.state import State
from tui.model.statistics import Reason, Statistics
from tui.ui.statistics.control import StatisticsControl

pytestmark = pytest.mark.usefixtures("utc")

DAY = 86_400.0
NOW = 1_795_550_400.0  # Tue 2026-11-24 20:00:00
MIDNIGHT = NOW - 20 * 3600
FOUND = Statistics(since=MIDNIGHT - 3 * DAY)


def test_it_begins_with_the_present_day() -> None:
    control = StatisticsControl(NOW)
    assert (control.edges[0], control.edges[-1]) == (MIDNIGHT, MIDNIGHT + DAY)
    assert control.is_present(NOW)


def test_the_present_stays_the_present_in_other_units() -> None:
    control = StatisticsControl(NOW)
    for unit in CalendarUnit:
        control.show(unit, NOW)
        assert control.is_present(NOW)


def test_an_earlier_period_stays_in_view_in_other_units() -> None:
    control = StatisticsControl(NOW)
    control.step(-9, NOW)
    assert control.edges[0] == MIDNIGHT - 9 * DAY  # a Sunday
    control.show(CalendarUnit.WEEK, NOW)
    assert control.edges[-1] == MIDNIGHT - 8 * DAY
    control.show(CalendarUnit.DAY, NOW)
    assert control.edges[0] == MIDNIGHT - 15 * DAY  # its Monday


def test_the_present_day_is_the_next_one_after_midnight() -> None:
    control = StatisticsControl(NOW)
    assert control.must_read(State(), MIDNIGHT + DAY + 1, 5.0)
    assert control.edges[0] == MIDNIGHT + DAY
    control.step(-1, MIDNIGHT + DAY + 1)
    control.must_read(State(), MIDNIGHT + 2 * DAY + 1, 9.0)
    assert control.edges[0] == MIDNIGHT  # it was not the present day


def test_a_period_that_is_over_is_read_once() -> None:
    control = StatisticsControl(NOW)
    control.step(-1, NOW)
    assert control.must_read(State(), NOW, 0.0)
    control.set_found(control.edges, FOUND)
    assert not control.must_read(State(), NOW, 5000.0)
    control.step(1, NOW)
    assert control.found is None
    assert control.must_read(State(), NOW, 5001.0)
    control.set_found(control.edges, FOUND)
    assert not control.must_read(State(), NOW, 5050.0)
    assert control.must_read(State(), NOW, 5061.0)


def test_the_figures_of_another_period_are_dropped() -> None:
    control = StatisticsControl(NOW)
    edges = control.edges
    control.step(-1, NOW)
    control.set_found(edges, FOUND)
    assert control.found is None


@pytest.mark.parametrize(("days", "is_first"), [(0, False), (2, False), (3, True), (4, True)])
def test_the_first_period_is_that_in_which_the_history_begins(days: int, is_first: bool) -> None:
    control = StatisticsControl(NOW)
    control.step(-days, NOW)
    assert not control.is_first()  # not known yet
    control.set_found(control.edges, FOUND)
    assert control.is_first() is is_first


def test_a_reason_is_chosen_among_those_that_there_are() -> None:
    control = StatisticsControl(NOW)
    assert control.reason is None
    assert not control.choose(0)
    one, two = Reason("a", 2, NOW), Reason("b", 1, NOW)
    control.set_found(control.edges, Statistics(reasons=(one, two)))
    assert control.reason == one
    assert control.choose(1)
    assert not control.choose(2)
    assert control.reason == two
    control.set_found(control.edges, Statistics(reasons=(one,)))
    assert control.reason == one
