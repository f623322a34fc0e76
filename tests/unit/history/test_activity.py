"""The changes of all orders, read in pages."""

import sqlite3
from collections.abc import Callable, Sequence
from math import inf

import pytest

from tests.support.history_rows import (
    add,
    add_order,
    comment,
    database,
    first_comment,
    progress,
    status,
)
from tui.history import activity
from tui.history.activity import ChangeReader
from tui.model.activity import ActivityEntry, ActivityFilter, ActivityPage, TimeVerdicts
from tui.model.history import Change
from tui.model.order import OrderDetail
from tui.model.order_facts import OrderFacts
from tui.model.timing import Moment

EVERYTHING, WITH_PROGRESS = ActivityFilter(), ActivityFilter(with_progress=True)


def older_changes(
    connection: sqlite3.Connection, before: int | None, wanted: ActivityFilter
) -> ActivityPage:
    return ChangeReader().older(connection, before, wanted)


def newer_changes(
    connection: sqlite3.Connection, after: int, wanted: ActivityFilter
) -> ActivityPage:
    return ChangeReader().newer(connection, after, wanted)


class OfOrders:
    """A test of the orders alone, which remembers what it has judged. With `since` and `until` it
    is about the times of the changes, too.
    """

    looks_at_timings = True

    def __init__(
        self,
        matches: Callable[[OrderFacts], bool | None],
        since: float = -inf,
        until: float = inf,
    ) -> None:
        self.since, self.until = since, until
        self.looks_at_times = (since, until) != (-inf, inf)
        self.judged: list[OrderFacts] = []
        self._matches = matches

    def judge_time(self, moment: Moment) -> TimeVerdicts:
        return (int(self.since <= moment.before <= self.until),)

    def judge(self, orders: Sequence[OrderFacts], times: TimeVerdicts) -> list[bool | None]:
        self.judged += orders
        return [all(times) and self._matches(order) for order in orders]


def many(count: int) -> list[Change]:
    """Changes of several orders; each third is of progress."""
    return [
        progress(f"o{n % 7}", None, (float(n),), n)
        if n % 3 == 2
        else status(f"o{n % 7}", "QUEUED", f"S{n}", n)
        for n in range(count)
    ]


def numbers(page: ActivityPage) -> list[int]:
    return [each.number for each in page.entries]


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(activity, "PAGE", 4)
    monkeypatch.setattr(activity, "_MAX_LOOKS", 6)


def test_the_newest_changes_come_first_and_the_older_ones_page_by_page(small_pages: None) -> None:
    connection = database(many(9))
    page = older_changes(connection, None, EVERYTHING)
    assert (numbers(page), page.is_end) == ([4, 5, 7, 8], False)
    page = older_changes(connection, page.reached, EVERYTHING)
    assert (numbers(page), page.is_end) == ([1, 2], True)
    page = newer_changes(connection, 2, EVERYTHING)
    assert (numbers(page), page.is_end) == ([4, 5, 7, 8], False)
    assert newer_changes(connection, page.reached, EVERYTHING).is_end


def test_progress_is_read_if_it_is_wanted(small_pages: None) -> None:
    page = older_changes(database(many(9)), None, WITH_PROGRESS)
    assert numbers(page) == [6, 7, 8, 9]
    assert page.entries[-1].change.new == (8.0,)


def search(
    reader: ChangeReader, connection: sqlite3.Connection, wanted: ActivityFilter
) -> list[ActivityPage]:
    """Return all pages, the newest first."""
    found = [reader.older(connection, None, wanted)]
    while not found[-1].is_end:
        found.append(reader.older(connection, found[-1].reached, wanted))
    return found


def test_a_search_looks_at_so_many_changes_at_once_and_says_how_far_it_is(
    small_pages: None,
) -> None:
    test = OfOrders(lambda _: False)
    found = search(ChangeReader(), database(many(30)), ActivityFilter(test=test))
    assert not any(page.entries for page in found)
    assert [page.reached for page in found] == [22, 13, 4, 1]
    assert [page.reached_at for page in found] == [21, 12, 3, 0]
    assert [round(page.share, 2) for page in found] == [0.3, 0.6, 0.9, 1.0]
    assert {page.newest for page in found} == {30}


def test_a_search_judges_each_order_once(small_pages: None) -> None:
    test = OfOrders(lambda _: False)
    search(ChangeReader(), database(many(30)), ActivityFilter(test=test))
    assert sorted(each.id for each in test.judged) == [f"o{n}" for n in range(7)]


def test_an_order_that_has_changed_during_a_search_is_judged_again(small_pages: None) -> None:
    connection, reader = database(many(30)), ChangeReader()
    wanted = ActivityFilter(test=OfOrders(lambda order: order.status == "ERROR"))
    page = reader.older(connection, None, wanted)
    assert page.entries == ()
    add(connection, status("o1", "QUEUED", "ERROR", 31))
    assert numbers(reader.newer(connection, page.newest, wanted)) == [31]
    seen: list[ActivityEntry] = list(page.entries)
    while not page.is_end:
        page = reader.older(connection, page.reached, wanted)
        seen += page.entries
    assert {each.change.order_id for each in seen} == {"o1"}


def test_another_file_or_filter_begins_anew(small_pages: None) -> None:
    reader = ChangeReader()
    nothing = ActivityFilter(test=OfOrders(lambda _: False))
    everything = ActivityFilter(test=OfOrders(lambda _: True))
    connection = database(many(30))
    assert reader.older(connection, None, nothing).entries == ()
    assert reader.older(connection, None, everything).entries != ()
    other = database([status("x", None, "QUEUED", 5)])
    assert reader.older(connection, None, nothing).entries == ()
    assert reader.older(other, None, nothing).is_end
    assert numbers(reader.older(other, None, everything)) == [1]


