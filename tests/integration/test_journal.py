"""The journal of actions in real files: damaged, planted, removed, of other versions, held."""

import asyncio
import os
import resource
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.support.journal_entries import T0, entry
from tui.history import action_table, database, schema
from tui.history.action_table import KEPT_DAYS, SETTLED_WITHIN_DAYS
from tui.history.database import open_file, open_memory
from tui.history.journal import SqliteJournal
from tui.history.journal_file import JournalFile
from tui.history.pruning import Limits
from tui.history.storage import Storage
from tui.model.actions import ActionKind, JournalProblem, Outcome

DAY = 86_400.0


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "history-x.sqlite"


@pytest.fixture(params=["file", "memory"])
def journal(request: pytest.FixtureRequest, path: Path) -> SqliteJournal:
    return at_time(path if request.param == "file" else None)


def at_time(path: Path | None, wall: float = T0) -> SqliteJournal:
    return SqliteJournal(path, lambda: wall)


def of_ended_process(path: Path) -> None:
    """Make every entry one of a process that has ended."""
    with closing(open_file(path)) as connection:
        connection.execute("""UPDATE actions SET instance = replace(instance, '"]', '9"]')""")


# What is written and read


async def test_an_action_is_written_and_what_came_of_it(journal: SqliteJournal) -> None:
    asked = entry(read_before="no space left")
    key = await journal.begin(asked)
    assert list(await journal.of_order("order-1")) == [replace(asked, key=key)]
    assert await journal.finish(key, Outcome.ACCEPTED, "queued") == ""
    done = replace(asked, key=key, outcome=Outcome.ACCEPTED, words="queued")
    assert list(await journal.of_order("order-1")) == [done]
    assert list(await journal.recent(5)) == [done]
    assert list(await journal.of_order("order-2")) == []


async def test_a_created_order_has_its_creation(journal: SqliteJournal) -> None:
    key = await journal.begin(entry("", kind=ActionKind.CREATE))
    await journal.finish(key, Outcome.ACCEPTED, subject="order-7")
    (found,) = await journal.of_order("order-7")
    assert (found.kind, found.subject) == (ActionKind.CREATE, "order-7")


async def test_a_profile_is_no_order(journal: SqliteJournal) -> None:
    await journal.begin(entry("92", kind=ActionKind.SAVE_PROFILE))
    assert list(await journal.of_order("92")) == []


async def test_the_latest_are_read_newest_first(journal: SqliteJournal) -> None:
    for number in range(5):
        # The clock is set back: what is written later is later.
        await journal.begin(entry(f"order-{number}", at=T0 - number))
    assert [each.subject for each in await journal.recent(3)] == ["order-4", "order-3", "order-2"]


def test_an_entry_is_synced_to_the_disk(path: Path) -> None:
    journal = JournalFile(path, lambda: T0)
    journal.begin(entry())
    query = "PRAGMA synchronous"
    assert journal._write(lambda connection: connection.execute(query).fetchone()) == (2,)  # FULL


@pytest.mark.parametrize("outcome", [Outcome.FOUND_DONE, Outcome.FOUND_NOT_DONE])
async def test_an_unknown_outcome_is_settled_once(journal: SqliteJournal, outcome: Outcome) -> None:
    key = await journal.begin(entry())
    await journal.finish(key, Outcome.UNKNOWN, "no answer in time")
    (unknown,) = await journal.unsettled()
    assert (unknown.outcome, unknown.settled_at) == (Outcome.UNKNOWN, None)
    assert await journal.finish(key, outcome, "queued again") == ""
    assert list(await journal.unsettled()) == []
    assert await journal.finish(key, Outcome.UNKNOWN, "another instance has not seen it") == ""
    (found,) = await journal.of_order("order-1")
    assert (found.outcome, found.words, found.settled_at) == (outcome, "queued again", T0)


@pytest.mark.parametrize(
    ("later", "left"),
    [
        (Outcome.ACCEPTED, []),
        (Outcome.FOUND_DONE, []),
        (Outcome.REFUSED, [0]),
        (Outcome.UNKNOWN, [1]),
    ],
)
async def test_a_later_requeue_of_the_order_ends_the_wait_for_an_unknown_one(
    journal: SqliteJournal, later: Outcome, left: list[int]
) -> None:
    keys = [await journal.begin(entry()), await journal.begin(entry())]
    await journal.finish(keys[0], Outcome.UNKNOWN)
    await journal.finish(keys[1], later)
    assert [each.key for each in await journal.unsettled()] == [keys[each] for each in left]


async def test_a_later_order_settles_no_unknown_one(journal: SqliteJournal) -> None:
    create = replace(entry(), kind=ActionKind.CREATE, subject="")
    keys = [await journal.begin(create), await journal.begin(create)]
    await journal.finish(keys[0], Outcome.UNKNOWN)
    await journal.finish(keys[1], Outcome.ACCEPTED)
    assert [each.key for each in await journal.unsettled()] == keys[:1]


