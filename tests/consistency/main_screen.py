"""Reads the main screen from terminal cells: words, times, numbers and colors."""

import re
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple

from tests.consistency.order_pane import Pane, read_pane
from tests.consistency.plain_terminal import PlainScreen
from tests.consistency.screen_reader import (
    NUMBER,
    Bar,
    BarColors,
    StatusLine,
    number_of,
    read_bar,
    read_bar_colors,
    read_status_line,
)
from tui.filtering.views import BUILT_IN_VIEWS, View
from tui.model.order import phase_of

LABEL_VIEW, LABEL_END = "Every tenth label", "2"
"""A view whose orders are known by their details only."""
VIEWS = (*BUILT_IN_VIEWS, View(LABEL_VIEW, f"label:*{LABEL_END}"))

CURSOR, _MARK = "▌", "◆"
GONE = "GONE"
STALLED = "‖"
_STATUS_BY_GLYPH = {"✔": "FINISHED", "✖": "ERROR", "⌀": GONE} | {
    "◌": "QUEUED", "↓": "DOWNLOADING", "▶": "TRANSCODING", "↑": "UPLOADING", "?": "PACKING",
}  # fmt: skip

NO_STATUS = ("unreadable", "stalled")
"""The counts beside those of the statuses."""
_COUNT = re.compile(rf"(\S) ({NUMBER}) ([a-z]+)")
_KNOWN = re.compile(rf"^ of ({NUMBER}) known:")
_TABS = re.compile(rf"^([ {CURSOR}]1 .*?) ─+ (.*)$")
_TAB = re.compile(rf"([ {CURSOR}])(\d) (.*?)(\*?)(?: ({NUMBER})(\+?))?\s*$")
_POSITION = re.compile(rf"({NUMBER})/({NUMBER})")
_LOADING = re.compile(rf"loading ({NUMBER})/({NUMBER})")
_MARKED = re.compile(r"([\d ]+) marked")
_CHECKED = re.compile(r"older orders checked (\d+ \w+) ago")
_INDEXING = re.compile(rf"indexing ({NUMBER})/({NUMBER})")
_FILTERED = re.compile(rf"^ filter .*?  ({NUMBER}) of ({NUMBER})( known)?(?:  |$)")
_HEADING = re.compile(rf"^─ (.*?) ({NUMBER}) ─+ *$")
_COLUMNS = re.compile(r"([A-Z]+(?:-[A-Z]+)?)[▴▾]?")
_AGE = re.compile(r"\d+[smhdy]\w*")
_WIDTHS = {"AGE": 6, "ETA": 8, "IN-STATUS": 9, "ELAPSED": 8}
"""Of the columns that are aligned at the right."""
_GAP = 2


class Running(NamedTuple):
    """The cells that change as time passes: the remaining time and two durations."""

    eta: str
    in_status: str
    elapsed: str


class Row(NamedTuple):
    name: str
    """The file, or the id in its place; the middle may be cut out."""
    id: str
    """Only if that column is shown."""
    status: str
    glyph: str
    uncovered: bool
    """Marked with `~`."""
    bar: Bar | None
    reason: str
    """What is shown beside a failed order."""
    created: str
    """Only if that column is shown."""
    age: str
    cursor: bool
    chosen: bool
    """The user has marked it."""
    quiet: str
    """What a stalled order says in place of a bar; empty if it is not stalled."""
    running: Running

    @property
    def is_active(self) -> bool:
        return is_active(self.status)


class Group(NamedTuple):
    """Rows under a heading; those above the first one in view have neither title nor size."""

    title: str
    size: int
    rows: list[Row]


class Tab(NamedTuple):
    """A view and its count, None while nothing is counted yet."""

    name: str
    orders: int | None
    is_exact: bool
    is_current: bool
    is_changed: bool
    """It has another filter or sort order than the view."""


class Count(NamedTuple):
    number: int
    colors: frozenset[str]


