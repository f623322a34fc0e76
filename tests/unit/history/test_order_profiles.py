"""Which profiles recent orders have, from the rows of a history."""

from sqlite3 import Connection

from tests.support.history_rows import add, add_order, database, status
from tui.history.order_profiles import read_order_profiles
from tui.history.runs import record_run
from tui.model.history import Span, SpanKind
from tui.model.order import OrderDetail, Profile, SubJob
from tui.model.profile_uses import OrderProfiles

WEB, HLS = Profile("92", "Web, 1080p"), Profile("86", "HLS")
STATUSES = (None, "QUEUED", "DOWNLOADING", "TRANSCODING", "UPLOADING", "FINISHED")


def history(*ids: str) -> Connection:
    """Orders that were made at 1000, 2000, … and were 25 s in each phase."""
    connection = database(spans=[Span(0, 9000, SpanKind.POLLED)])
    for number, order_id in enumerate(ids, 1):
        detail = OrderDetail(order_id, "QUEUED", jobs=(SubJob(WEB), SubJob(HLS)))
        add_order(connection, detail, 1000.0 * number)
        connection.execute(
            "UPDATE orders SET created = ? WHERE id = ?", (1000.0 * number, order_id)
        )
    return connection


def finish(connection: Connection, order_id: str, start: float) -> None:
    (key,) = connection.execute("SELECT key FROM orders WHERE id = ?", (order_id,)).fetchone()
    for number in range(5):
        change = status(order_id, STATUSES[number], STATUSES[number + 1], start + 25 * number)
        add(connection, change)
        record_run(connection, key, change)


def test_the_newest_come_first_with_their_profiles_and_times() -> None:
    connection = history("a", "b")
    finish(connection, "a", 1000.0)
    assert read_order_profiles(connection, 0.0) == (
        OrderProfiles("b", 2000.0, (WEB, HLS)),
        OrderProfiles("a", 1000.0, (WEB, HLS), (25,)),
    )


def test_older_orders_are_left_out() -> None:
    assert [each.order_id for each in read_order_profiles(history("a", "b"), 1500.0)] == ["b"]


def test_what_was_not_read_or_is_damaged_is_not_known() -> None:
    connection = history("a", "b", "c")
    connection.execute("UPDATE orders SET detail = NULL WHERE id = 'a'")
    connection.execute("UPDATE orders SET detail = x'c1' WHERE id = 'b'")
    connection.execute("INSERT INTO runs VALUES (3100, 3, 1, 0, 3000, NULL, NULL, '[1', 0)")
    connection.execute("INSERT INTO runs VALUES (3200, 3, 2, 0, 3000, NULL, NULL, '[1]', 0)")
    assert [(each.order_id, each.profiles) for each in read_order_profiles(connection, 0.0)] == [
        ("c", (WEB, HLS)),
        ("b", None),
        ("a", None),
    ]
    assert read_order_profiles(connection, 0.0)[0].seconds == ()
