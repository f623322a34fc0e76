"""What a person reads on the main screen: words, times and numbers, from a terminal's cells."""

import re
from dataclasses import dataclass, field

from textual.driver import Driver
from textual.events import Key, Resize
from textual.geometry import Size

_TIME = r"(?:\d{4}-\d\d-\d\d )?\d\d:\d\d:\d\d"
_STATUS = re.compile(
    r"(?P<word>live|stale|paused|connecting)"
    rf"(?:  as of (?P<as_of>{_TIME})"
    r"(?:, (?P<age>\d+ \w+) ago|  every (?P<every>\S+) s)?)?\s*$"
)
_COUNT = re.compile(r"\S (\d+) ([a-z]+)")
_BAR = re.compile(r"([━─]+) +(~?)(\d+) %$")
_NOTE = re.compile(r"detail as of (\d\d:\d\d:\d\d), (\d+ \w+) ago")
_READ = re.compile(rf"^read +(?:today )?({_TIME})")
_LABEL = re.compile(r"label \d+$")
_COMMENT = re.compile(r"it failed (?:after \d+ s|at the start)")


class TerminalDriver(Driver):
    """A terminal that keeps what it is sent."""

    written = ""

    def write(self, data: str) -> None:
        self.written += data

    def take(self) -> str:
        taken, self.written = self.written, ""
        return taken

    def press(self, key: str) -> None:
        self.process_message(Key(key, key if len(key) == 1 else None))

    def start_application_mode(self) -> None:
        size = Size(*self._size) if self._size else Size(80, 24)
        self._app.call_later(self._app.post_message, Resize(size, size))

    def disable_input(self) -> None:
        pass

    def stop_application_mode(self) -> None:
        pass


@dataclass(frozen=True)
class Bar:
    percent: int
    old: bool
    """Marked with `~`."""
    filled: int
    width: int


@dataclass(frozen=True)
class Row:
    id: str
    status: str
    bar: Bar | None
    age: str
    file: str
    cursor: bool


@dataclass
class Pane:
    """The detail: the sub-jobs' bars behind that of their mean."""

    id: str = ""
    status: str = ""
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
    word: str = ""
    as_of: str | None = None
    age: str | None = None
    every: str | None = None
    counts: dict[str, int] = field(default_factory=dict)
    total: int | None = None
    rows: list[Row] = field(default_factory=list)
    pane: Pane = field(default_factory=Pane)
    whole: bool = False
    """Every order has its row in view."""


def read(lines: list[str]) -> Picture | None:
    """The picture; None where that is not the main screen of two panes."""
    said = _STATUS.search(lines[0])
    header = lines[3]
    edge = min((header.find(border) for border in "│┃" if border in header), default=0)
    if said is None or not edge:
        return None
    picture = Picture(lines, said["word"], said["as_of"], said["age"], said["every"])
    picture.counts = {word: int(count) for count, word in _COUNT.findall(lines[1])}
    if total := re.search(r"newest first ─+ (\d+) ─", lines[2]):
        picture.total = int(total[1])
    body = [line[:edge] for line in lines[4:-1]]
    picture.rows = [row for line in body if (row := _row(line, header))]
    picture.whole = len(picture.rows) < len(body)
    picture.pane = _pane([line[edge + 1 :].strip() for line in lines[3:-1]])
    return picture


def _row(line: str, header: str) -> Row | None:
    status = header.find("STATUS")
    done = header.find("PROGRESS") + 8
    age = header.find("AGE") + 3
    file = header.find("FILE")
    order_id = line[2:status].strip()
    if status < 0 or not re.match(r"\d{10}-\d", order_id):
        return None
    return Row(
        order_id,
        line[status + 2 : status + 13].strip(),
        _bar(line[status + 13 : done].strip()),
        line[done:age].strip(),
        line[file:-1].strip(),
        line[0] == "▌",
    )


def _bar(text: str) -> Bar | None:
    found = _BAR.search(text)
    if found is None:
        return None
    bar, old, percent = found.groups()
    return Bar(int(percent), bool(old), bar.count("━"), len(bar))


def _pane(lines: list[str]) -> Pane:
    order_id, _, status = lines[0].partition("  ")
    pane = Pane(order_id, status.strip()[2:])
    text = " ".join(lines)
    if note := _NOTE.search(text):
        pane.as_of, pane.age = note.groups()
    pane.gone = "no longer in the list" in text
    if comment := _COMMENT.search(text):
        pane.comment = comment[0]
    for line in lines[1:]:
        if label := _LABEL.search(line):
            pane.label = label[0]
        if read_at := _READ.match(line):
            pane.read = read_at[1]
        if bar := _bar(line):
            pane.bars.append(bar)
    return pane
