"""The demo world is a pure function of seed and time."""

import json
import re
from collections.abc import Iterable
from itertools import pairwise
from typing import Any

import pytest

from tests.support.demo_client import list_json
from tests.support.tiers import slow, slow_after
from tui.demo import DemoOptions
from tui.demo.fixtures import PASSWORDS
from tui.demo.lifecycle import MAX_LIFETIME
from tui.demo.world import RequeueError, World

EPOCH = 1_750_000_000.0
LIFE = ["QUEUED", "DOWNLOADING", "TRANSCODING", "UPLOADING"]
STATUSES = {*LIFE, "FINISHED", "ERROR"}
SEEDS = range(8)

Row = dict[str, str]


def rows(world: World, now: float) -> list[Row]:
    listed: list[Row] = json.loads(list_json(world, now))
    return listed


def details(world: World, now: float, some: Iterable[Row]) -> list[dict[str, Any]]:
    found = [world.detail(row["id"], now) for row in some]
    assert None not in found
    return [detail for detail in found if detail]


def first_error(world: World, now: float = EPOCH) -> str:
    return next(row["id"] for row in rows(world, now) if row["status"] == "ERROR")


@pytest.mark.parametrize("after", [0, 1.5, 59, 3600, 86_400])
def test_same_seed_and_time_give_the_same_bytes(after: float) -> None:
    one, other = World(3, 50, EPOCH), World(3, 50, EPOCH)
    list_json(other, EPOCH + 99_999)  # earlier reads make no difference
    assert list_json(one, EPOCH + after) == list_json(other, EPOCH + after)
    for row in rows(one, EPOCH + after)[:20]:
        assert one.detail(row["id"], EPOCH + after) == other.detail(row["id"], EPOCH + after)


def test_another_seed_gives_another_world() -> None:
    assert list_json(World(3, 50, EPOCH), EPOCH) != list_json(World(4, 50, EPOCH), EPOCH)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_new_world_has_orders_in_every_phase(seed: int) -> None:
    listed = rows(World(seed, 823, EPOCH), EPOCH)
    statuses = [row["status"] for row in listed]
    active = [status for status in statuses if status in LIFE]
    assert len(listed) == 823
    assert len(active) == 8
    assert statuses[: len(active)] == active
    assert {*LIFE} == {*active}
    assert 3 <= active.count("TRANSCODING") <= 5
    assert statuses[:10].count("ERROR") == 1
    assert 8 <= statuses.count("ERROR") <= 30
    months = EPOCH - World(seed, 823, EPOCH).orders(EPOCH)[-1].created
    assert 60 * 86_400 < months < 365 * 86_400


@pytest.mark.parametrize("seed", SEEDS)
def test_some_orders_of_the_last_day_failed_for_different_reasons(seed: int) -> None:
    world = World(seed, 823, EPOCH)
    today = [order.id for order in world.orders(EPOCH) if order.created > EPOCH - 86_400]
    found = [world.detail(order_id, EPOCH) or {} for order_id in today]
    comments = [detail["comment"] for detail in found if detail["status"] == "ERROR"]
    assert 4 <= len(comments) <= 8
    assert all(comments)
    assert len(set(comments)) >= 3


def test_the_default_world_has_16_failures() -> None:
    defaults = DemoOptions()
    listed = rows(World(defaults.seed, defaults.orders, EPOCH), EPOCH)
    assert [row["status"] for row in listed].count("ERROR") == 16


@pytest.mark.parametrize("orders", [0, 1, 5, 9, 10, 255, 256, 257, 600])
@pytest.mark.parametrize("after", [slow(0.0), 45.0, slow(MAX_LIFETIME), 20_000.0])
def test_worlds_of_every_size_are_complete(orders: int, after: float) -> None:
    world = World(1, orders, EPOCH)
    listed = rows(world, EPOCH + after)
    expected = [order.id for order in world.orders(EPOCH + after)]
    assert [row["id"] for row in listed] == expected
    assert len(listed) >= orders
    assert len(listed) == orders or after > 0


def test_rows_look_like_those_of_the_api() -> None:
    for row in rows(World(1, 200, EPOCH), EPOCH + 500):
        assert list(row) == ["id", "created_on", "status"]
        assert re.fullmatch(r"\d{10}-\d{4}", row["id"])
        assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}\+00:00", row["created_on"])
        assert row["status"] in STATUSES