async def test_words_of_an_unknown_outcome_are_replaced(journal: SqliteJournal) -> None:
    key = await journal.begin(entry())
    await journal.finish(key, Outcome.UNKNOWN, "no answer in time")
    await journal.finish(key, Outcome.UNKNOWN, "still ERROR at 03:12:40")
    (unknown,) = await journal.unsettled()
    assert unknown.words == "still ERROR at 03:12:40"


async def test_what_this_process_has_begun_is_not_left_over(journal: SqliteJournal) -> None:
    await journal.begin(entry(at=T0 - DAY))
    assert list(await journal.unsettled()) == []


async def test_a_stopped_begin_is_not_left_over(path: Path) -> None:
    """The caller is cancelled while it waits for the disk: it sends nothing."""
    journal = at_time(path)
    with held(path):
        beginning = asyncio.create_task(journal.begin(entry()))
        await asyncio.sleep(0)  # it waits for the file now
        beginning.cancel()
    with pytest.raises(asyncio.CancelledError):
        await beginning
    (found,) = await journal.recent(5)
    assert (found.outcome, found.words) == (Outcome.REFUSED, "stopped before it was sent")


# Several instances


async def test_two_instances_share_the_file(path: Path) -> None:
    first, second = at_time(path), at_time(path)
    keys = await asyncio.gather(
        *(each.begin(entry(f"order-{n}")) for n in range(10) for each in (first, second))
    )
    assert len(set(keys)) == 20
    for key in keys:
        assert await second.finish(key, Outcome.ACCEPTED) == ""
    assert {each.outcome for each in await first.recent(50)} == {Outcome.ACCEPTED}


