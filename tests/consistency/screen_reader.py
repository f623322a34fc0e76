"""Reads what every screen has: status line, bars and notes."""

import re
from dataclasses import dataclass
from typing import NamedTuple

from tests.consistency.plain_terminal import PlainScreen

NUMBER = r"\d{1,3}(?: \d{3})*"
TIME = r"(?:\d{4}-\d\d-\d\d )?\d\d:\d\d:\d\d"
_STATUS = re.compile(
    r"(?P<word>live|stale|paused|connecting)"
    rf"(?:  updated (?P<as_of>{TIME})"
    r"(?:, (?P<age>\d+ \w+) ago| \(every (?P<every>\S+) s\))?)?\s*$"
)
_PARTS = " ▏▎▍▌▋▊▉█"
_BAR = re.compile(r"(?:([█▏▎▍▌▋▊▉░]+) +|(?:^|\s))(~?)(\d+) %$")
_REMAINING = re.compile(r"(?<=%) +~?<?[\d.–]+ (?:min|h|days)(?: over)?$")
_COLORED_BAR = re.compile(r"([█▏▎▍▌▋▊▉]+)░* +(~?)\d+ %")
_NOTE = re.compile(r"Details updated (\d\d:\d\d:\d\d), (\d+ \w+) ago")


@dataclass(frozen=True)
class StatusLine:
    """The status line."""

    word: str
    as_of: str | None
    age: str | None
    every: str | None


class Bar(NamedTuple):
    """A percent, and the bar beside it: its filled eighths of a cell, and its cells (0: none)."""

    percent: int
    old: bool
    """Marked with `~`."""
    filled: int
    width: int


class BarColors(NamedTuple):
    """The colors of the filled parts of bars."""

    current: frozenset[str]
    old: frozenset[str]
    """Of those that are marked."""


def number_of(text: str) -> int:
    """Return the number of a text such as `17 316`."""
    return int(text.replace(" ", ""))


def read_bar_colors(lines: list[str], screen: PlainScreen) -> BarColors:
    found: dict[bool, set[str]] = {False: set(), True: set()}
    for y, line in enumerate(lines):
        for bar in _COLORED_BAR.finditer(line):
            found[bar[2] == "~"] |= screen.colors(y, *bar.span(1))
    return BarColors(frozenset(found[False]), frozenset(found[True]))


def read_status_line(line: str) -> StatusLine | None:
    found = _STATUS.search(line)
    return StatusLine(**found.groupdict()) if found else None


def read_bar(text: str) -> Bar | None:
    """Return the percent at the end of `text`, with its bar. A remaining time may follow."""
    found = _BAR.search(_REMAINING.sub("", text))
    if found is None:
        return None
    bar, old, percent = found.groups()
    filled = sum(map(_PARTS.index, (bar or "").rstrip("░")))
    return Bar(int(percent), bool(old), filled, len(bar or ""))


def read_note(text: str) -> tuple[str | None, str | None]:
    """Return time and age of a detail from its staleness note, or None twice."""
    found = _NOTE.search(text)
    return (found[1], found[2]) if found else (None, None)
