"""A profile in words, and the search for one. Pure."""

from collections.abc import Iterable

from tui.model.profiles import EncodingProfile


def size_text(profile: EncodingProfile) -> str:
    """`1920x1080`; a side that is not given follows from the other. Empty if neither is."""
    width, height = profile.video_width, profile.video_height
    return f"{width or '*'}x{height or '*'}" if width or height else ""


def profile_text(profile: EncodingProfile) -> str:
    """Return a profile in one line: its name, format, codecs and size."""
    size = size_text(profile)
    parts = (profile.name, profile.video_format, profile.video_codec, size, profile.audio_codec)
    return "  ".join(filter(None, parts))


def matching_profiles(
    profiles: Iterable[EncodingProfile], search: str
) -> tuple[EncodingProfile, ...]:
    """Return the profiles that have every word of `search` in their id, text or aspect ratio."""
    words = search.casefold().split()
    return tuple(each for each in profiles if all(word in _searched(each) for word in words))


def _searched(profile: EncodingProfile) -> str:
    return f"{profile.id} {profile_text(profile)} {profile.video_aspect or ''}".casefold()
