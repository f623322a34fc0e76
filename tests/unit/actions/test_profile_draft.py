"""The fields of a profile as they are typed."""

import msgspec
import pytest

from tui.actions.profile_draft import (
    Difference,
    differences,
    draft_problems,
    merged,
    read_draft,
    same_name,
    sent_values,
    texts_of,
    values_of,
)
from tui.model.profiles import AllowedValues, EncodingProfile

ALLOWED = AllowedValues(("mp4", "webm"), ("h264", "vp9"), ("aac",), ("16:9", "4:3"))
WEB = EncodingProfile(
    id=92,
    name="Web 1080p",
    video_format="mp4",
    video_codec="h264",
    video_width=1920,
    video_height=1080,
    video_bitrate=4500,
    video_aspect="16:9",
    audio_bitrate=128,
    audio_codec="aac",
)
NEW = {
    **texts_of(None),
    "name": "Móvil 360p",
    "video_format": "mp4",
    "video_bitrate": "800",
    "audio_bitrate": "0",
}


def problems(texts: dict[str, str], before: EncodingProfile | None = None) -> dict[str, str]:
    return dict(draft_problems({**texts_of(before), **texts}, ALLOWED, before))


def test_a_new_profile_needs_what_the_server_requires() -> None:
    assert problems({}) == dict.fromkeys(
        ("name", "video_format", "video_bitrate", "audio_bitrate"), "required"
    )
    assert problems(NEW) == {}


@pytest.mark.parametrize(
    ("key", "text", "problem"),
    [
        ("name", "   ", "required"),
        ("name", "x" * 201, "at most 200 characters"),
        ("name", "ftp://user:secret@host/", "has a password, which would be readable for everyone"),
        ("video_format", "avi", "not one of mp4, webm"),
        ("video_codec", "MP4", "not one of h264, vp9"),
        ("video_aspect", "16/9", "not one of 16:9, 4:3"),
        ("audio_codec", "", ""),
        ("video_width", "", ""),
        ("video_width", "wide", "a whole number, as 1280"),
        ("video_width", "-1", "a whole number, as 1280"),
        ("video_width", "12.5", "a whole number, as 1280"),
        ("video_width", "١٢٨٠", "a whole number, as 1280"),
        ("video_width", "1000001", "at most 1000000"),
        ("video_width", "9" * 5000, "at most 1000000"),
        ("video_bitrate", "", "required"),
        ("video_bitrate", " 0 ", ""),
    ],
)
def test_what_is_wrong_stands_at_its_field(key: str, text: str, problem: str) -> None:
    assert problems({**NEW, key: text}) == ({key: problem} if problem else {})


def test_without_allowed_values_anything_is_possible() -> None:
    texts = {**NEW, "video_format": "mkv", "video_codec": "av1"}
    assert draft_problems(texts, AllowedValues(), None) == {}
    long = {**NEW, "video_codec": "x" * 61}
    assert draft_problems(long, AllowedValues(), None) == {"video_codec": "at most 60 characters"}


def test_what_is_not_changed_is_not_checked() -> None:
    old = msgspec.structs.replace(WEB, video_format="flv", name=" two  spaces ")
    assert problems({"video_bitrate": "5000"}, old) == {}
    assert read_draft({**texts_of(old), "video_bitrate": "5000"}, old)["name"] == " two  spaces "
    assert problems({"video_format": "avi"}, old) == {"video_format": "not one of mp4, webm"}


def test_a_text_that_is_not_shown_exactly_must_be_typed_again() -> None:
    """Else saving another field would replace it by what is shown."""
    old = msgspec.structs.replace(WEB, name="Web\ufffd", altered=("name",))
    expected = "not shown exactly as the server has it: type it again"
    assert problems({"video_bitrate": "5000"}, old) == {"name": expected}
    assert problems({"name": "Web 2"}, old) == {}


def test_a_draft_is_read_as_values() -> None:
    assert read_draft({**NEW, "name": "  Móvil 360p "}, None) == {
        **values_of(None),
        "name": "Móvil 360p",
        "video_format": "mp4",
        "video_bitrate": 800,
        "audio_bitrate": 0,
    }


def test_only_what_was_edited_replaces_what_someone_else_changed() -> None:
    draft = read_draft({**texts_of(WEB), "video_bitrate": "5000", "video_width": ""}, WEB)
    now = msgspec.structs.replace(WEB, audio_bitrate=192, video_bitrate=4800)
    values = merged(draft, WEB, now)
    assert differences(values_of(now), values) == (
        Difference("width", "1920", ""),
        Difference("video bitrate", "4800", "5000"),
    )


def test_every_value_is_sent_and_none_for_one_that_is_removed() -> None:
    sent = sent_values(values_of(WEB), {**values_of(WEB), "video_width": None})
    assert sent == {
        "name": "Web 1080p",
        "video_format": "mp4",
        "video_codec": "h264",
        "video_width": None,
        "video_height": 1080,
        "video_aspect": "16:9",
        "video_bitrate": 4500,
        "audio_codec": "aac",
        "audio_bitrate": 128,
    }


def test_what_there_never_was_is_not_sent() -> None:
    sent = sent_values(values_of(None), read_draft(NEW, None))
    assert sent == {
        "name": "Móvil 360p",
        "video_format": "mp4",
        "video_bitrate": 800,
        "audio_bitrate": 0,
    }


def test_another_profile_of_the_same_name_is_found() -> None:
    other = msgspec.structs.replace(WEB, id=7)
    assert same_name((WEB, other), "Web 1080p", 92) == other
    assert same_name((WEB,), "Web 1080p", 92) is None
