"""A configured path may be a pipe, a device, a folder, a link or an endless file."""

import os
import socket
from collections.abc import Callable
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import pytest

from tests.support.changing_server import BackgroundServer, Service, row
from tests.support.file_uses import USES
from tests.support.forked_calls import Call, Outcome, call_forked
from tests.support.terminal import Terminal
from tui.config.loader import resolve_settings
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
        listener.bind(
            f"/proc/self/fd/{here}/{path.name}"
        )  # the path of a socket is limited to 108 bytes
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


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], "Used"]:
    """The outcome of every use of every kind of file."""
    paths = {}
    for use, kind in product(USES, KINDS):
        folder = tmp_path_factory.mktemp("own")
        folder.chmod(0o700)
        paths[use, kind] = folder / "thing"
        KINDS[kind](folder / "thing")
    before = {key: path.lstat() for key, path in paths.items()}
    calls = [Call((use, str(path))) for (use, _), path in paths.items()]
    done = call_forked("tests.support.file_uses:use_file", calls)
    return {
        key: Used(path, before[key], outcome)
        for (key, path), outcome in zip(paths.items(), done, strict=True)
    }


@dataclass(frozen=True)
class Used:
    path: Path
    before: os.stat_result
    outcome: Outcome


@pytest.fixture
def thing(tmp_path: Path) -> Path:
    """A path in a private folder."""
    folder = tmp_path / "own"
    folder.mkdir(0o700)
    return folder / "thing"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("use", USES)
def test_a_special_file_is_rejected_at_once(
    use: str, kind: str, outcomes: dict[tuple[str, str], Used]
) -> None:
    used = outcomes[use, kind]
    done, lines = used.outcome, used.outcome.stderr.splitlines()
    if use in {"state", "cache"}:
        assert (done.returncode, lines) == (0, [])
        return
    if use == "log" and kind == "sparse":
        assert (done.returncode, lines) == (0, [])  # a log may be large
        return
    assert done.returncode in (1, 2)
    assert len(lines) == 1
    assert lines[0].startswith("transcode-tui: ")
    assert " cannot be " in lines[0]
    after, before = used.path.lstat(), used.before
    assert (after.st_ino, after.st_mode, after.st_size) == (
        before.st_ino,
        before.st_mode,
        before.st_size,
    )


@pytest.mark.slow
def test_the_program_starts_with_special_files_in_place_of_its_own(tmp_path: Path) -> None:
    service = Service()
    service.rows = [row(1)]
    with BackgroundServer(service) as server:
        for kind in ("pipe", "sparse", "zero", ""):
            with Terminal((), server.environ, tmp_path) as terminal:
                terminal.wait_for("● live")
                terminal.send("q")
                assert terminal.wait_exit(3) == 0
            found = [*tmp_path.rglob("list-*"), *tmp_path.rglob("left.json")]
            assert len(found) == 2
            for each in found if kind else ():  # the next start finds these in their place
                each.unlink()
                KINDS[kind](each)


def test_config_and_secret_files_may_be_symlinks(thing: Path) -> None:
    """Dotfile managers and Kubernetes create such links."""
    real = thing.with_name("real")
    real.write_text("client_secret_file = 'secret'", "utf-8")
    thing.symlink_to(real)
    secret = thing.with_name("mounted")
    secret.write_text("s3cret\n", "utf-8")
    secret.chmod(0o600)
    thing.with_name("secret").symlink_to(secret)
    assert resolve_settings({}, {}, thing)["client_secret"].value.reveal() == "s3cret"


@pytest.mark.parametrize("in_config", [False, True])
def test_privacy_is_checked_on_the_opened_file(
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
        read_regular(Path("/proc/self/status"), 100)  # procfs reports a size of 0
