"""What is named for a file may be anything: a pipe, a device, a folder, a link, no end of bytes."""

import os
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.changing_server import Background, Service, row
from tests.support.paths import ROOT
from tests.support.terminal import Terminal
from tui.config import resolve_settings
from tui.files import read_regular


def _fifo(path: Path) -> None:
    os.mkfifo(path, 0o600)


def _folder(path: Path) -> None:
    path.mkdir(0o700)


def _sparse(path: Path) -> None:
    path.touch(0o600)
    os.truncate(path, 4 << 30)


def _socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listener:
        here = os.open(path.parent, os.O_RDONLY)
        listener.bind(f"/proc/self/fd/{here}/{path.name}")  # a socket's path is short
        os.close(here)


def _link_to(target: str) -> Callable[[Path], None]:
    return lambda path: path.symlink_to(target)


KINDS: dict[str, Callable[[Path], None]] = {
    "pipe": _fifo,
    "folder": _folder,
    "sparse": _sparse,
    "socket": _socket,
    "zero": _link_to("/dev/zero"),
    "full": _link_to("/dev/full"),
    "terminal": _link_to("/dev/ptmx"),
    "loop": _link_to("thing"),
}

# Each names the thing for something else and prints what came of it.
LIMITED = """
import pathlib, resource, sys
resource.setrlimit(resource.RLIMIT_AS, (1 << 30,) * 2)
path = sys.argv[1]
"""
PURPOSES = {
    "config": """
from tui.cli.main import main
sys.exit(main(["--config", path, "config", "show"]))
""",
    "saved": """
from tui.config import ConfigError, save_values
try: save_values(pathlib.Path(path), {"theme": "mono"})
except ConfigError as error: sys.exit(f"transcode-tui: {error}")
""",
    "secret": """
from tui.config import resolve_settings
config = pathlib.Path(path).with_name("config.toml")
config.write_text(f"client_secret_file = '{path}'")
sys.exit("transcode-tui: " + resolve_settings({}, {}, config)["client_secret"].problem)
""",
    "log": """
from tui.cli.logging_setup import configure_logging
from tui.config import ConfigError
try: configure_logging("info", path)
except ConfigError as error: sys.exit(f"transcode-tui: {error}")
""",
    "state": """
from tui.cli.stores import FileViewStore
from tui.filtering.views import ScreenState
desk = FileViewStore(None, pathlib.Path(path))
assert desk.screen_state == ScreenState()
desk.save_screen_state(ScreenState())
print("survived")
""",
    "cache": """
import asyncio, os
from tui.model.order import OrderSummary, Snapshot
from tui.list_cache import FileListCache
shelf = FileListCache(pathlib.Path(path).parent, "https://h", "42",
    wall=lambda: 2e9, mono=lambda: 0.0)
os.rename(path, shelf.path)
async def use():
    assert shelf.load_head() is None
    assert await shelf.load_all() is None
    shelf.store(Snapshot((OrderSummary("1", "QUEUED"),)), 1e9)
    await shelf.aclose()
asyncio.run(use())
print("survived")
""",
}


@pytest.fixture
def thing(tmp_path: Path) -> Path:
    """A path in a folder of this user's own."""
    folder = tmp_path / "own"
    folder.mkdir(0o700)
    return folder / "thing"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("purpose", PURPOSES)
def test_what_is_no_file_is_refused_at_once(purpose: str, kind: str, thing: Path) -> None:
    KINDS[kind](thing)
    before = thing.lstat()
    done = subprocess.run(
        (sys.executable, "-c", LIMITED + PURPOSES[purpose], str(thing)),
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=30,  # a hang fails
        check=False,
    )
    said = done.stderr.splitlines()
    if purpose in {"state", "cache"}:
        assert (done.stdout, said) == ("survived\n", [])
        return
    if purpose == "log" and kind == "sparse":
        assert (done.returncode, said) == (0, [])  # a log may be long
        return
    assert done.returncode in (1, 2)
    assert len(said) == 1
    assert said[0].startswith("transcode-tui: ")
    assert " cannot be " in said[0]
    after = thing.lstat()
    assert (after.st_ino, after.st_mode, after.st_size) == (
        before.st_ino,
        before.st_mode,
        before.st_size,
    )


@pytest.mark.parametrize("kind", ["pipe", "sparse", "zero"])
def test_the_program_starts_beside_them(kind: str, tmp_path: Path) -> None:
    service = Service()
    service.rows = [row(1)]
    with Background(service) as server:
        for _ in range(2):
            with Terminal((), server.environ, tmp_path) as terminal:
                terminal.wait_for("● live")
                terminal.send("q")
                assert terminal.wait_exit(3) == 0
            found = [*tmp_path.rglob("list-*"), *tmp_path.rglob("left.json")]
            assert len(found) == 2
            for each in found:
                each.unlink()
                KINDS[kind](each)


def test_a_config_file_and_a_secret_may_be_links(thing: Path) -> None:
    """As managers of dotfiles and Kubernetes make them."""
    real = thing.with_name("real")
    real.write_text("client_secret_file = 'secret'", "utf-8")
    thing.symlink_to(real)
    secret = thing.with_name("mounted")
    secret.write_text("s3cret\n", "utf-8")
    secret.chmod(0o600)
    thing.with_name("secret").symlink_to(secret)
    assert resolve_settings({}, {}, thing)["client_secret"].value.reveal() == "s3cret"


@pytest.mark.parametrize("in_config", [False, True])
def test_whether_a_secret_is_private_is_asked_of_the_file_that_was_read(
    in_config: bool, thing: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = thing.with_name("secret")
    secret.write_text("s3cret", "utf-8")
    thing.write_text(
        "client_secret = 's3cret'" if in_config else "client_secret_file = 'secret'", "utf-8"
    )
    for each in (secret, thing):
        each.chmod(0o644)

    def private(path: Path, **_: object) -> None:
        raise AssertionError(f"{path} may be another file by now")

    monkeypatch.setattr(Path, "stat", private)
    monkeypatch.setattr(os, "stat", private)
    problem = resolve_settings({}, {}, thing)["client_secret"].problem
    monkeypatch.undo()
    assert problem is not None
    assert "which others can read: run chmod 600" in problem


def test_a_file_that_grows_is_read_to_the_limit(thing: Path) -> None:
    thing.write_bytes(b"x" * 2048)
    assert read_regular(thing, 2048)[0] == b"x" * 2048
    with pytest.raises(OSError, match="larger than 1 KiB"):
        read_regular(thing, 2047)
    with pytest.raises(OSError, match="larger than 0 KiB"):
        read_regular(Path("/proc/self/status"), 100)  # whose size is said to be 0
