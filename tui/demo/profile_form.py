"""What a client may make of a profile."""

from typing import NamedTuple

from tui.demo.profiles import PROFILES, Profile
from tui.demo.refused import Fields

_MOST = 1_000_000


class _Allowed(NamedTuple):
    video_formats: list[str]
    video_codecs: list[str]
    audio_codecs: list[str]
    aspect_ratio: list[str]


_ALL = PROFILES.values()
ALLOWED = _Allowed(
    *(
        sorted({str(getattr(profile, name)) for profile in _ALL} - {""})
        for name in ("video_format", "video_codec", "audio_codec", "video_aspect")
    )
)
"""What a profile may name (O P)."""


def read_profile(number: int, value: object) -> Profile:
    """The profile in what was sent; other members are left alone. Raises `ValidationError`.

    What is null in the vendor's Terraform provider for a profile without picture or sound (widths,
    heights, aspects, codecs) may be null or missing.
    """
    fields = Fields(value)
    profile = Profile(
        id=number,
        name=fields.text("name"),
        video_format=fields.text("video_format", choices=ALLOWED.video_formats),
        video_codec=fields.text("video_codec", blank=True, choices=ALLOWED.video_codecs),
        video_width=_size(fields, "video_width"),
        video_height=_size(fields, "video_height"),
        video_bitrate=fields.number("video_bitrate", least=0, most=_MOST),
        video_aspect=_name(fields, "video_aspect", ALLOWED.aspect_ratio),
        audio_bitrate=fields.number("audio_bitrate", least=0, most=_MOST),
        audio_codec=_name(fields, "audio_codec", ALLOWED.audio_codecs),
    )
    fields.check()
    return profile


def _size(fields: Fields, name: str) -> int | None:
    number = fields.number(name, least=0, most=_MOST, default=0)
    return None if fields.get(name) is None else number


def _name(fields: Fields, name: str, choices: list[str]) -> str | None:
    text = fields.text(name, blank=True, choices=choices)
    return None if fields.get(name) is None else text
