"""An answer's JSON as lines: laid out, coloured, and what is looked for in it marked. Pure."""
# FOLD """The pane of the raw JSON: lines that can be searched."""

import re
from collections.abc import Sequence

import msgspec

from tui.sanitize import sanitize
from tui.ui.order_screen.detail_pane import DetailPane
from tui.ui.text import Line, Span, line_text, wrap_exact

_TOKEN = re.compile(r'("(?:[^"\\]++|\\.)*+"|[{}\[\],:]|[^\s{}\[\],:"]++)')
_STEP = 2
_LITERALS = ("true", "false", "null")


class SearchHit(msgspec.Struct, frozen=True):
    """Where a text that is looked for stands: in which line, and from which character to which."""

    line: int
    start: int
    end: int


def pretty_lines(raw: str) -> tuple[Line, ...]:
    """Compact JSON, a line for each member and item."""
    lines: list[Line] = []
    line: list[Span] = []
    depth = 0
    tokens = _TOKEN.findall(raw)
    for piece, after in zip(tokens, [*tokens[1:], ""], strict=False):
        if piece in ("}", "]"):
            depth -= 1
            if line and line[-1][0] not in ("{", "["):
                lines.append(tuple(line))
                line = []
        if not line:
            line = [(" " * _STEP * depth, "plain")]
        line.append((piece, _ink(piece, after)))
        if piece == ":":
            line.append((" ", "plain"))
        ends = piece == "," or (piece in ("{", "[") and after not in ("}", "]"))
        depth += piece in ("{", "[")
        if ends:
            lines.append(tuple(line))
            line = []
    return (*lines, tuple(line)) if line else tuple(lines)


def _ink(piece: str, after: str) -> str:
    if piece.startswith('"'):
        return "key" if after == ":" else "text"
    if piece in _LITERALS:
        return "literal"
    return "dim" if piece in "{}[],:" else "number"


def text_laid_out(raw: str) -> str:
    """The same as a text."""
    return "\n".join(line_text(line) for line in pretty_lines(raw))


def matches(lines: Sequence[Line], wanted: str) -> tuple[SearchHit, ...]:
    """Where `wanted` stands, in upper or lower case unless it has a capital letter itself."""
    if not wanted:
        return ()
    case = re.NOFLAG if wanted != wanted.lower() else re.IGNORECASE
    pattern = re.compile(re.escape(wanted), case)
    return tuple(
        SearchHit(number, found.start(), found.end())
        for number, line in enumerate(lines)
        for found in pattern.finditer(line_text(line))
    )


def wrapped(lines: Sequence[Line], width: int) -> list[list[Line]]:
    """Each of `lines` on as many of `width` cells as it takes."""
    return [_fold(line, width) for line in lines]


def marked_lines(
    lines: Sequence[Line],
    pieces_of: Sequence[Sequence[Line]],
    found: Sequence[SearchHit],
    at: int,
    width: int,
) -> tuple[list[Line], list[int]]:
    """The lines as `pieces_of` has them folded for `width` cells, the `at`-th match marked as the
    one that is looked at; and the number of the first line of each match.
    """
    marked: dict[int, list[tuple[SearchHit, str]]] = {}
    for number, match in enumerate(found):
        marked.setdefault(match.line, []).append(
            (match, "current-match" if number == at else "match")
        )
    shown: list[Line] = []
    firsts: list[int] = []
    for number, (line, pieces) in enumerate(zip(lines, pieces_of, strict=True)):
        here = marked.get(number, ())
        if here:
            firsts += (len(shown) + _row_of(pieces, match.start, width) for match, _ in here)
            shown += _fold(_mark(line, here), width)
        else:
            shown += pieces
    return shown, firsts


def _fold(line: Line, width: int) -> list[Line]:
    return wrap_exact(line, width, _hanging(line, width))


def _hanging(line: Line, width: int) -> int:
    """How far what has no room on the first line is moved in."""
    text = line_text(line)
    return min(len(text) - len(text.lstrip(" ")) + _STEP, width // 2)


def _row_of(pieces: Sequence[Line], start: int, width: int) -> int:
    """In which piece of a folded line the character at `start` is."""
    indent = _hanging(pieces[0], width)
    end = 0
    for row, piece in enumerate(pieces):
        end += len(line_text(piece)) - (indent if row else 0)
        if start < end:
            return row
    return len(pieces) - 1


def _mark(line: Line, here: Sequence[tuple[SearchHit, str]]) -> Line:
    """`line` with other roles where the matches are."""
    spans: list[Span] = []
    at = 0
    for text, role in line:
        end = at + len(text)
        for match, mark in here:
            if match.end > at and match.start < end:
                start = max(at, match.start)
                stop = min(end, match.end)
                spans.append((text[len(text) - (end - at) : len(text) - (end - start)], role))
                spans.append((text[len(text) - (end - start) : len(text) - (end - stop)], mark))
                at = stop
        spans.append((text[len(text) - (end - at) :], role) if end > at else ("", role))
        at = end
    return tuple(span for span in spans if span[0])


class RawPane(DetailPane):
    """Shows JSON; what is looked for stays marked, whatever comes in."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._raw = ""
        self._wanted = ""
        self._at = 0
        # Made anew only where they are others: an answer can be long.
        self._laid_out: tuple[Line, ...] = ()
        self._folded: Sequence[Sequence[Line]] = ()
        self._width = 0
        self._firsts: Sequence[int] = ()
        self.found: tuple[SearchHit, ...] = ()

    @property
    def told(self) -> str:
        """What came of the search; empty where nothing is looked for."""
        if not self._wanted:
            return ""
        count = len(self.found)
        said = f"{self._at + 1} of {count}" if count else "not found"
        return f"{said}: {self._wanted}"

    def bind(self, raw: str) -> None:
        """Show `raw`, which is compact JSON."""
        width = max(20, self.content_width)
        other = raw != self._raw
        if other:
            self._raw, self._laid_out = raw, pretty_lines(raw)
            self._find()
        if other or width != self._width:
            self._width, self._folded = width, wrapped(self._laid_out, width)
            self._draw()

    def look_for(self, wanted: str) -> None:
        """Mark `wanted` wherever it stands, and go to the first place from here on."""
        wanted = sanitize(wanted)  # it may have been pasted
        if wanted == self._wanted:
            return
        top = int(self.scroll_offset.y)
        self._wanted, self._at = wanted, 0
        self._find()
        self._draw()
        self._at = next((n for n, row in enumerate(self._firsts) if row >= top), 0)
        self._go()

    def step(self, by: int) -> None:
        """To the next match, or the one before; behind the last comes the first."""
        if self.found:
            self._at = (self._at + by) % len(self.found)
            self._go()

    def _find(self) -> None:
        self.found = matches(self._laid_out, self._wanted)
        self._at = max(0, min(self._at, len(self.found) - 1))

    def _go(self) -> None:
        self._draw()
        self._show_match()
        self.call_after_refresh(self._show_match)  # so far down it may not have been yet

    def _show_match(self) -> None:
        if not self._firsts:
            return
        row, top, height = self._firsts[self._at], int(self.scroll_offset.y), self.size.height
        if not top <= row < top + height:
            self.scroll_to(y=max(0, row - height // 3), animate=False, immediate=True)

    def _draw(self) -> None:
        lines, self._firsts = marked_lines(
            self._laid_out, self._folded, self.found, self._at, self._width
        )
        self.set_lines(lines)
