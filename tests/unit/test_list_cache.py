"""The list cache returns what was stored, or nothing."""

import io
import math
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.clocks import ManualClock
from tests.support.memory_stores import cached_list
from tui import list_cache
from tui.list_cache import HEAD_ROWS, WRITE_INTERVAL, CorruptCache, FileListCache
from tui.model.order import (
    InvalidRow,
    MediaLocation,
    OrderDetail,
    OrderSummary,
    Profile,
    Snapshot,
    SubJob,
)
from tui.model.ports import CachedDetail
from tui.sanitize import sanitize

HERE, COMPANY, ASKED, NOW = "https://api.example", "42", 1_700_000_000.0, 1_700_050_000.0


def orders(count: int, status: str = "FINISHED") -> tuple[OrderSummary, ...]:
    return tuple(
        OrderSummary(f"{1_690_000_000 - n}-{n:04}", status, ASKED - n) for n in range(count)
    )


CACHE = FileListCache(Path("nowhere"), HERE, COMPANY, ManualClock(NOW).clock)


def bytes_of(snapshot: Snapshot) -> bytes:
    return b"".join(CACHE.dump(snapshot, ASKED))


def read(body: bytes, *, head_only: bool = False) -> Snapshot | None:
    try:
        return CACHE.load(io.BytesIO(body).read, len(body), head_only=head_only).snapshot
    except CorruptCache:
        return None


ids = st.text(st.sampled_from("0123456789-é界"), min_size=1, max_size=30)
rows = st.builds(
    OrderSummary,
    ids,
    st.sampled_from(("QUEUED", "TRANSCODING", "", "¿QUÉ?")),
    st.none() | st.floats(0, 2e9),
    st.none() | st.floats(0, 100),
)
snapshots = st.builds(
    Snapshot,
    st.lists(rows, max_size=8, unique_by=lambda order: order.id).map(tuple),
    st.lists(st.builds(InvalidRow, st.integers(0, 9), st.just("it has no id")), max_size=2).map(
        tuple
    ),
)


@given(snapshots)
def test_a_stored_list_is_loaded_again(snapshot: Snapshot) -> None:
    assert read(bytes_of(snapshot)) == snapshot
    assert read(bytes_of(snapshot), head_only=True) == snapshot  # so few fit into the head


@pytest.mark.parametrize("count", [0, 1, 499, 500, 501, 10_500, 10_501, 25_000])
def test_the_head_is_loaded_without_the_rest(count: int) -> None:
    snapshot = Snapshot(orders(count))
    body = bytes_of(snapshot)
    asked_for = 0

    def counting(size: int) -> bytes:
        nonlocal asked_for
        asked_for += size
        return stream.read(size)

    stream = io.BytesIO(body)
    kept = CACHE.load(counting, len(body), head_only=True)
    assert kept.snapshot.orders == snapshot.orders[:HEAD_ROWS]
    assert sum(kept.status_counts.values()) == count
    assert asked_for < 50_000
    assert read(body) == snapshot


@given(snapshots, st.data())
def test_a_changed_byte_never_changes_an_order(snapshot: Snapshot, data: st.DataObject) -> None:
    body = bytes_of(snapshot)
    at = data.draw(st.integers(0, len(body)))
    end = data.draw(st.integers(at, min(len(body), at + 40)))
    changed = body[:at] + data.draw(st.binary(max_size=40)) + body[end:]
    for head_only in (False, True):
        found = read(changed, head_only=head_only)
        assert found is None if changed != body else found == snapshot


def details(rows: Sequence[OrderSummary], at: float = ASKED) -> list[CachedDetail]:
    location = MediaLocation("ftp://somewhere.example/a.mp4", "ftp", "a-user")
    job = SubJob(Profile("92", "HLS"), "a.m3u8", "web", 50.0)
    return [
        CachedDetail(
            at,
            OrderDetail(
                order.id,
                order.status,
                filename="a.mp4",
                comment="why",
                source=location,
                uploads=(location,),
                notifications=("me@somewhere.example",),
                jobs=(job,),
                compressed_json=b"the answer",
            ),
        )
        for order in rows
    ]


