"""The log: rotated files of JSON lines, readable by their owner only."""

import json
import logging
import os
import time
from logging.handlers import RotatingFileHandler
from pathlib import Path

from tui import __version__
from tui.config.settings import ConfigError
from tui.files import expand_home, make_log_folder, open_own
from tui.sanitize import sanitize, sanitize_text

_MAX_BYTES, _BACKUPS = 2_000_000, 3
_MAX_TEXT = 500

FIELDS = ("method", "path", "status", "trouble", "ms", "bytes")
"""What a record may have beside its message; `tui.api.transport` sets it."""


def configure_logging(level: str, file: str) -> str:
    """Log from `level` on to `file`, or to the user's log folder if that is empty. If only a file
    is given (`level` is off), log from info on. Return what is logged where, to be shown. Raises
    `ConfigError` if the file can't be written.
    """
    try:
        if file:
            path = expand_home(file)
        elif folder := make_log_folder():
            path = folder / "log.jsonl"
        else:
            return "none: there is no home folder"
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handler = _PrivateRotatingFile(
            path, maxBytes=_MAX_BYTES, backupCount=_BACKUPS, encoding="utf-8"
        )
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        where = file or "in the user's log folder"
        why = error.strerror if isinstance(error, OSError) else "not a name of a file"
        raise ConfigError(f"the log {where} cannot be written: {why}") from None
    handler.setFormatter(_JsonFormatter())
    logger = logging.getLogger("tui")  # not the root: httpx logs URLs with their queries
    logger.addHandler(handler)
    level = "info" if level == "off" else level
    logger.setLevel(level.upper())
    logger.propagate = False
    logging.raiseExceptions = False  # otherwise a full disk prints tracebacks over the screen
    logger.info("transcode-tui %s", __version__)
    return sanitize(f"{level} and above, in {path}", _MAX_TEXT)


class _PrivateRotatingFile(RotatingFileHandler):
    def _open(self):  # type: ignore[no-untyped-def] # noqa: ANN202 - typeshed's own type is private
        path = Path(self.baseFilename)
        descriptor = open_own(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        return open(descriptor, self.mode, encoding=self.encoding)  # noqa: PTH123


class _JsonFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        time_text = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
        members: dict[str, object] = {
            "at": f"{time_text}.{record.msecs:03.0f}Z",
            "level": record.levelname.lower(),
            "what": sanitize_text(record.getMessage(), _MAX_TEXT),
        }
        for name in FIELDS:
            value = getattr(record, name, None)
            if value is not None:
                members[name] = sanitize_text(value, _MAX_TEXT) if isinstance(value, str) else value
        if record.exc_info and record.exc_info[0] is not None:
            members["error"] = record.exc_info[0].__name__  # its message may quote a secret
        return json.dumps(members, ensure_ascii=False)
