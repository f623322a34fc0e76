"""The raw JSON of an answer, without secrets and control characters."""

import json
import time
import unicodedata
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.support import seed
from tui.api.order_decoder import read_detail
from tui.api.raw_json import MAX_CHARS, redacted_json
from tui.masking import DOTS
from tui.secret_patterns import is_secret_name

SECRET = "hunter2-hunter2"


def raw(text: str) -> str:
    return redacted_json(text)[0]


def test_the_seed_is_stored_unchanged() -> None:
    kept, left_out = redacted_json(seed.DETAIL.decode())
    assert json.loads(kept) == json.loads(seed.DETAIL)
    assert [*json.loads(kept)] == [*json.loads(seed.DETAIL)]
    assert left_out == 0
    assert "\n" not in kept


@pytest.mark.parametrize(
    "sent",
    ["0", "-0.10", "1.50", "1e5", "12118497.0", "1" * 400, "1.0E+400", "NaN", "-Infinity", "null"],
)
def test_numbers_keep_their_spelling(sent: str) -> None:
    assert raw(f'{{"a" : [ {sent} , {sent}]}}') == f'{{"a":[{sent},{sent}]}}'


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ('{"password": "SECRET"}', '{"password":"•••"}'),
        ('{"upload_password": 12345, "a": 1}', '{"upload_password":"•••","a":1}'),
        ('{"api_token": ["SECRET", {"x": "SECRET"}], "a": 1}', '{"api_token":"•••","a":1}'),
        ('{"Authorization": {"x": ["SECRET"]}}', '{"Authorization":"•••"}'),
        ('{"secret": null, "token": false, "auth": ""}', None),
        ('{"x_url": "user:SECRET@h/p"}', '{"x_url":"user:•••@h/p"}'),
        ('{"urls": [], "a": "ftp://u:SECRET@h/p"}', '{"urls":[],"a":"ftp://u:•••@h/p"}'),
        ('{"a": "at https://h/?sig=SECRET&b=1 no"}', '{"a":"at https://h/?sig=•••&b=1 no"}'),
        (
            '{"callback_url": ["https://h/?token=SECRET"]}',
            '{"callback_url":["https://h/?token=•••"]}',
        ),
        ('{"a": "x?u=ftp%3A%2F%2Fu%3ASECRET%40h%1b%0a"}', '{"a":"x?u=ftp://u:•••@h\ufffd\\n"}'),
        ('{"ftp://u:SECRET@h": 1}', '{"ftp://u:•••@h":1}'),
        ('{"a": "\\u001b]52;c;x\\u0007"}', '{"a":"\ufffd]52;c;x\ufffd"}'),
        ('{"\\u202eb": "\\ud800"}', '{"\ufffdb":"\ufffd"}'),
        ('{"a": "one\\ntwo\\t\\"\\\\"}', None),
        ('{"a": {}, "b": [], "c": [[{}]]}', None),
        ('{"a": 1, "a": 2}', None),
    ],
)
def test_redaction(sent: str, kept: str | None) -> None:
    assert raw(sent.replace("SECRET", SECRET)) == (
        kept or sent.replace(": ", ":").replace(", ", ",")
    )


def test_a_long_text_is_cut_visibly() -> None:
    kept, left_out = redacted_json(json.dumps({"comment": "x" * 10_000, "number": 1}))
    assert json.loads(kept) == {"comment": "x" * 1999 + "…", "number": 1}
    assert left_out == 8000
    cut = json.loads(raw('{"a": ' + "1" * 401 + "}"))["a"]
    assert cut == "1" * 399 + "…"  # numbers are shown as sent


JOB = {"profile": {"id": 92, "name": "界面"}, "filename": "x.mp4", "label": None, "progress": 1.5}
LARGE = {
    "sub-jobs": json.dumps({"status": "X", "transcodingjob_set": [JOB] * 40_000}),
    "numbers": json.dumps({"status": "X", "a": [1] * 1_300_000}),
    "a secret": json.dumps({"status": "X", "secret": [1] * 1_300_000}),
    "one text": json.dumps({"status": "X", "a": "x" * 4_000_000}),
    "wide texts": json.dumps({"status": "X", "a": ["界" * 20_000] * 60}, ensure_ascii=False),
    "names": json.dumps({"status": "X", **{f"name-{n}": None for n in range(200_000)}}),
}


@pytest.mark.parametrize("name", LARGE)
def test_a_large_answer_is_stored_small_and_fast(name: str) -> None:
    sent = LARGE[name]
    start = time.process_time()
    kept, left_out = redacted_json(sent)
    took = time.process_time() - start
    assert json.loads(kept)["status"] == "X"
    assert len(kept) < MAX_CHARS + 5000
    assert left_out > len(sent) - 2 * MAX_CHARS - 20_000 * 60 * (name == "wide texts")
    assert any(sign in kept for sign in ("…", "•••", "characters in one word"))
    # The decoder takes some 0.1 s for the same; measured is a fraction of that.
    assert took < 1


