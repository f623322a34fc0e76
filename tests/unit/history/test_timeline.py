"""What is read of single orders."""

from tests.support.history_rows import POLLED, add_order, comment, database, progress, status
from tui.history.timeline import changes_of, order_history
from tui.model.history import Span, SpanKind
from tui.model.order import OrderDetail
from tui.model.spans import gaps
from tui.model.timeline import OrderHistory

SPANS = [Span(0, 50, POLLED), Span(50, 90, SpanKind.PAUSED), Span(90, 300, POLLED)]
CHANGES = [
    status("a", None, "QUEUED", 60),
    status("b", "QUEUED", "TRANSCODING", 70),
    status("a", "QUEUED", "TRANSCODING", 100),
    progress("a", None, (1.0,), 110),
    progress("a", (1.0,), (90.0,), 120),
    comment("a", "hello", 130),
    progress("a", (90.0,), (2.0,), 140, attempt=2),
    progress("a", (2.0,), (3.0,), 150, attempt=2),
]


def test_an_order_has_its_changes_and_the_spans_since_it_was_first_seen() -> None:
    read = order_history(database(CHANGES, SPANS), "a")
    # Of progress only what begins an attempt.
    assert read.changes == tuple(CHANGES[n] for n in (0, 2, 5, 6))
    assert (read.status, read.attempt, read.first_seen) == ("TRANSCODING", 1, 60)
    assert read.spans == SPANS[1:]
    assert read.recorded_since == 0


def test_the_gap_before_an_order_was_first_seen_has_its_cause() -> None:
    new = status("a", None, "QUEUED", 90, after=50)
    read = order_history(database([new], SPANS), "a")
    assert gaps(read.spans, 50, 300) == (SPANS[1],)


def test_an_order_of_the_first_list_was_first_seen_when_the_history_began() -> None:
    connection = database(CHANGES, SPANS)
    assert order_history(connection, "b").first_seen == 0
    add_order(connection, OrderDetail("c", "FINISHED"), 1)
    assert order_history(connection, "c") == OrderHistory((), "FINISHED", 1, 0, SPANS, 0)


def test_of_an_unknown_order_nothing_is_recorded() -> None:
    assert order_history(database((), SPANS), "x") == OrderHistory(recorded_since=0)
    assert order_history(database(), "x") == OrderHistory()


def test_all_changes_of_orders_are_read_order_by_order() -> None:
    assert changes_of(database(CHANGES), ["b", "x", "a"]) == [
        CHANGES[1],
        *(each for each in CHANGES if each.order_id == "a"),
    ]


def test_a_row_that_does_not_decode_counts_as_absent() -> None:
    connection = database(CHANGES, SPANS)
    for column, value in (("field", 99), ("new", b"\xff"), ("old", "not json"), ("attempt", "x")):
        connection.execute(
            f"UPDATE changes SET {column} = ? WHERE seq = (SELECT min(seq) FROM changes"
            " WHERE order_key = (SELECT key FROM orders WHERE id = 'a')"
            " AND typeof(old) != 'blob' AND field = 2)",
            (value,),
        )
    connection.execute("UPDATE spans SET kind = '?' WHERE start = 50")
    read = order_history(connection, "a")
    assert [each.before for each in read.changes] == [60, 100, 130, 140]
    assert read.spans == SPANS[2:]
