"""The log: JSON lines in a file of one's own, rotated. Nothing is logged unless asked for."""

import json
import logging
import os
import time
from logging.handlers import RotatingFileHandler
from pathlib import Path

from tui import __version__
from tui.config import ConfigError
from tui.files import expand_home, open_own
from tui.folders import make_log_folder
from tui.sanitize import sanitize, sanitize_text

_BYTES, _FILES = 2_000_000, 3
_LONGEST = 500

FIELDS = ("method", "path", "status", "trouble", "ms", "bytes")
"""What a record may say beside its message; see `tui.api.transport`."""


def configure_logging(level: str, file: str) -> str:
    """Log from `level` on to `file`, or to the user's log folder where that is empty. With a
    file alone (`level` is off) it is from info on. Returns what is logged where, to be shown.

    Raises `ConfigError` where the file cannot be written. Nothing is logged into the user's log
    folder where there is no home folder.
    """
    try:
        path = expand_home(file) if file else _default_path()
        if path is None:
            return "none: there is no home folder"
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handler = _PrivateRotatingFile(path, maxBytes=_BYTES, backupCount=_FILES, encoding="utf-8")
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        where = file or "in the user's log folder"
        why = error.strerror if isinstance(error, OSError) else "not a name of a file"
        raise ConfigError(f"the log {where} cannot be written: {why}") from None
    handler.setFormatter(_JsonLines())
    # Ours alone: httpx logs whole addresses.
    logger = logging.getLogger("tui")
    logger.addHandler(handler)
    level = "info" if level == "off" else level
    logger.setLevel(level.upper())
    logger.propagate = False
    logging.raiseExceptions = False  # a full disk must not write over the screen
    logger.info("transcode-tui %s", __version__)
    return sanitize(f"{level} and above, in {path}", _LONGEST)


def _default_path() -> Path | None:
    folder = make_log_folder()
    return None if folder is None else folder / "log.jsonl"


class _PrivateRotatingFile(RotatingFileHandler):
    """Writes files of this user that nobody else can read, also after a rotation."""

    def _open(self):  # type: ignore[no-untyped-def] # noqa: ANN202 - typeshed's own type is private
        path = Path(self.baseFilename)
        descriptor = open_own(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        return open(descriptor, self.mode, encoding=self.encoding)  # noqa: PTH123


class _JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        said: dict[str, object] = {
            "at": time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
            + f".{record.msecs:03.0f}Z",
            "level": record.levelname.lower(),
            "what": sanitize_text(record.getMessage(), _LONGEST),
        }
        said |= {
            name: sanitize_text(value, _LONGEST) if isinstance(value, str) else value
            for name in FIELDS
            if (value := getattr(record, name, None)) is not None
        }
        if record.exc_info and record.exc_info[0] is not None:
            said["error"] = record.exc_info[0].__name__  # its message may hold anything
        return json.dumps(said, ensure_ascii=False)