async def test_what_an_ended_process_has_begun_is_left_over(path: Path) -> None:
    await at_time(path).begin(entry())
    of_ended_process(path)
    journal = at_time(path)
    (left,) = await journal.unsettled()
    assert (left.subject, left.outcome) == ("order-1", Outcome.UNKNOWN)
    assert left.words == "the program ended before an answer came"
    assert list(await journal.recent(9)) == list(await journal.of_order("order-1")) == [left]
    await journal.finish(left.key, Outcome.FOUND_DONE, "queued again")
    assert list(await journal.unsettled()) == []


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Another program writes."""
    with closing(open_file(path)) as connection, database.transaction(connection):
        yield


async def test_a_file_that_is_held_sends_nothing(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "_BUSY_SECONDS", 0.05)
    journal = at_time(path)
    key = await journal.begin(entry())
    with held(path):
        with pytest.raises(JournalProblem, match="another program holds the file"):
            await journal.begin(entry("order-2"))
        problem = await journal.finish(key, Outcome.ACCEPTED)
        assert problem == (
            "What came of it cannot be written to the journal: another program holds the file"
        )
        assert [each.subject for each in await journal.recent(5)] == ["order-1"]
    await journal.begin(entry("order-3"))
    assert [each.subject for each in await journal.recent(5)] == ["order-3", "order-1"]


async def test_the_history_and_the_journal_write_the_same_file(path: Path) -> None:
    history = Storage(path, Limits(1, 100_000), lambda: T0)
    history.open()
    journal = at_time(path)
    key = await journal.begin(entry(at=T0 - 30 * DAY))
    history.write([])  # it is tidied: its limits are not those of the journal
    history.close()
    assert [each.key for each in await journal.recent(5)] == [key]
    assert (await journal.finish(key, Outcome.ACCEPTED)) == ""


# How long


async def test_entries_are_kept_for_400_days_and_unknown_ones_forever(path: Path) -> None:
    then = T0 - KEPT_DAYS * DAY
    journal = at_time(path, then)
    for subject, outcome, at in (
        ("old", Outcome.ACCEPTED, then - 1),
        ("unknown", Outcome.UNKNOWN, then - 1),
        ("begun", Outcome.BEGUN, then - 1),
        ("recent", Outcome.ACCEPTED, then + 1),
    ):
        await journal.begin(entry(subject, at, outcome=outcome))
    later = at_time(path)
    assert len(await later.recent(9)) == 4
    await later.begin(entry("new"))
    assert [each.subject for each in await later.recent(9)] == ["new", "recent", "begun", "unknown"]


async def test_an_unknown_outcome_is_not_settled_for_ever(path: Path) -> None:
    old, new = T0 - SETTLED_WITHIN_DAYS * DAY - 1, T0 - SETTLED_WITHIN_DAYS * DAY + 1
    for at in (old, new):
        journal = at_time(path, at)
        await journal.finish(await journal.begin(entry(f"at-{at}", at)), Outcome.UNKNOWN)
    later = at_time(path)
    assert [each.subject for each in await later.unsettled()] == [f"at-{new}"]
    assert [each.outcome for each in await later.recent(9)] == [Outcome.UNKNOWN] * 2


# No place, no space


@contextmanager
def limited_file_size(size: int) -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


async def test_without_space_nothing_is_sent(path: Path) -> None:
    journal = at_time(path)
    with closing(open_file(path)):  # the WAL stays
        key = await journal.begin(entry())
        with limited_file_size(path.with_name(f"{path.name}-wal").stat().st_size):
            with pytest.raises(JournalProblem) as problem:
                await journal.begin(entry("order-2"))
            told = await journal.finish(key, Outcome.ACCEPTED)
    assert str(problem.value).startswith("Nothing is sent, because the journal cannot be written: ")
    assert told.startswith("What came of it cannot be written to the journal: ")
    assert [each.subject for each in await journal.recent(5)] == ["order-1"]
    assert await journal.finish(key, Outcome.ACCEPTED) == ""


async def test_a_journal_that_cannot_be_read_says_so(path: Path) -> None:
    journal = at_time(path)
    assert journal.problem == ""
    await journal.begin(entry())
    path.chmod(0o644)  # noqa: ASYNC240 - it takes no time
    assert list(await journal.unsettled()) == []
    assert journal.problem == (
        "The journal of actions cannot be read: others can use it: run chmod 600"
    )
    path.chmod(0o600)  # noqa: ASYNC240 - it takes no time
    assert len(await journal.recent(9)) == 1
    assert journal.problem == ""


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes anywhere")
async def test_a_folder_that_cannot_be_written_sends_nothing(path: Path) -> None:
    path.parent.mkdir(0o500)
    journal = at_time(path)
    with pytest.raises(JournalProblem, match="Permission denied"):
        await journal.begin(entry())
    assert list(await journal.unsettled()) == []


def _link(path: Path) -> None:
    target = path.with_name("theirs")
    target.touch(0o600)
    path.symlink_to(target)


def _second_name(path: Path) -> None:
    path.touch(0o600)
    path.with_name("other").hardlink_to(path)


def _public(path: Path) -> None:
    path.touch()
    path.chmod(0o666)


def _folder(path: Path) -> None:
    path.mkdir()


def _pipe(path: Path) -> None:
    os.mkfifo(path, 0o600)


def everything(folder: Path) -> list[tuple[str, str, int]]:
    """The names, modes and sizes of the files in a folder."""
    found = [(each.name, each.lstat()) for each in sorted(folder.iterdir())]
    return [(name, stat.filemode(about.st_mode), about.st_size) for name, about in found]


@pytest.mark.parametrize("plant", [_link, _second_name, _public, _folder, _pipe])
async def test_nothing_is_sent_if_the_file_is_planted(plant, path: Path) -> None:  # type: ignore[no-untyped-def] # one of those above
    path.parent.mkdir(0o700)
    plant(path)
    before = everything(path.parent)
    journal = at_time(path)
    with pytest.raises(JournalProblem, match="Nothing is sent, because the journal cannot be"):
        await journal.begin(entry())
    assert list(await journal.unsettled()) == []
    assert everything(path.parent) == before


async def test_reading_makes_no_file(path: Path) -> None:
    journal = at_time(path)
    assert list(await journal.unsettled()) == list(await journal.recent(9)) == []
    assert not path.parent.exists()
    await journal.begin(entry())
    assert {mode for _, mode, _ in everything(path.parent)} == {"-rw-------"}
    assert everything(path.parent.parent)[0][:2] == ("state", "drwx------")


# Damage


def damage(path: Path, at: int) -> None:
    content = path.read_bytes()
    path.write_bytes(content[:at] + b"\xa5" * 4096 + content[at + 4096 :])


def set_aside(path: Path) -> list[Path]:
    found = sorted(path.parent.glob("*.corrupt-*"))
    return [each for each in found if not each.name.endswith("-wal")]


async def filled(path: Path, count: int = 300) -> None:
    journal = at_time(path)
    for number in range(count):
        await journal.begin(entry(f"order-{number}", outcome=Outcome.UNKNOWN))


async def test_entries_of_a_damaged_file_are_carried_over(path: Path) -> None:
    """Another table of the file is damaged."""
    await filled(path, 3)
    with closing(open_file(path)) as connection:
        query = "SELECT rootpage FROM sqlite_schema WHERE name = 'orders_by_status'"
        (page,) = connection.execute(query).fetchone()
    damage(path, (page - 1) * 4096)
    history = Storage(path, Limits(90, 200_000_000), lambda: T0)
    history.open()
    with pytest.raises(sqlite3.DatabaseError):
        history._connection.execute("SELECT count(*) FROM orders WHERE status = 'x'").fetchone()
    history.query(lambda c: c.execute("SELECT count(*) FROM orders WHERE status = ''").fetchone())
    (kept,) = set_aside(path)
    assert list(history.notices) == [
        f"History was damaged: kept as {kept.name}, a new one is begun"
    ]
    history.close()
    left = await at_time(path).unsettled()
    assert [each.subject for each in left] == ["order-0", "order-1", "order-2"]


async def test_the_history_goes_on_in_the_file_that_the_journal_has_begun(path: Path) -> None:
    garbage(path)
    journal = at_time(path)
    history = Storage(path, Limits(90, 200_000_000), lambda: T0)
    history._use(open_memory(), (0, 0))  # it has had the file open since before the damage
    await journal.unsettled()
    history.write([])
    assert history.notices.popleft() == "The file of the history was replaced"
    assert history.problem == ""
    history.close()
    assert len(set_aside(path)) == 1


async def test_what_can_be_read_of_a_damaged_journal_is_carried_over(path: Path) -> None:
    await filled(path)
    with closing(open_file(path)) as connection:
        query = "SELECT pageno FROM dbstat WHERE name = 'actions' AND pagetype = 'leaf'"
        pages = [page for (page,) in connection.execute(query)]
    damage(path, (pages[len(pages) // 2] - 1) * 4096)
    journal = at_time(path)
    await journal.unsettled()
    with pytest.raises(JournalProblem) as problem:
        await journal.begin(entry("new", outcome=Outcome.ACCEPTED))
    (kept,) = set_aside(path)
    assert str(problem.value) == (
        f"History was damaged: kept as {kept.name}, a new one is begun, and some or all of its"
        " actions are lost. Nothing was sent: try again"
    )
    names = {each.subject for each in await journal.unsettled()}
    assert {"order-0", "order-299"} < names
    assert 200 < len(names) < 300
    await journal.begin(entry("again", outcome=Outcome.ACCEPTED))
    assert (await journal.recent(1))[0].subject == "again"


def garbage(path: Path) -> None:
    path.parent.mkdir(0o700)
    path.touch(0o600)
    path.write_bytes(b"garbage" * 1000)


async def test_garbage_is_set_aside_and_nothing_is_sent_before_it_is_said(path: Path) -> None:
    garbage(path)
    journal = at_time(path)
    assert list(await journal.unsettled()) == []
    with pytest.raises(JournalProblem, match="some or all of its actions are lost"):
        await journal.begin(entry())
    key = await journal.begin(entry())
    assert [each.key for each in await journal.recent(9)] == [key]


async def test_a_key_of_a_removed_file_is_not_given_again(path: Path) -> None:
    journal = at_time(path)
    old = await journal.begin(entry())
    path.unlink()  # noqa: ASYNC240 - it takes no time
    new = await journal.begin(entry("order-2", T0 + 1))
    told = await journal.finish(old, Outcome.ACCEPTED)
    assert told.endswith("its file was removed or set aside")
    assert [(each.key, each.outcome) for each in await journal.recent(9)] == [(new, Outcome.BEGUN)]


# Versions


def of_version_1(path: Path) -> None:
    path.parent.mkdir(0o700)
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(schema.TABLES)
        connection.execute("INSERT INTO orders (id, read_at) VALUES ('order-1', 1)")
        connection.execute("PRAGMA user_version = 1")
        connection.commit()
    path.chmod(0o600)


async def test_a_file_of_version_1_gets_a_journal(path: Path) -> None:
    of_version_1(path)
    journal = at_time(path)
    assert list(await journal.recent(9)) == []
    await journal.begin(entry())
    with closing(open_file(path)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (2,)
        assert connection.execute("SELECT id FROM orders").fetchall() == [("order-1",)]
        assert connection.execute("SELECT subject FROM actions").fetchall() == [("order-1",)]


def test_a_damaged_file_of_version_1_had_no_actions(path: Path) -> None:
    of_version_1(path)
    damage(path, 4096)
    before = path.stat().st_ino
    notice = action_table.replace_damaged(path, T0)
    assert notice.endswith("a new one is begun")
    assert path.stat().st_ino != before


async def test_a_newer_file_is_only_read(path: Path) -> None:
    key = await at_time(path).begin(entry(outcome=Outcome.UNKNOWN))
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA user_version = {schema.VERSION + 1}")
    journal = at_time(path)
    with pytest.raises(JournalProblem, match=r"its file is of a newer version of transcode-tui$"):
        await journal.begin(entry("order-2"))
    assert "newer version" in await journal.finish(key, Outcome.FOUND_DONE)
    (found,) = await journal.unsettled()
    assert (found.subject, found.outcome) == ("order-1", Outcome.UNKNOWN)