@dataclass
class Picture:
    lines: list[str]
    said: StatusLine
    bar_colors: BarColors
    trouble: str = ""
    """The text of the bar; `is_trouble_reversed` if it is in reverse video over the full width."""
    is_trouble_reversed: bool = False
    counts: dict[str, Count] = field(default_factory=dict)
    known: int | None = None
    """Count of known orders, if the screen says that the list is partial."""
    tabs: list[Tab] = field(default_factory=list)
    sort: str = ""
    following: bool = False
    chosen: int = 0
    """How many orders the user has marked."""
    position: tuple[int, int] = (0, 0)
    checked: str | None = None
    """How long ago older orders were read, if that is long."""
    loading: tuple[int, int] | None = None
    filtered: tuple[int, int, bool] | None = None
    """Matches of the filter, total, and whether the total is shown as partial."""
    groups: list[Group] = field(default_factory=list)
    pane: Pane = field(default_factory=Pane)
    whole: bool = False
    """Every listed or matching order has a visible row."""

    @property
    def rows(self) -> list[Row]:
        return [row for group in self.groups for row in group.rows]

    @property
    def tab(self) -> Tab | None:
        return next((tab for tab in self.tabs if tab.is_current), None)

    @property
    def is_grouped(self) -> bool:
        return self.tab is not None and self.tab.name == "Now"

    def listed(self) -> int:
        """Return the number of orders by their counts."""
        return sum(each.number for word, each in self.counts.items() if word not in NO_STATUS)


@cache
def is_active(status: str) -> bool:
    """Return whether an order of this status, as it is shown, is still processed."""
    return status != GONE and not phase_of(status).is_final


def read_picture(lines: list[str], screen: PlainScreen) -> Picture | None:
    """Return the picture, or None if this isn't the main screen with two panes."""
    said = read_status_line(lines[0])
    tabs = next((y for y in range(2, 5) if _TABS.match(lines[y])), 0)
    edge = min((lines[-3].find(border) for border in "│┃" if border in lines[-3]), default=0)
    if said is None or not tabs or not edge:
        return None
    picture = Picture(lines, said, read_bar_colors(lines, screen))
    picture.trouble = " ".join(line.strip() for line in lines[1 : tabs - 1])
    picture.is_trouble_reversed = all(map(screen.is_reversed, range(1, tabs - 1)))
    _read_counts(picture, tabs - 1, screen)
    _read_tabs(picture, lines[tabs])
    top = next(y for y in range(tabs + 1, len(lines)) if lines[y][edge] in "│┃")
    if filtered := _FILTERED.search(lines[top - 1]):
        picture.filtered = number_of(filtered[1]), number_of(filtered[2]), bool(filtered[3])
    elif picture.tab is not None and picture.tab.name not in ("Now", "All"):
        # The tab names the filter.
        picture.filtered = picture.position[1], picture.listed(), picture.known is not None
    end = edge - 1  # there is the scrollbar
    body = [line[:end] for line in lines[top + 1 : -1]]
    _read_rows(picture, lines[top][:end], body)
    picture.pane = read_pane([line[edge + 1 :].strip() for line in lines[top:-1]])
    return picture


def _read_counts(picture: Picture, y: int, screen: PlainScreen) -> None:
    line = picture.lines[y]
    if known := _KNOWN.search(line):
        picture.known = number_of(known[1])
    for found in _COUNT.finditer(line, known.end() if known else 0):
        colors = screen.colors(y, *found.span())
        picture.counts[found[3]] = Count(number_of(found[2]), colors)


