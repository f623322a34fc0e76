"""Write to standard output and standard error, either of which may be closed, broken or full."""

import os
import sys
from contextlib import suppress
from typing import TextIO

from tui.sanitize import sanitize

_MAX_LENGTH = 2000


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
    write_output(line + "\n")


def write_output(text: str) -> None:
    """Write `text` to standard output and flush it. If that fails, end the program: with 1 and a
    sentence, or with 0 if the reader has closed it, as in `config keys | head`.
    """
    if sys.stdout is None:
        complain("standard output is closed")
        sys.exit(1)
    # typeshed declares a TextIO; the interpreter makes it a TextIOWrapper.
    sys.stdout.reconfigure(errors="replace")  # type: ignore[union-attr]
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except OSError as error:
        _discard(sys.stdout)
        if isinstance(error, BrokenPipeError):
            sys.exit(0)
        complain(f"standard output cannot be written: {error.strerror}")
        sys.exit(1)


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
