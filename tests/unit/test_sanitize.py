"""The sanitiser and the credential masker."""

import json
import pickle
import time
import timeit
import traceback
import unicodedata
from collections.abc import Callable
from copy import copy, deepcopy
from itertools import pairwise
from pprint import pformat
from urllib.parse import quote

import msgspec
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from rich.cells import cell_len

from tests.support.examples import thorough
from tests.support.tiers import slow_except
from tui.masking import DOTS, mask_credentials
from tui.model.account import Account, Secret
from tui.sanitize import LIMIT, sanitize, sanitize_line, sanitize_text, sanitize_url

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
        ("👩\u200d👩\u200d👧", "👩👩👧"),
        ("a\u200db\u200c", f"a{BAD}b{BAD}"),
        ("❤\ufe0f 👍🏽 1\ufe0f\u20e3", "❤ 👍 1\u20e3"),
        ("葛\U000e0100", "葛"),
        ("خی\u200cمی", "خی\u200cمی"),
        ("क\u200c\u115f", f"क{BAD}{BAD}"),
        ("e" + "\u0301" * 50 + "x", "e" + "\u0301" * 4 + "x"),
        ("\u0301\u0301a", "a"),
        ("", ""),
    ],
)
def test_sanitize(text: str, shown: str) -> None:
    assert sanitize(text) == shown


def test_sanitize_cuts_with_an_ellipsis() -> None:
    assert sanitize("x" * 10_000) == "x" * (LIMIT - 1) + "…"
    assert sanitize("x" * LIMIT) == "x" * LIMIT
    assert sanitize("abcdef", 4) == "abc…"


CONTROL_CATEGORIES = {"Cc", "Cf", "Cs", "Cn", "Zl", "Zp"}
# Special and plain characters, so that they are combined.
SPECIAL = st.sampled_from(
    [*"\x1b\x9b\x7f\u200b\u200c\u200d\u202e\u20dd\ufe0f\u115f\U0001f3fb\ud800क界👩❤", "\u0301" * 6]
)
ANY_TEXT = st.lists(st.one_of(st.characters(codec=None), SPECIAL), max_size=60).map("".join)
INVISIBLE = {"\u034f", "\u115f", "\u1160", "\u17b4", "\u17b5", "\u3164", "\uffa0"}


@given(ANY_TEXT, st.integers(1, 150))
@thorough(2000)
def test_sanitized_text_has_no_control_characters(text: str, limit: int) -> None:
    for cleaner in (sanitize, sanitize_line, sanitize_text, sanitize_url):
        shown = cleaner(text, limit)
        assert len(shown) <= limit
        for before, char in pairwise(" " + shown):
            joins = char == "\u200c" and unicodedata.category(before) in {"Lo", "Mn", "Mc"}
            assert joins or unicodedata.category(char) not in CONTROL_CATEGORIES
        marks = [unicodedata.category(char) in {"Mn", "Mc", "Me"} for char in shown]
        assert not any(all(marks[at : at + 5]) for at in range(len(marks) - 4))
        assert sanitize(shown, limit) == shown
        assert not INVISIBLE & set(shown)
        # The width is the same in terminals that join characters and in others.
        assert cell_len(shown) == sum(map(cell_len, shown))
        shown.encode()


def test_sanitize_text_joins_lines_and_masks() -> None:
    text = "failed:\r\n\tftp://u:hunter2@h/a  \x1b[2J"
    assert sanitize_text(text) == f"failed: ftp://u:{DOTS}@h/a {BAD}[2J"
    assert len(sanitize_text("x" * 10_000)) == 2000


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
        ("https://h/?token=a?key=b;sig=c&x=1", f"https://h/?token={DOTS}&x=1"),
        ("https://h/?x=1;sig=c d", f"https://h/?x=1;sig={DOTS}"),
        ("https://h/#access_token=ab", f"https://h/#access_token={DOTS}"),
        ("https://h/?API_KEY=", "https://h/?API_KEY="),
        ("https://h/?%74oken=ab", f"https://h/?token={DOTS}"),
        ("https://h/?a=%20%C3%B1", "https://h/?a=%20%C3%B1"),
        ("https://h/?to=ftp://user:pw@h/x", f"https://h/?to=ftp:{DOTS}@h/x"),
        ("https://h/?to=ftp%3A%2F%2Fuser%3Apw%40h%2Fx", f"https://h/?to=ftp:{DOTS}@h/x"),
        ("https://h/?to=%252F%252Fh%253Fsig%253Dab", f"https://h/?to=//h?sig={DOTS}"),
        ("https://h/get/ftp://user:pw@h/x", f"https://h/get/ftp:{DOTS}@h/x"),
        ("ftp://way/user:pw@host/a", f"ftp://way/user:{DOTS}@host/a"),
        ("//user:pw@host/a", f"//user:{DOTS}@host/a"),
        ("ftp:/user:pw@host/a", f"ftp:{DOTS}@host/a"),
        ("user:p://w@host", f"user:{DOTS}@host"),
        ("ftp://user:pw", f"ftp://user:{DOTS}"),
        ("ftp://user:2p%40host/a", f"ftp://user:{DOTS}/a"),
        ("ftp://user:pw is@host", f"ftp://user:{DOTS}@host"),
        ("", ""),
    ],
)
def test_sanitize_url(url: str, shown: str) -> None:
    assert sanitize_url(url) == shown


