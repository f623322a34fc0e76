"""Reads the order screen from terminal cells."""

import re
from dataclasses import dataclass, field
from typing import NamedTuple

from tests.consistency.screen_reader import (
    TIME,
    Bar,
    StatusLine,
    read_bar,
    read_note,
    read_status_line,
)

_RULE = re.compile(r"^─ (\S+) ─ \S([ ~])(.*?) ─+ (\d+) of (\d+)( known)? ─$")
_NO_ORDER = re.compile(r"^─ no order ─")
_TABS = re.compile(rf"^([ ▌])1 Facts  [ ▌]2 Raw JSON +(?:as of ({TIME})\b)?")
_FACT = re.compile(r"^ (id|file|label|created|error|says|size|from|to|read) +(\S.*)$")
_READ = re.compile(rf"(?P<age>.*) ago, (?:today )?(?P<at>{TIME}) \((?P<utc>{TIME}) UTC\)")
_JOB = re.compile(r"^ (Profile \d+) +#(\d+) +(\S+\.mp4) +([━─]+ +(?:~?\d+ %|\?))$")
_SCROLLBAR = " ▁▂▃▄▅▆▇█"
_ALL = re.compile(r"^ (?:1 sub-job|mean of (\d+) sub-jobs) ")


class Job(NamedTuple):
    """A sub-job; without a bar its progress is shown as unknown."""

    profile: str
    number: str
    file: str
    bar: Bar | None


@dataclass
class OrderPicture:
    lines: list[str]
    said: StatusLine
    id: str = ""
    status: str = ""
    uncovered: bool = False
    place: tuple[int, int] = (0, 0)
    of_known: bool = False
    """The position is shown as among the known orders."""
    tab: str = ""
    as_of: str | None = None
    age: str | None = None
    read: str | None = None
    """Time of the facts; `read_ago` is their age."""
    read_ago: str | None = None
    facts: dict[str, str] = field(default_factory=dict)
    jobs: list[Job] = field(default_factory=list)
    mean: Bar | None = None
    counted: int = 0
    """Count of sub-jobs shown on screen."""
    raw: list[str] = field(default_factory=list)


def read_order_screen(lines: list[str]) -> OrderPicture | None:
    """Return the parsed screen, or None if this isn't the order screen."""
    said, tabs = read_status_line(lines[0]), _TABS.search(lines[2])
    rule = _RULE.search(lines[1])
    if said is None or tabs is None or not (rule or _NO_ORDER.search(lines[1])):
        return None
    sheet = OrderPicture(lines, said, tab="facts" if tabs[1] == "▌" else "raw")
    if rule is None:
        return sheet
    sheet.id, mark, sheet.status = rule[1], rule[2], rule[3]
    sheet.uncovered, sheet.of_known = mark == "~", bool(rule[6])
    sheet.place = int(rule[4]), int(rule[5])
    sheet.as_of, sheet.age = read_note(" ".join(lines[3:8]))
    body = [line.rstrip(_SCROLLBAR) for line in lines[3:-1]]
    if sheet.tab == "raw":
        sheet.as_of = sheet.as_of or tabs[2]
        sent = (n for n, line in enumerate(body) if re.match(r'^ +["{}\[\]]', line))
        first = next(sent, len(body))
        sheet.raw = [line.strip() for line in body[first:] if line and not line.startswith(" / ")]
        return sheet
    for line in body:
        _read_fact(sheet, line)
    return sheet


def _read_fact(sheet: OrderPicture, line: str) -> None:
    if job := _JOB.match(line):
        sheet.jobs.append(Job(job[1], job[2], job[3], read_bar(job[4])))
    elif mean := _ALL.match(line):
        sheet.mean, sheet.counted = read_bar(line), int(mean[1] or 1)
    elif fact := _FACT.match(line):
        name, text = fact.groups()
        if name == "read" and (read := _READ.match(text)):
            sheet.read, sheet.read_ago = read["at"], read["age"]
        else:
            sheet.facts[name] = text
