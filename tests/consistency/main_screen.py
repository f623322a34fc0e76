"""Reads the main screen from terminal cells: words, times and numbers."""

import re
from dataclasses import dataclass, field

from tests.consistency.screen_reader import (
    TIME,
    Bar,
    StatusLine,
    number_of,
    read_bar,
    read_note,
    read_status_line,
)

_NUMBER = r"\d{1,3}(?: \d{3})*"
_COUNT = re.compile(rf"\S ({_NUMBER}) ([a-z]+)")
_COUNTS = re.compile(r"^ (?:of [\d ]+ known: )?\[?◌ \d|^ no list of orders yet")
_KNOWN = re.compile(rf"^ of ({_NUMBER}) known:")
_TABS_END = re.compile(rf"─ (?:(.*)  )?({_NUMBER})/({_NUMBER}) $")
_LOADING = re.compile(rf"loading ({_NUMBER})/({_NUMBER})")
_CHECKED = re.compile(r"older orders checked (\d+ \w+) ago")
_FILTERED = re.compile(rf"^ (?:filter .*?  )?({_NUMBER}) of ({_NUMBER})( known)?(?:  |$)")
GROUPS = ("Active", "Failed in the last 24 h", "Others")
_HEADING = re.compile(rf"^─ ({'|'.join(GROUPS)}) ({_NUMBER}) ─")
_ROW = re.compile(r"^([ ▌]) (\S+) +([◌↓▶↑✔✖?⌀])([ ~])(\S*)(.*) (\d\S*)$")
_STATUS_OF = {"◌": "QUEUED", "✔": "FINISHED", "✖": "ERROR"}
"""Where there is no word beside the glyph."""
_REASON = re.compile(r"it failed (?:after \d+ s|at the start)|no reason given")
_SCROLLBAR = " ▁▂▃▄▅▆▇█"
_TITLE = re.compile(r"^(\S+) +\S([ ~])(\S.*)$")
_ID = re.compile(r"^id +(\S+)$")
_UPDATED = re.compile(rf"^updated +(?:today )?({TIME})")
_LABEL = re.compile(r"label \d+$")
_COMMENT = re.compile(r"it failed (?:after \d+ s|at the start)")


@dataclass(frozen=True)
class Row:
    name: str
    """File name, or id while that isn't known."""
    group: str
    """Its heading, in view or above; empty in a list without groups."""
    status: str
    uncovered: bool
    """Marked with `~`."""
    bar: Bar | None
    reason: str | None
    """Why it failed."""
    created: str
    """Only if that column is shown."""
    age: str
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
    checked: str | None = None
    """Age of the older orders of a paged list, if the screen says that they are old."""
    partly_read: tuple[int, int] | None = None
    total: int | None = None
    """Count of rows, those out of view included."""
    filtered: tuple[int, int, bool] | None = None
    """Matches of the filter, total, and whether the total is shown as partial."""
    groups: dict[str, int] = field(default_factory=dict)
    """Counts beside the headings in view."""
    rows: list[Row] = field(default_factory=list)
    pane: Pane = field(default_factory=Pane)
    whole: bool = False
    """Every listed or matching order has a visible row."""
    newest_first: bool = False
    is_grouped: bool = False


def read_picture(lines: list[str]) -> Picture | None:
    """Return the picture, or None if this isn't the main screen with two panes."""
    said = read_status_line(lines[0])
    top = next((n for n, line in enumerate(lines) if re.search(r"\S.*[│┃]|^ +[│┃]", line)), 0)
    edge = min((lines[top].find(border) for border in "│┃" if border in lines[top]), default=0)
    counts = next((n for n in range(1, top) if _COUNTS.match(lines[n])), 0)
    if said is None or not edge or not counts:
        return None
    picture = Picture(lines, said)
    if known := _KNOWN.search(lines[counts]):
        picture.known = number_of(known[1])
    counted = _KNOWN.sub("", lines[counts])
    picture.counts = {word: number_of(count) for count, word in _COUNT.findall(counted)}
    _read_tabs(picture, lines[counts + 1])
    for line in lines[counts + 2 : top]:
        if filtered := _FILTERED.search(line):
            found, count = number_of(filtered[1]), number_of(filtered[2])
            picture.filtered = found, count, bool(filtered[3])
    body = [line[:edge] for line in lines[top + 1 : -1]]
    _read_rows(picture, body, lines[top])
    picture.whole = len(picture.rows) + len(picture.groups) < len(body)
    picture.pane = _pane([line[edge + 1 :].strip() for line in lines[top:-1]])
    return picture


def _read_tabs(picture: Picture, line: str) -> None:
    picture.is_grouped = "▌1 Now" in line
    end = _TABS_END.search(line)
    if end is None:
        return
    picture.total = number_of(end[3])
    text = end[1] or ""
    if loading := _LOADING.search(text):
        picture.partly_read = number_of(loading[1]), number_of(loading[2])
    if checked := _CHECKED.search(text):
        picture.checked = checked[1]
    rest = _CHECKED.sub("", _LOADING.sub("", text)).replace("following", "")
    picture.newest_first = not rest.strip()


def _read_rows(picture: Picture, body: list[str], header: str) -> None:
    group = _group_above(picture, body)
    found = re.search("AGE[▴▾]?", header)
    age_end = found.end() if found else 0
    for line in body:
        if heading := _HEADING.match(line):
            group = heading[1]
            picture.groups[group] = number_of(heading[2])
        elif row := _row(line, group, age_end):
            picture.rows.append(row)


def _group_above(picture: Picture, body: list[str]) -> str:
    """Return the group of the first rows, whose heading may be out of view."""
    first = next((found[1] for line in body if (found := _HEADING.match(line))), None)
    if first is not None:
        return GROUPS[max(0, GROUPS.index(first) - 1)]
    if not picture.is_grouped:
        return ""
    is_active = any(re.search("[◌↓▶↑?]", line) for line in body)
    return "Active" if is_active else "Others"  # the failed ones are too few to fill the view


def _row(line: str, group: str, age_end: int) -> Row | None:
    found = _ROW.match(line[:age_end])
    if found is None:
        return None
    cursor, name, glyph, mark, word, rest, age = found.groups()
    reason = _REASON.search(rest)
    return Row(
        name,
        group,
        "GONE" if glyph == "⌀" else word or _STATUS_OF.get(glyph, glyph),
        mark == "~",
        read_bar(rest.strip()),
        reason[0] if reason else None,
        re.sub(r"\d{10}-\d+", "", line[age_end:].strip(_SCROLLBAR)).strip(),
        age,
        cursor == "▌",
    )


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
