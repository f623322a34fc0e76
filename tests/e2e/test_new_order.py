"""New orders with the whole program: the form, the user's editor, the command."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.changing_server import BackgroundServer, row
from tests.support.creating_service import CreatingService
from tests.support.paths import ROOT
from tests.support.terminal import Terminal
from tui.cli.terminal_guard import _GRACE
from tui.demo.http_server import Response

# Notes what it was given and which modes it has, then writes what the test wants.
EDITOR = """
import pathlib, sys
home, path = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
count = len(list(home.glob("given-*")))
home.joinpath(f"given-{count}").write_text(path.read_text())
modes = f"{path.stat().st_mode & 0o777:o} {path.parent.stat().st_mode & 0o777:o} {path}"
home.joinpath("modes").write_text(modes)
old, new = home.joinpath(f"edit-{count}").read_text().split("=>")
if old == "wait":
    import signal, time
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGQUIT, signal.SIG_IGN)
    home.joinpath("waits").touch()
    while not home.joinpath(new).exists():
        time.sleep(0.01)
if old == "exit":
    sys.exit(int(new))
if old == "kill":
    import os
    os.kill(os.getpid(), int(new))
path.write_text(path.read_text().replace(old, new))
"""


@pytest.fixture
def service() -> CreatingService:
    return CreatingService()


def fill(terminal: Terminal) -> None:
    """Open the form and type an order."""
    terminal.wait_for("● live")
    terminal.send("C")
    terminal.wait_for("New order  ")
    terminal.send("ftp://user:hunter2@host/a.mp4\r")
    terminal.wait_for("ftp://user:•••••••@host/a.mp4")
    terminal.send("s3://bucket\r92\rout.mp4")
    terminal.wait_for("Prueba escalado")
    terminal.wait_for("out.mp4")


@contextmanager
def editing(home: Path, service: CreatingService) -> Iterator[Terminal]:
    """Type an order, and open it in `EDITOR`."""
    (home / "editor.py").write_text(EDITOR)
    editor = f"{sys.executable} {home}/editor.py {home}"
    with BackgroundServer(service) as server:
        environ = {**server.environ, "VISUAL": editor, "EDITOR": "/does/not/exist"}
        with Terminal((), environ, home, size=(120, 40)) as terminal:
            fill(terminal)
            terminal.send("\x0f")  # ctrl+o
            yield terminal


@pytest.mark.slow
def test_order_is_edited_reviewed_sent_and_selected(
    tmp_path: Path, service: CreatingService
) -> None:
    (tmp_path / "edit-0").write_text("out.mp4=>other.mp4")
    with editing(tmp_path, service) as terminal:
        terminal.wait_for("other.mp4")
        terminal.send("\x13")  # ctrl+s
        terminal.wait_for("enter sends it")
        terminal.send("\r")
        terminal.wait_for(f"New order: created {row(2)['id']}")
        terminal.wait_for(lambda text: any("QUEUED" in line for line in text.splitlines()[3:5]))
        terminal.send("q")
        assert terminal.wait_exit(5) == 0
        assert terminal.attributes == terminal.attributes_before
    assert service.bodies == [
        {
            "origin": "ftp://user:hunter2@host/a.mp4",
            "destinations": ["s3://bucket"],
            "jobs": [{"filename": "other.mp4", "profile_id": 92}],
        }
    ]
    given = (tmp_path / "given-0").read_text()
    assert "hunter2" not in given
    assert given.startswith("// A new order.")
    file_mode, folder_mode, path = (tmp_path / "modes").read_text().split()
    assert (file_mode, folder_mode) == ("600", "700")
    assert not Path(path).parent.exists()
    assert not list(tmp_path.rglob("draft-*"))  # it was sent


@pytest.mark.slow
@pytest.mark.parametrize(
    ("edit", "said"),
    [
        ("exit=>3", "The form is unchanged: the editor has ended with 3"),
        (f"kill=>{int(signal.SIGKILL)}", "The form is unchanged: the editor has ended with -9"),
        ("nothing=>nothing", "The form is unchanged: nothing is changed"),
    ],
)
def test_form_is_back_whatever_the_editor_does(
    tmp_path: Path, service: CreatingService, edit: str, said: str
) -> None:
    (tmp_path / "edit-0").write_text(edit)
    with editing(tmp_path, service) as terminal:
        terminal.wait_for(said)
        assert "out.mp4" in terminal.text
        terminal.send("\x03")
        assert terminal.wait_exit(5) == 0
        assert terminal.attributes == terminal.attributes_before


@pytest.mark.slow
@pytest.mark.parametrize("key", ["\x03", "\x1c", "\x1a"], ids=["ctrl+c", "ctrl+\\", "ctrl+z"])
def test_a_signal_key_in_the_editor_is_only_its_own(
    tmp_path: Path, service: CreatingService, key: str
) -> None:
    (tmp_path / "edit-0").write_text("wait=>go-on")
    with editing(tmp_path, service) as terminal:
        while not (tmp_path / "waits").exists():
            terminal.read_for(0.05)
        terminal.send(key)
        terminal.read_for(_GRACE + 0.3)  # until then a signal would have ended the program
        assert terminal.alive
        (tmp_path / "go-on").touch()
        terminal.wait_for("The form is unchanged: nothing is changed")
        terminal.send("\x1b")
        terminal.wait_for("● live")
        terminal.send("q")
        assert terminal.wait_exit(5) == 0
        assert terminal.attributes == terminal.attributes_before


@pytest.mark.slow
def test_editor_that_is_missing_is_said(tmp_path: Path, service: CreatingService) -> None:
    with BackgroundServer(service) as server:
        environ = {**server.environ, "EDITOR": "/does/not/exist"}
        with Terminal((), environ, tmp_path, size=(120, 40)) as terminal:
            fill(terminal)
            terminal.send("\x0f")
            terminal.wait_for("the editor /does/not/exist cannot be started")


@pytest.mark.slow
def test_mistake_in_the_editor_opens_it_again_with_the_reason(
    tmp_path: Path, service: CreatingService
) -> None:
    (tmp_path / "edit-0").write_text('"origin"=>"orign"')
    (tmp_path / "edit-1").write_text('"orign"=>"origin"')
    with editing(tmp_path, service) as terminal:
        while not (tmp_path / "given-1").exists():
            terminal.read_for(0.1)
        terminal.wait_for("ftp://user:•••••••@host/a.mp4")
    again = (tmp_path / "given-1").read_text()
    assert again.startswith('// ! orign: "orign" is not known: did you mean origin?\n')


@pytest.mark.slow
def test_draft_survives_a_kill(tmp_path: Path, service: CreatingService) -> None:
    with BackgroundServer(service) as server:
        environ = {**server.environ, "XDG_STATE_HOME": str(tmp_path / "state")}
        with Terminal((), environ, tmp_path, size=(120, 40)) as terminal:
            fill(terminal)
            while not list(tmp_path.rglob("draft-*.json")):
                terminal.read_for(0.1)
            (draft,) = tmp_path.rglob("draft-*.json")
            while "out.mp4" not in draft.read_text("utf-8"):
                terminal.read_for(0.1)
            terminal.signal(signal.SIGKILL)
            terminal.wait_exit(5)
        assert draft.stat().st_mode & 0o777 == 0o600
        assert "hunter2" not in draft.read_text("utf-8")
        with Terminal((), environ, tmp_path, size=(120, 40)) as terminal:
            terminal.wait_for("● live")
            terminal.send("C")
            terminal.wait_for("Continue the draft of")
            terminal.send("c")
            terminal.wait_for("out.mp4")
            terminal.wait_for("ftp://user:•••@host/a.mp4")


def test_create_asks_on_the_terminal_and_ends_at_ctrl_c(
    tmp_path: Path, service: CreatingService
) -> None:
    draft = {
        "origin": "ftp://user:hunter2@host/a.mp4",
        "destinations": ["s3://bucket"],
        "jobs": [{"filename": "out.mp4", "profile_id": 92}],
    }
    (tmp_path / "order.json").write_text(json.dumps(draft))
    arguments = ("create", str(tmp_path / "order.json"))
    with BackgroundServer(service) as server:
        with Terminal(arguments, server.environ, tmp_path, size=(80, 40)) as terminal:
            terminal.wait_for("To send it, type yes:")
            command = Path(f"/proc/{terminal.pid}/cmdline").read_bytes()
            terminal.send("\x03")
            assert terminal.wait_exit(5) == 130
            assert "interrupted: not sent" in terminal.text
        assert service.bodies == []
        with Terminal(arguments, server.environ, tmp_path, size=(80, 40)) as terminal:
            terminal.wait_for("To send it, type yes:")
            terminal.send("yes\r")
            assert terminal.wait_exit(5) == 0
            assert f"created {row(2)['id']}" in terminal.text
            raw = terminal.raw
    assert service.bodies == [draft]
    assert b"hunter2" not in command + raw


def test_create_loads_no_textual(tmp_path: Path, service: CreatingService) -> None:
    (tmp_path / "order.json").write_text("{}")
    code = (
        "import sys; from tui.cli.main import main; main(['create', sys.argv[1], '--dry-run']);"
        "print('textual' in sys.modules)"
    )
    with BackgroundServer(service) as server:
        done = subprocess.run(
            (sys.executable, "-c", code, str(tmp_path / "order.json")),
            env={**server.environ, "HOME": str(tmp_path)},
            capture_output=True, check=True, timeout=20, cwd=ROOT, text=True,
        )  # fmt: skip
    assert done.stdout == "False\n"
    assert "origin: required" in done.stderr


def test_create_that_is_interrupted_in_flight_is_found_by_the_next(
    tmp_path: Path, service: CreatingService
) -> None:
    draft = {
        "origin": "ftp://host/a.mp4",
        "destinations": ["s3://bucket"],
        "jobs": [{"filename": "out.mp4", "profile_id": 92}],
    }
    (tmp_path / "order.json").write_text(json.dumps(draft))
    arguments = ("create", str(tmp_path / "order.json"), "--yes")
    service.answer = Response(504)
    with BackgroundServer(service) as server:
        with Terminal(arguments, server.environ, tmp_path, size=(80, 40)) as terminal:
            terminal.wait_for("outcome unknown")
            terminal.send("\x03")
            assert terminal.wait_exit(5) == 130
        with Terminal(arguments, server.environ, tmp_path, size=(80, 40)) as terminal:
            assert terminal.wait_exit(10) == 1
            assert f"already, as {row(2)['id']}" in terminal.text.replace("\n", " ")
    assert len(service.bodies) == 1
