"""The answer about an order as it was sent, made safe to show and to keep: every text is clean,
secrets are masked, and it is never long.

It is read token by token and not from what the decoder made of it: so a number stays as it was
written, members stay in their order, and an answer of any size costs no more than what is kept.
"""

import json
import re
from collections.abc import Iterator

from tui.model.text import (
    DOTS,
    ELLIPSIS,
    clean,
    clean_name,
    clean_url,
    mask,
    names_a_secret,
    whole_words,
)

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


def raw_json(text: str) -> tuple[str, int]:
    """The JSON `text`, which a decoder has taken, as compact JSON; and how many of its characters
    were left out. Where some were stands an ellipsis.
    """
    walk = _Walk(text)
    return walk.written(), walk.left_out


class _Walk:
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
        if names_a_secret(name) and piece not in _SHOWN:
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
            self._value(piece, name, depth)
            if self._full:
                break
        self._put(_CLOSERS[opener])

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
        name = str(json.loads(piece, strict=False))
        self._put(_quoted(clean_name(name, _NAME)) + ":")
        return name

    def _string(self, piece: str, name: str) -> str:
        text = str(json.loads(piece, strict=False))
        kept = _clean(text, name)
        if len(text) > _TEXT:
            self.left_out += len(text) - len(kept)
        return _quoted(kept)

    def _number(self, piece: str) -> str:
        """As it was written; cut, it would be another number, so that it is a text then."""
        if len(piece) <= _NUMBER:
            return piece
        self.left_out += len(piece) - _NUMBER
        return _quoted(clean(piece, _NUMBER))


def _clean(text: str, name: str) -> str:
    if name.lower().endswith(("url", "uri", "href")):
        return clean_url(text, _TEXT)
    # Cleaned last, for what was encoded in a URL is shown decoded. Line breaks and tabs are
    # escaped in JSON, and do no harm.
    parts = _BREAK.split(mask(whole_words(text))[: 2 * _TEXT])
    cleaned = "".join(part if _BREAK.match(part) else clean(part, len(part)) for part in parts)
    return cleaned if len(cleaned) <= _TEXT else cleaned[: _TEXT - 1] + ELLIPSIS


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
