"""The order of detail requests."""

from tui.model.events import ClockReading
from tui.model.order import OrderDetail, OrderSummary, Snapshot
from tui.model.state import TimedDetail
from tui.polling.detail_schedule import DetailScheduler
from tui.polling.list_merge import MergedList
from tui.polling.policy import (
    BACKGROUND_CADENCE,
    MAX_ACTIVE_STREAK,
    MAX_BACKGROUND,
    MAX_DETAILS_BYTES,
)


def listed(*orders: OrderSummary) -> MergedList:
    merged = MergedList()
    merged.apply(Snapshot(orders), 0.0)
    return merged


def test_active_rows_do_not_starve_unread_rows() -> None:
    active = [OrderSummary(f"{number}-a", "TRANSCODING") for number in range(20)]
    ended = [OrderSummary(f"{number}-e", "FINISHED") for number in range(20)]
    scheduler = DetailScheduler(refresh=5.0)
    scheduler.on_list(listed(*active, *ended), is_gap=lambda *_: False, wall=0.0)
    scheduler.set_visible([order.id for order in [*active, *ended]], 0.0)
    now = 10.0
    asked: list[str] = []
    for _ in range(40):
        # Active rows alone use up the request budget.
        detail = next(detail for detail in scheduler.due_details() if detail.due <= now)
        scheduler.on_requested(detail.order_id)
        asked.append(detail.order_id)
        status = scheduler.listed_status(detail.order_id)
        reading = TimedDetail(OrderDetail(detail.order_id, status), ClockReading(now, now))
        scheduler.on_read(reading, status, now)
        now += 1.0
    assert len({order_id for order_id in asked if order_id.endswith("e")}) == 10
    assert len({order_id for order_id in asked if order_id.endswith("a")}) == 20


def test_the_selected_order_is_read_first() -> None:
    orders = [OrderSummary(f"{number}", "TRANSCODING") for number in range(5)]
    scheduler = DetailScheduler(refresh=5.0)
    scheduler.on_list(listed(*orders), is_gap=lambda *_: False, wall=0.0)
    scheduler.set_visible([order.id for order in orders], 0.0)
    scheduler.select("3", 0.0)
    first, *others = scheduler.due_details()
    assert (first.order_id, first.urgent) == ("3", True)
    assert not any(detail.urgent for detail in others)


def test_details_are_read_by_their_use() -> None:
    """Progress, failures of the last day, names in view, and then what a filter needs."""
    wall = 1e9
    orders = [
        OrderSummary("new", "FINISHED", wall - 1),
        OrderSummary("failed", "ERROR", wall - 80_000),
        OrderSummary("moves", "TRANSCODING", wall - 80_001),
        OrderSummary("waits", "QUEUED", wall - 80_002),
        OrderSummary("seen", "FINISHED", wall - 80_003),
        OrderSummary("old", "ERROR", wall - 90_000),
        OrderSummary("wanted", "FINISHED", wall - 90_001),
    ]
    scheduler = DetailScheduler(refresh=5.0)
    scheduler.on_list(listed(*orders), lambda *_: False, wall)
    scheduler.set_visible(["seen", "waits", "moves"], 0.0)
    scheduler.set_required(["wanted"])
    scheduler.select("old", 0.0)
    found = [each.order_id for each in scheduler.due_details()]
    assert found == ["old", "waits", "moves", "failed", "seen", "wanted"]
    scheduler._active_streak = MAX_ACTIVE_STREAK
    found = [each.order_id for each in scheduler.due_details()]
    assert found == ["old", "failed", "seen", "wanted", "waits", "moves"]


def test_orders_that_run_out_of_view_are_read_once_a_minute() -> None:
    orders = [
        OrderSummary("queued", "QUEUED"),
        OrderSummary("seen", "TRANSCODING"),
        OrderSummary("ended", "FINISHED"),
        *(OrderSummary(f"{number}", "TRANSCODING") for number in range(60)),
    ]
    scheduler = DetailScheduler(refresh=5.0)
    scheduler.on_list(listed(*orders), is_gap=lambda *_: False, wall=0.0)
    scheduler.set_visible(["seen"], 0.0)
    scheduler.set_required(["ended"])
    found = [each.order_id for each in scheduler.due_details()]
    assert found == ["seen", "ended", *(f"{number}" for number in range(MAX_BACKGROUND))]
    reading = TimedDetail(OrderDetail("7", "TRANSCODING"), ClockReading(20.0, 20.0))
    scheduler.on_read(reading, "TRANSCODING", 20.0)
    last = list(scheduler.due_details())[-1]
    assert (last.order_id, last.due) == ("7", 20.0 + BACKGROUND_CADENCE)
    ended = [OrderSummary(each.id, "FINISHED") for each in orders]
    scheduler.on_list(listed(*ended), is_gap=lambda *_: False, wall=0.0)
    assert {each.order_id for each in scheduler.due_details()} == {"seen", "ended"}


def test_large_details_are_trimmed_first() -> None:
    scheduler = DetailScheduler(refresh=5.0)
    raw = b"x" * 1_000_000
    for number in range(40):
        detail = OrderDetail(f"{number}", "FINISHED", compressed_json=raw)
        scheduler.on_read(TimedDetail(detail, ClockReading(0.0, 0.0)), "FINISHED", number)
        scheduler.select(detail.id, number)
        trimmed = [each.id for each in scheduler.trim()]
        assert detail.id not in trimmed  # the selected order stays
        assert scheduler.evict() == ()
        if trimmed:
            break
    assert trimmed[0] == "0"
    assert scheduler._size == sum(each.size for each in scheduler._records.values())
    assert MAX_DETAILS_BYTES // 1_000_000 <= number <= MAX_DETAILS_BYTES // 1_000_000 + 1


def test_a_detail_read_again_counts_once() -> None:
    scheduler = DetailScheduler(refresh=5.0)
    detail = OrderDetail("1", "TRANSCODING", compressed_json=b"x" * 1_000_000)
    for number in range(100):
        scheduler.on_read(TimedDetail(detail, ClockReading(0.0, 0.0)), "TRANSCODING", number)
    assert scheduler.trim() == ()
    assert scheduler.evict() == ()
