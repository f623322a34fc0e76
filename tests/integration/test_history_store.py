"""The history in real files: damaged, planted, removed, of other versions, on a full disk."""

import asyncio
import os
import resource
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from pathlib import Path
from typing import Any, NoReturn

import pytest

from tests.support.history_rows import POLLED, status
from tui.history import database, schema, storage
from tui.history.database import open_file
from tui.history.pruning import Limits
from tui.history.records import Records
from tui.history.storage import Storage
from tui.history.store import Store
from tui.model.history import Span

LIMITS = Limits(90, 200_000_000)
NOW = 1_760_000_000.0


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "history-x.sqlite"


def records(number: int) -> Records:
    """An order that came at a moment of its own."""
    at = NOW + number
    return Records([status(f"order-{number}", None, "QUEUED", at)], spans=[Span(NOW, at, POLLED)])


def stored_ids(connection: sqlite3.Connection) -> list[int]:
    found = connection.execute(
        "SELECT o.id FROM changes c JOIN orders o ON o.key = c.order_key ORDER BY c.seq"
    )
    return [int(order_id.partition("-")[2]) for (order_id,) in found]


def in_file(path: Path) -> list[int]:
    with closing(open_file(path)) as connection:
        return stored_ids(connection)


@contextmanager
def opened(path: Path | None, limits: Limits = LIMITS) -> Iterator[Storage]:
    history = Storage(path, limits, lambda: NOW)
    history.open()
    try:
        yield history
    finally:
        history.close()


def write(history: Storage, *numbers: int) -> None:
    history.write([records(number) for number in numbers])


def retry_now(history: Storage) -> None:
    history._retry_at = 0.0


# The store's thread


@asynccontextmanager
async def running(path: Path | None) -> Any:
    store = Store(path, LIMITS, lambda: NOW)
    store.start()
    try:
        yield store
    finally:
        await store.aclose()


async def test_what_is_queued_is_committed_before_a_query(path: Path) -> None:
    async with running(path) as store:
        for number in range(3):
            store.write(records(number))
        assert await store.query(stored_ids) == [0, 1, 2]
        assert in_file(path) == [0, 1, 2]


async def test_closing_commits_what_is_queued(path: Path) -> None:
    async with running(path) as store:
        store.write(records(1))
    assert in_file(path) == [1]
    store.write(records(2))
    assert await store.query(stored_ids) == []  # of an empty history
    assert sorted(each.name for each in path.parent.iterdir()) == [path.name]


