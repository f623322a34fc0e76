"""Profiles that are not exactly what the server has."""

import json

import pytest

from tui.api.company_decoder import read_profiles

PLAIN = {
    "id": 7,
    "name": "Móvil 360p",
    "video_format": "mp4",
    "video_codec": None,
    "video_width": "640",
    "video_bitrate": 800.0,
    "audio_codec": "",
}


def altered(**members: object) -> tuple[str, ...]:
    (profile,) = read_profiles(json.dumps([{**PLAIN, **members}]).encode())
    return profile.altered


def test_what_is_shown_as_it_is_is_not_altered() -> None:
    assert altered() == ()


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("name", "a\x1b[2Jb"),
        ("name", "heart ❤\ufe0f"),
        ("name", " padded"),
        ("name", "x" * 201),
        ("name", "ftp://user:secret@host/"),
        ("name", ["a list"]),
        ("video_codec", "x" * 61),
        ("video_bitrate", "800k"),
        ("video_bitrate", 800.5),
        ("video_width", -1),
    ],
)
def test_a_member_that_is_shown_otherwise_is_named(key: str, value: object) -> None:
    assert altered(**{key: value}) == (key,)