def _read_tabs(picture: Picture, line: str) -> None:
    found = _TABS.match(line)
    assert found
    for part in re.split(rf" (?=[ {CURSOR}]\d )", found[1]):
        if tab := _TAB.fullmatch(part):
            count = None if tab[5] is None else number_of(tab[5])
            # A line that says much has no room for the whole names.
            name = VIEWS[int(tab[2]) - 1].name if tab[3].endswith("…") else tab[3]
            picture.tabs.append(Tab(name, count, not tab[6], tab[1] == CURSOR, bool(tab[4])))
    for part in re.split(r" {2,}", found[2].strip()):
        if place := _POSITION.fullmatch(part):
            picture.position = number_of(place[1]), number_of(place[2])
        elif loading := _LOADING.fullmatch(part):
            picture.loading = number_of(loading[1]), number_of(loading[2])
        elif checked := _CHECKED.fullmatch(part):
            picture.checked = checked[1]
        elif chosen := _MARKED.fullmatch(part):
            picture.chosen = number_of(chosen[1])
        elif part == "following":
            picture.following = True
        elif not _INDEXING.fullmatch(part):
            picture.sort = part


def _read_rows(picture: Picture, header: str, body: list[str]) -> None:
    columns = _columns(header)
    if not columns:
        return
    lines = 0
    for line in body:
        if heading := _HEADING.match(line):
            picture.groups.append(Group(heading[1], number_of(heading[2]), []))
        elif row := _row(line, columns):
            if not picture.groups:
                picture.groups.append(Group("", 0, []))
            picture.groups[-1].rows.append(row)
        else:
            continue
        lines += 1
    picture.whole = lines < len(body)


def _columns(header: str) -> dict[str, slice]:
    """Return where the cells of each column are. A narrow column of glyphs has no header."""
    found = {each[1]: each.span() for each in _COLUMNS.finditer(header)}
    if "FILE" not in found:
        return {}
    starts = {name: start for name, (start, _) in found.items()}
    starts |= {name: found[name][1] - width for name, width in _WIDTHS.items() if name in found}
    ends = [start - _GAP for start in sorted(starts.values())[1:]]
    columns = {
        name: slice(start, end)
        for (name, start), end in zip(
            sorted(starts.items(), key=lambda each: each[1]), [*ends, len(header)], strict=True
        )
    }
    if "STATUS" not in columns:
        file = columns["FILE"]
        columns["STATUS"] = slice(file.stop - 2, file.stop)
        columns["FILE"] = slice(file.start, file.stop - 2 - _GAP)
    return columns


def _row(line: str, columns: dict[str, slice]) -> Row | None:
    cells = {name: line[where].strip() for name, where in columns.items()}
    if not _AGE.fullmatch(cells.get("AGE", "")):
        return None
    status = line[columns["STATUS"]]
    glyph, mark, word = status[0], status[1:2], status[2:].strip()
    by_glyph = _STATUS_BY_GLYPH.get(glyph, "")
    reason = cells.get("REASON", "")
    if by_glyph == "ERROR" and "PROGRESS" in columns:  # its reason starts after a shorter status
        word = "ERROR"
        start = columns["STATUS"].start + len("✖ ERROR")
        last = next(name for name in ("IN-STATUS", "ETA", "PROGRESS") if name in columns)
        reason = line[start : columns[last].stop].strip()
    progress = cells.get("PROGRESS", "")
    if glyph == STALLED and "ETA" in columns:  # what is said instead of a bar takes both columns
        progress = line[columns["PROGRESS"].start : columns["ETA"].stop].strip()
    return Row(
        name=cells["FILE"],
        id=cells.get("ORDER", ""),
        status=word or by_glyph,
        glyph=glyph,
        uncovered=mark == "~",
        bar=read_bar(progress),
        reason=reason,
        created=cells.get("CREATED", ""),
        age=cells["AGE"],
        cursor=line[0] == CURSOR,
        chosen=line[1] == _MARK,
        quiet=progress if glyph == STALLED else "",
        running=Running(
            "" if glyph == STALLED or by_glyph == "ERROR" else cells.get("ETA", ""),
            "" if by_glyph == "ERROR" else cells.get("IN-STATUS", ""),
            cells.get("ELAPSED", ""),
        ),
    )
