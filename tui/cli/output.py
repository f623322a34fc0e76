"""Write to standard output and standard error, either of which may be closed, broken or full."""

import os
import sys
from contextlib import suppress
from typing import TextIO

from tui.sanitize import sanitize

_MAX_LENGTH = 2000


class OutputError(Exception):
    """Standard output can't be written; the message is the sentence to show."""


class ReaderGone(OutputError):
    """The reader of standard output has closed it, as in `config keys | head`."""


def open_closed_streams() -> None:
    """Open /dev/null for each standard stream that is closed (`2>&-`). Otherwise the next file to
    be opened gets its number, and what libraries write to the stream goes into that file.
    """
    for descriptor in range(3):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest number that is free


def write_line(line: str) -> None:
    """Write a line to standard output. Raises `OutputError`."""
    write_output(line + "\n")


def write_output(text: str) -> None:
    """Write `text` to standard output and flush it. Raises `OutputError`."""
    if sys.stdout is None:
        raise OutputError("standard output is closed")
    # typeshed declares a TextIO; the interpreter makes it a TextIOWrapper.
    sys.stdout.reconfigure(errors="replace")  # type: ignore[union-attr]
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except OSError as error:
        _discard(sys.stdout)
        kind = ReaderGone if isinstance(error, BrokenPipeError) else OutputError
        raise kind(f"standard output cannot be written: {error.strerror}") from None


def complain(problem: str) -> int:
    """Write a sentence to standard error, if possible; return the exit code 2."""
    write_error(f"transcode-tui: {sanitize(problem, _MAX_LENGTH)}\n")
    return 2


def write_error(text: str) -> None:
    """Write `text` to standard error, if possible."""
    if sys.stderr is None:
        return
    try:
        sys.stderr.write(text)
        sys.stderr.flush()
    except OSError:
        _discard(sys.stderr)


def _discard(stream: TextIO) -> None:
    """Send the buffer of `stream` to /dev/null. Python flushes it at exit, and would report
    `Exception ignored …` and exit with 120.
    """
    with suppress(OSError), open(os.devnull, "wb") as devnull:  # noqa: PTH123 - by its descriptor
        os.dup2(devnull.fileno(), stream.fileno())
        stream.flush()