async def test_a_query_of_its_own_fault_raises_where_it_was_asked(path: Path) -> None:
    async with running(path) as store:
        with pytest.raises(ZeroDivisionError):
            await store.query(lambda _: 1 // 0)
        store.write(records(1))
        assert await store.query(stored_ids) == [1]


async def test_closing_ends_a_query_that_takes_long(path: Path) -> None:
    endless = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT max(x) FROM n"
    is_running = threading.Event()

    def run(connection: sqlite3.Connection) -> list[Any]:
        is_running.set()
        try:
            return connection.execute(endless).fetchall()
        except sqlite3.OperationalError:
            return ["ended"]

    async with running(path) as store:
        asked = asyncio.ensure_future(store.query(run))
        await asyncio.to_thread(is_running.wait)
        store.write(records(1))
        waiting = asyncio.ensure_future(store.query(stored_ids))
        await asyncio.sleep(0)
        change = store.change(stored_ids)
    assert await asked == ["ended"]
    assert await waiting == []
    assert await change == in_file(path) == [1]


def fail(*_: object) -> NoReturn:
    raise OverflowError


async def test_a_fault_of_the_first_write_answers_all_queries() -> None:
    store = Store(None, LIMITS, lambda: NOW, prepare=fail)
    asked, change = store.query(stored_ids), store.change(stored_ids)
    store.start()
    async with asyncio.timeout(5):
        assert await asked == await change == []
        assert await store.query(stored_ids) == []
        assert store.problem == "History has stopped until the next start: a fault of this program"
        assert store.take_notices() == [store.problem]
        await store.aclose()


async def test_a_fault_of_a_write_answers_the_query_after_it(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running(path) as store, asyncio.timeout(5):
        store.write(records(1))
        assert await store.query(stored_ids) == [1]
        monkeypatch.setattr(storage.Storage, "write", fail)
        store.write(records(2))
        assert await store.query(stored_ids) == [1]
        assert await store.query(stored_ids) == []
        assert store.problem
    assert in_file(path) == [1]


@pytest.mark.parametrize("garbage", ["x", b"x", float("inf")])
def test_a_time_that_does_not_decode_does_not_end_the_history(garbage: object, path: Path) -> None:
    with opened(path) as history:
        write(history, 1)
        history._connection.execute("UPDATE spans SET start = ?1, end = ?1", (garbage,))
        history._tidy_at = 0.0
        write(history, 2)
        ended = status("order-2", "QUEUED", "FINISHED", NOW + 10)
        history.write([Records([ended])])
        assert stored_ids(history._connection) == [1, 2, 2]
        assert history.problem == ""


async def test_a_file_that_cannot_be_opened_for_a_fault_answers_all_queries(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storage.Storage, "open", fail)
    store = Store(path, LIMITS, lambda: NOW)
    store.start()
    async with asyncio.timeout(5):
        assert await store.query(stored_ids) == []
        await store.aclose()
    assert store.problem


# Files


@pytest.mark.parametrize("umask", [0, 0o077])
def test_its_files_are_private_whatever_the_umask(umask: int, path: Path) -> None:
    before = os.umask(umask)
    try:
        with opened(path) as history:
            write(history, 1)
            modes = {each.name: each.stat().st_mode & 0o777 for each in path.parent.iterdir()}
    finally:
        os.umask(before)
    assert modes == dict.fromkeys((path.name, f"{path.name}-wal", f"{path.name}-shm"), 0o600)
    assert path.parent.stat().st_mode & 0o777 == 0o700


def _link(path: Path) -> None:
    path.symlink_to(path.with_name("other"))


def _second_name(path: Path) -> None:
    path.touch(0o600)
    path.with_name("other").hardlink_to(path)


def _pipe(path: Path) -> None:
    os.mkfifo(path, 0o600)


def _folder(path: Path) -> None:
    path.mkdir()


def _public(path: Path) -> None:
    path.touch()
    path.chmod(0o644)


PLANTED = [_link, _second_name, _pipe, _folder, _public]


@pytest.mark.parametrize("suffix", ["", "-wal", "-shm"])
@pytest.mark.parametrize("plant", PLANTED)
def test_a_planted_file_is_not_used(plant: Callable[[Path], None], suffix: str, path: Path) -> None:
    path.parent.mkdir(0o700)
    planted = path.with_name(path.name + suffix)
    plant(planted)
    about = planted.lstat()
    with opened(path) as history:
        write(history, 1)
        assert history.problem.startswith("History is not saved, only kept in memory: ")
        assert list(history.notices) == [history.problem]
        assert history.query(stored_ids) == [1]
    after = planted.lstat()
    assert (after.st_ino, after.st_mode, after.st_size) == (
        about.st_ino,
        about.st_mode,
        about.st_size,
    )


def test_a_folder_that_others_can_write_to_is_not_used(path: Path) -> None:
    path.parent.mkdir(0o700)
    path.parent.chmod(0o777)
    with opened(path) as history:
        write(history, 1)
        assert "others can write to it" in history.problem
        assert list(path.parent.iterdir()) == []
        path.parent.chmod(0o700)
        retry_now(history)
        write(history, 2)
        assert history.problem == ""
        assert len(history.notices) == 1
    assert in_file(path) == [1, 2]


def test_a_log_without_its_file_is_removed(path: Path) -> None:
    with opened(path) as history:
        write(history, 1)
        kept = path.with_name("kept-wal")
        kept.write_bytes(path.with_name(f"{path.name}-wal").read_bytes())
    path.unlink()
    kept.rename(path.with_name(f"{path.name}-wal"))
    path.with_name(f"{path.name}-wal").chmod(0o600)
    with opened(path) as history:
        write(history, 2)
        assert (history.problem, list(history.notices)) == ("", [])
    assert in_file(path) == [2]


def test_a_file_that_is_removed_is_replaced(path: Path) -> None:
    with opened(path) as history:
        write(history, 1)
        generation = history.generation
        path.unlink()
        write(history, 2)
        assert history.generation > generation  # its list is to be stored again
        assert history.problem == ""
        assert "removed" in history.notices.popleft()
    assert in_file(path) == [2]


# Damage


def _file_with(path: Path, count: int) -> int:
    with opened(path) as history:
        write(history, *range(count))
    return path.stat().st_size


def set_aside(path: Path) -> list[Path]:
    found = sorted(path.parent.glob("*.corrupt-*"))
    return [each for each in found if not each.name.endswith("-wal")]


PARTS = [0, 16, 60, 99, 100, 500, 4096, 5000, 8192, 20_000, 40_000]


@pytest.mark.parametrize("at", PARTS)
@pytest.mark.parametrize("kind", ["cut", "garbage", "zeros"])
def test_a_damaged_file_never_ends_the_history(kind: str, at: int, path: Path) -> None:
    size = _file_with(path, 300)
    assert size > max(PARTS)
    content = path.read_bytes()
    filler = bytes(4096) if kind == "zeros" else os.urandom(4096)
    damaged = content[:at] if kind == "cut" else content[:at] + filler + content[at + 4096 :]
    path.write_bytes(damaged)
    with opened(path) as history:
        write(history, 1000)
        found = history.query(stored_ids)
        write(history, 1001)
        found = history.query(stored_ids)
        assert found[-2:] == [1000, 1001] or history.problem
        if kept := set_aside(path):
            assert found == [1000, 1001]
            assert kept[0].stat().st_size >= len(damaged)
            assert kept[0].name in history.notices.popleft()
    if not history.problem:
        assert in_file(path)[-2:] == [1000, 1001]


def test_garbage_is_set_aside_with_its_name_and_date(path: Path) -> None:
    path.parent.mkdir(0o700)
    for number in range(5):
        path.touch(0o600)
        path.write_bytes(b"garbage" * (number + 1000))
        history = Storage(path, LIMITS, lambda at=NOW + number: at)  # type: ignore[misc] # bound now
        history.open()
        history.close()
        path.unlink()
    kept = sorted(each.name for each in path.parent.iterdir())
    assert kept == [f"{path.name}.corrupt-20251009-08532{n}" for n in (2, 3, 4)]


def test_what_another_instance_has_begun_is_not_set_aside(path: Path) -> None:
    """Both notice the damage; the second one finds the new file of the first one."""
    _file_with(path, 300)
    with opened(path) as first, opened(path) as second:
        path.write_bytes(os.urandom(path.stat().st_size))
        write(first, 1000)
        write(second, 1001)
        assert first.problem == second.problem == ""
    assert in_file(path) == [1000, 1001]
    assert len(set_aside(path)) == 1


# Versions


def test_a_newer_file_is_read_and_not_written(path: Path) -> None:
    _file_with(path, 3)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA user_version = {schema.VERSION + 1}")
    with opened(path) as history:
        write(history, 1000)
        assert history.query(stored_ids) == [0, 1, 2]
        assert "newer version" in history.problem
        assert list(history.notices) == [history.problem]
        retry_now(history)
        write(history, 1001)
    assert set_aside(path) == []
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (schema.VERSION + 1,)
        assert stored_ids(connection) == [0, 1, 2]


_STEP = "ALTER TABLE orders ADD COLUMN note TEXT;\nUPDATE orders SET note = 'migrated';\n"


def _migrate_with(steps: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "MIGRATIONS", (*schema.MIGRATIONS, steps))
    monkeypatch.setattr(database, "VERSION", schema.VERSION + 1)


def test_an_older_file_is_migrated(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _file_with(path, 3)
    _migrate_with(_STEP, monkeypatch)
    with opened(path) as history:
        assert history.query(
            lambda c: c.execute("SELECT DISTINCT note FROM orders").fetchall()
        ) == [("migrated",)]
        write(history, 1000)
        assert history.query(stored_ids) == [0, 1, 2, 1000]
        assert (history.problem, list(history.notices)) == ("", [])


def test_a_file_of_version_0_has_nothing_yet(path: Path) -> None:
    """The program was killed before it had made the tables."""
    path.parent.mkdir(0o700)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
    path.chmod(0o600)
    with opened(path) as history:
        write(history, 1)
        assert history.problem == ""
    assert in_file(path) == [1]


def test_a_migration_that_fails_leaves_the_file_as_it_was(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _file_with(path, 3)
    _migrate_with(f"{_STEP}CREATE UNIQUE INDEX one ON changes (field);\n", monkeypatch)
    with opened(path) as history:
        write(history, 1000)
        assert history.problem != ""
    monkeypatch.undo()
    with opened(path) as history:
        assert history.query(lambda c: c.execute("SELECT * FROM orders").fetchone())[-1] is None
        write(history, 1001)
    assert in_file(path) == [0, 1, 2, 1001]


# Disk


@contextmanager
def full(size: int = 100_000) -> Iterator[None]:
    """No file can grow beyond `size`: writing fails as on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_full_disk_means_one_warning_and_memory(path: Path) -> None:
    with opened(path) as history:
        write(history, 0)
        with full():
            for number in range(1, 500):
                write(history, number)
            assert history.problem.endswith("the disk reports an error")
            assert list(history.notices) == [history.problem]
            assert history.query(stored_ids) == list(range(500))  # what is not saved is shown
            assert history.query(stored_ids) == list(range(500))
            retry_now(history)
            write(history, 500)
            assert history.problem != ""
            assert len(history.notices) == 1  # still
        generation = history.generation
        write(history, 501)
        assert history.problem != ""  # not every second
        retry_now(history)
        write(history, 502)
        assert history.problem == ""
        assert history.generation > generation
    assert in_file(path) == list(range(503))


def test_what_is_not_saved_is_bounded(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storage, "MAX_UNSAVED", 100)
    with opened(path) as history:
        with full():
            for number in range(500):
                write(history, number)
            assert len(history._unsaved) <= 50
        retry_now(history)
        write(history, 500)
        assert history.query(stored_ids)[-1] == 500


def test_a_file_that_another_program_holds_is_tried_again(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "_BUSY_SECONDS", 0.01)
    with opened(path) as history, closing(sqlite3.connect(path, isolation_level=None)) as other:
        write(history, 0)
        other.execute("BEGIN IMMEDIATE")
        write(history, 1)
        assert (history.problem, list(history.notices)) == ("", [])
        for number in (2, 3, 4, 5):
            retry_now(history)
            write(history, number)
        assert history.problem.endswith("another program holds the file")
        assert len(history.notices) == 1
        other.execute("ROLLBACK")
        retry_now(history)
        write(history, 6)
        assert history.problem == ""
    assert in_file(path) == list(range(7))


def test_two_instances_write_to_one_file(path: Path) -> None:
    with opened(path) as first, opened(path) as second:
        for number in range(50):
            write(first, number)
            write(second, number)
        assert first.query(stored_ids) == second.query(stored_ids) == list(range(50))
        assert first.problem == second.problem == ""


@pytest.mark.skipif(os.geteuid() == 0, reason="root can write to any folder")
def test_a_folder_that_cannot_be_written_to_means_memory(path: Path) -> None:
    path.parent.mkdir(0o500)
    with opened(path) as history:
        write(history, 1)
        assert "Permission denied" in history.problem
        assert history.query(stored_ids) == [1]
        path.parent.chmod(0o700)
        retry_now(history)
        write(history, 2)
    assert in_file(path) == [1, 2]


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storage, "MEMORY_BYTES", 300_000)
    with opened(None) as history:
        for number in range(4000):
            at = NOW - 4000 + number
            order_id = f"order-{number}"
            come, go = status(order_id, None, "ERROR", at), status(order_id, "ERROR", None, at + 1)
            history.write([Records([come, go])])
            history._tidy_at = 0.0
        assert history.query(database.used_bytes) <= 300_000
        assert history.query(stored_ids)[-1] == 3999


def test_a_limit_that_the_orders_alone_exceed_is_raised_and_said(path: Path) -> None:
    with opened(path, Limits(90, 50_000)) as history:
        history.write([records(number) for number in range(2000)])
        for number in range(2000, 2100):
            history._tidy_at = 0.0
            write(history, number)
        assert history.query(stored_ids)[-50:] == list(range(2050, 2100))  # there is room again
        assert [each.partition(" up to ")[0] for each in history.notices] == [
            "History has so many orders that it takes"
        ]
