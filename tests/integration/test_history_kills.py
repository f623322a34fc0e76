"""`kill -9` in the middle of 200 changes a second or of actions, and a disk that is really full."""

import random
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from tests.support.journal_entries import entry
from tests.support.paths import ROOT
from tests.support.recording_child import T0, record
from tui.history.database import open_file
from tui.history.journal_file import JournalFile
from tui.history.pruning import Limits
from tui.history.storage import Storage
from tui.model.actions import JournalProblem, Outcome

pytestmark = pytest.mark.slow

KILLS = 50


def in_file(path: Path) -> list[int]:
    with closing(open_file(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        query = "SELECT before FROM changes ORDER BY seq"
        found = [int(before - T0) for (before,) in connection.execute(query)]
        query = "SELECT count(*) FROM orders WHERE status = 'ERROR'"
        assert connection.execute(query).fetchone() == (len(found),)
    return found


def record_until_killed(path: Path, first: int, seconds: float) -> int:
    """Return the last number that the child said is saved."""
    child = subprocess.Popen(
        (sys.executable, "-m", "tests.support.recording_child", str(path), str(first)),
        stdout=subprocess.PIPE,
        cwd=ROOT,
    )
    assert child.stdout is not None
    with child, child.stdout:
        told = child.stdout.readline()
        time.sleep(seconds)
        child.kill()
        told = (told + child.stdout.read()).rpartition(b"\n")[0]  # the last line may be cut
    return int(told.split()[-1])


def test_a_killed_program_loses_nothing_that_it_showed_and_has_nothing_twice(
    tmp_path: Path,
) -> None:
    path, moments = tmp_path / "state" / "history-x.sqlite", random.Random(14)
    saved = -1
    for _ in range(KILLS):
        # As another instance does, the next one records some changes again.
        told = record_until_killed(path, max(0, saved - 20), moments.uniform(0.0, 0.5))
        found = in_file(path)
        assert found == list(range(len(found)))
        assert len(found) > max(told, saved)
        saved = len(found) - 1
    assert saved > KILLS * 5
    assert list(path.parent.glob("*.corrupt-*")) == []


def acting_child(path: Path, *arguments: str) -> "subprocess.Popen[bytes]":
    command = (sys.executable, "-m", "tests.support.acting_child", str(path), *arguments)
    return subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT)


def journal_of(path: Path) -> JournalFile:
    return JournalFile(path, time.time)


def test_a_killed_program_leaves_a_journal_that_has_all_that_was_begun(tmp_path: Path) -> None:
    path, moments = tmp_path / "state" / "history-x.sqlite", random.Random(15)
    begun: set[int] = set()
    finished: set[int] = set()
    settled: set[int] = set()
    for _ in range(20):
        with acting_child(path) as child:
            assert child.stdout is not None
            told = child.stdout.readline()
            time.sleep(moments.uniform(0.0, 0.2))
            child.kill()
            told = (told + child.stdout.read()).rpartition(b"\n")[0]  # the last line may be cut
        for word, number in (line.split() for line in told.decode().splitlines()):
            (begun if word == "begun" else finished).add(int(number))
        entries = journal_of(path).recent(100_000)
        assert {each.key for each in entries} >= begun
        outcomes = {each.key: each.outcome for each in entries}
        assert {outcomes[key] for key in finished} == {Outcome.ACCEPTED}
        # The kill has cut off one action, or what was told of it.
        cut_off = outcomes.keys() - finished - settled
        assert len(cut_off) <= 1
        for key in cut_off:
            if outcomes[key] is not Outcome.ACCEPTED:
                assert [each.key for each in journal_of(path).unsettled()] == [key]
                assert journal_of(path).finish(key, Outcome.FOUND_DONE, "queued again", "") == ""
            settled.add(key)
    assert len(begun) > 100
    in_file(path)


def test_what_a_running_instance_has_begun_is_not_left_over_until_it_is_killed(
    tmp_path: Path,
) -> None:
    path = tmp_path / "state" / "history-x.sqlite"
    with acting_child(path, "one") as child:
        assert child.stdout is not None
        key = int(child.stdout.readline().split()[1])
        journal = journal_of(path)
        assert journal.unsettled() == []
        assert [each.outcome for each in journal.of_order("order-1")] == [Outcome.BEGUN]
        child.kill()
        child.wait()
        (left,) = journal.unsettled()
        assert (left.key, left.outcome) == (key, Outcome.UNKNOWN)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 16 MB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = shutil.which("mount")
    options = ("-t", "tmpfs", "-o", "size=16m,mode=700", "tmpfs", str(folder))
    if mount is None or subprocess.run((mount, *options), check=False).returncode:
        pytest.skip("only root can mount a file system; `test_history_store` limits the file size")
    yield folder
    subprocess.run(("umount", str(folder)), check=True)


def fill(path: Path) -> None:
    with suppress(OSError), path.open("wb", buffering=0) as file:
        while file.write(bytes(4096)):
            pass


def test_a_full_disk_loses_nothing(small_disk: Path, request: pytest.FixtureRequest) -> None:
    path, filler = small_disk / "state" / "history-x.sqlite", small_disk / "filler"
    history = Storage(path, Limits(90, 200_000_000), lambda: T0)
    history.open()
    request.addfinalizer(history.close)
    for number in range(100):
        history.write([record(number)])
    fill(filler)
    for number in range(100, 1500):
        history.write([record(number)])
    assert history.problem == "History is not saved, only kept in memory: the disk is full"
    assert list(history.notices) == [history.problem]

    count = "SELECT count(*) FROM changes"
    assert history.query(lambda connection: connection.execute(count).fetchone()) == (1500,)
    filler.unlink()
    history._retry_at = 0.0
    history.write([record(1500)])
    assert history.problem == ""
    assert in_file(path) == list(range(1501))


def test_on_a_full_disk_nothing_is_sent(small_disk: Path) -> None:
    path, filler = small_disk / "state" / "history-x.sqlite", small_disk / "filler"
    journal = journal_of(path)
    kept = journal.begin(entry())
    fill(filler)
    with pytest.raises(JournalProblem) as problem:
        journal.begin(entry())
    assert str(problem.value) == (
        "Nothing is sent, because the journal cannot be written: the disk is full"
    )
    filler.unlink()
    assert journal.finish(kept, Outcome.ACCEPTED, "", "") == ""
    assert journal.begin(entry()) > kept
    in_file(path)
