"""Reading JSON that cannot be trusted: no shape is assumed, and a member that is missing,
null or of another type reads as None ("not said").
"""
# FOLD """Reading the API's times. Inside, a time is UTC epoch seconds."""

import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from tui.sanitize import sanitize_line


class InvalidJson(Exception):
    """The body is no JSON."""


class UnexpectedShape(Exception):
    """The body is JSON, but not what this call answers with."""


class TooManyValues(Exception):
    """The values of the body would take many times the memory of its bytes."""


BYTES_PER_VALUE = 12
"""A listed order (S) has 25 bytes a value, a short sub-job of P 13. `[1,1,1,…` has 2: 40 MB of it
would take 3 GB.
"""

MAX_OBJECTS = 1_600_000
"""A million orders are 82 MB; orders of 20 bytes could be six million in 128 MB."""

_UNCHECKED_VALUES = 50_000
_MAX_WHOLE = 2**63

_TRAILING_COMMA = re.compile(rb",\s*\]\s*\Z")


def check_values(body: bytes) -> None:
    """Raise `TooManyValues` before a decoder takes the memory for them."""
    values = body.count(b",")
    if values > _UNCHECKED_VALUES and values * BYTES_PER_VALUE > len(body):
        raise TooManyValues(f"{values} values")
    if values > MAX_OBJECTS and (objects := body.count(b"{")) > MAX_OBJECTS:
        raise TooManyValues(f"{objects} objects")


def loads(body: bytes) -> Any:
    """Decode JSON strictly, then once more without S's trailing comma, then as Python's
    reader does, which takes NaN and what bad bytes leave of a text.

    Raises `InvalidJson` or `TooManyValues`.
    """
    check_values(body)
    for candidate in (body, _TRAILING_COMMA.sub(b"]", body)):
        try:
            return msgspec.json.decode(candidate)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            continue
    text = _TRAILING_COMMA.sub(b"]", body).decode("utf-8-sig", "replace")
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise InvalidJson("the body is not JSON") from None


def objects(value: object) -> list[Mapping[str, object]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def each_of(value: object) -> Sequence[object]:
    """The items of an array, or the one value; nothing where it is null or missing."""
    return value if isinstance(value, list) else [] if value is None else [value]


def text_of(
    value: object, cleaner: Callable[..., str] = sanitize_line, limit: int | None = None
) -> str | None:
    """A text member; a bare number (an id, a label) is as good as its digits."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    text = str(value).strip()
    if not text:
        return None
    return cleaner(text) if limit is None else cleaner(text, limit)


def number_of(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def int_of(value: object) -> int | None:
    """A count or a size; None where it is beyond 63 bits, which msgspec could not encode."""
    number = number_of(value)
    return int(number) if number is not None and 0 <= number < _MAX_WHOLE else None


def parse_percent(value: object) -> float | None:
    """A progress: clamped to 0 to 100; NaN, text and nothing read as unknown. Text that is a
    number (B shows `100.00%`) is no number here, because no source sends it.
    """
    number = number_of(value)
    return None if number is None else min(100.0, max(0.0, number))


_EPOCH = re.compile(r"\d{10}(?:\.\d+)?")
_ID_EPOCH = re.compile(r"(\d{10})(?!\d)")
_YEAR_2015 = datetime(2015, 1, 1, tzinfo=UTC).timestamp()
_YEAR_1970, _YEAR_2200 = 0.0, datetime(2200, 1, 1, tzinfo=UTC).timestamp()
_DAY = 86_400.0


def parse_time(value: object) -> float | None:
    """A time of any form in api.md, or None.

    `2021-09-08 09:15:55.875827+00:00` (S), without a zone meaning UTC (P), ISO 8601, and
    ten-digit epoch seconds (O). Years outside 1970 to 2199 are not believed.
    """
    if isinstance(value, str):
        text = value.strip()
        if _EPOCH.fullmatch(text):
            seconds = float(text)
        else:
            try:
                moment = datetime.fromisoformat(text)
            except ValueError:
                return None
            if moment.tzinfo is None:
                moment = moment.replace(tzinfo=UTC)
            seconds = moment.timestamp()
    elif isinstance(value, int | float) and not isinstance(value, bool):
        seconds = float(value) if abs(value) < _YEAR_2200 else -1.0
    else:
        return None
    return seconds if _YEAR_1970 < seconds < _YEAR_2200 else None


def time_from_id(order_id: str, now: float) -> float | None:
    """The second of an order's making that its id starts with (`1631092552-1237`), if it
    is ten digits and falls between 2015 and tomorrow.
    """
    found = _ID_EPOCH.match(order_id)
    if found is None:
        return None
    seconds = float(found[1])
    return seconds if _YEAR_2015 <= seconds <= now + _DAY else None
