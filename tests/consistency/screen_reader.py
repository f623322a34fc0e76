"""What is said in the same way on every screen."""

import re
from dataclasses import dataclass
from typing import NamedTuple

TIME = r"(?:\d{4}-\d\d-\d\d )?\d\d:\d\d:\d\d"
_STATUS = re.compile(
    r"(?P<word>live|stale|paused|connecting)"
    rf"(?:  as of (?P<as_of>{TIME})"
    r"(?:, (?P<age>\d+ \w+) ago|  every (?P<every>\S+) s)?)?\s*$"
)
_BAR = re.compile(r"([━─]+) +(~?)(\d+) %$")
_NOTE = re.compile(r"detail as of (\d\d:\d\d:\d\d), (\d+ \w+) ago")


@dataclass(frozen=True)
class Said:
    """The status line."""

    word: str
    as_of: str | None
    age: str | None
    every: str | None


class Bar(NamedTuple):
    percent: int
    old: bool
    """Marked with `~`."""
    filled: int
    width: int


def read_said(line: str) -> Said | None:
    found = _STATUS.search(line)
    return Said(**found.groupdict()) if found else None


def read_bar(text: str) -> Bar | None:
    """The bar at the end of `text`."""
    found = _BAR.search(text)
    if found is None:
        return None
    bar, old, percent = found.groups()
    return Bar(int(percent), bool(old), bar.count("━"), len(bar))


def read_note(text: str) -> tuple[str | None, str | None]:
    """As of when a detail is, and how old, where there is a note of that."""
    found = _NOTE.search(text)
    return (found[1], found[2]) if found else (None, None)
