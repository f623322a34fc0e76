"""The raw JSON of an order: indented, colored, and searchable."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from itertools import accumulate, chain, groupby
from operator import attrgetter, itemgetter
from typing import NamedTuple

from tui.sanitize import sanitize
from tui.ui.text import Line, line_text, wrap_exact

_INDENT = 2
_MIN_WIDTH = 20
_STRING = r'"(?:[^"\\]++|\\.)*+"'
_LAYOUT = re.compile(rf"{_STRING}|\[\]|{{}}|[][{{}},:]")
_TOKEN = re.compile(
    rf"(?P<plain> +)|(?P<key>{_STRING}(?=:))|(?P<text>{_STRING})|(?P<dim>[][{{}},:])"
    r"|(?P<literal>true|false|null)|(?P<number>[^][{},: ]+)"
)
"""The names of the groups are color roles."""


class SearchHit(NamedTuple):
    """The number of its line, and its first and last (exclusive) character there."""

    line: int
    start: int
    end: int


def pretty_text(raw: str) -> str:
    """Lay out compact JSON like `json.dumps(…, indent=2)`, but with the numbers as written."""
    depth = 0

    def lay_out(found: re.Match[str]) -> str:
        nonlocal depth
        text = found[0]
        depth += (text in ("[", "{")) - (text in ("]", "}"))
        line_break = "\n" + " " * _INDENT * depth
        if text in ("[", "{", ","):
            return text + line_break
        if text in ("]", "}"):
            return line_break + text
        return ": " if text == ":" else text  # a string, or an empty array or object

    return _LAYOUT.sub(lay_out, raw)


def pretty_lines(raw: str) -> tuple[Line, ...]:
    return tuple(
        tuple((found[0], found.lastgroup or "plain") for found in _TOKEN.finditer(line))
        for line in pretty_text(raw).split("\n")
    )


def _find_hits(lines: Sequence[Line], query: str) -> list[SearchHit]:
    """Find `query`; the case matters only if it has a capital letter."""
    if not query:
        return []
    case = re.NOFLAG if query != query.lower() else re.IGNORECASE
    pattern = re.compile(re.escape(query), case)
    return [
        SearchHit(number, *found.span())
        for number, line in enumerate(lines)
        for found in pattern.finditer(line_text(line))
    ]


def _wrap(line: Line, width: int) -> list[Line]:
    text = line_text(line)
    indent = len(text) - len(text.lstrip(" ")) + _INDENT
    return wrap_exact(line, width, min(indent, width // 2))


def _highlight(line: Line, hits: Iterable[SearchHit], current: SearchHit) -> Line:
    """Give the hits in `line`, which don't overlap, their roles."""
    roles = [role for text, role in line for _ in text]
    for hit in hits:
        role = "current-match" if hit is current else "match"
        roles[hit.start : hit.end] = [role] * (hit.end - hit.start)
    runs = groupby(zip(line_text(line), roles, strict=True), key=itemgetter(1))
    return tuple(("".join(char for char, _ in run), role) for role, run in runs)


class RawJson:
    """JSON laid out for a width, and the search in it. The hits follow the content."""

    def __init__(self) -> None:
        self.lines: tuple[Line, ...] = ()
        self.hits: list[SearchHit] = []
        self._current = 0
        self._raw = self._query = ""
        # Cached, because an answer can be long.
        self._pretty: tuple[Line, ...] = ()
        self._wrapped: list[list[Line]] = []
        self._first_rows: list[int] = []
        self._width = 0

    @property
    def search_status(self) -> str:
        """The result of the search; empty if there is none."""
        if not self._query:
            return ""
        count = len(self.hits)
        return f"{f'{self._current + 1} of {count}' if count else 'not found'}: {self._query}"

    @property
    def hit_row(self) -> int | None:
        """The row in which the current hit starts."""
        return self._row_of(self.hits[self._current]) if self.hits else None

    def set_content(self, raw: str, width: int) -> None:
        """Lay `raw`, which is compact JSON, out for `width` cells."""
        width = max(_MIN_WIDTH, width)
        if raw == self._raw and width == self._width:
            return
        if raw != self._raw:
            self._raw, self._pretty = raw, pretty_lines(raw)
            self.hits = _find_hits(self._pretty, self._query)
            self._current = max(0, min(self._current, len(self.hits) - 1))
        self._width = width
        self._wrapped = [_wrap(line, width) for line in self._pretty]
        self._first_rows = [0, *accumulate(map(len, self._wrapped))]
        self._highlight_hits()

    def search(self, query: str, first_row: int) -> None:
        """Search for `query`. The current hit is the first one from `first_row` on."""
        query = sanitize(query)  # it may have been pasted
        if query == self._query:
            return
        self._query = query
        self.hits = _find_hits(self._pretty, query)
        self._current = bisect_left(self.hits, first_row, key=self._row_of)
        self.step(0)

    def step(self, by: int) -> None:
        """Go to another hit; after the last comes the first."""
        self._current = (self._current + by) % max(1, len(self.hits))
        self._highlight_hits()

    def _row_of(self, hit: SearchHit) -> int:
        until_hit = line_text(self._pretty[hit.line])[: hit.start + 1]
        return self._first_rows[hit.line] + len(_wrap(((until_hit, "plain"),), self._width)) - 1

    def _highlight_hits(self) -> None:
        rows = list(self._wrapped)
        for number, hits in groupby(self.hits, key=attrgetter("line")):
            line = _highlight(self._pretty[number], hits, self.hits[self._current])
            rows[number] = _wrap(line, self._width)
        self.lines = tuple(chain.from_iterable(rows))
