"""Decoding of the list, in every accepted shape."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support import seed
from tui.api.json_reader import InvalidJson, UnexpectedShape
from tui.api.list_decoder import IncrementalListDecoder
from tui.model.order import OrderSummary, Snapshot

NOW = 2_000_000_000.0
AT = 1631092555.875827  # 2021-09-08 09:15:55.875827 UTC


def read(body: bytes) -> Snapshot:
    return IncrementalListDecoder().read(body, NOW)


def rows(*items: Any) -> Snapshot:
    return read(json.dumps(items).encode())


def one(**members: Any) -> OrderSummary:
    (order,) = rows(members).orders
    return order


def test_the_seed_list_is_decoded() -> None:
    snapshot = read(seed.LIST)
    assert [order.id for order in snapshot.orders] == [
        "1631092552-1237",
        "1631089188-8755",
        "1630920819-1014",
        "1630920029-2222",
        "1630919890-5510",
        "1630919313-6156",
        "1630919028-9762",
    ]
    assert [order.status for order in snapshot.orders][1:4] == ["FINISHED", "ERROR", "FINISHED"]
    assert snapshot.orders[0].created == AT
    assert snapshot.invalid_rows == ()


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("2021-09-08 09:15:55.875827+00:00", AT),
        ("2021-09-08T09:15:55.875827Z", AT),
        ("2021-09-08T11:15:55.875827+02:00", AT),
        (" 2021-09-08 09:15:55 ", 1631092555.0),
        ("Wed, 08 Sep 2021 09:15:55 GMT", 1631092555.0),
        ("Wed, 8 Sep 2021 11:15:55 +0200", 1631092555.0),
        ("Wed, 08 Sep 2021", 1631092552.0),
        ("Wed, 99 Sep 2021 09:15:55 GMT", 1631092552.0),
        ("8 Sep 2021 09:15:55 GMT", 1631092552.0),
        ("1631092555", 1631092555.0),
        (1631092555, 1631092555.0),
        (1631092555.5, 1631092555.5),
        ("garbage", 1631092552.0),
        (None, 1631092552.0),
        ("", 1631092552.0),
        (-1, 1631092552.0),
        (10**30, 1631092552.0),
        ("0001-01-01 00:00:00", 1631092552.0),
        ("9999-12-31 23:59:59", 1631092552.0),
    ],
)
def test_created_times_and_times_from_ids(value: object, seconds: float) -> None:
    assert one(id="1631092552-1237", created_on=value).created == seconds
    assert one(order_id="1631092552-1237", timestamp=value).created == seconds


@pytest.mark.parametrize(
    "order_id", ["12-3", "16310925521-1", "1000000000-1", "3000000000-1", "abc"]
)
def test_an_id_without_a_time(order_id: str) -> None:
    assert one(id=order_id).created is None


def test_accepted_member_names_and_types() -> None:
    assert one(order_id="a").id == "a"
    assert one(id=17).id == "17"
    assert one(id=None, order_id="b").id == "b"
    assert one(id="", order_id="b").id == "b"
    assert one(id="a").status == ""
    assert one(id="a", status=None).status == ""
    assert one(id="a", status="PAUSED\x1b").status == "PAUSED\ufffd"
    assert one(id="a", extra={"x": [1]}).id == "a"


@pytest.mark.parametrize(
    ("progress", "percent"),
    [(50, 50.0), (101, 100.0), (-1, 0.0), ("50", None), (None, None), (float("nan"), None)],
)
def test_progress_in_a_list_row(progress: object, percent: float | None) -> None:
    assert one(id="a", progress=progress).progress == percent


@pytest.mark.parametrize(
    "bad",
    [
        {},
        7,
        None,
        "x",
        [],
        {"id": None},
        {"id": {}},
        {"id": ["a"]},
        {"id": "a\x1bb"},
        {"id": "\ud800"},
        {"id": ".."},
        {"id": "x" * 101},
        {"id": "c", "status": 5},
        {"id": "c", "created_on": {}},
        {"id": "c", "progress": []},
        {"id": "c", "\ud800": {}},
    ],
)
def test_a_bad_row_drops_only_itself(bad: Any) -> None:
    snapshot = rows({"id": "a"}, bad, {"id": "b"})
    assert [order.id for order in snapshot.orders] == ["a", "b"]
    assert [row.position for row in snapshot.invalid_rows] == [1]
    assert snapshot.invalid_rows[0].reason.isprintable()


@pytest.mark.parametrize("bad", [[[1], [2]], [None], ["x"], [{}], [{"id": "a\x1bb"}]])
def test_a_list_without_any_order_is_rejected(bad: list[Any]) -> None:
    with pytest.raises(UnexpectedShape, match="none of its rows is an order"):
        rows(*bad)


def test_a_repeated_id_is_listed_once_and_counted() -> None:
    snapshot = rows({"id": "a", "status": "ERROR"}, {"id": "b"}, {"id": "a"})
    assert [(order.id, order.status) for order in snapshot.orders] == [("a", "ERROR"), ("b", "")]
    assert [row.position for row in snapshot.invalid_rows] == [2]
    snapshot = rows({"id": "a"}, {}, {"id": "a"})
    assert [row.position for row in snapshot.invalid_rows] == [1, 2]


def test_the_envelope_and_the_empty_list() -> None:
    body = json.dumps({"count": 1, "next": None, "results": [{"id": "a"}]}).encode()
    assert [order.id for order in read(body).orders] == ["a"]
    assert read(b"[]") == Snapshot()
    assert read(b"\xef\xbb\xbf[]") == Snapshot()


@pytest.mark.parametrize("body", [b"{}", b"null", b"5", b'"x"', b'{"results":{}}'])
def test_an_unexpected_shape_is_rejected(body: bytes) -> None:
    with pytest.raises(UnexpectedShape):
        read(body)


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>", b"[", b'[{"id":"a"}', b'[{"id":"a"},,]', b"[" * 100_000, b"\xff\xfe"],
)
def test_invalid_json_is_rejected(body: bytes) -> None:
    with pytest.raises(InvalidJson):
        read(body)


def test_invalid_utf8_replaces_only_its_characters() -> None:
    snapshot = read(b'[{"id":"a","status":"\xff"},{"id":"b"}]')
    assert [(order.id, order.status) for order in snapshot.orders] == [("a", "\ufffd"), ("b", "")]


def test_an_equal_body_is_the_same_snapshot_and_a_failure_keeps_it() -> None:
    reader = IncrementalListDecoder()
    first = reader.read(seed.LIST, NOW)
    with pytest.raises(InvalidJson):
        reader.read(b"<html>", NOW)
    assert reader.read(bytes(bytearray(seed.LIST)), NOW) is first


def test_unchanged_rows_keep_their_identity() -> None:
    items = [{"id": str(place), "status": "QUEUED"} for place in range(4)]
    reader = IncrementalListDecoder()
    before = reader.read(json.dumps(items).encode(), NOW).orders
    items[1]["status"] = "ERROR"
    after = reader.read(json.dumps([{"id": "new"}, *items]).encode(), NOW).orders
    assert [order.id for order in after] == ["new", "0", "1", "2", "3"]
    assert after[1] is before[0]
    assert after[3] is before[2]
    assert after[2].status == "ERROR"
    fewer = reader.read(json.dumps(items[:2]).encode(), NOW).orders
    assert [order.id for order in fewer] == ["0", "1"]


def test_a_leniently_decoded_body_is_not_reused() -> None:
    reader = IncrementalListDecoder()
    assert len(reader.read(b'[{"id":"a","status":"\\ud800"}]', NOW).orders) == 1
    assert reader.read(b"[]", NOW) == Snapshot()


def test_orders_are_sorted_newest_first() -> None:
    items = [{"id": f"{1631000000 + place}-1"} for place in range(5)]
    ids = [item["id"] for item in items]
    assert [order.id for order in rows(*items).orders] == ids[::-1]
    assert [order.id for order in rows(*items[::-1]).orders] == ids[::-1]


def test_an_order_without_a_time_stays_beside_its_neighbour() -> None:
    listed = rows({"id": "1631000000-1"}, {"id": "x"}, {"id": "1631000009-1"})
    assert [order.id for order in listed.orders] == ["1631000009-1", "1631000000-1", "x"]


sent = st.one_of(
    st.fixed_dictionaries(
        {"id": st.sampled_from(["a", "b", "c", "d", "e", "f", "g", 1, ""])},
        optional={
            "status": st.sampled_from(["QUEUED", "ERROR", "\x1b", "\ud800", None]),
            "created_on": st.sampled_from([None, *range(1_700_000_000, 1_700_000_004)]),
            "more": st.integers(0, 1),
        },
    ),
    st.sampled_from([{}, None, 7, {"id": "a", "status": 5}]),
)


@given(st.data())
def test_an_incremental_decoder_equals_a_new_one(data: st.DataObject) -> None:
    reader = IncrementalListDecoder()
    listed: list[Any] = data.draw(st.lists(sent, max_size=8))
    for _ in range(data.draw(st.integers(1, 5))):
        body = json.dumps(listed).encode()
        try:
            expected = IncrementalListDecoder().read(body, NOW)
        except UnexpectedShape:
            expected = None
        try:
            assert reader.read(body, NOW) == expected
        except UnexpectedShape:
            assert expected is None
        place = data.draw(st.integers(0, len(listed)))
        listed = [
            *data.draw(st.lists(sent, max_size=2)),
            *listed[:place],
            *data.draw(st.lists(sent, max_size=1)),
            *listed[place + data.draw(st.integers(0, 2)) :],
        ]
        if data.draw(st.booleans()):
            listed.sort(key=lambda row: str(row and row != 7 and row.get("created_on")))
            listed.reverse()
