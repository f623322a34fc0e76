"""Reads JSON that can't be trusted: a member that is missing, null or of another type reads as
None ("unknown").
"""

import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

import msgspec

from tui.model.ports import FailureKind
from tui.sanitize import sanitize_line


class UnusableBody(Exception):
    """The body cannot be decoded to the answer of its call."""

    kind: ClassVar[FailureKind]


class InvalidJson(UnusableBody):
    kind = FailureKind.NOT_THE_API


class UnexpectedShape(UnusableBody):
    kind = FailureKind.SHAPE


class TooManyValues(UnusableBody):
    """Its values would take many times the memory of its bytes."""

    kind = FailureKind.TOO_LARGE


DECODE_ERRORS = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""What msgspec raises for bytes that aren't JSON, or not of the expected shape."""

BYTES_PER_VALUE = 12
"""The least on average. A listed order (S) has 25 bytes a value, a short sub-job of P 13, but
`[1,1,1,…` has 2: 40 MB of it would take 3 GB.
"""

MAX_OBJECTS = 1_600_000
"""A million orders are 82 MB, but 128 MB could be six million orders of 20 bytes."""

_UNCHECKED_VALUES = 50_000
_MAX_INT = 2**63
_TRAILING_COMMA = re.compile(rb",\s*\]\s*\Z")


def check_values(body: bytes) -> None:
    """Raise `TooManyValues` before a decoder allocates the memory."""
    values = body.count(b",")
    if values > _UNCHECKED_VALUES and values * BYTES_PER_VALUE > len(body):
        raise TooManyValues(f"{values} values")
    if values > MAX_OBJECTS and (objects := body.count(b"{")) > MAX_OBJECTS:
        raise TooManyValues(f"{objects} objects")


def loads(body: bytes) -> Any:
    """Decode JSON strictly, or else with `json`, which accepts NaN, without S's trailing comma and
    with invalid UTF-8 replaced.

    Raises `InvalidJson` or `TooManyValues`.
    """
    check_values(body)
    try:
        return msgspec.json.decode(body)
    except DECODE_ERRORS:
        body = _TRAILING_COMMA.sub(b"]", body)
    try:
        return json.loads(body.decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError):
        raise InvalidJson("the body is not JSON") from None


def objects(value: object) -> list[Mapping[str, object]]:
    """The objects of an array."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def each_of(value: object) -> Sequence[object]:
    """The items of an array, or the single value; nothing for null."""
    return value if isinstance(value, list) else [] if value is None else [value]


def text_of(
    value: object, sanitizer: Callable[..., str] = sanitize_line, limit: int | None = None
) -> str | None:
    """A sanitised text; a number (an id, a label) reads as its digits, an empty text as None."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    text = str(value).strip()
    if not text:
        return None
    return sanitizer(text) if limit is None else sanitizer(text, limit)


def number_of(value: object) -> float | None:
    """A finite number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def int_of(value: object) -> int | None:
    """A count or a size; None beyond 63 bits, which msgspec can't encode."""
    number = number_of(value)
    return int(number) if number is not None and 0 <= number < _MAX_INT else None


def parse_percent(value: object) -> float | None:
    """A progress, clamped to 0 to 100. Text is unknown: only the dashboard (B) shows it."""
    number = number_of(value)
    return None if number is None else min(100.0, max(0.0, number))
