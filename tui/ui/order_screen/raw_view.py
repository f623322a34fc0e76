"""The raw JSON of an order: indented, colored, and searchable."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

import msgspec

from tui.sanitize import sanitize
from tui.ui.text import Line, Span, line_text, wrap_exact

_INDENT = 2
_MIN_WIDTH = 20


class SearchHit(msgspec.Struct, frozen=True):
    """The position of a hit: the number of its line, and its first and last (exclusive) character
    there.
    """

    line: int
    start: int
    end: int


def pretty_lines(raw: str) -> tuple[Line, ...]:
    """Lay out compact JSON like `json.dumps(…, indent=2)`, but with the numbers as written."""
    lines: list[Line] = []
    line: list[Span] = []
    depth = 0
    for token, (following, _) in pairwise([*_tokens(raw), ("", "")]):
        text = token[0]
        if text in ("}", "]"):
            depth -= 1
            if line and line[-1][0] not in ("{", "["):
                lines.append(tuple(line))
                line = []
        if not line:
            line = [(" " * _INDENT * depth, "plain")]
        line.append(token)
        if text == ":":
            line.append((" ", "plain"))
        opens = text in ("{", "[")
        depth += opens
        if text == "," or (opens and following not in ("}", "]")):
            lines.append(tuple(line))
            line = []
    return (*lines, tuple(line)) if line else tuple(lines)


def _tokens(raw: str) -> Iterator[Span]:
    """The tokens of `raw` with their color roles. A bracket, comma or colon is one token."""
    # Rich and Textual depend on Pygments. Imported here, because most sessions never show JSON.
    from pygments.lexers.data import JsonLexer
    from pygments.token import Token

    roles = {
        Token.Name.Tag: "key",
        Token.String.Double: "text",
        Token.Keyword.Constant: "literal",
    }
    for _, kind, text in JsonLexer().get_tokens_unprocessed(raw):
        if kind is Token.Punctuation:
            yield from ((char, "dim") for char in text)
        else:
            yield text, roles.get(kind, "number")


def pretty_text(raw: str) -> str:
    """The text of `pretty_lines`."""
    return "\n".join(map(line_text, pretty_lines(raw)))


def find_hits(lines: Sequence[Line], text: str) -> tuple[SearchHit, ...]:
    """Find `text`; the case matters only if it has a capital letter."""
    if not text:
        return ()
    case = re.NOFLAG if text != text.lower() else re.IGNORECASE
    pattern = re.compile(re.escape(text), case)
    return tuple(
        SearchHit(number, found.start(), found.end())
        for number, line in enumerate(lines)
        for found in pattern.finditer(line_text(line))
    )


def wrap_line(line: Line, width: int) -> list[Line]:
    return wrap_exact(line, width, _hanging_indent(line, width))


def _hanging_indent(line: Line, width: int) -> int:
    text = line_text(line)
    return min(len(text) - len(text.lstrip(" ")) + _INDENT, width // 2)


def highlight_hits(
    lines: Sequence[Line],
    wrapped: Sequence[Sequence[Line]],
    hits: Sequence[SearchHit],
    current: int,
    width: int,
) -> tuple[list[Line], list[int]]:
    """Highlight `hits` in `lines`, which are `wrapped` to `width` cells.

    Returns the wrapped lines, and for each hit the number of the wrapped line it starts in.
    """
    by_line: dict[int, list[tuple[SearchHit, str]]] = {}
    for number, hit in enumerate(hits):
        role = "current-match" if number == current else "match"
        by_line.setdefault(hit.line, []).append((hit, role))
    highlighted: list[Line] = []
    rows: list[int] = []
    for number, (line, parts) in enumerate(zip(lines, wrapped, strict=True)):
        if here := by_line.get(number):
            rows += (len(highlighted) + _part_of(parts, hit.start, width) for hit, _ in here)
            highlighted += wrap_line(_highlight(line, here), width)
        else:
            highlighted += parts
    return highlighted, rows


def _part_of(parts: Sequence[Line], position: int, width: int) -> int:
    """The number of the part of a wrapped line that has the character at `position`."""
    indent = _hanging_indent(parts[0], width)
    end = 0
    for number, part in enumerate(parts):
        end += len(line_text(part)) - (indent if number else 0)
        if position < end:
            return number
    return len(parts) - 1


def _highlight(line: Line, hits: Sequence[tuple[SearchHit, str]]) -> Line:
    """Give the hits in `line`, which don't overlap, their roles."""
    roles = [role for text, role in line for _ in text]
    for hit, role in hits:
        roles[hit.start : hit.end] = [role] * (hit.end - hit.start)
    text = line_text(line)
    starts = [n for n, role in enumerate(roles) if n == 0 or role != roles[n - 1]]
    return tuple(
        (text[start:end], roles[start])
        for start, end in zip(starts, [*starts[1:], len(text)], strict=True)
    )


class RawJson:
    """JSON laid out for a width, and the search in it. The hits follow the content."""

    def __init__(self) -> None:
        self._raw = ""
        self._query = ""
        self._current = 0
        # Cached, because an answer can be long.
        self._pretty: tuple[Line, ...] = ()
        self._wrapped: Sequence[Sequence[Line]] = ()
        self._width = 0
        self._hit_rows: Sequence[int] = ()
        self.hits: tuple[SearchHit, ...] = ()
        self.lines: tuple[Line, ...] = ()

    @property
    def search_status(self) -> str:
        """The result of the search; empty if there is none."""
        if not self._query:
            return ""
        count = len(self.hits)
        return f"{f'{self._current + 1} of {count}' if count else 'not found'}: {self._query}"

    @property
    def hit_row(self) -> int | None:
        """The row of the current hit."""
        return self._hit_rows[self._current] if self._hit_rows else None

    def set_content(self, raw: str, width: int) -> None:
        """Lay `raw`, which is compact JSON, out for `width` cells."""
        width = max(_MIN_WIDTH, width)
        is_new = raw != self._raw
        if is_new:
            self._raw, self._pretty = raw, pretty_lines(raw)
            self._find()
        if is_new or width != self._width:
            self._width = width
            self._wrapped = [wrap_line(line, width) for line in self._pretty]
            self._highlight()

    def search(self, query: str, first_row: int) -> None:
        """Search for `query`. The current hit is the first one from `first_row` on."""
        query = sanitize(query)  # it may have been pasted
        if query == self._query:
            return
        self._query, self._current = query, 0
        self._find()
        self._highlight()
        self._current = next((n for n, row in enumerate(self._hit_rows) if row >= first_row), 0)
        if self._current:  # the first one is highlighted already
            self._highlight()

    def step(self, by: int) -> None:
        """Go to another hit; after the last comes the first."""
        if self.hits:
            self._current = (self._current + by) % len(self.hits)
            self._highlight()

    def _find(self) -> None:
        self.hits = find_hits(self._pretty, self._query)
        self._current = max(0, min(self._current, len(self.hits) - 1))

    def _highlight(self) -> None:
        lines, self._hit_rows = highlight_hits(
            self._pretty, self._wrapped, self.hits, self._current, self._width
        )
        self.lines = tuple(lines)
