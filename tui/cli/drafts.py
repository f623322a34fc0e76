"""The draft of a new order in the state folder, and the user's editor."""

import asyncio
import shlex
import subprocess
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from tui.files import make_own_folder, read_own, replace_file
from tui.list_cache import file_id
from tui.model.account import Account
from tui.model.drafts import MAX_DRAFT, Edited, StoredDraft
from tui.sanitize import sanitize

_FALLBACK = "vi"
_NAME = "order.jsonc"
"""Editors color by the extension; this one allows comments."""


class FileDraftStore:
    """Implements `DraftStore`, with a file for each account in `folder`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def load(self, account: Account) -> StoredDraft | None:
        return await asyncio.to_thread(self._load, self._path(account))

    def _load(self, path: Path) -> StoredDraft | None:
        with suppress(OSError, UnicodeDecodeError):
            return StoredDraft(read_own(path, MAX_DRAFT).decode(), path.stat().st_mtime)
        return None

    async def save(self, account: Account, text: str) -> str | None:
        return await asyncio.to_thread(self._save, self._path(account), text)

    def _save(self, path: Path, text: str) -> str | None:
        try:
            make_own_folder(self._folder)
            replace_file(path, [text.encode()], sync=True)
        except OSError as error:
            return f"The draft is not saved: {error.strerror}"
        return None

    async def clear(self, account: Account) -> str | None:
        try:
            await asyncio.to_thread(self._path(account).unlink, missing_ok=True)
        except OSError as error:
            return f"The draft is not removed: {error.strerror}"
        return None

    def _path(self, account: Account) -> Path:
        return self._folder / f"draft-{file_id(account.api_url, account.company)}.json"


class SystemEditor:
    """Implements `TextEditor` with `$VISUAL` or `$EDITOR`."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ

    def edit(self, text: str) -> Edited:
        """The file is this user's only, in a new folder, which is removed afterwards."""
        command = self._environ.get("VISUAL") or self._environ.get("EDITOR") or _FALLBACK
        try:
            words = shlex.split(command)
        except ValueError:
            return Edited(problem="$VISUAL or $EDITOR has a quote without its other one")
        runtime = self._environ.get("XDG_RUNTIME_DIR")
        folder = runtime if runtime and Path(runtime).is_dir() else None
        try:
            with tempfile.TemporaryDirectory(prefix="transcode-tui-", dir=folder) as place:
                return _edit(words, Path(place) / _NAME, text)
        except OSError as error:
            name = sanitize(words[0] if words else command, 80)
            return Edited(problem=f"the editor {name} cannot be started: {error.strerror}")


def _edit(words: list[str], path: Path, text: str) -> Edited:
    path.touch(0o600, exist_ok=False)
    path.write_text(text, "utf-8")
    code = subprocess.call([*words, str(path)])  # noqa: S603 - the user's own command
    if code != 0:
        return Edited(problem=f"the editor has ended with {code}: nothing is changed")
    try:
        return Edited(path.read_text("utf-8"))
    except UnicodeDecodeError:
        return Edited(problem="the file is no UTF-8 text: nothing is changed")
    except OSError as error:
        return Edited(problem=f"the file cannot be read: {error.strerror}")
