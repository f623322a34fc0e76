"""The answer about an order as it was sent, made safe to show and to keep: every text is clean,
secrets are masked, and it is never long.

It is read token by token and not from what the decoder made of it: so a number stays as it was
written, members stay in their order, and an answer of any size costs no more than what is kept.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from tui.masking import DOTS, mask_credentials
from tui.sanitize import ELLIPSIS, sanitize, sanitize_line, sanitize_url, truncate_at_word
from tui.secret_patterns import NAME_MEMBERS, VALUE_MEMBERS, is_secret_name

ROOM = 64 * 1024
"""About how many characters are kept of one answer."""

_DEPTH = 40
_TEXT, _NAME, _NUMBER = 2000, 100, 400

_TOKEN = re.compile(r'("(?:[^"\\]++|\\.)*+"|[{}\[\],:]|[^\s{}\[\],:"]++)')
_CLOSERS = {"{": "}", "[": "]"}
_CUT = json.dumps(ELLIPSIS, ensure_ascii=False)
_HIDDEN = json.dumps(DOTS, ensure_ascii=False)
_SHOWN = ("null", "true", "false", '""')
"""What gives away no secret."""
_BREAK = re.compile(r"([\n\r\t])")
_LISTED_CODE = frozenset({"code", "st"})
_MIN_CODE = 8
# An error code (`ERR_404_NOT_FOUND`, `0x80070005`), a word or a number: parts of letters, then
# digits. An authorization code mixes them.
_READABLE_CODE = re.compile(
    r"0x[0-9a-fA-F]++\Z|[^\W\d_]*+\d*+(?:[_.,:/-]++[^\W\d_]*+\d*+)*+\Z|.*\s", re.DOTALL
)


def redacted_json(text: str) -> tuple[str, int]:
    """The JSON `text`, which a decoder has taken, as compact JSON; and how many of its characters
    were left out. Where some were stands an ellipsis.
    """
    walk = _Redactor(text)
    return walk.written(), walk.left_out


@dataclass
class _Pair:
    """The members of one object like `{"name": "password", "value": "…"}`, by the indices of
    their written parts.
    """

    names: dict[int, str] = field(default_factory=dict)
    values: list[range] = field(default_factory=list)


class _Redactor:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._tokens = self._read()
        self._room = ROOM
        self._full = False
        self._parts: list[str] = []
        self.left_out = 0

    def written(self) -> str:
        self._value(self._next(), "", 0)
        return "".join(self._parts)

    def _read(self) -> Iterator[str]:
        for found in _TOKEN.finditer(self._text):
            self._at = found.start()
            self._room -= 1
            yield found[0]

    def _next(self) -> str:
        return next(self._tokens, "")

    def _put(self, part: str) -> None:
        self._room -= len(part)
        self._parts.append(part)

    def _value(self, piece: str, name: str, depth: int) -> None:
        if (is_secret_name(name) or _is_listed_code(name, piece)) and piece not in _SHOWN:
            self._put(_HIDDEN)
            if piece in _CLOSERS:
                self._skip()
        elif piece in _CLOSERS:
            self._members(piece, name, depth + 1)
        elif piece.startswith('"'):
            self._put(self._string(piece, name))
        else:
            self._put(self._number(piece))

    def _members(self, opener: str, name: str, depth: int) -> None:
        """An object or an array; the items of an array go by its name."""
        self._put(opener)
        first = True
        pair = _Pair()
        while (piece := self._next()) not in ("}", "]", ""):
            if piece == ",":
                continue
            if not first:
                self._put(",")
            first = False
            if self._room <= 0 or depth > _DEPTH:
                self._stop()
                self._put(f"{_CUT}:{_CUT}" if opener == "{" else _CUT)
                break
            if opener == "{":
                name = self._name(piece)
                self._next()  # the colon
                piece = self._next()
            begin = len(self._parts)
            self._value(piece, name, depth)
            if opener == "{" and name.lower() in NAME_MEMBERS and piece.startswith('"'):
                pair.names[begin] = _decoded(piece)
            elif opener == "{" and name.lower() in VALUE_MEMBERS and piece not in _SHOWN:
                pair.values.append(range(begin, len(self._parts)))
            if self._full:
                break
        self._hide_value(pair)
        self._put(_CLOSERS[opener])

    def _hide_value(self, pair: _Pair) -> None:
        """Hide what a secret name belongs to, and what has its name beyond the cut."""
        if not pair.values:
            return
        for at, name in pair.names.items():
            self._parts[at] = _quoted(_clean(name, ""))  # `key` is no secret beside a value
        if any(map(is_secret_name, pair.names.values())) or (self._full and not pair.names):
            for value in pair.values:
                self._parts[value.start] = _HIDDEN
                for at in value[1:]:
                    self._parts[at] = ""

    def _skip(self) -> None:
        """Read to the end of what is hidden, as far as there is room."""
        depth = 1
        while depth:
            piece = self._next()
            if not piece or self._room <= 0:
                self._stop()
                return
            depth += (piece in _CLOSERS) - (piece in ("}", "]"))

    def _stop(self) -> None:
        self._full = True
        self.left_out += len(self._text) - self._at

    def _name(self, piece: str) -> str:
        name = _decoded(piece)
        self._put(_quoted(sanitize_line(name, _NAME)) + ":")
        return name

    def _string(self, piece: str, name: str) -> str:
        text = _decoded(piece)
        kept = _clean(text, name)
        if len(text) > _TEXT:
            self.left_out += len(text) - len(kept)
        return _quoted(kept)

    def _number(self, piece: str) -> str:
        """As it was written; cut, it would be another number, so that it is a text then."""
        if len(piece) <= _NUMBER:
            return piece
        self.left_out += len(piece) - _NUMBER
        return _quoted(sanitize(piece, _NUMBER))


def _is_listed_code(name: str, piece: str) -> bool:
    """Return whether a member `code` or `st` holds an authorization code and no error code."""
    if name.lower() not in _LISTED_CODE or not piece.startswith('"'):
        return False
    text = _decoded(piece)
    return len(text) >= _MIN_CODE and _READABLE_CODE.match(text) is None


def _decoded(piece: str) -> str:
    return str(json.loads(piece, strict=False))


def _clean(text: str, name: str) -> str:
    if name.lower().endswith(("url", "uri", "href")):
        return sanitize_url(text, _TEXT)
    # Cleaned last, for what was encoded in a URL is shown decoded. Line breaks and tabs are
    # escaped in JSON, and do no harm.
    parts = _BREAK.split(mask_credentials(truncate_at_word(text))[: 2 * _TEXT])
    cleaned = "".join(part if _BREAK.match(part) else sanitize(part, len(part)) for part in parts)
    return cleaned if len(cleaned) <= _TEXT else cleaned[: _TEXT - 1] + ELLIPSIS


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
