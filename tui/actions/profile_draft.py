"""The fields of a profile as they are typed: what is wrong with each, what differs, and the JSON
that is sent. Pure.

A draft is a text for each field. What is not changed is not checked, because the server has it.
"""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from tui.masking import mask_credentials
from tui.model.profiles import AllowedValues, EncodingProfile

MAX_NAME, MAX_VALUE = 200, 60
"""Characters that are read back whole."""
MAX_NUMBER = 1_000_000
_SHOWN_OTHERWISE = "not shown exactly as the server has it: type it again"

Value = str | int | None
Values = Mapping[str, Value]
"""The values by the member of the API; None is none."""


class ProfileField(NamedTuple):
    """A member of a profile. `allowed` is the member of `AllowedValues` with its values."""

    key: str
    label: str
    allowed: str = ""
    is_number: bool = False
    required: bool = False

    def choices(self, allowed: AllowedValues) -> Sequence[str]:
        """Return what it may be; empty: anything."""
        values: Sequence[str] = getattr(allowed, self.allowed) if self.allowed else ()
        return values


PROFILE_FIELDS: Mapping[str, ProfileField] = MappingProxyType(
    {
        field.key: field
        for field in (
            ProfileField("name", "name", required=True),
            ProfileField("video_format", "format", "video_formats", required=True),
            ProfileField("video_codec", "video codec", "video_codecs"),
            ProfileField("video_width", "width", is_number=True),
            ProfileField("video_height", "height", is_number=True),
            ProfileField("video_aspect", "aspect ratio", "aspect_ratio"),
            ProfileField("video_bitrate", "video bitrate", is_number=True, required=True),
            ProfileField("audio_codec", "audio codec", "audio_codecs"),
            ProfileField("audio_bitrate", "audio bitrate", is_number=True, required=True),
        )
    }
)
"""By member, from top to bottom of the form."""


class Difference(NamedTuple):
    """A field with two values. An empty text is none."""

    label: str
    old: str
    new: str


def values_of(profile: EncodingProfile | None) -> Values:
    """Return the values of a profile; of a new one, that is None, none."""
    return {key: None if profile is None else getattr(profile, key) for key in PROFILE_FIELDS}


def texts_of(profile: EncodingProfile | None) -> Mapping[str, str]:
    """Return the draft that a form begins with."""
    return {key: _text(value) for key, value in values_of(profile).items()}


def read_draft(texts: Mapping[str, str], before: EncodingProfile | None) -> Values:
    """Return the values in a draft without problems. `before` is what it was made from."""
    return {
        key: value if texts[key] == _text(value) else _parsed(field, texts[key].strip())
        for (key, field), value in zip(
            PROFILE_FIELDS.items(), values_of(before).values(), strict=True
        )
    }


def draft_problems(
    texts: Mapping[str, str], allowed: AllowedValues, before: EncodingProfile | None
) -> Mapping[str, str]:
    """Return what is wrong in a draft, as a sentence without a full stop, by field."""
    known = values_of(before)
    altered = () if before is None else before.altered
    problems = {}
    for key, field in PROFILE_FIELDS.items():
        is_same = before is not None and texts[key] == _text(known[key])
        if is_same and key in altered:
            problems[key] = _SHOWN_OTHERWISE
        elif not (is_same and texts[key]):
            problems[key] = _problem(field, texts[key].strip(), field.choices(allowed))
    return {key: problem for key, problem in problems.items() if problem}


def _problem(field: ProfileField, text: str, choices: Sequence[str]) -> str:
    if not text:
        return "required" if field.required else ""
    if field.is_number:
        if not (text.isascii() and text.isdecimal()):
            return "a whole number, as 1280"
        return "" if len(text) < 10 and int(text) <= MAX_NUMBER else f"at most {MAX_NUMBER}"
    if choices and text not in choices:
        return f"not one of {', '.join(choices)}"
    if mask_credentials(text) != text:
        return "has a password, which would be readable for everyone"
    most = MAX_NAME if field.key == "name" else MAX_VALUE
    return f"at most {most} characters" if len(text) > most else ""


def _parsed(field: ProfileField, text: str) -> Value:
    if not text:
        return None
    return int(text) if field.is_number else text


def _text(value: Value) -> str:
    return "" if value is None else str(value)


def merged(values: Values, seen: EncodingProfile, now: EncodingProfile) -> Values:
    """Return `now`, which the server has, with what the draft `values` changed of `seen`."""
    was, current = values_of(seen), values_of(now)
    return {key: current[key] if values[key] == was[key] else values[key] for key in values}


def differences(old: Values, new: Values) -> tuple[Difference, ...]:
    return tuple(
        Difference(field.label, _text(old[key]), _text(new[key]))
        for key, field in PROFILE_FIELDS.items()
        if old[key] != new[key]
    )


def sent_values(old: Values, new: Values) -> Values:
    """Return what is sent of `new`. A member that had no value and gets none is left out; one that
    loses its value is None, which is null in JSON.
    """
    return {key: new[key] for key in new if not (new[key] is None and old[key] is None)}


def has_values(profile: EncodingProfile, values: Values) -> bool:
    """Return whether a profile has these values."""
    return all(getattr(profile, key, None) == value for key, value in values.items())


def same_name(
    profiles: Iterable[EncodingProfile], name: str, but: int | None
) -> EncodingProfile | None:
    """Return another profile that is called `name`."""
    return next((each for each in profiles if each.name == name and each.id != but), None)
