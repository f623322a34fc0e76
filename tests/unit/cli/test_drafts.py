"""The file of a draft, and the user's editor."""

import asyncio
import os
import sys
from pathlib import Path

import pytest

from tui.cli.drafts import FileDraftStore, SystemEditor
from tui.model.account import Account, Secret
from tui.model.drafts import Edited

ACCOUNT = Account("42", "an-id", Secret("a-secret"), "https://api.example")
OTHER = Account("43", "an-id", Secret("a-secret"), "https://api.example")


def test_draft_is_kept_by_account_for_its_user_only(tmp_path: Path) -> None:
    store = FileDraftStore(tmp_path / "state")
    assert asyncio.run(store.load(ACCOUNT)) is None
    assert asyncio.run(store.save(ACCOUNT, '{"origin": "ñ"}')) is None
    assert asyncio.run(store.load(OTHER)) is None
    stored = asyncio.run(store.load(ACCOUNT))
    assert stored is not None
    assert stored.text == '{"origin": "ñ"}'
    (path,) = (tmp_path / "state").iterdir()
    assert path.stat().st_mode & 0o777 == 0o600
    assert stored.saved_at == path.stat().st_mtime
    assert asyncio.run(store.clear(ACCOUNT)) is None
    assert asyncio.run(store.clear(ACCOUNT)) is None  # it is gone already
    assert asyncio.run(store.load(ACCOUNT)) is None


def test_planted_file_is_not_read_and_not_written_through(tmp_path: Path) -> None:
    store = FileDraftStore(tmp_path)
    asyncio.run(store.save(ACCOUNT, "{}"))
    (path,) = tmp_path.iterdir()
    path.unlink()
    target = tmp_path / "target"
    target.write_text("theirs")
    path.symlink_to(target)
    assert asyncio.run(store.load(ACCOUNT)) is None
    assert asyncio.run(store.save(ACCOUNT, "{}")) is None
    assert target.read_text() == "theirs"
    path.write_bytes(b"\xff")
    assert asyncio.run(store.load(ACCOUNT)) is None


def test_folder_of_others_is_a_sentence(tmp_path: Path) -> None:
    tmp_path.chmod(0o777)
    problem = asyncio.run(FileDraftStore(tmp_path).save(ACCOUNT, "{}"))
    assert problem is not None
    assert problem.startswith("The draft is not saved: ")


def editor(tmp_path: Path, code: str) -> str:
    script = tmp_path / "an editor.py"
    script.write_text(f"import pathlib, sys\npath = pathlib.Path(sys.argv[-1])\n{code}\n")
    return f"{sys.executable} '{script}' --wait"


@pytest.mark.parametrize("name", ["VISUAL", "EDITOR"])
def test_text_is_edited_in_a_private_file_that_is_removed(tmp_path: Path, name: str) -> None:
    code = "path.write_text(f'{path.read_text()} {path.stat().st_mode & 0o777:o} {path}')"
    environ = {name: editor(tmp_path, code), "XDG_RUNTIME_DIR": str(tmp_path)}
    edited = SystemEditor(environ).edit("ñ")
    text, mode, path = edited.text.split()
    assert (text, mode, edited.problem) == ("ñ", "600", "")
    assert Path(path).is_relative_to(tmp_path)
    assert not Path(path).parent.exists()


@pytest.mark.parametrize(
    ("command", "problem"),
    [
        ("'unfinished", "$VISUAL or $EDITOR has a quote without its other one"),
        ("/does/not/exist -x", "the editor /does/not/exist cannot be started: "),
        ("{exits}", "the editor has ended with 7: nothing is changed"),
        ("{breaks}", "the file is no UTF-8 text: nothing is changed"),
        ("{removes}", "the file cannot be read: No such file or directory"),
    ],
)
def test_problem_is_a_sentence(tmp_path: Path, command: str, problem: str) -> None:
    ways = {
        "{exits}": "sys.exit(7)",
        "{breaks}": "path.write_bytes(b'\\xff')",
        "{removes}": "path.unlink()",
    }
    if command in ways:
        command = editor(tmp_path, ways[command])
    edited = SystemEditor({"VISUAL": command, "EDITOR": "true"}).edit("x")
    assert edited.problem.startswith(problem)
    assert edited == Edited(problem=edited.problem)
    assert not list(tmp_path.glob(f"transcode-tui-*{os.sep}*"))
