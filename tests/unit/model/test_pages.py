"""Merging of pages: no listed order is lost, no removed one stays."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.model.order import InvalidRow, OrderSummary, Snapshot
from tui.model.pages import Page, PageRequest, merge_page, recency_key
from tui.polling.list_merge import MergedList
from tui.polling.policy import MAX_WATCHED


def order(made: float | None, status: str = "FINISHED", name: str = "") -> OrderSummary:
    return OrderSummary(name or f"o{made}", status, made)


def page_of(listed: list[OrderSummary], part: PageRequest) -> Page:
    """Return the page that a server with these orders sends."""
    found = [each for each in listed if part.status in ("", each.status)]
    return Page(part, tuple(found[part.offset : part.offset + part.limit]), total=len(found))


def merged(known: list[OrderSummary], page: Page) -> list[OrderSummary]:
    return list(merge_page(tuple(known), {each.id: each for each in known}, page))


def ids(orders: list[OrderSummary]) -> str:
    return " ".join(each.id for each in orders)


KNOWN = [order(50), order(40), order(30), order(20), order(10)]


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        pytest.param(
            Page(PageRequest(2), (order(60), order(50)), total=6), "o60 o50 o40 o30 o20 o10"
        ),
        pytest.param(Page(PageRequest(2), (order(50), order(30)), total=4), "o50 o30 o20 o10"),
        pytest.param(Page(PageRequest(2), (order(40), order(30)), total=4), "o40 o30 o20 o10"),
        pytest.param(Page(PageRequest(2, 1), (order(40), order(20)), total=4), "o50 o40 o20 o10"),
        pytest.param(Page(PageRequest(3, 2), (order(30), order(20)), total=4), "o50 o40 o30 o20"),
        pytest.param(Page(PageRequest(2, 9), (), total=5), "o50 o40 o30 o20 o10"),
        pytest.param(
            Page(PageRequest(9, 3), (order(20), order(10)), total=5), "o50 o40 o30 o20 o10"
        ),
        pytest.param(Page(PageRequest(2, 1), (order(45), order(35))), "o50 o45 o35 o30 o20 o10"),
        pytest.param(
            Page(PageRequest(5), tuple(order(at) for at in (60, 50, 40, 30, 20)), total=5),
            "o60 o50 o40 o30 o20 o10",
        ),
    ],
    ids=[
        "a new one at the head",
        "one is gone between two that are there",
        "the newest is gone",
        "one is gone in the midst",
        "the last is gone",
        "beyond the end",
        "more was asked for than there is",
        "others in their place",
        "counted before a new one arrived",
    ],
)
def test_a_page_replaces_known_orders_of_its_time_range(page: Page, expected: str) -> None:
    assert ids(merged(KNOWN, page)) == expected


def test_orders_of_the_same_second_may_continue_on_the_next_page() -> None:
    known = [order(50), *(order(40, name=name) for name in "abcd"), order(30)]
    page = Page(PageRequest(2, 2), (known[2], known[3]), total=6)
    assert sorted(ids(merged(known, page)).split()) == ["a", "b", "c", "d", "o30", "o50"]


@pytest.mark.parametrize(
    "page",
    [
        Page(PageRequest(3), (order(30), order(50), order(10)), total=5),
        Page(PageRequest(2), (order(None, name="o50"), order(10)), total=5),
        Page(PageRequest(2), (order(50), order(10)), (InvalidRow(1, "it has no id"),), total=5),
        Page(PageRequest(2, status="ERROR"), (order(50), order(10)), total=2),
    ],
    ids=["sorted by something else", "without a time", "with an unreadable row", "of one status"],
)
def test_a_filtered_page_removes_no_order(page: Page) -> None:
    assert sorted(ids(merged(KNOWN, page)).split()) == sorted(ids(KNOWN).split())


def test_a_changed_time_moves_an_order_without_duplicating_it() -> None:
    page = Page(PageRequest(2), (order(60, name="o20"), order(50)), total=5)
    assert ids(merged(KNOWN, page)) == "o20 o50 o40 o30 o10"


STATUSES = ("QUEUED", "TRANSCODING", "FINISHED", "ERROR")


class Server:
    """Change a list between two reads."""

    def __init__(self) -> None:
        self.made = 0
        self.listed: list[OrderSummary] = []

    def live(self, draw: Any) -> None:
        for _ in range(draw(st.integers(0, 4))):
            self.made += 1
            self.listed.insert(0, order(self.made, draw(st.sampled_from(STATUSES))))
        for _ in range(draw(st.integers(0, 2))):
            if self.listed:
                at = draw(st.integers(0, len(self.listed) - 1))
                if draw(st.booleans()):
                    del self.listed[at]
                else:
                    before = self.listed[at]
                    status = draw(st.sampled_from(STATUSES))
                    self.listed[at] = OrderSummary(before.id, status, before.created)


@given(st.data())
def test_pages_of_a_changing_list_merge_into_the_real_list(data: Any) -> None:
    server, merged = Server(), MergedList()
    last_seen: dict[str, tuple[float, OrderSummary]] = {}
    for now in range(data.draw(st.integers(1, 25))):
        server.live(data.draw)
        part = PageRequest(
            data.draw(st.integers(1, 8)),
            data.draw(st.integers(0, 12)) if now else 0,
            data.draw(st.sampled_from(("", "", *STATUSES))) if now else "",
        )
        page = page_of(server.listed, part)
        merged.apply(page, float(now))
        snapshot = merged.snapshot or Snapshot()
        last_seen |= {each.id: (float(now), each) for each in page.orders}
        assert list(snapshot.orders) == sorted(snapshot.orders, key=recency_key)
        assert len(merged.index) == len(snapshot.orders)
        assert merged.index == {each.id: each for each in snapshot.orders}
        listed = {each.id for each in server.listed}
        for each in last_seen.keys() & listed:
            # Orders read and still listed are known with their last read state.
            assert (merged.last_read_at[each], merged.index[each]) == last_seen[each]
        if not part.status and page.orders:
            times = [recency_key(each) for each in page.orders]
            within = {
                each.id for each in snapshot.orders if times[0] < recency_key(each) < times[-1]
            }
            assert within <= listed
    if not server.listed:
        return  # sent as a whole list
    for offset in range(0, len(server.listed) + 1, 5):
        merged.apply(page_of(server.listed, PageRequest(7, offset)), 100.0)
    assert merged.snapshot is not None
    assert {each.id: each for each in merged.snapshot.orders} == {
        each.id: each for each in server.listed
    }


def test_an_empty_list_is_confirmed_by_a_second_one() -> None:
    merged = MergedList()
    merged.apply(Snapshot(tuple(KNOWN)), 1.0)
    merged.apply(Snapshot(), 2.0)
    assert (merged.is_emptied, len(merged.index)) == (True, 5)
    merged.apply(Page(PageRequest(2), tuple(KNOWN[:2]), total=5), 3.0)
    assert (merged.is_emptied, len(merged.index)) == (False, 5)
    merged.apply(Snapshot(), 4.0)
    assert (merged.is_emptied, len(merged.index)) == (True, 5)
    merged.apply(Page(PageRequest(2000), ()), 5.0)
    assert (merged.is_emptied, len(merged.index)) == (True, 5)
    merged.apply(Snapshot(), 6.0)
    assert (merged.is_emptied, len(merged.index)) == (False, 0)
    merged.apply(Snapshot(), 7.0)
    assert not merged.is_emptied


def test_an_empty_list_after_a_cached_one_is_confirmed_by_a_second_one() -> None:
    merged = MergedList()
    merged.seed(Snapshot(tuple(KNOWN)))
    merged.apply(Snapshot(), 1.0)
    assert (merged.is_emptied, merged.snapshot) == (True, None)
    merged.apply(Snapshot(), 2.0)
    assert (merged.is_emptied, merged.snapshot) == (False, Snapshot())


def test_active_orders_beyond_the_newest_page_are_watched() -> None:
    merged = MergedList()
    old = [order(40, "TRANSCODING"), order(30, "TRANSCODING"), order(20, "WEIRD"), order(10)]
    merged.apply(Page(PageRequest(1), (order(50, "QUEUED"),), total=5), 1.0)
    merged.apply(Page(PageRequest(4, 1), tuple(old), total=5), 2.0)
    assert merged.active_beyond_page == ["o40", "o30", "o20"]
    merged.apply(Page(PageRequest(4, 1), (order(40), *old[1:]), total=5), 3.0)
    assert merged.active_beyond_page == ["o30", "o20"]
    merged.apply(Page(PageRequest(3, 1), (order(40), *old[2:]), total=4), 4.0)
    assert merged.active_beyond_page == ["o20"]


def test_watched_orders_are_limited() -> None:
    merged = MergedList()
    many = tuple(order(made, "TRANSCODING") for made in range(900, 100, -1))
    merged.apply(Page(PageRequest(1), (order(1000),), total=801), 1.0)
    merged.apply(Page(PageRequest(800, 1), many, total=801), 1.0)
    assert merged.active_beyond_page == [each.id for each in many[:MAX_WATCHED]]


def test_position_of_an_order_among_known_orders() -> None:
    merged = MergedList()
    merged.apply(Page(PageRequest(5), tuple(KNOWN), total=9), 1.0)
    assert [merged.position(each) for each in ("o50", "o10", "o60")] == [0, 4, None]