def test_masking_finds_every_url_of_a_text() -> None:
    text = "from ftp://a:one@h/x to sftp://b:two@h/y, see https://h/?sig=three"
    # A password may contain blanks: it ends at the last `@` of the text.
    assert mask_credentials(text) == f"from ftp://a:{DOTS}@h/y, see https://h/?sig={DOTS}"


@pytest.mark.parametrize(
    "harmless",
    [
        "12:30 correo@host.es",
        "25 fps, keyint=250, a=b@c",
        "see https://host:8443, then http://[::1]:80/x.",
        "100 % of <https://host/a?b=c%20d>",
        "user@host:/path",
        "note: a://b",
    ],
)
def test_harmless_text_is_not_masked(harmless: str) -> None:
    assert mask_credentials(harmless) == harmless


def test_cutting_a_text_never_reveals_a_password() -> None:
    url = "ftp://user:QZQ-hidden@host/path"
    assert "QZQ" not in sanitize_line("x" * (LIMIT - 20) + " " + url)
    assert "QZQ" not in sanitize_text(f"{url} " * 500 + "x")
    assert "QZQ" not in sanitize_text("x " * 9_990 + url)
    assert "QZQ" not in sanitize_line("x" * 30_000 + url)
    assert sanitize_line("x" * 10_000 + "@") == "x" * (LIMIT - 1) + "…"


# In capitals, so that no other part of the text equals it.
SECRET = "QZQ"
IN_WORDS = st.characters(codec="utf-8", exclude_categories=["C", "Z", "Lu"])
BITS = st.text(st.one_of(IN_WORDS, st.sampled_from("/@:?#%[]&=;,\\'\"")), max_size=12)
SCHEMES = st.sampled_from(["ftp://", "FTP://", "sFtp://", "s3+https://", "//", "", "ftp:/", "\\\\"])
USERS = st.text(st.one_of(IN_WORDS, st.sampled_from("/?#[]")), max_size=8).filter(
    lambda user: not {":", "@", "%"} & set(user)
)
HOSTS = st.sampled_from(["host", "höst.es:21", "[::1]", "[2001:db8::7]:2121", "10.0.0.1:21"])
PATHS = st.sampled_from(["", "/", "/a/b.mp4", "/a@b", "/?c=d@e:f", "/%40%3a", "#x"])
AROUND = st.sampled_from(
    ["{}", "({})", '"{}",', "<{}>", "[{}]", "url={}", "to:{}", "{},{}", "{}|{}", "a@b,{}", "{}{}"]
)


@st.composite
def urls(draw: st.DrawFn) -> str:
    """Draw a URL, well-formed or not, whose password contains `SECRET`."""
    scheme, before = draw(SCHEMES), draw(BITS)
    # `user://` is a scheme, even if meant as user and password.
    assume(scheme.endswith("://") or not before.startswith("//"))
    user = draw(USERS)
    password = f"{before}{SECRET}{draw(BITS)}"
    return f"{scheme}{user}:{password}@{draw(HOSTS)}{draw(PATHS)}"


@st.composite
def signed(draw: st.DrawFn) -> str:
    """Draw a URL with a signed parameter that contains `SECRET`."""
    value = draw(BITS.filter(lambda bits: not {"&", "#"} & set(bits)))
    name = draw(st.sampled_from(["token", "X-Amz-Signature", "api_KEY", "hdnts", "pass", "%73ig"]))
    before = draw(st.sampled_from(["?", "?x=1&", ";x=1;", "#", "#x=1&"]))
    return f"https://{draw(HOSTS)}/a{before}{name}={value}{SECRET}{value}&y=2"