def test_details_are_stored_with_their_rows_but_no_addresses() -> None:
    listed = orders(1000)
    known = details(listed[::2])
    body = b"".join(CACHE.dump(Snapshot(listed), ASKED, known))
    for secret in (b"somewhere.example", b"a-user", b"the answer"):
        assert secret not in body
    trimmed = [CachedDetail(ASKED, each.detail.trimmed()) for each in known]
    whole = CACHE.load(io.BytesIO(body).read, len(body), head_only=False)
    assert list(whole.details) == trimmed
    head = CACHE.load(io.BytesIO(body).read, len(body), head_only=True)
    assert list(head.details) == trimmed[: HEAD_ROWS // 2]


def test_a_detail_from_the_future_is_ignored() -> None:
    listed = orders(2)
    known = [*details(listed[:1], NOW), *details(listed[1:], NOW + 1)]
    body = b"".join(CACHE.dump(Snapshot(listed), ASKED, known))
    found = CACHE.load(io.BytesIO(body).read, len(body), head_only=False)
    assert [each.detail.id for each in found.details] == [listed[0].id]


def test_a_file_of_an_older_format_is_discarded() -> None:
    body = bytes_of(Snapshot(GOOD))
    assert body.startswith(b"ttui-l02")
    assert read(b"ttui-l01" + body[8:]) is None


@given(st.data())
def test_a_corrupt_rest_does_not_affect_the_head(data: st.DataObject) -> None:
    snapshot = Snapshot(orders(600))
    body = bytearray(bytes_of(snapshot))
    at = data.draw(st.integers(0, len(body) - 1))
    body[at] ^= data.draw(st.integers(1, 255))
    assert read(bytes(body)) is None
    assert read(bytes(body), head_only=True) in (None, Snapshot(snapshot.orders[:HEAD_ROWS]))


@given(st.binary(max_size=200))
def test_any_file_content_is_handled(body: bytes) -> None:
    assert read(body) is None


GOOD = orders(2)


def forged(change: Callable[[dict[str, Any]], None]) -> bytes:
    """Return a file with a changed header and a matching digest."""
    _, header, *pieces = CACHE.dump(Snapshot(GOOD), ASKED)
    fields = msgspec.msgpack.decode(header)
    change(fields)
    changed = msgspec.msgpack.encode(fields)
    start = list_cache._START.pack(list_cache._MAGIC, len(changed), list_cache.digest(changed))
    return b"".join([start, changed, *pieces])


@pytest.mark.parametrize(
    "change",
    [
        {"origin": "https://other.example"},
        {"company": "43"},
        {"asked": NOW + 1},
        {"asked": math.nan},
        {"asked": 0},
        {"asked": "today"},
        {"fields": ["id", "status"]},
        {"parts": []},
    ],
    ids=str,
)
def test_a_header_of_another_list_is_rejected(change: dict[str, Any]) -> None:
    assert read(forged(lambda _: None)) == Snapshot(GOOD)
    for head_only in (False, True):
        assert read(forged(lambda fields: fields.update(change)), head_only=head_only) is None


def test_an_oversized_list_is_not_stored() -> None:
    bad = tuple(InvalidRow(n, sanitize("why " * 50)) for n in range(10_000))
    with pytest.raises(CorruptCache):
        CACHE.dump(Snapshot(GOOD, bad), ASKED)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOW)


Open = Callable[..., FileListCache]


@pytest.fixture
def shelf(tmp_path: Path, clock: ManualClock) -> Open:
    def opened(origin: str = HERE, company: str = COMPANY) -> FileListCache:
        folder = tmp_path / "cache" / "transcode-tui"
        return FileListCache(folder, origin, company, clock.clock)

    return opened


async def keep(shelf: FileListCache, snapshot: Snapshot, asked: float = ASKED) -> None:
    shelf.store(snapshot, asked, list)
    await shelf.aclose()


async def test_the_cache_file_is_private(shelf: Open) -> None:
    one = shelf()
    assert one.load_head() is None
    await keep(one, Snapshot(orders(600)))
    assert one.path.stat().st_mode & 0o777 == 0o600
    assert one.path.parent.stat().st_mode & 0o777 == 0o700
    assert list(one.path.parent.iterdir()) == [one.path]
    first, whole = shelf().load_head(), await shelf().load_all()
    assert first is not None
    assert whole is not None
    assert (len(first.snapshot.orders), first.requested_at, first.status_counts) == (
        500,
        ASKED,
        {"FINISHED": 600},
    )
    assert whole.snapshot == Snapshot(orders(600))


