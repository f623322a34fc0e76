"""The ways to the client secret that the config file may name, the strongest first."""

import os
import signal
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

from tui import files
from tui.config.settings import ConfigError
from tui.files import expand_home, read_regular
from tui.sanitize import sanitize

COMMAND_TIMEOUT = 30.0
"""Seconds that `secret_command` may take: somebody may have to touch a key."""

SERVICE = "transcode-tui"
"""The name under which the keyring holds the secret of a client id."""

_LARGEST = 64 * 1024

KEYS = ("secret_command", "client_secret", "client_secret_file", "keyring")

Way = tuple[str, Callable[[], object]]


def secret_source(
    file: Mapping[str, object], path: Path, client_id: str, *, is_private: bool
) -> Way | None:
    """Where the secret is and how to get it; None where the file names no way. `file` is what
    stands in the config file at `path`, and `is_private` if nobody else can read that.
    """
    if "secret_command" in file:
        return "secret_command", lambda: run_secret_command(file["secret_command"])
    if "client_secret" in file:
        return str(path), lambda: _private(path, file["client_secret"], is_private=is_private)
    if "client_secret_file" in file:
        secret_path = _beside(path, file["client_secret_file"])
        return str(secret_path), lambda: _read(secret_path)
    if file.get("keyring") is True:
        return "keyring", lambda: from_keyring(client_id)
    return None


def run_secret_command(command: object, timeout: float = COMMAND_TIMEOUT) -> str:
    """The first line that a command prints. It is run without a shell; what it prints is
    never logged or shown.

    Raises `ConfigError`.
    """
    words = _words(command)
    try:
        process = subprocess.Popen(  # noqa: S603 - the user's own command, and no shell
            words,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # so that what it starts can be ended with it
        )
    except (OSError, ValueError):
        raise ConfigError(f"secret_command cannot be run: is {sanitize(words[0])} there?") from None
    with process:
        try:
            output, _ = process.communicate(timeout=timeout)
        except BaseException as error:
            os.killpg(process.pid, signal.SIGKILL)
            if isinstance(error, subprocess.TimeoutExpired):
                raise ConfigError(
                    f"secret_command did not end within {timeout:g} seconds"
                ) from None
            raise
    if process.returncode:
        raise ConfigError(
            f"secret_command failed ({process.returncode}): run it by hand to see why"
        )
    line = output.decode("utf-8", "replace").partition("\n")[0].strip()
    if not line:
        raise ConfigError("secret_command printed nothing")
    return line


def _words(command: object) -> list[str]:
    import shlex  # noqa: PLC0415 - who has no command pays nothing for it

    try:
        words = shlex.split(command) if isinstance(command, str) else command
    except ValueError:
        words = None
    if not isinstance(words, list) or not words or not all(isinstance(w, str) for w in words):
        raise ConfigError("secret_command must be a command line or a list of its words")
    return [words[0] and os.path.expanduser(words[0]), *words[1:]]  # noqa: PTH111 - may be a bare name


def from_keyring(client_id: str) -> str:
    """The secret that the system's keyring holds for a client id.

    Raises `ConfigError`.
    """
    try:
        import keyring  # noqa: PLC0415 - an extra, and slow
    except ImportError:
        raise ConfigError(
            "keyring is not installed: pip install 'transcode-tui[keyring]'"
        ) from None
    try:
        found = keyring.get_password(SERVICE, client_id)
    except Exception as error:  # noqa: BLE001 - its backends raise what they like
        raise ConfigError(f"the keyring cannot be read ({type(error).__name__})") from None
    if found is None:
        raise ConfigError(
            f"the keyring holds no secret for {sanitize(client_id)}: "
            f"run keyring set {SERVICE} {sanitize(client_id)}"
        )
    return found


def _beside(path: Path, name: object) -> Path:
    try:
        return path.parent / expand_home(str(name))
    except OSError:
        raise ConfigError(f"client_secret_file {sanitize(str(name))} cannot be read") from None


def _read(path: Path) -> object:
    try:
        data, about = read_regular(path, _LARGEST)
        text = data.decode().strip()
    except (OSError, UnicodeDecodeError):
        raise ConfigError(f"client_secret_file {sanitize(str(path))} cannot be read") from None
    # Of the file that was opened: under its name there may be another one by now.
    return _private(path, text, is_private=files.is_private(about))


def _private(path: Path, value: object, *, is_private: bool) -> object:
    """`value`, unless others can read where it is from; then the command that mends it."""
    if not is_private:
        raise ConfigError(
            f"client_secret is in {path}, which others can read: run chmod 600 {path}"
        )
    return value
