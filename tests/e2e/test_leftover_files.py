"""Temporary files of a program that was killed while writing, and their removal."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.changing_server import BackgroundServer, three_orders
from tests.support.paths import ROOT
from tests.support.terminal import Terminal
from tui.files import new_file, remove_leftovers, replace_file

HIDDEN = "hunter2-hunter2"
HOUR = 3600.0


def killed(folder: Path, call: str) -> int:
    """Run `call` in a process that is killed in the middle of its write; return the pid."""
    code = f"""
import os, pathlib, signal, sys
from tui.files import new_file, replace_file
folder = pathlib.Path(sys.argv[1])
def pieces():
    yield {HIDDEN!r}.encode() * 10_000
    os.kill(os.getpid(), signal.SIGKILL)
{call}
"""
    process = subprocess.Popen((sys.executable, "-c", code, str(folder)), cwd=ROOT)
    assert process.wait(20) == -signal.SIGKILL
    return process.pid


def age(path: Path, seconds: float) -> None:
    then = path.stat().st_mtime - seconds
    os.utime(path, (then, then))


def names(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir())


def test_an_interrupted_replacement_keeps_the_file_and_is_cleaned_up_by_the_next_write(
    tmp_path: Path,
) -> None:
    path = tmp_path / "config.toml"
    path.write_text("old", "utf-8")
    pid = killed(tmp_path, "replace_file(folder / 'config.toml', pieces(), sync=True)")
    assert path.read_text("utf-8") == "old"
    (left,) = (each for each in tmp_path.iterdir() if each != path)
    assert left.name.startswith(f".config.toml.transcode-tui.{pid}.")
    assert left.stat().st_mode & 0o777 == 0o600
    replace_file(path, [b"new"], sync=True)
    assert left.exists()  # too young: a process of another container may have that pid
    age(left, HOUR)
    replace_file(tmp_path / "another", [b"x"], sync=False)
    assert names(tmp_path) == ["another", "config.toml"]
    assert path.read_text("utf-8") == "new"


@pytest.mark.skipif(not hasattr(os, "O_TMPFILE"), reason="only Linux has files without a name")
def test_an_interrupted_new_file_leaves_nothing(tmp_path: Path) -> None:
    killed(tmp_path, "new_file(folder, ['orders.csv'], pieces())")
    assert names(tmp_path) == []


def test_without_anonymous_files_the_leftover_is_recognised(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed(tmp_path, "del os.O_TMPFILE\nnew_file(folder, ['orders.csv'], pieces())")
    (left,) = tmp_path.iterdir()
    assert left.stat().st_mode & 0o777 == 0o600
    age(left, HOUR)
    monkeypatch.delattr(os, "O_TMPFILE", raising=False)
    assert new_file(tmp_path, ["orders.csv"], [b"x"]) == tmp_path / "orders.csv"
    assert names(tmp_path) == ["orders.csv"]


@pytest.mark.parametrize(
    ("name", "seconds", "goes"),
    [
        (".config.toml.transcode-tui.{gone}.abcd1234.tmp", HOUR, True),
        (".config.toml.transcode-tui.{gone}.abcd1234.tmp", 0, False),
        (".config.toml.transcode-tui.{gone}.abcd1234.tmp", -HOUR, False),
        (".config.toml.transcode-tui.{alive}.abcd1234.tmp", HOUR, False),
        (".config.toml.transcode-tui.1.abcd1234.tmp", HOUR, False),  # owned by another user
        (".config.toml.transcode-tui.{alive}.abcd1234.tmp", 48 * HOUR, True),
        (".config.toml.transcode-tui.999999999.abcd1234.tmp", HOUR, True),
        (".config.toml.transcode-tui.9999999999.abcd1234.tmp", HOUR, False),
        (".config.toml.transcode-tui.{gone}.abcd1234", HOUR, False),
        (".config.toml.{gone}.abcd1234.tmp", 48 * HOUR, False),
        ("config.toml.transcode-tui.{gone}.abcd1234.tmp", 48 * HOUR, False),
        ("config.toml", 48 * HOUR, False),
    ],
)
def test_which_leftovers_are_removed(
    name: str, seconds: float, *, goes: bool, tmp_path: Path
) -> None:
    gone = subprocess.Popen((sys.executable, "-c", ""))
    gone.wait(20)
    left = tmp_path / name.format(gone=gone.pid, alive=os.getpid())
    left.touch()
    age(left, seconds)
    remove_leftovers(tmp_path)
    assert left.exists() is not goes


def test_a_leftover_symlink_is_removed_and_not_followed(tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.touch()
    link = tmp_path / ".x.transcode-tui.999999999.abcd1234.tmp"
    link.symlink_to(target)
    os.utime(link, (0, 0), follow_symlinks=False)
    remove_leftovers(tmp_path)
    assert names(tmp_path) == ["target"]
    remove_leftovers(tmp_path / "nowhere")


def test_a_start_removes_what_a_killed_program_left(tmp_path: Path) -> None:
    """One of the files may contain the client secret."""
    folders = [
        tmp_path / "transcode-tui",
        tmp_path / ".local" / "state" / "transcode-tui",
        tmp_path / ".cache" / "transcode-tui",
    ]
    for folder in folders:
        folder.mkdir(mode=0o700, parents=True)
        killed(folder, "replace_file(folder / 'config.toml', pieces(), sync=True)")
        (left,) = folder.iterdir()
        age(left, HOUR)
    with (
        BackgroundServer(three_orders()) as server,
        Terminal((), server.environ, tmp_path) as terminal,
    ):
        terminal.wait_for("● live")
        assert [each.name for folder in folders for each in folder.glob("*.tmp")] == []
