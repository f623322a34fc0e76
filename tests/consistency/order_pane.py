"""Reads the detail pane from terminal cells."""

import re
from dataclasses import dataclass, field

from tests.consistency.screen_reader import TIME, Bar, read_bar, read_note

_TITLE = re.compile(r"^(\S+) +\S([ ~])(\S.*)$")
_ID = re.compile(r"^id +(\S+)$")
_UPDATED = re.compile(rf"^updated +(?:today )?({TIME})")
_LABEL = re.compile(r"label \d+$")
_COMMENT = re.compile(r"it failed (?:after \d+ s|at the start)")


@dataclass
class Pane:
    """The detail pane: the bar of the mean if there are several, then those of the sub-jobs."""

    name: str = ""
    """File name, or id while that isn't known."""
    id: str = ""
    status: str = ""
    uncovered: bool = False
    as_of: str | None = None
    age: str | None = None
    read: str | None = None
    gone: bool = False
    label: str | None = None
    comment: str | None = None
    bars: list[Bar] = field(default_factory=list)


def read_pane(lines: list[str]) -> Pane:
    pane, text = Pane(), " ".join(lines)
    if title := _TITLE.match(lines[0]):
        pane.name, mark, pane.status = title.groups()
        pane.uncovered = mark == "~"
    pane.as_of, pane.age = read_note(text)
    pane.gone = "Removed from the server's list" in text
    if comment := _COMMENT.search(text):
        pane.comment = comment[0]
    for line in lines[1:]:
        if label := _LABEL.search(line):
            pane.label = label[0]
        if order_id := _ID.match(line):
            pane.id = order_id[1]
        if read_at := _UPDATED.match(line):
            pane.read = read_at[1]
        if bar := read_bar(line):
            pane.bars.append(bar)
    return pane
