"""The raw JSON of an order, made safe to show and to store.

Texts are sanitised, secrets are masked, and a long answer is cut. Everything else stays unchanged:
the digits of numbers, the order of members, duplicate names.
"""

import json
import re
from collections.abc import Iterable
from typing import Any

from tui.masking import DOTS, mask_credentials
from tui.sanitize import ELLIPSIS, sanitize, sanitize_line, sanitize_url, truncate_at_word
from tui.secret_patterns import NAME_MEMBERS, VALUE_MEMBERS, is_secret_name

MAX_CHARS = 64 * 1024
"""About how many characters of one answer are kept."""

_MAX_DEPTH = 40
_MAX_TEXT, _MAX_NAME, _MAX_NUMBER = 2000, 100, 400

_EMPTY = (None, True, False, "")
"""Values that disclose no secret."""
_LINE_BREAK = re.compile(r"([\n\r\t])")
_CODE_MEMBERS = frozenset({"code", "st"})
_MIN_CODE_LENGTH = 8
# An error code (`ERR_404_NOT_FOUND`, `0x80070005`), a word or a number: parts of letters, then
# digits. An authorization code mixes them.
_READABLE_CODE = re.compile(
    r"0x[0-9a-fA-F]++\Z|[^\W\d_]*+\d*+(?:[_.,:/-]++[^\W\d_]*+\d*+)*+\Z|.*\s", re.DOTALL
)


class _JsonObject(list[tuple[str, Any]]):
    """The members of a JSON object. Unlike a dict it keeps duplicate names."""


def redacted_json(text: str) -> tuple[str, int]:
    """Return the JSON `text` as compact JSON, and how many of its characters were left out.

    An ellipsis marks each place where something was left out: all of a text that cannot be
    parsed.
    """
    try:
        value = json.loads(
            text,
            strict=False,
            object_pairs_hook=_JsonObject,
            # Numbers become bytes, which nothing else in the tree is.
            parse_float=str.encode,
            parse_int=str.encode,
            parse_constant=str.encode,
        )
    except (ValueError, RecursionError):
        return _quoted(ELLIPSIS), len(text)
    redactor = _Redactor()
    redactor.write(value)
    return redactor.result(len(text))


class _Redactor:
    def __init__(self) -> None:
        self._parts: list[str] = []
        self._budget = MAX_CHARS
        self._is_cut = False
        self._chars_read = 0
        self._chars_dropped = 0

    def result(self, length: int) -> tuple[str, int]:
        """What was written, and how many of the `length` characters of the input were left out: a
        masked value counts only if it is longer than a whole answer may be.
        """
        unread = length - self._chars_read
        is_long = self._is_cut or unread > MAX_CHARS
        return "".join(self._parts), self._chars_dropped + (max(0, unread) if is_long else 0)

    def write(self, value: Any, name: str = "", depth: int = 0, *, secret: bool = False) -> None:
        """Write the value of the member `name`, or an item of an array of that name."""
        if value not in _EMPTY and (secret or _is_authorization_code(name, value)):
            self._put(_quoted(DOTS), read=0)
        elif isinstance(value, _JsonObject):
            self._write_object(value, depth + 1)
        elif isinstance(value, list):
            self._put("[")
            for item in self._until_cut(value, _quoted(ELLIPSIS), depth + 1):
                self.write(item, name, depth + 1)
            self._put("]")
        elif isinstance(value, bytes):
            self._write_number(value.decode())
        elif isinstance(value, str):
            self._write_text(value, name)
        else:
            self._put(json.dumps(value))

    def _write_object(self, members: _JsonObject, depth: int) -> None:
        """Write an object. In one like `{"name": "password", "value": "…"}` the value is masked."""
        names_value = any(
            name.lower() in VALUE_MEMBERS and value not in _EMPTY for name, value in members
        )
        has_secret_value = names_value and any(
            name.lower() in NAME_MEMBERS and isinstance(value, str) and is_secret_name(value)
            for name, value in members
        )
        self._put("{")
        marker = f"{_quoted(ELLIPSIS)}:{_quoted(ELLIPSIS)}"
        for name, value in self._until_cut(members, marker, depth):
            self._put(_quoted(sanitize_line(name, _MAX_NAME)) + ":", read=len(_quoted(name)) + 1)
            if names_value and name.lower() in NAME_MEMBERS and isinstance(value, str):
                self._write_text(value, "")  # `key` is no secret next to a value
            else:
                hidden = has_secret_value and name.lower() in VALUE_MEMBERS
                self.write(value, name, depth, secret=hidden or is_secret_name(name))
        self._put("}")

    def _until_cut(self, items: list[Any], marker: str, depth: int) -> Iterable[Any]:
        """Yield `items` while the budget lasts, with commas between them; then write `marker`."""
        for number, item in enumerate(items):
            if self._is_cut:
                break
            if number:
                self._put(",")
            if self._budget <= 0 or depth > _MAX_DEPTH:
                self._put(marker, read=0)
                self._is_cut = True
                break
            yield item

    def _write_text(self, text: str, name: str) -> None:
        kept = _sanitized(text, name)
        if len(text) > _MAX_TEXT:
            self._chars_dropped += len(text) - len(kept)
        self._put(_quoted(kept), read=len(_quoted(text)))

    def _write_number(self, number: str) -> None:
        """Write a number; a cut one as a text, because it would be another number."""
        if len(number) > _MAX_NUMBER:
            self._chars_dropped += len(number) - _MAX_NUMBER
            self._put(_quoted(sanitize(number, _MAX_NUMBER)), read=len(number))
        else:
            self._put(number)

    def _put(self, part: str, read: int | None = None) -> None:
        """Append `part`, which stands for `read` characters of the input (default: its length)."""
        self._parts.append(part)
        self._budget -= len(part)
        self._chars_read += len(part) if read is None else read


def _is_authorization_code(name: str, value: Any) -> bool:
    """Return whether a member `code` or `st` holds an authorization code, not an error code."""
    return (
        name.lower() in _CODE_MEMBERS
        and isinstance(value, str)
        and len(value) >= _MIN_CODE_LENGTH
        and _READABLE_CODE.match(value) is None
    )


def _sanitized(text: str, name: str) -> str:
    if name.lower().endswith(("url", "uri", "href")):
        return sanitize_url(text, _MAX_TEXT)
    # Sanitised after masking, because masking decodes parts of URLs. Line breaks and tabs stay:
    # JSON escapes them.
    parts = _LINE_BREAK.split(mask_credentials(truncate_at_word(text))[: 2 * _MAX_TEXT])
    safe = "".join(part if _LINE_BREAK.match(part) else sanitize(part, len(part)) for part in parts)
    return safe if len(safe) <= _MAX_TEXT else safe[: _MAX_TEXT - 1] + ELLIPSIS


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