@pytest.mark.parametrize(("orders", "speed"), [(823, 1.0), (25_000, 1.0), (100, 50.0)])
def test_ids_are_unique_and_times_descend(orders: int, speed: float) -> None:
    listed = rows(World(2, orders, EPOCH, speed), EPOCH + 5000)
    assert len({row["id"] for row in listed}) == len(listed)
    assert all(newer["created_on"] > older["created_on"] for newer, older in pairwise(listed))


@pytest.mark.parametrize("speed", [0.5, 1.0, 20.0])
def test_no_order_comes_from_the_future(speed: float) -> None:
    world = World(5, 20, EPOCH, speed)
    for step in range(60):
        now = EPOCH + step * 7.3
        assert all(order.created <= now for order in world.orders(now))


def test_orders_arrive_every_half_minute() -> None:
    world = World(6, 0, EPOCH)
    made = [order.created for order in reversed(world.orders(EPOCH + 3600))]
    assert 115 <= len(made) <= 121
    assert all(20 <= later - earlier <= 40 for earlier, later in pairwise(made))


@pytest.mark.parametrize("seed", slow_after(2, SEEDS))
def test_an_order_never_returns_to_an_earlier_phase(seed: int) -> None:
    world = World(seed, 12, EPOCH)
    reached: dict[str, int] = {}
    ended: dict[str, str] = {}
    for step in range(500):
        for row in rows(world, EPOCH + step * 3.1):
            name, status = row["id"], row["status"]
            assert ended.get(name, status) == status
            place = LIFE.index(status) if status in LIFE else len(LIFE)
            assert place >= reached.get(name, 0)
            reached[name] = place
            if place == len(LIFE):
                ended[name] = status


@pytest.mark.parametrize("seed", slow_after(2, SEEDS))
def test_the_cached_part_equals_each_order(seed: int) -> None:
    world = World(seed, 400, EPOCH)
    for after in (0.0, MAX_LIFETIME - 1, MAX_LIFETIME, 1234.5, 40_000.0):
        listed = rows(world, EPOCH + after)
        full = details(world, EPOCH + after, listed)
        assert [row["status"] for row in listed] == [detail["status"] for detail in full]
        assert [row["created_on"] for row in listed] == [detail["timestamp"] for detail in full]


def test_progress_only_grows_and_ends_at_100() -> None:
    world = World(1, 10, EPOCH)
    active = [row["id"] for row in rows(world, EPOCH) if row["status"] in LIFE]
    for name in active:
        before: list[float] = [0.0]
        for step in range(200):
            detail = world.detail(name, EPOCH + step * 2)
            assert detail
            jobs: Any = detail["transcodingjob_set"]
            now = [job["progress"] for job in jobs]
            if len(before) == len(now):
                assert all(old <= new <= 100.0 for old, new in zip(before, now, strict=True))
            assert now == [round(progress, 2) for progress in now]
            before = now
        assert set(before) == {100.0}


def test_progress_bars_move_within_seconds() -> None:
    world = World(1, 10, EPOCH)
    names = [row["id"] for row in rows(world, EPOCH) if row["status"] == "TRANSCODING"]

    def bars(now: float) -> list[Any]:
        return [(world.detail(name, now) or {})["transcodingjob_set"] for name in names]

    moved = [old != new for old, new in zip(bars(EPOCH), bars(EPOCH + 3), strict=True)]
    assert sum(moved) >= 2


def test_details_have_the_documented_shape() -> None:
    world = World(1, 300, EPOCH)
    for detail in details(world, EPOCH, rows(world, EPOCH)):
        assert list(detail) == [
            "order_id",
            "transcodingupload_set",
            "transcodingdownload",
            "transcodingnotification_set",
            "transcodingjob_set",
            "duration",
            "size",
            "filename",
            "label",
            "status",
            "timestamp",
            "comment",
        ]
        assert 1 <= len(detail["transcodingjob_set"]) <= 6
        for job in detail["transcodingjob_set"]:
            assert list(job) == ["profile", "filename", "label", "progress"]
            assert list(job["profile"]) == ["id", "name"]
        for upload in detail["transcodingupload_set"]:
            assert list(upload) == ["upload_url", "upload_protocol", "upload_user"]
        assert list(detail["transcodingdownload"]) == [
            "download_url",
            "download_protocol",
            "download_user",
        ]