def test_a_cut_never_splits_a_url() -> None:
    for size in (1990, 4000, 19_990, 25_000):
        for between in (" ", "x"):
            sent = {"comment": "x" * size + between + f"ftp://user:{SECRET * 2000}@host/ " * 2}
            assert SECRET[:8] not in raw(json.dumps(sent))


def test_depth_is_bounded() -> None:
    kept, left_out = redacted_json('{"a":' + "[" * 900 + "]" * 900 + ',"b":1}')
    assert left_out > 1700
    assert kept.count("[") == kept.count("]") < 50
    json.loads(kept)


def test_equal_answers_are_equal_details_and_others_are_not() -> None:
    def read(body: bytes) -> object:
        return read_detail(body, "1631092552-1237", 2e9)

    assert read(seed.DETAIL) == read(seed.DETAIL)
    assert read(seed.DETAIL) == read(json.dumps(json.loads(seed.DETAIL)).encode())
    assert read(b'{"status":"A","x":1}') != read(b'{"status":"A","x":2}')


@pytest.mark.parametrize("body", [b'\xef\xbb\xbf{"status":"A"}', b'{"status":"A","x":NaN}'])
def test_everything_the_decoder_accepts_is_stored(body: bytes) -> None:
    kept = read_detail(body, "x", 2e9).raw_json
    assert kept.startswith('{"status":"A"')


texts = st.text(max_size=40)


@pytest.mark.slow
def test_two_thousand_answers_use_little_memory() -> None:
    sizes = []
    for number in range(2000):
        sent = seed.DETAIL.replace(b"137", b"%d" % (number * 7919)).replace(b"0.0", b"%d" % number)
        sizes.append(len(read_detail(sent, "x", 2e9).compressed_json))
    assert sum(sizes) < 2000 * len(seed.DETAIL) * 0.4  # measured: 0.35, 400 bytes each


names = st.one_of(texts, st.sampled_from(["label", "upload_url", "status", "items"]))
secret_names = st.sampled_from(
    ["password", "client_secret", "X-Token", "signature", "AUTH", "upload_password", "api_key"]
)
plain = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), texts)
users = st.text(alphabet="abcdé界-._", min_size=1, max_size=8)
leaks = st.one_of(
    st.builds(
        "{}://{}:{}@host/path".format, st.sampled_from(["ftp", "https"]), users, st.just(SECRET)
    ),
    st.builds(
        "https://host/a?b=1&{}={}".format, st.sampled_from(["token", "Signature"]), st.just(SECRET)
    ),
    st.builds("look: ftp://{}:{}@host/ there".format, users, st.just(SECRET)),
)
values = st.recursive(
    st.one_of(plain, leaks),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(names, inner, max_size=4),
        st.dictionaries(st.one_of(names, leaks), inner, max_size=3),
        st.builds(lambda name, n: {name: hidden(n)}, secret_names, st.integers(0, 3)),
    ),
    max_leaves=20,
)


def hidden(depth: int) -> Any:
    return SECRET if depth == 0 else [hidden(depth - 1), {"x": SECRET}]


@example({"\x1f": None, "\x1e": None}, False)
@given(values, st.booleans())
def test_secrets_and_control_characters_are_removed(value: Any, escaped: bool) -> None:
    sent = json.dumps({"status": value}, ensure_ascii=escaped)
    kept, left_out = redacted_json(sent)
    assert left_out == 0
    assert SECRET not in kept
    assert {unicodedata.category(char) for char in kept}.isdisjoint(
        {"Cc", "Cs", "Co", "Zl", "Zp"} - {"Co"}
    )
    # Two names may be equal once sanitized; both stay.
    assert shape(json.loads(kept, object_pairs_hook=Members)) == shape(masked(json.loads(sent)))


def masked(value: Any, name: str = "") -> Any:
    """Hidden values become strings."""
    if is_secret_name(name):
        return value if value is None or value == "" or isinstance(value, bool) else DOTS
    if isinstance(value, dict):
        return {key: masked(item, key) for key, item in value.items()}
    return [masked(item, name) for item in value] if isinstance(value, list) else value


class Members(list[tuple[str, Any]]):
    """Return the pairs of an object, including duplicate names."""


def shape(value: Any) -> Any:
    if isinstance(value, dict):
        value = Members(value.items())
    if isinstance(value, Members):
        return [shape(item) for _, item in value]
    if isinstance(value, list):
        return [shape(item) for item in value]
    return type(value)
