"""The history that the demo begins with is what the program would have recorded."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from random import Random

import pytest

from tui.cli.demo_history import write_last_day
from tui.demo import DemoOptions
from tui.demo.server import new_world
from tui.demo.world import World
from tui.history.database import open_memory, transaction
from tui.history.reconcile import Listed, resume
from tui.history.records import SampleKind
from tui.model.history import ChangedField
from tui.model.order import OrderSummary

EPOCH = 1_700_000_000.0
DAY = 86_400.0


@pytest.fixture(scope="module")
def world() -> World:
    return new_world(DemoOptions(orders=300), EPOCH)


@pytest.fixture(scope="module")
def history(world: World) -> Iterator[sqlite3.Connection]:
    with closing(open_memory()) as connection:
        with transaction(connection):
            write_last_day(connection, world, stall_after=600)
        yield connection


def listed(world: World) -> tuple[OrderSummary, ...]:
    orders = world.orders(EPOCH)
    return tuple(OrderSummary(each.id, world.status(each, EPOCH), each.created) for each in orders)


def test_the_first_list_finds_nothing_changed(world: World, history: sqlite3.Connection) -> None:
    orders = listed(world)
    assert len(orders) == 300
    with transaction(history):
        stored = resume(
            history,
            Listed(orders, {each.id: each for each in orders}, EPOCH, lambda _: EPOCH, True),
        )
    assert stored.missed == []
    active = {each.id: each.status for each in orders if not each.phase.is_final}
    assert {each.summary.id: each.summary.status for each in stored.orders.values()} == active


def test_each_status_was_seen_by_the_next_poll(world: World, history: sqlite3.Connection) -> None:
    recent = [order for order in world.orders(EPOCH) if order.created > EPOCH - DAY]
    assert len(recent) > 20
    random = Random(1)
    for order in recent:
        changes = history.execute(
            "SELECT before, new FROM changes JOIN orders ON key = order_key"
            " WHERE id = ? AND field = ? ORDER BY seq",
            (order.id, ChangedField.STATUS),
        ).fetchall()
        at = random.uniform(order.created + 5, EPOCH)
        seen = [status for before, status in changes if before <= at][-1]
        assert seen in {
            order.lifecycle.at(moment - order.created).status for moment in (at - 5, at)
        }


def test_the_usual_profiles_have_samples_for_estimates(history: sqlite3.Connection) -> None:
    counts = history.execute(
        "SELECT count(*) FROM samples WHERE kind = ? GROUP BY category", (SampleKind.REMAINING,)
    ).fetchall()
    assert len(counts) == 10
    assert min(count for (count,) in counts) >= 9
