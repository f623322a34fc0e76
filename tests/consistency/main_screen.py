"""Reads the main screen from terminal cells: words, times and numbers."""

import re
from dataclasses import dataclass, field

from tests.consistency.screen_reader import (
    TIME,
    Bar,
    StatusLine,
    read_bar,
    read_note,
    read_status_line,
)

_COUNT = re.compile(r"\S (\d+) ([a-z]+)")
_KNOWN = re.compile(r"^ of (\d+) known:")
_TOTAL = re.compile(r"─ (\d+) ─$")
_FILTERED = re.compile(r"^─ .*  (\d+) of (\d+)( known)?")
_NEWEST_FIRST = re.compile(r"── newest first(?:, \d+ not yet read)? ")
_ALL_READ = re.compile(r" all read (<?\d+[a-z]) ago ")
_PARTLY_READ = re.compile(r" (\d+) of (\d+) read ")
_TITLE = re.compile(r"^(\S+) +\S([ ~])(\S.*)$")
_ID = re.compile(r"^id +(\S+)$")
_UPDATED = re.compile(rf"^updated +(?:today )?({TIME})")
_LABEL = re.compile(r"label \d+$")
_COMMENT = re.compile(r"it failed (?:after \d+ s|at the start)")


@dataclass(frozen=True)
class Row:
    id: str
    status: str
    uncovered: bool
    """Marked with `~`."""
    bar: Bar | None
    created: str
    """Only if that column is shown."""
    age: str
    file: str
    cursor: bool


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


@dataclass
class Picture:
    lines: list[str]
    said: StatusLine
    counts: dict[str, int] = field(default_factory=dict)
    known: int | None = None
    """Count of known orders, if the screen says that the list is partial."""
    all_read: str | None = None
    partly_read: tuple[int, int] | None = None
    total: int | None = None
    filtered: tuple[int, int, bool] | None = None
    """Matches of the filter, total, and whether the total is shown as partial."""
    rows: list[Row] = field(default_factory=list)
    pane: Pane = field(default_factory=Pane)
    whole: bool = False
    """Every listed or matching order has a visible row."""
    newest_first: bool = False


def read_picture(lines: list[str]) -> Picture | None:
    """Return the picture, or None if this isn't the main screen with two panes."""
    said = read_status_line(lines[0])
    rule, header = lines[2:4]
    edge = min((header.find(border) for border in "│┃" if border in header), default=0)
    if said is None or not edge:
        return None
    picture = Picture(lines, said)
    if known := _KNOWN.search(lines[1]):
        picture.known = int(known[1])
    counted = _KNOWN.sub("", lines[1])
    picture.counts = {word: int(count) for count, word in _COUNT.findall(counted)}
    if total := _TOTAL.search(rule):
        picture.total = int(total[1])
    if all_read := _ALL_READ.search(rule):
        picture.all_read = all_read[1]
    if partly := _PARTLY_READ.search(rule):
        picture.partly_read = int(partly[1]), int(partly[2])
    if filtered := _FILTERED.search(rule):
        picture.filtered = int(filtered[1]), int(filtered[2]), bool(filtered[3])
    body = [line[:edge] for line in lines[4:-1]]
    picture.rows = [row for line in body if (row := _row(line, header))]
    picture.whole = len(picture.rows) < len(body)
    picture.newest_first = bool(_NEWEST_FIRST.search(rule))
    picture.pane = _pane([line[edge + 1 :].strip() for line in lines[3:-1]])
    return picture


def _row(line: str, header: str) -> Row | None:
    status = header.find("STATUS")
    done = _end_of("PROGRESS", header)
    age = _end_of("AGE", header)
    file = header.find("FILE")
    order_id = line[2:status].strip()
    created, _, old = line[done:age].strip().rpartition("  ")
    if status < 0 or not re.match(r"\d{10}-\d", order_id):
        return None
    return Row(
        order_id,
        line[status + 2 : status + 13].strip(),
        line[status + 1] == "~",
        read_bar(line[status + 13 : done].strip()),
        created.strip(),
        old,
        line[file:-1].strip(),
        line[0] == "▌",
    )


def _end_of(column: str, header: str) -> int:
    found = re.search(f"{column}[▴▾]?", header)
    return found.end() if found else 0


def _pane(lines: list[str]) -> Pane:
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
