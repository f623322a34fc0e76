"""The changes of all orders, read in pages."""

import pytest

from tests.support.history_rows import add_order, comment, database, first_comment, progress, status
from tui.history import activity
from tui.history.activity import newer_changes, older_changes
from tui.model.activity import ActivityFilter, ActivityPage
from tui.model.history import Change
from tui.model.order import OrderDetail
from tui.model.order_facts import OrderFacts

EVERYTHING, WITH_PROGRESS = ActivityFilter(), ActivityFilter(with_progress=True)


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


def test_a_filter_judges_the_orders_and_looks_at_so_many_changes_at_once(small_pages: None) -> None:
    connection = database(many(30))
    judged: list[str] = []

    def matches(order: OrderFacts) -> bool:
        judged.append(order.id)
        return False

    wanted = ActivityFilter(matches=matches)
    page = older_changes(connection, None, wanted)
    assert (page.entries, page.is_end) == ((), False)
    assert len(judged) == len(set(judged))
    reached = [page.reached]
    while not page.is_end:
        page = older_changes(connection, page.reached, wanted)
        reached.append(page.reached)
    assert reached == sorted(reached, reverse=True)
    assert reached[-1] == 1


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
    seen: dict[str, OrderFacts] = {}
    older_changes(
        connection, None, ActivityFilter(matches=lambda each: bool(seen.setdefault(each.id, each)))
    )
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