async def test_each_company_and_server_has_its_own_file(shelf: Open) -> None:
    await keep(shelf(), Snapshot(orders(2)))
    for other in (shelf(company="43"), shelf(origin="https://other.example")):
        assert other.load_head() is None
        shelf().path.replace(other.path)
        assert other.load_head() is None  # nor under another file name
        other.path.replace(shelf().path)
    assert shelf().load_head() is not None


def _link(path: Path) -> None:
    path.rename(path.with_name("other"))
    path.symlink_to(path.with_name("other"))


def _pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path, 0o600)


def _folder(path: Path) -> None:
    path.unlink()
    path.mkdir(0o700)


@pytest.mark.parametrize(
    "spoil",
    [
        Path.unlink,
        lambda path: path.chmod(0o640),
        lambda path: path.chmod(0o602),
        _link,
        _pipe,
        _folder,
        lambda path: os.truncate(path, 100),
        lambda path: os.truncate(path, 0),
        lambda path: os.truncate(path, 600_000_000),
    ],
)
async def test_a_corrupt_file_is_ignored(shelf: Open, spoil: Callable[[Path], None]) -> None:
    await keep(shelf(), Snapshot(orders(2)))
    spoil(shelf().path)
    assert shelf().load_head() is None
    assert await shelf().load_all() is None


async def test_a_file_of_another_user_is_ignored(
    shelf: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    await keep(shelf(), Snapshot(orders(2)))
    me = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: me + 1)
    assert shelf().load_head() is None


async def test_a_list_from_the_future_is_ignored(shelf: Open, clock: ManualClock) -> None:
    await keep(shelf(), Snapshot(orders(2)), NOW + 5)
    assert shelf().load_head() is None
    clock.advance(5)
    assert shelf().load_head() is not None


async def kept_now(shelf: FileListCache) -> int:
    """Return the count of stored orders after pending writes."""
    if shelf._writing is not None:
        await shelf._writing
    kept = shelf.load_head()
    return 0 if kept is None else len(kept.snapshot.orders)


async def test_the_cache_is_written_at_most_once_a_minute_and_at_exit(
    shelf: Open, clock: ManualClock
) -> None:
    one = shelf()
    one.store(Snapshot(orders(1)), NOW, list)
    assert await kept_now(one) == 1
    one.store(Snapshot(orders(2)), NOW, list)
    clock.advance(WRITE_INTERVAL - 1)
    one.store(Snapshot(orders(3)), NOW, list)
    assert await kept_now(one) == 1
    clock.advance(1)
    one.store(Snapshot(orders(4)), NOW, list)
    assert await kept_now(one) == 4
    one.store(Snapshot(orders(5)), NOW, list)
    await one.aclose()
    assert await kept_now(one) == 5


async def test_an_equal_list_is_written_only_at_exit(shelf: Open, clock: ManualClock) -> None:
    one = shelf()
    await keep(one, Snapshot(orders(2)))
    written = one.path.stat().st_ino
    clock.advance(1000)
    one.store(Snapshot(orders(2)), ASKED + 1000, list)
    assert await kept_now(one) == 2
    assert one.path.stat().st_ino == written
    await one.aclose()
    kept = one.load_head()
    assert kept is not None
    assert kept.requested_at == ASKED + 1000
    written = one.path.stat().st_ino
    await one.aclose()
    assert one.path.stat().st_ino == written


async def test_new_details_of_an_equal_list_are_written(shelf: Open, clock: ManualClock) -> None:
    one, listed = shelf(), Snapshot(orders(2))
    known: list[CachedDetail] = []
    one.store(listed, ASKED, known.copy)
    assert await kept_now(one) == 2
    known += details(listed.orders)
    clock.advance(WRITE_INTERVAL - 1)
    one.store(listed, ASKED, known.copy)
    assert (await shelf().load_all() or cached_list(listed, 0)).details == ()
    clock.advance(1)
    one.store(listed, ASKED, known.copy)
    assert await kept_now(one) == 2
    assert len((await shelf().load_all() or cached_list(listed, 0)).details) == 2
    known += details(orders(3)[2:])
    await one.aclose()
    assert len((await shelf().load_all() or cached_list(listed, 0)).details) == 2  # not listed


async def test_a_write_failure_is_ignored(shelf: Open, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("in the way")
    await keep(shelf(), Snapshot(orders(2)))
    assert shelf().load_head() is None
