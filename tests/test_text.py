"""The sanitiser and the credential masker."""

import time
import timeit
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.model.secret import Secret
from tui.model.text import DOTS, LIMIT, clean, clean_prose, clean_url, mask

BAD = "\ufffd"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("nombre.mp4", "nombre.mp4"),
        ("prioridad alta ñ", "prioridad alta ñ"),
        ("日本語の動画", "日本語の動画"),
        ("a[/]b [bold]", "a[/]b [bold]"),
        ("\x1b]0;owned\x07", f"{BAD}]0;owned{BAD}"),
        ("a\x00b\tc\nd\x7f", f"a{BAD}b{BAD}c{BAD}d{BAD}"),
        ("ñ\x9b6n\x85", f"ñ{BAD}6n{BAD}"),
        ("a\u202eb\u2066c\u200fd", f"a{BAD}b{BAD}c{BAD}d"),
        ("a\u200bb\u2060c\ufeffd", f"a{BAD}b{BAD}c{BAD}d"),
        ("a\U000e0041\U000e007f", f"a{BAD}{BAD}"),
        ("a\ud800b", f"a{BAD}b"),
        ("a\u2028b\u2029c", f"a{BAD}b{BAD}c"),
        ("a\u3164b\u115f", f"a{BAD}b{BAD}"),
        ("👩\u200d👩\u200d👧", "👩\u200d👩\u200d👧"),
        ("❤\ufe0f", "❤\ufe0f"),
        ("e" + "\u0301" * 50 + "x", "e" + "\u0301" * 4 + "x"),
        ("\u0301\u0301a", "a"),
        ("", ""),
    ],
)
def test_clean(text: str, shown: str) -> None:
    assert clean(text) == shown


def test_clean_cuts_with_an_ellipsis() -> None:
    assert clean("x" * 10_000) == "x" * (LIMIT - 1) + "…"
    assert clean("x" * LIMIT) == "x" * LIMIT
    assert clean("abcdef", 4) == "abc…"


@given(st.text(st.characters(codec=None), max_size=400))
def test_clean_leaves_nothing_that_a_terminal_obeys(text: str) -> None:
    for shown in (clean(text), clean_prose(text), clean_url(text)):
        for char in shown:
            assert char in "\u200c\u200d" or unicodedata.category(char) not in {"Cc", "Cf", "Cs"}
    assert len(clean(text)) <= LIMIT
    assert clean(clean(text)) == clean(text)


def test_clean_prose_joins_lines_and_masks() -> None:
    text = "failed:\r\n\tftp://u:hunter2@h/a  \x1b[2J"
    assert clean_prose(text) == f"failed: ftp://u:{DOTS}@h/a {BAD}[2J"
    assert len(clean_prose("x" * 10_000)) == 2000


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("ftp://ftp.tuservidor.com/otro.mp4", "ftp://ftp.tuservidor.com/otro.mp4"),
        ("https://host:8443/a?b=c", "https://host:8443/a?b=c"),
        ("https://[::1]:8443/a?b=c", "https://[::1]:8443/a?b=c"),
        ("https://host/a@b", "https://host/a@b"),
        ("https://[::1]/a@b", "https://[::1]/a@b"),
        ("ftp://user@host/a", "ftp://user@host/a"),
        ("ftp://user:pw@host/a", f"ftp://user:{DOTS}@host/a"),
        ("ftp://user:p@w@host/a", f"ftp://user:{DOTS}@host/a"),
        ("ftp://user:p/w@host/a", f"ftp://user:{DOTS}@host/a"),
        ("ftp://user:12/3@host/a", f"ftp://user:{DOTS}@host/a"),
        ("ftp://user:p@a/b@host/a", f"ftp://user:{DOTS}@host/a"),
        ("ftp://user:@host/a", f"ftp://user:{DOTS}@host/a"),
        ("user:pw@host/a", f"user:{DOTS}@host/a"),
        ("ftp://user:p\x1bw@host", f"ftp://user:{DOTS}@host"),
        ("https://h/?X-Amz-Signature=ab&x=1", f"https://h/?X-Amz-Signature={DOTS}&x=1"),
        ("https://h/?x=1&token=ab#t", f"https://h/?x=1&token={DOTS}#t"),
        ("https://h/?next=/a?token=ab", f"https://h/?next=/a?token={DOTS}"),
        ("https://h/?token=a?key=b;sig=c", f"https://h/?token={DOTS};sig={DOTS}"),
        ("https://h/#access_token=ab", f"https://h/#access_token={DOTS}"),
        ("https://h/?API_KEY=", "https://h/?API_KEY="),
        ("", ""),
    ],
)
def test_clean_url(url: str, shown: str) -> None:
    assert clean_url(url) == shown


def test_mask_finds_every_url_of_a_text() -> None:
    text = "from ftp://a:one@h/x to sftp://b:two@h/y, see https://h/?sig=three"
    shown = mask(text)
    assert shown == f"from ftp://a:{DOTS}@h/x to sftp://b:{DOTS}@h/y, see https://h/?sig={DOTS}"


# Upper case, so that no part of the rest of the URL can be taken for it.
_PASSWORDS = st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=30)


@given(_PASSWORDS, st.sampled_from(["ftp", "sftp", "https", "s3"]))
def test_a_planted_password_never_shows(middle: str, scheme: str) -> None:
    for password in (f"{middle}QZQ", f"QZQ{middle}", f"{middle}QZQ{middle}"):
        url = f"{scheme}://user:{password}@host/path"
        for shown in (clean_url(url), mask(url), clean_prose(f"no: {url} bad")):
            assert middle == "QZQ" or "QZQ" not in shown


def test_masking_takes_no_time_on_hostile_names() -> None:
    began = time.process_time()
    clean_url("http://h/?" + "sig" * 30_000)
    assert time.process_time() - began < 2


def test_a_secret_never_shows() -> None:
    secret = Secret("hunter2")
    assert "hunter2" not in f"{secret} {secret!r} {[secret]}"
    assert (secret.reveal(), bool(secret), bool(Secret(""))) == ("hunter2", True, False)
    assert secret == Secret("hunter2") != Secret("other")
    with pytest.raises(TypeError):
        secret.__reduce__()


def test_a_url_too_long_to_be_one_is_not_shown_at_all() -> None:
    shown = clean_url("ftp://user:hunter2" + "x" * 200_000 + "@host/path")
    assert "hunter2" not in shown
    assert "characters" in shown


@pytest.mark.parametrize("before", ["", "x", "5", "-", "..", "a+", "é", "to:"])
def test_a_url_is_found_behind_anything(before: str) -> None:
    assert "hunter2" not in mask(f"see {before}ftp://me:hunter2@host/x")


@pytest.mark.parametrize("hostile", ["x", "a.", "a@", "ab:", "://", "?a=", "a://"])
def test_long_texts_take_no_more_than_their_length(hostile: str) -> None:
    def steps(count: int) -> float:
        text = hostile * count
        return min(timeit.repeat(lambda: mask(text), number=1, repeat=5))

    # Sixteen times as long; what takes the square of the length takes 256 times as long.
    assert steps(16_000) < 100 * steps(1000)
