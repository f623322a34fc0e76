"""Sources of the client secret and their precedence."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import keyring
import pytest
from keyring.backend import KeyringBackend

from tui.config import secrets
from tui.config.loader import build_config, resolve_settings
from tui.config.settings import ConfigError

HIDDEN = "hunter2-hunter2"
ENV = {"TRANSPARENT_COMPANY_ID": "42", "TRANSPARENT_CLIENT_ID": "me"}


def found_with(path: Path, file: str) -> str:
    path.write_text(file, encoding="utf-8")
    path.chmod(0o600)
    return build_config(resolve_settings({}, ENV, path)).account.client_secret.reveal()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


@pytest.mark.parametrize(
    ("command", "secret"),
    [
        (f"echo {HIDDEN}", HIDDEN),
        (["echo", HIDDEN], HIDDEN),
        (f"printf '  {HIDDEN}  \\n a second line'", HIDDEN),
        ("echo $HOME;ls", "$HOME;ls"),  # not run by a shell
        ("echo 'a b'", "a b"),
    ],
)
def test_a_secret_command_prints_the_secret(command: object, secret: str) -> None:
    assert secrets.run_secret_command(command) == secret


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("false", "secret_command failed (1): run it by hand to see why"),
        ("true", "secret_command printed nothing"),
        ("no-such-program-here x", "cannot be run: is no-such-program-here there?"),
        ("'unclosed", "must be a command line or a list of its words"),
        ("", "must be a command line or a list of its words"),
        (["echo", 1], "must be a command line or a list of its words"),
        (7, "must be a command line or a list of its words"),
        (f"sh -c 'echo {HIDDEN}; echo {HIDDEN} >&2; exit 3'", "failed (3)"),
        ("a\0b", "cannot be run"),
    ],
)
def test_a_failed_command_is_reported_without_its_output(
    command: object, said: str, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(ConfigError) as caught:
        secrets.run_secret_command(command)
    assert said in str(caught.value)
    assert HIDDEN not in f"{caught.value!r}{caught.value.__cause__!r}{capfd.readouterr()}"


def test_an_interrupt_while_the_command_starts_kills_it(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[subprocess.Popen[bytes]] = []
    popen = subprocess.Popen

    def interrupted(*args: Any, **kwargs: Any) -> subprocess.Popen[bytes]:
        started.append(popen(*args, **kwargs))
        signal.raise_signal(signal.SIGINT)
        return started[0]

    monkeypatch.setattr(subprocess, "Popen", interrupted)
    handler = signal.default_int_handler
    before = signal.signal(signal.SIGINT, handler)  # a shell's background jobs ignore SIGINT
    try:
        with pytest.raises(KeyboardInterrupt):
            secrets.run_secret_command("sleep 60")
        assert signal.getsignal(signal.SIGINT) is handler
    finally:
        signal.signal(signal.SIGINT, before)
    assert started[0].returncode == -signal.SIGKILL


def test_a_command_that_cannot_start_leaves_interrupts_as_they_were() -> None:
    handler = signal.getsignal(signal.SIGINT)
    with pytest.raises(ConfigError):
        secrets.run_secret_command("no-such-program-here")
    assert signal.getsignal(signal.SIGINT) is handler


def test_a_hanging_command_is_killed_with_its_children(tmp_path: Path) -> None:
    left = tmp_path / "pid"
    script = (
        "import subprocess, sys; p = subprocess.Popen(['sleep', '60']);"
        "open(sys.argv[1], 'w').write(str(p.pid)); p.wait()"
    )
    with pytest.raises(ConfigError, match="did not end within"):
        secrets.run_secret_command([sys.executable, "-c", script, str(left)], timeout=1.5)
    pid = int(left.read_text(encoding="utf-8"))
    deadline = time.monotonic() + 2
    while not _is_gone(pid):
        assert time.monotonic() < deadline
        time.sleep(0.01)


def _is_gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except (ProcessLookupError, FileNotFoundError):
        return True
    return state == "Z"


class Kept(KeyringBackend):
    """A keyring in memory."""

    priority = 1.0

    def __init__(self, passwords: dict[tuple[str, str], str]) -> None:
        super().__init__()  # type: ignore[no-untyped-call] # keyring's own
        self.passwords = passwords

    def get_password(self, service: str, username: str) -> str | None:
        if username == "broken":
            raise OSError(HIDDEN)
        return self.passwords.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.passwords[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.passwords[service, username]


@pytest.fixture
def kept() -> Iterator[Kept]:
    before = keyring.get_keyring()
    backend = Kept({("transcode-tui", "me"): HIDDEN})
    keyring.set_keyring(backend)
    yield backend
    keyring.set_keyring(before)


def test_the_keyring_is_read_by_client_id(path: Path, kept: Kept) -> None:
    assert found_with(path, "keyring = true") == HIDDEN
    with pytest.raises(ConfigError, match="holds no secret for you: run keyring set transcode-tui"):
        secrets.read_keyring("you")
    with pytest.raises(ConfigError, match=r"cannot be read \(OSError\)"):
        secrets.read_keyring("broken")


def test_without_keyring_the_message_says_how_to_install_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    with pytest.raises(ConfigError, match=r"pip install 'transcode-tui\[keyring\]'"):
        secrets.read_keyring("me")


ALL = """
secret_command = "echo from-command"
client_secret = "from-file"
client_secret_file = "secret"
keyring = true
"""


def test_the_source_with_the_highest_precedence_wins(path: Path, kept: Kept) -> None:
    (path.parent / "secret").write_text("from-secret-file\n", encoding="utf-8")
    (path.parent / "secret").chmod(0o600)
    lines = ALL.strip().splitlines()
    secrets_found = [found_with(path, "\n".join(lines[n:])) for n in range(4)]
    assert secrets_found == ["from-command", "from-file", "from-secret-file", HIDDEN]


def test_showing_the_source_runs_no_command(path: Path) -> None:
    path.write_text(f"secret_command = 'touch {path.parent / 'ran'}'", encoding="utf-8")
    found = resolve_settings({}, ENV, path, reveal=False)["client_secret"]
    assert (found.origin, found.problem) == ("secret_command", None)
    assert not (path.parent / "ran").exists()
