"""Reads the order screen from terminal cells."""

import re
from dataclasses import dataclass, field
from typing import NamedTuple

from tests.consistency.plain_terminal import PlainScreen
from tests.consistency.screen_reader import (
    TIME,
    Bar,
    BarColors,
    StatusLine,
    read_bar,
    read_bar_colors,
    read_note,
    read_status_line,
)

_NAMES = "label|message|source|destination|notify|created|updated|size|duration|file|id"
_RULE = re.compile(r"^─ (\S+) ─ \S([ ~])(.*?) ─+ (\d+) of (\d+)( known)? ─$")
_NO_ORDER = re.compile(r"^─ no order ─")
_TABS = re.compile(rf"^([ ▌])1 Facts  [ ▌]2 Raw JSON +(?:▌?3 Timeline +)?(?:updated ({TIME})\b)?")
_FACT = re.compile(rf"(?:^ | {{4,}})({_NAMES}) {{2,}}(\S.*?)(?= {{4,}}|$)")
"""There may be two in a line."""
_UPDATED = re.compile(rf"(?:today )?(?P<at>{TIME}) \((?P<utc>{TIME}) UTC\), (?P<age>.*) ago")
_REASON = re.compile(r"^ (it failed (?:after \d+ s|at the start))$")
_JOB = re.compile(r"^ (Profile \d+) +#(\d+) +(\S+\.mp4) +(\S.*)$")
_SCROLLBAR = " ▁▂▃▄▅▆▇█"
_MEAN = re.compile(r"^ average \((\d+) sub-jobs\) ")
_ANSWER = re.compile(r"^ Raw JSON ─")


class Job(NamedTuple):
    """A sub-job; its progress is a percent, `queued` or `?`."""

    profile: str
    number: str
    file: str
    progress: str

    @property
    def bar(self) -> Bar | None:
        return read_bar(self.progress)


@dataclass
class OrderPicture:
    lines: list[str]
    said: StatusLine
    bar_colors: BarColors
    name: str = ""
    """File name, or id while that isn't known."""
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
    reason: str | None = None
    """Why the order failed."""
    jobs: list[Job] = field(default_factory=list)
    mean: Bar | None = None
    counted: int | None = None
    """Count of sub-jobs beside their mean; None if no mean is shown."""
    raw: list[str] = field(default_factory=list)


def read_order_screen(lines: list[str], screen: PlainScreen) -> OrderPicture | None:
    """Return the parsed screen, or None if this isn't the order screen."""
    said, tabs = read_status_line(lines[0]), _TABS.search(lines[2])
    rule = _RULE.search(lines[1])
    if said is None or tabs is None or not (rule or _NO_ORDER.search(lines[1])):
        return None
    sheet = OrderPicture(lines, said, read_bar_colors(lines, screen))
    sheet.tab = "facts" if tabs[1] == "▌" else "raw"
    if rule is None:
        return sheet
    sheet.name, mark, sheet.status = rule[1], rule[2], rule[3]
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
    end = next((n for n, line in enumerate(body) if _ANSWER.match(line)), len(body))
    for line in body[:end]:
        _read_fact(sheet, line)
    sheet.raw = [line.strip() for line in body[end + 1 :] if line]
    return sheet


def _read_fact(sheet: OrderPicture, line: str) -> None:
    if job := _JOB.match(line):
        sheet.jobs.append(Job(job[1], job[2], job[3], job[4]))
    elif mean := _MEAN.match(line):
        sheet.mean, sheet.counted = read_bar(line), int(mean[1])
    elif reason := _REASON.match(line):
        sheet.reason = reason[1]
    for name, text in _FACT.findall(line):
        if name == "updated" and (read := _UPDATED.match(text)):
            sheet.read, sheet.read_ago = read["at"], read["age"]
        else:
            sheet.facts[name] = text
