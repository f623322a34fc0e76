"""The figures of a period, from the rows of a history."""

from sqlite3 import Connection

import pytest

from tests.support.history_rows import add_order, comment, database, status
from tui.history.runs import record_run
from tui.history.statistics import read_ended_orders, read_statistics
from tui.model.history import Change, Span, SpanKind
from tui.model.order import OrderDetail
from tui.model.statistics import Bucket, Quantiles, Reason

POLLED = SpanKind.POLLED
HOUR = 3600.0
EDGES = tuple(n * HOUR for n in range(4))
ALL_POLLED = [Span(0, 3 * HOUR, POLLED)]
PHASES = ("QUEUED", "DOWNLOADING", "TRANSCODING", "UPLOADING")


def run(
    order_id: str, end: float, *, length: int = 100, final: str = "FINISHED", attempt: int = 1
) -> list[Change]:
    """The changes of a run with four phases that are equally long."""
    words = (None if attempt == 1 else "ERROR", *PHASES, final)
    start = end - length
    return [
        status(order_id, words[n], words[n + 1], start + n * length / 4, attempt=attempt)
        for n in range(5)
    ]


def history(*runs: list[Change], spans: list[Span] = ALL_POLLED) -> Connection:
    changes = sorted((each for run in runs for each in run), key=lambda each: each.before)
    connection = database(changes, spans)
    for change in changes:
        (key,) = connection.execute(
            "SELECT key FROM orders WHERE id = ?", (change.order_id,)
        ).fetchone()
        record_run(connection, key, change)
    return connection


def describe(connection: Connection, order_id: str, profiles: str, duration: float | None) -> None:
    values = (profiles, duration, order_id)
    connection.execute("UPDATE orders SET profiles = ?, duration = ? WHERE id = ?", values)


def test_an_empty_history_has_no_figures() -> None:
    found = read_statistics(database(), EDGES)
    assert found.since is None
    assert found.buckets == tuple(Bucket(n * HOUR, (n + 1) * HOUR) for n in range(3))
    assert (found.everything.finished, found.by_profiles, found.reasons) == (0, (), ())


def test_ended_orders_and_media_are_counted_by_the_hour() -> None:
    connection = history(
        run("a", 1000), run("b", 2000), run("c", HOUR), run("d", 5000, final="ERROR")
    )
    for order_id, length in (("a", 60.0), ("b", None), ("c", 30.5), ("d", 900.0)):
        describe(connection, order_id, "HLS", length)
    found = read_statistics(connection, EDGES)
    assert [(b.finished, b.failed, b.media) for b in found.buckets] == [
        (2, 0, 60.0), (1, 1, 30.5), (0, 0, 0.0),
    ]  # fmt: skip
    assert (found.everything.finished, found.everything.failed) == (3, 1)
    assert found.unmeasured == 1
    ended = read_ended_orders(connection, EDGES)
    assert [(b.finished, b.failed) for b in ended.buckets] == [(2, 0), (1, 1), (0, 0)]


@pytest.mark.parametrize(
    ("after", "before", "placed"),
    [(3700, 7000, True), (3595, 3605, True), (3000, 4000, False), (-9000, 4000, False)],
)
def test_an_end_whose_hour_is_not_known_is_in_no_hour(
    after: float, before: float, placed: bool
) -> None:
    end = status("a", "UPLOADING", "FINISHED", before, after=after)
    found = read_statistics(history([end]), EDGES)
    assert [bucket.finished for bucket in found.buckets] == [0, int(placed), 0]
    assert found.unplaced == int(not placed)
    assert found.everything.finished == 1


def test_times_are_those_of_orders_with_the_same_profiles() -> None:
    connection = history(
        run("a", 1000, length=100), run("b", 5000, length=200), run("c", 9000, length=400),
        run("d", 9500, length=40), run("e", 9600, final="ERROR"),
    )  # fmt: skip
    for order_id, profiles in (("a", "HLS"), ("b", "HLS"), ("c", "HLS"), ("d", "UHD, Web")):
        describe(connection, order_id, profiles, 1.0)
    found = read_statistics(connection, EDGES)
    named = {each.profiles: each for each in found.by_profiles}
    assert list(named) == ["HLS", "", "UHD, Web"]
    assert named["HLS"].phases == (*[Quantiles(3, 50, 100)] * 4, Quantiles(3, 200, 400))
    assert named["UHD, Web"].phases[-1] == Quantiles(1, 40, 40)
    assert (named[""].finished, named[""].failed) == (0, 1)
    assert named[""].phases == (*[Quantiles(1, 25, 25)] * 3, None, None)
    assert found.everything.phases[0] == Quantiles(5, 25, 100)
    assert found.everything.phases[-1] == Quantiles(4, 100, 400)


def test_what_was_not_observed_well_is_left_out_and_counted() -> None:
    spans = [Span(0, 820, POLLED), Span(860, 3 * HOUR, POLLED)]
    runs = run("a", 1000, length=400), run("b", 5000)
    found = read_statistics(history(*runs, spans=spans), EDGES)
    assert found.everything.left_out == 2
    assert [each.count for each in found.everything.phases if each] == [2, 2, 1, 2, 1]


def test_the_polled_time_is_that_of_all_instances() -> None:
    spans = [
        Span(600, 2000, POLLED), Span(1500, HOUR + 60, POLLED), Span(HOUR, 5000, SpanKind.STALE),
        Span(2 * HOUR, 2 * HOUR + 100, POLLED),
    ]  # fmt: skip
    found = read_statistics(database(spans=spans), EDGES)
    assert [bucket.polled for bucket in found.buckets] == [3000.0, 60.0, 100.0]
    assert found.since == 600.0


def test_the_reason_of_each_attempt_is_its_last_comment() -> None:
    connection = history(
        run("a", 1000, final="ERROR"), [comment("a", "550 x.mp4: No such file", 1010)],
        run("a", 2000, final="ERROR", attempt=2),
        run("b", 3000, final="ERROR"), [comment("b", "550 y.mp4: No such file", 3010)],
        run("c", 4000, final="ERROR"), [comment("c", "Login incorrect", 4010)],
        run("c", 5000, attempt=2),
        run("d", 6000, final="ERROR"),
    )  # fmt: skip
    assert read_statistics(connection, EDGES).reasons == (
        Reason("550 … No such file", 3, 3000.0), Reason("", 1, 6000.0),
        Reason("Login incorrect", 1, 4000.0),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("seen", "reason"), [("ERROR", "Out of memory"), ("TRANSCODING", ""), (None, "")]
)
def test_a_comment_that_was_there_at_the_first_read_is_a_reason(
    seen: str | None, reason: str
) -> None:
    connection = history(run("a", 1000, final="ERROR"))
    add_order(connection, OrderDetail("a", seen, comment="Out of memory"), 1010)
    assert read_statistics(connection, EDGES).reasons == (Reason(reason, 1, 1000.0),)


def test_rows_that_do_not_decode_count_as_absent() -> None:
    connection = history(run("a", 1000), run("b", 2000))
    connection.execute("UPDATE runs SET times = 'x', failed = 1 WHERE before = 1000")
    connection.execute("UPDATE orders SET detail = x'00'")
    found = read_statistics(connection, EDGES)
    assert found.everything.finished == 1
    assert found.everything.phases == (*[Quantiles(1, 25, 25)] * 4, Quantiles(1, 100, 100))
    assert found.reasons == (Reason("", 1, 1000.0),)