def test_a_detail_is_decoded_only_for_what_it_decides() -> None:
    connection = database([status(each, None, "QUEUED", 10) for each in "abc"])
    for each in "abc":
        add_order(connection, OrderDetail(each, "QUEUED", filename=f"{each}.mp4"), 10)

    def matches(order: OrderFacts) -> bool | None:
        if order.detail is None:
            return {"a": True, "b": False}.get(order.id)
        return order.detail.filename == "c.mp4"

    test = OfOrders(matches)
    page = older_changes(connection, None, ActivityFilter(test=test))
    assert [each.filename for each in page.entries] == ["a.mp4", "c.mp4"]
    assert [each.id for each in test.judged if each.detail is not None] == ["c"]
    assert not page.is_unsure


def test_what_is_not_known_is_said() -> None:
    connection = database([status("a", None, "QUEUED", 10)])
    page = older_changes(connection, None, ActivityFilter(test=OfOrders(lambda _: None)))
    assert (page.entries, page.is_unsure) == ((), True)


@pytest.mark.parametrize(
    ("since", "until", "found"),
    [
        (25, inf, [26, 27, 28, 29, 30]),
        (-inf, 3, [1, 2, 3, 4]),
        (10, 12, [11, 12, 13]),
        (40, inf, []),
        (-inf, -5, []),
    ],
)
def test_a_bound_on_the_time_ends_the_search_at_once(
    since: float, until: float, found: list[int]
) -> None:
    connection = database(status(f"o{n}", "QUEUED", f"S{n}", n) for n in range(30))
    test = OfOrders(lambda _: True, since, until)
    page = older_changes(connection, None, ActivityFilter(test=test))
    assert (numbers(page), page.is_end, page.newest) == (found, True, 30)
    assert len(test.judged) == len(found)
    plan = connection.execute(f"EXPLAIN QUERY PLAN {activity._ENDS_WITHIN}", (since, until))
    assert ["changes_by_time" in row[-1] for row in plan] == [True]


def test_a_change_that_was_recorded_late_is_found_by_its_time() -> None:
    """Several instances share the file, so that numbers do not grow strictly with the time."""
    changes = [status("a", "QUEUED", f"S{at}", at) for at in (10, 30, 20, 40)]
    test = OfOrders(lambda _: True, 15, 35)
    connection, reader, wanted = database(changes), ChangeReader(), ActivityFilter(test=test)
    assert numbers(reader.older(connection, None, wanted)) == [2, 3]
    add(connection, status("a", "S40", "S25", 25))
    page = reader.newer(connection, 4, wanted)
    assert (numbers(page), page.reached) == ([5], 5)


def test_an_entry_has_the_name_of_its_order_and_the_reason_of_its_last_failure() -> None:
    connection = database(
        [
            status("a", None, "TRANSCODING", 10),
            status("a", "TRANSCODING", "ERROR", 20),
            status("a", "ERROR", "QUEUED", 30, attempt=2),
            status("a", "QUEUED", "ERROR", 40, attempt=2),
            comment("a", "552", 41, 2),
        ]
    )
    detail = OrderDetail("a", "ERROR", filename="f.mp4", comment="552")
    add_order(connection, detail, 40, attempt=2)
    entries = older_changes(connection, None, EVERYTHING).entries
    assert {each.filename for each in entries} == {"f.mp4"}
    assert [each.comment for each in entries] == ["", "", "", "552", ""]


def test_a_filter_sees_the_order_as_last_recorded() -> None:
    connection = database(
        [status("a", "QUEUED", "TRANSCODING", 10), status("b", "QUEUED", None, 10)]
    )
    add_order(connection, OrderDetail("a", "TRANSCODING", filename="f.mp4"), 10, attempt=3)
    test = OfOrders(lambda each: None if each.detail is None else True)
    older_changes(connection, None, ActivityFilter(test=test))
    seen = {each.id: each for each in test.judged}
    timing, detail = seen["a"].timing, seen["a"].detail
    assert timing is not None
    assert detail is not None
    assert (seen["a"].status, timing.attempt) == ("TRANSCODING", 3)
    assert detail.filename == "f.mp4"
    assert (seen["b"].gone, seen["b"].detail) == (True, None)


def test_progress_that_begins_an_attempt_is_always_read() -> None:
    connection = database(
        [
            status("a", None, "TRANSCODING", 10),
            progress("a", None, (90.0,), 20),
            progress("b", None, (1.0,), 25),
            progress("a", (90.0,), (2.0,), 30, attempt=2),
            progress("a", (2.0,), (3.0,), 40, attempt=2),
        ]
    )
    for page in (
        older_changes(connection, None, EVERYTHING),
        newer_changes(connection, 0, EVERYTHING),
    ):
        assert [each.change.before for each in page.entries] == [10, 30]


def test_a_comment_that_may_be_old_is_read_only_if_a_change_of_status_was_seen() -> None:
    connection = database(
        [
            first_comment("old", "552", 10),
            status("a", "TRANSCODING", "ERROR", 20),
            first_comment("a", "553", 25),
            comment("old", "554", 30),
        ]
    )
    for page in (
        older_changes(connection, None, EVERYTHING),
        newer_changes(connection, 0, EVERYTHING),
    ):
        assert numbers(page) == [2, 3, 4]


def test_an_empty_history_has_no_changes() -> None:
    assert older_changes(database(), None, EVERYTHING).entries == ()
    assert newer_changes(database(), 0, EVERYTHING).is_end
