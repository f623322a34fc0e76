"""The words of a refusal: what is kept of them, and that no secret of the write is."""

import json
import string
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.api.refusal_words import MAX_WORDS, refusal_words, secrets_of


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ('{"detail": "Not now."}', "Not now."),
        ('{"origin": ["One.", "Two."]}', "origin: One.; origin: Two."),
        ('{"origin": "One."}', "origin: One."),
        ('{"jobs": [{}, {"profile_id": ["Unknown."]}]}', "jobs 2 profile_id: Unknown."),
        ('{"post_process": {"drm": {"key": ["Too short."]}}}', "post_process drm key: Too short."),
        ('{"error": {"message": "No."}}', "No."),
        ('{"non_field_errors": ["No."]}', "No."),
        ('["No.", "Never."]', "No.; Never."),
        ('"No."', "No."),
        ("No,\n  never.", "No, never."),
        ('{"code": 7, "ok": false, "more": null}', "code: 7; ok: False"),
        ("", ""),
        ("{}", ""),
        ("  <html>No</html>", ""),
        ('{"detail": "a\\u001b]0;x\\u0007"}', "a\ufffd]0;x\ufffd"),
        ('{"detail": "password=hunter2 is wrong"}', "password=••• is wrong"),
    ],
)
def test_words(body: str, words: str) -> None:
    assert refusal_words(body, ()) == words


@pytest.mark.parametrize("body", ["[" * 5000, json.dumps({"a": ["word " * 50_000]}), "x" * 70_000])
def test_words_are_capped(body: str) -> None:
    assert len(refusal_words(body, ())) <= MAX_WORDS


@pytest.mark.parametrize(
    ("document", "secret"),
    [
        ({"origin": "ftp://me:violet-9@host/a"}, "violet-9"),
        ({"origin": "ftp://me:p%40ss%3Aword@host/a"}, "p%40ss%3Aword"),
        ({"origin": "ftp://me:p%40ss%3Aword@host/a"}, "p@ss:word"),
        ({"origin": "ftp://me:pa ss/w@rd@host/a"}, "pa ss/w@rd"),
        ({"destinations": ["x", "sftp://me:violet-9@host"]}, "violet-9"),
        ({"notifications": [{"call": "https://host/hook?token=violet-9"}]}, "violet-9"),
        ({"post_process": [{"drm": {"key": "0123456789abcdef"}}]}, "0123456789ABCDEF"),
        ({"post_process": [{"drm": {"key": "0123456789abcdef"}}]}, "789abcdef"),
        ({"post-process": {"drm": {"pssh": "AAAAcHNzaA=="}}}, "AAAAcHNzaA=="),
        ({"drm": {"key_iv": 12345678}}, "12345678"),
        ({"origin": "ftp://me:ab@host/a"}, "ab"),
    ],
)
@pytest.mark.parametrize("around", ["{}", "bad value '{}'!", "{} {} x"])
def test_no_secret_is_shown(document: object, secret: str, around: str) -> None:
    secrets = secrets_of(json.dumps(document).encode())
    body = json.dumps({"detail": around.replace("{}", secret)})
    words = refusal_words(body, secrets)
    assert secret.lower() not in words.lower()
    assert "•••" in words


def test_what_is_no_secret_stays() -> None:
    order = {
        "origin": "ftp://me:violet-9@host/a.mp4",
        "jobs": [{"label": "iphone", "filename": "out.mp4", "profile_id": 666}],
        "post_process": [{"drm": {"key": "01" * 16, "encryption_scheme": "cbcs"}}],
    }
    words = "me at host: out.mp4 of profile 666 is not cbcs"
    secrets = secrets_of(json.dumps(order).encode())
    assert refusal_words(json.dumps({"detail": words}), secrets) == words


def test_a_document_that_is_no_json_is_secret() -> None:
    assert "violet" not in refusal_words('"bad: violet-9"', secrets_of(b"violet-9"))


@given(
    st.text(string.ascii_letters + string.digits + "!$&'()*+,;=:/ @%-._~", min_size=4, max_size=30),
    st.text(string.ascii_letters + " ", max_size=20),
)
def test_no_password_comes_back(password: str, text: str) -> None:
    document = json.dumps({"origin": f"ftp://me:{password}@host/a"}).encode()
    secrets = secrets_of(document)
    for form in (password, quote(password, safe="")):
        words = refusal_words(json.dumps({"detail": f"{text}<{form}>"}), secrets)
        assert form.strip() not in words.replace("…", "") or form.strip() in text