def encoded(text: str, times: int) -> str:
    return encoded(quote(text, safe=""), times - 1) if times else text


@given(
    st.one_of(urls(), signed()), AROUND, st.integers(0, 2), st.sampled_from(["", "https://h/?to="])
)
@thorough(4000)
def test_a_planted_url_password_is_never_shown(
    url: str, around: str, times: int, before: str
) -> None:
    word = before + encoded(around.replace("{}", url), times)
    assert SECRET not in sanitize_url(word)
    for cleaner in (mask_credentials, sanitize_line, sanitize_text):
        assert SECRET not in cleaner(f"no: {word} bad\n{word}")


def test_masking_hostile_names_is_fast() -> None:
    began = time.process_time()
    sanitize_url("http://h/?" + "sig" * 30_000)
    assert time.process_time() - began < 2


def test_a_secret_is_never_printed() -> None:
    secret = Secret("hunter2")
    account = Account("42", "me", secret, "https://h")
    shown = f"{secret} {secret!r} {[secret]} {account}" + "%s %r" % (secret, account)  # noqa: UP031
    shown += "".join(traceback.format_exception(ValueError(secret, account))) + pformat(account)
    assert "hunter2" not in shown
    assert shown.count(DOTS) == 9
    assert (secret.reveal(), bool(secret), bool(Secret(""))) == ("hunter2", True, False)
    assert secret == Secret("hunter2") != Secret("other")


@pytest.mark.parametrize(
    "write", [pickle.dumps, copy, deepcopy, json.dumps, msgspec.json.encode, msgspec.to_builtins]
)
def test_a_secret_cannot_be_serialized(write: Callable[[object], object]) -> None:
    for holder in (Secret("hunter2"), [Account("42", "me", Secret("hunter2"), "https://h")]):
        try:
            written = repr(write(holder))
        except TypeError as error:
            written = repr(error)
        assert "hunter2" not in written
    with pytest.raises(TypeError):
        write(Secret("hunter2"))


def test_an_overlong_url_is_not_shown() -> None:
    shown = sanitize_url("ftp://user:hunter2" + "x" * 200_000 + "@host/path")
    assert "hunter2" not in shown
    assert "characters" in shown


@pytest.mark.parametrize("before", ["", "x", "5", "-", "..", "a+", "é", "to:"])
def test_a_url_is_found_after_any_prefix(before: str) -> None:
    assert "hunter2" not in mask_credentials(f"see {before}ftp://me:hunter2@host/x")


HOSTILE = ["x", "a.", "a@", "ab:", "://", "?a=", "a://", "%25", "?sig=%", "[::", "://a:,", "@:"]
HOSTILE += ["?sig", "password:", "Bearer ", "Basic ", "Basic a", "://a:", '"name":', '"value":[']
HOSTILE += ['"value":["name":"pw"', "token:[", 'token:"', 'token:\\"', "/token=", "/hdnts=~acl=/"]
HOSTILE += ["Authorization:", "Authorization: a ", 'authorization:a=",a=', "cookie:", "cookie:\n"]
HOSTILE += [
    "https://a",
    "https://a@",
    "contrasen\u0303a=",
    "a\u0315\u0300",
    "%2520",
    "%2%35",
    "-_.",
]
HOSTILE += ["bearer token ", "bearer token a", "clave: '", "a  ", "pass = ", "apiKey", "://[::1]:"]
HOSTILE += ["basic+", "bearer+token+", "\\", '\\\\"', '["', "x=y\\", "{", "a=[", "'a'", "~hmac=~"]


LONG_TEXTS = [*(("x: ", hostile) for hostile in HOSTILE), ('token:"', "\\")]


# Every third one in the quick tier.
@pytest.mark.parametrize(("before", "hostile"), slow_except(LONG_TEXTS[::3], LONG_TEXTS))
def test_masking_takes_linear_time(before: str, hostile: str) -> None:
    def steps(length: int) -> float:
        text = before + (hostile * length)[:length]
        timer = timeit.Timer(lambda: mask_credentials(text), timer=time.thread_time)
        return min(timer.repeat(number=1, repeat=3))

    # 16 times the length; quadratic time would take 256 times as long.
    assert steps(50_000) < 100 * steps(3_125)
