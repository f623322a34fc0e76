"""The company's encoding profiles and consumed minutes (api.md: O, P, D). Pure.

Every text is sanitised.
"""

from typing import Protocol

import msgspec

from tui.model.ports import Failure


class EncodingProfile(msgspec.Struct, frozen=True, kw_only=True):
    """An encoding profile. Sizes are in pixels; bitrates as the API has them. What is missing in
    the answer is None.
    """

    id: int
    name: str
    video_format: str | None = None
    video_codec: str | None = None
    video_width: int | None = None
    video_height: int | None = None
    video_bitrate: int | None = None
    video_aspect: str | None = None
    audio_bitrate: int | None = None
    audio_codec: str | None = None
    altered: tuple[str, ...] = ()
    """The members that are not exactly what the server has: sanitised, cut or not readable."""


class AllowedValues(msgspec.Struct, frozen=True):
    """What a profile may name. An empty list: anything."""

    video_formats: tuple[str, ...] = ()
    video_codecs: tuple[str, ...] = ()
    audio_codecs: tuple[str, ...] = ()
    aspect_ratio: tuple[str, ...] = ()


class MonthMinutes(msgspec.Struct, frozen=True):
    """The minutes that were consumed in a month of UTC."""

    year: int
    month: int
    minutes: float


class ConsumedMinutes(msgspec.Struct, frozen=True):
    """The minutes by month, the earliest first. `contracted` is the API's
    `minutes_plan`: None if it is missing. The sources do not say for how long it is.
    """

    months: tuple[MonthMinutes, ...]
    contracted: float | None = None


class CompanyApi(Protocol):
    """The reads of the API that are not about orders."""

    async def profiles(self) -> tuple[EncodingProfile, ...] | Failure:
        """Return every profile of the company."""

    async def profile(self, profile_id: int) -> EncodingProfile | Failure:
        """Return one profile."""

    async def allowed_values(self) -> AllowedValues | Failure:
        """Return what a profile may name."""

    async def consumed_minutes(self, start: float, end: float) -> ConsumedMinutes | Failure:
        """Return the minutes between two times (UTC epoch seconds)."""
