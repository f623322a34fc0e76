"""Decodes what the API knows of a company: profiles, what they may name, consumed minutes."""

import json
import math
from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import TypeVar
from urllib.parse import urlencode

from tui.api.json_reader import UnexpectedShape, each_of, int_of, loads, number_of, objects, text_of
from tui.api.times import format_time
from tui.model.profiles import AllowedValues, ConsumedMinutes, EncodingProfile, MonthMinutes

MAX_PROFILES, MAX_VALUES = 5000, 1000
_MAX_NAME = 200
_MAX_VALUE = 60
_MAX_YEAR = 9999
_MAX_MINUTES = 1e12
_Row = TypeVar("_Row")


def read_profiles(body: bytes) -> tuple[EncodingProfile, ...]:
    """Return the profiles of an array, or of Django's envelope. One without an id is left out.

    Raises `UnusableBody`, as the other functions do.
    """
    answer = loads(body)
    rows = answer.get("results") if isinstance(answer, dict) else answer
    return _rows(rows, _profile, "profiles")[:MAX_PROFILES]


def read_profile(body: bytes) -> EncodingProfile:
    answer = loads(body)
    profile = _profile(answer) if isinstance(answer, dict) else None
    if profile is None:
        raise UnexpectedShape("it is no profile")
    return profile


def _profile(members: Mapping[str, object]) -> EncodingProfile | None:
    altered: list[str] = []

    def text(name: str, limit: int = _MAX_VALUE) -> str | None:
        sent = members.get(name)
        value = text_of(sent, limit=limit)
        if sent is not None and str(sent) != (value or ""):
            altered.append(name)
        return value

    def number(name: str) -> int | None:
        sent = _number(members.get(name))
        value = int_of(sent)
        if members.get(name) not in (None, "") and (value is None or value != sent):
            altered.append(name)
        return value

    profile_id = int_of(_number(members.get("id")))
    if profile_id is None:
        return None
    return EncodingProfile(
        id=profile_id,
        name=text("name", _MAX_NAME) or "",
        video_format=text("video_format"),
        video_codec=text("video_codec"),
        video_width=number("video_width"),
        video_height=number("video_height"),
        video_bitrate=number("video_bitrate"),
        video_aspect=text("video_aspect"),
        audio_bitrate=number("audio_bitrate"),
        audio_codec=text("audio_codec"),
        altered=tuple(altered),
    )


def read_allowed_values(body: bytes) -> AllowedValues:
    answer = loads(body)
    if not isinstance(answer, dict):
        raise UnexpectedShape("the allowed values are no object")

    def texts(name: str) -> tuple[str, ...]:
        items = each_of(answer.get(name))[:MAX_VALUES]
        values = (text_of(item, limit=_MAX_VALUE) for item in items)
        return tuple(dict.fromkeys(value for value in values if value is not None))

    names = ("video_formats", "video_codecs", "audio_codecs", "aspect_ratio")
    return AllowedValues(*(texts(name) for name in names))


def minutes_query(start: float, end: float) -> str:
    """Return the query for the minutes between two times (UTC epoch seconds)."""
    period = {"from": format_time(start), "to": format_time(end)}
    return "?" + urlencode({"filters": json.dumps({"timestamp": period})})


def read_minutes(body: bytes) -> ConsumedMinutes:
    """Return the minutes; several rows of a month are added. A row that can't be read is left out:
    its month is missing.
    """
    answer = loads(body)
    if not isinstance(answer, dict) or "minutes" not in answer:
        raise UnexpectedShape("it has no minutes")
    minutes: defaultdict[tuple[int, int], float] = defaultdict(float)
    for row in _rows(answer["minutes"], _month, "minutes"):
        minutes[row.year, row.month] += row.minutes
    months = tuple(MonthMinutes(*month, total) for month, total in sorted(minutes.items()))
    return ConsumedMinutes(months, _minutes(answer.get("minutes_plan")))


def _month(members: Mapping[str, object]) -> MonthMinutes | None:
    year, month = (int_of(_number(members.get(name))) for name in ("year", "month"))
    minutes = _minutes(members.get("duration"))
    if year is None or month is None or minutes is None:
        return None
    is_month = 1970 <= year <= _MAX_YEAR and 1 <= month <= 12
    return MonthMinutes(year, month, minutes) if is_month else None


def _minutes(value: object) -> float | None:
    number = _number(value)
    return number if number is not None and 0 <= number <= _MAX_MINUTES else None


def _number(value: object) -> float | None:
    """A finite number, which P's servers may send as text."""
    if not isinstance(value, str):
        return number_of(value)
    try:
        number = float(value.strip())
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _rows(
    value: object, read: Callable[[Mapping[str, object]], _Row | None], name: str
) -> tuple[_Row, ...]:
    """Read the rows of an array, without those that can't be read; null reads as none. Raises
    `UnexpectedShape` if it is no array, or none of its rows can be read.
    """
    if not isinstance(value, list | None):
        raise UnexpectedShape(f"the {name} are no array")
    rows = tuple(row for row in map(read, objects(value)) if row is not None)
    if value and not rows:
        raise UnexpectedShape(f"none of the {name} can be read")
    return rows