def test_finished_orders_have_a_result() -> None:
    world = World(1, 823, EPOCH)
    for detail in details(world, EPOCH, rows(world, EPOCH)):
        if detail["status"] == "FINISHED":
            assert detail["comment"] == f"Order {detail['order_id']} finished"
            assert all(job["progress"] == 100.0 for job in detail["transcodingjob_set"])
            assert detail["size"] > 0
        elif detail["status"] == "ERROR":
            assert "failed: " in detail["comment"]
            assert "{" not in detail["comment"]
            assert not any(password in detail["comment"] for password in PASSWORDS)
        else:
            assert detail["comment"] == ""


def test_some_urls_contain_passwords_and_some_names_are_unusual() -> None:
    world = World(1, 300, EPOCH)
    text = json.dumps(details(world, EPOCH, rows(world, EPOCH)), ensure_ascii=False)
    telling = ("prioridad alta", "Prueba escalado", "[bracketed]", "東京", "Вечерний", "  espacios")
    for expected in (*PASSWORDS, *telling):
        assert expected in text


@pytest.mark.parametrize("seed", slow_after(2, SEEDS))
def test_a_requeued_order_runs_again_to_success(seed: int) -> None:
    world = World(seed, 300, EPOCH)
    name = first_error(world)
    assert world.requeue(name, EPOCH)
    seen = [
        next(row["status"] for row in rows(world, EPOCH + after) if row["id"] == name)
        for after in range(0, int(MAX_LIFETIME) + 1, 3)
    ]
    assert list(dict.fromkeys(seen)) == [*LIFE, "FINISHED"]
    assert (world.detail(name, EPOCH + MAX_LIFETIME) or {})["comment"] == f"Order {name} finished"


def test_a_requeue_changes_no_other_order() -> None:
    world, untouched = World(1, 600, EPOCH), World(1, 600, EPOCH)
    oldest = [row["id"] for row in rows(world, EPOCH) if row["status"] == "ERROR"][-1]
    assert world.requeue(oldest, EPOCH)
    changed = [
        mine["id"]
        for mine, other in zip(rows(world, EPOCH), rows(untouched, EPOCH), strict=True)
        if mine != other
    ]
    assert changed == [oldest]


@pytest.mark.parametrize("status", sorted(STATUSES - {"ERROR"}))
def test_only_an_error_can_be_requeued(status: str) -> None:
    world = World(1, 300, EPOCH)
    name = next(row["id"] for row in rows(world, EPOCH) if row["status"] == status)
    with pytest.raises(RequeueError, match=f"Order {name} is {status}"):
        world.requeue(name, EPOCH)


def test_a_requeued_order_cannot_be_requeued_again_at_once() -> None:
    world = World(1, 300, EPOCH)
    name = first_error(world)
    world.requeue(name, EPOCH)
    with pytest.raises(RequeueError):
        world.requeue(name, EPOCH + 1)


@pytest.mark.parametrize("name", ["", "1", "1-2", "1631092552-1237", "x-0000", "9" * 12 + "-0000"])
def test_an_unknown_order_is_not_found(name: str) -> None:
    world = World(1, 300, EPOCH)
    assert world.detail(name, EPOCH) is None
    assert not world.requeue(name, EPOCH)


def test_an_order_is_unknown_until_it_arrives() -> None:
    world = World(1, 10, EPOCH)
    newest = rows(world, EPOCH + 600)[0]["id"]
    assert world.detail(newest, EPOCH) is None
    assert world.detail(newest, EPOCH + 600)


def test_time_is_frozen_before_the_epoch_and_at_speed_zero() -> None:
    still, world = World(1, 30, EPOCH, speed=0.0), World(1, 30, EPOCH)
    assert list_json(still, EPOCH + 9999) == list_json(world, EPOCH) == list_json(world, 0.0)


def test_speed_makes_more_happen() -> None:
    assert len(rows(World(1, 0, EPOCH, 10.0), EPOCH + 60)) == len(
        rows(World(1, 0, EPOCH), EPOCH + 600)
    )


@pytest.mark.parametrize(("orders", "speed"), [(-1, 1.0), (1, -1.0)])
def test_invalid_world_parameters_are_rejected(orders: int, speed: float) -> None:
    with pytest.raises(ValueError, match="a world has"):
        World(1, orders, EPOCH, speed)
