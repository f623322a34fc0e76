"""Placeholders for the secrets in JSON values."""

import json

import pytest

from tui.masking import DOTS
from tui.model.masked_json import JsonMasker, fill, masked_text

VALUES = [
    "ftp://user:hunter2@host/a.mp4",
    "ftp://user:hunter2 hunter2@host/a.mp4",
    "https://host/a?token=hunter2&x=1&sig=hunter2",
    "https://host/%3Ftoken%3Dhunter2",  # it has no exact place
    "password=hunter2",
    {"drm": {"key": "hunter2", "pssh": "hunter2", "encryption_scheme": "cbcs"}},
    {"drm": ["hunter2", {"key": "777777777"}]},
    {"drm": "hunter2"},
    [{"post-process": {"drm": {"key": ["hunter2"]}}}],
]


@pytest.mark.parametrize("value", VALUES, ids=str)
def test_secrets_are_masked_and_filled_in_again(value: object) -> None:
    masker = JsonMasker(numbered=True)
    masked = masker.mask(value)
    assert "hunter2" not in json.dumps(masked)
    assert "777777777" not in json.dumps(masked)
    assert fill(masked, masker.secrets) == value
    assert "hunter2" not in masked_text(value)
    assert DOTS in masked_text(value)


@pytest.mark.parametrize(
    "value",
    [
        "s3://bucket-name",
        "ftp://host:21/a.mp4",
        "prioridad alta",
        "me@site.com",
        5,
        0.3,
        True,
        None,
    ],
)
def test_what_is_no_secret_stays(value: object) -> None:
    assert JsonMasker(numbered=True).mask([value]) == [value]


def test_moved_and_edited_placeholders_are_filled_in() -> None:
    masker = JsonMasker(numbered=True)
    masked = masker.mask(["ftp://a:first@one/", "ftp://b:second@two/"])
    assert masked == [f"ftp://a:{DOTS}1•@one/", f"ftp://b:{DOTS}2•@two/"]
    edited = [f"ftp://b:{DOTS}2•@other/x", f"ftp://a:{DOTS}1•@one/"]
    assert fill(edited, masker.secrets) == ["ftp://b:second@other/x", "ftp://a:first@one/"]


def test_unknown_placeholders_stay() -> None:
    masker = JsonMasker(numbered=True)
    assert masker.mask(f"ftp://a:{DOTS}@one/") == f"ftp://a:{DOTS}@one/"
    for text in (f"{DOTS}0•", f"{DOTS}1•", f"{DOTS}99999999•", DOTS):
        assert DOTS in str(fill(text, masker.secrets))


def test_key_that_is_a_number_is_masked() -> None:
    assert "777777777" not in masked_text({"drm": {"key": 777777777}})
