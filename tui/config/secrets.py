"""Fetch the client secret from where the config file says: a command, the file itself, another
file, or the system's keyring. The first of these that is set counts.
"""

import os
import signal
import subprocess
import threading
from collections.abc import Callable, Mapping
from pathlib import Path

from tui import files
from tui.config.settings import ConfigError
from tui.files import expand_home, read_regular
from tui.sanitize import sanitize

KEYS = ("secret_command", "client_secret", "client_secret_file", "keyring")
KEYRING_SERVICE = "transcode-tui"

_COMMAND_TIMEOUT = 30.0  # seconds: the user may have to touch a hardware key
_MAX_BYTES = 64 * 1024


def secret_source(
    values: Mapping[str, object], path: Path, client_id: str, *, is_private: bool
) -> tuple[str, Callable[[], object]] | None:
    """Return the origin of the secret and a function that fetches it (it raises `ConfigError`),
    or None if the config file has none. `values` is the content of the file at `path`;
    `is_private` if only its owner can read it.
    """
    if "secret_command" in values:
        return "secret_command", lambda: run_secret_command(values["secret_command"])
    if "client_secret" in values:
        return str(path), lambda: _require_private(
            path, values["client_secret"], is_private=is_private
        )
    if "client_secret_file" in values:
        secret_path = _secret_path(path, str(values["client_secret_file"]))
        return str(secret_path), lambda: _read(secret_path)
    if values.get("keyring") is True:
        return "keyring", lambda: read_keyring(client_id)
    return None


def run_secret_command(command: object, timeout: float = _COMMAND_TIMEOUT) -> str:
    """Return the first line that a command prints. It runs without a shell; its output is never
    logged or shown. Raises `ConfigError`.
    """
    words = _split(command)
    release_interrupts = _hold_interrupts()
    try:
        process = subprocess.Popen(  # noqa: S603 - the user's own command, and no shell
            words,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # a process group, to kill what the command starts as well
        )
    except (OSError, ValueError):
        release_interrupts()
        raise ConfigError(f"secret_command cannot be run: is {sanitize(words[0])} there?") from None
    with process:
        try:
            release_interrupts()
            output, _ = process.communicate(timeout=timeout)
        except BaseException as error:
            os.killpg(process.pid, signal.SIGKILL)
            if isinstance(error, subprocess.TimeoutExpired):
                problem = f"secret_command did not end within {timeout:g} seconds"
                raise ConfigError(problem) from None
            raise
    code = process.returncode
    if code:
        raise ConfigError(f"secret_command failed ({code}): run it by hand to see why")
    line = output.decode("utf-8", "replace").partition("\n")[0].strip()
    if not line:
        raise ConfigError("secret_command printed nothing")
    return line


def _hold_interrupts() -> Callable[[], None]:
    """Hold SIGINT back until the returned function is called: one that arrives while `Popen` waits
    for the command's `exec` would leave a command behind whose pid is not known yet.
    """
    if threading.current_thread() is not threading.main_thread():  # where no SIGINT is handled
        return lambda: None
    held: list[int] = []
    handler = signal.signal(signal.SIGINT, lambda number, _: held.append(number))

    def release() -> None:
        signal.signal(signal.SIGINT, handler)
        if held:
            signal.raise_signal(signal.SIGINT)

    return release


def _split(command: object) -> list[str]:
    import shlex  # noqa: PLC0415 - needed only for a command

    try:
        words = shlex.split(command) if isinstance(command, str) else command
    except ValueError:
        words = None
    if not isinstance(words, list) or not words or not all(isinstance(w, str) for w in words):
        raise ConfigError("secret_command must be a command line or a list of its words")
    return [words[0] and os.path.expanduser(words[0]), *words[1:]]  # noqa: PTH111 - may be a bare name


def read_keyring(client_id: str) -> str:
    """Return the secret of a client id from the system's keyring. Raises `ConfigError`."""
    try:
        import keyring  # noqa: PLC0415 - an extra, and slow
    except ImportError:
        raise ConfigError(
            "keyring is not installed: pip install 'transcode-tui[keyring]'"
        ) from None
    try:
        secret = keyring.get_password(KEYRING_SERVICE, client_id)
    except Exception as error:  # noqa: BLE001 - a backend may raise anything
        raise ConfigError(f"the keyring cannot be read ({type(error).__name__})") from None
    if secret is None:
        raise ConfigError(
            f"the keyring holds no secret for {sanitize(client_id)}: "
            f"run keyring set {KEYRING_SERVICE} {sanitize(client_id)}"
        )
    return secret


def _secret_path(path: Path, name: str) -> Path:
    try:
        return path.parent / expand_home(name)
    except OSError:
        raise ConfigError(f"client_secret_file {sanitize(name)} cannot be read") from None


def _read(path: Path) -> object:
    try:
        data, about = read_regular(path, _MAX_BYTES)
        text = data.decode().strip()
    except (OSError, UnicodeDecodeError):
        raise ConfigError(f"client_secret_file {sanitize(str(path))} cannot be read") from None
    # `about` is of the file that was opened: its name may belong to another one by now.
    return _require_private(path, text, is_private=files.is_private(about))


def _require_private(path: Path, value: object, *, is_private: bool) -> object:
    if not is_private:
        raise ConfigError(
            f"client_secret is in {path}, which others can read: run chmod 600 {path}"
        )
    return value
