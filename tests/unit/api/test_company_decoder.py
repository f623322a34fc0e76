"""Decoding of profiles, what they may name, and consumed minutes."""

import json
from typing import Any
from urllib.parse import parse_qs

import msgspec
import pytest

from tui.api.company_decoder import (
    minutes_query,
    read_allowed_values,
    read_minutes,
    read_profile,
    read_profiles,
)
from tui.api.json_reader import InvalidJson, UnexpectedShape, UnusableBody
from tui.model.profiles import AllowedValues, ConsumedMinutes, EncodingProfile, MonthMinutes


def body(value: Any) -> bytes:
    return json.dumps(value).encode()


FULL = {
    "id": 92,
    "name": "HD",
    "video_format": "mp4",
    "video_codec": "h264",
    "video_width": 1280,
    "video_height": "720",
    "video_bitrate": "2500",
    "video_aspect": "16:9",
    "audio_bitrate": 128.0,
    "audio_codec": "aac",
    "company": 42,
}
READ = EncodingProfile(
    id=92,
    name="HD",
    video_format="mp4",
    video_codec="h264",
    video_width=1280,
    video_height=720,
    video_bitrate=2500,
    video_aspect="16:9",
    audio_bitrate=128,
    audio_codec="aac",
)


@pytest.mark.parametrize(
    ("answer", "profiles"),
    [
        ([FULL], (READ,)),
        ({"count": 1, "next": None, "results": [FULL]}, (READ,)),
        ([], ()),
        ([{"id": "7"}], (EncodingProfile(id=7, name=""),)),
        ([{"name": "no id"}, {"id": 7, "name": None}, 3], (EncodingProfile(id=7, name=""),)),
        (
            [{"id": 7, "name": "a\x1b[2J\u202eb", "video_width": "wide", "video_bitrate": -1}],
            (EncodingProfile(id=7, name="a\ufffd[2J\ufffdb"),),
        ),
        ([{"id": 7, "name": 720, "video_aspect": 1.78}], (EncodingProfile(id=7, name="720",
                                                                    video_aspect="1.78"),)),
        ([{"id": 7, "name": "x" * 999}], (EncodingProfile(id=7, name="x" * 199 + "…"),)),
        (
            [{"id": 7, "video_width": 1e400, "audio_bitrate": True}],
            (EncodingProfile(id=7, name=""),),
        ),
    ],
)  # fmt: skip
def test_profiles(answer: object, profiles: tuple[EncodingProfile, ...]) -> None:
    found = [msgspec.structs.replace(each, altered=()) for each in read_profiles(body(answer))]
    assert found == list(profiles)


def test_one_profile() -> None:
    assert read_profile(body(FULL)) == READ


@pytest.mark.parametrize(
    ("answer", "values"),
    [
        (
            {"video_formats": ["mp4", "hls"], "video_codecs": ["h264"], "audio_codecs": ["aac"],
             "aspect_ratio": ["16:9", "16:9"]},
            AllowedValues(("mp4", "hls"), ("h264",), ("aac",), ("16:9",)),
        ),
        ({}, AllowedValues()),
        ({"video_formats": "mp4", "video_codecs": None, "audio_codecs": [1, {}, "\x07"]},
         AllowedValues(("mp4",), (), ("1", "\ufffd"), ())),
    ],
)  # fmt: skip
def test_allowed_values(answer: object, values: AllowedValues) -> None:
    assert read_allowed_values(body(answer)) == values


def month(year: object, number: object, duration: object) -> dict[str, object]:
    return {"year": year, "month": number, "duration": duration}


@pytest.mark.parametrize(
    ("answer", "consumed"),
    [
        (
            {"minutes": [month(2026, 2, 7.5), month(2025, 12, 3)], "minutes_plan": 3000},
            ConsumedMinutes((MonthMinutes(2025, 12, 3), MonthMinutes(2026, 2, 7.5)), 3000),
        ),
        (
            {"minutes": [month("2026", "02", "7.5"), month(2026, 2, 1)], "minutes_plan": "3000"},
            ConsumedMinutes((MonthMinutes(2026, 2, 8.5),), 3000),
        ),
        ({"minutes": []}, ConsumedMinutes(())),
        ({"minutes": None, "minutes_plan": -1}, ConsumedMinutes(())),
        (
            {"minutes": [month(2026, 13, 1), month(2026, 1, None), month(2026, 3, 0), {}, 7]},
            ConsumedMinutes((MonthMinutes(2026, 3, 0),)),
        ),
    ],
)
def test_minutes(answer: object, consumed: ConsumedMinutes) -> None:
    assert read_minutes(body(answer)) == consumed


@pytest.mark.parametrize(
    ("read", "answer"),
    [
        (read_profiles, {"profiles": 3, "results": 3}),
        (read_profiles, 7),
        (read_profiles, [{"name": "no id"}]),
        (read_profiles, "text"),
        (read_profile, [FULL]),
        (read_profile, {}),
        (read_allowed_values, []),
        (read_minutes, []),
        (read_minutes, {"detail": "no"}),
        (read_minutes, {"minutes": {"2026": 1}}),
        (read_minutes, {"minutes": [month(2026, 1, float("nan"))]}),
        (read_minutes, {"minutes": [month(2026, 1, -3)]}),
    ],
)
def test_other_shapes_are_failures(read: Any, answer: object) -> None:
    with pytest.raises(UnexpectedShape):
        read(body(answer))


@pytest.mark.parametrize("read", [read_profiles, read_profile, read_allowed_values, read_minutes])
def test_a_page_is_not_the_api(read: Any) -> None:
    with pytest.raises(InvalidJson):
        read(b"<html>")
    with pytest.raises(UnusableBody):
        read(b"[" * 100_000)


def test_the_period_is_in_utc() -> None:
    query = parse_qs(minutes_query(1_750_000_000, 1_750_086_400).removeprefix("?"))
    assert json.loads(query["filters"][0]) == {
        "timestamp": {"from": "2025-06-15 15:06:40", "to": "2025-06-16 15:06:40"}
    }
