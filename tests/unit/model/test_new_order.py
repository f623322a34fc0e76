"""New orders: exactly the bodies of api.md, and each problem at its field."""

import json
import traceback
from typing import Any

import msgspec
import pytest

from tests.support.order_drafts import DRAFT, HEX, MINIMAL, SECRETS, Draft
from tui.masking import DOTS
from tui.model.drafts import MAX_DRAFT
from tui.model.new_order import NewOrder, check_draft, read_draft


def _with(path: str, value: object, draft: Draft | None = None) -> Draft:
    """Return a copy of `draft` with `value` at `path`; without the member if it is `...`."""
    copy: Draft = json.loads(json.dumps(draft or DRAFT))
    *parents, last = [
        int(part) if part.isdigit() else part
        for part in path.replace("[", ".").replace("]", "").split(".")
    ]
    target: Any = copy
    for part in parents:
        target = target[part]
    if value is ...:
        del target[last]
    else:
        target[last] = value
    return copy


def _order(draft: object) -> NewOrder:
    reading = check_draft(draft, [666])
    assert reading.order is not None, reading.problems
    return reading.order


def test_whole_body() -> None:
    assert json.loads(_order(DRAFT).body()) == DRAFT
    assert list(json.loads(_order(DRAFT).body())) == list(DRAFT)  # in D's order, too


@pytest.mark.parametrize("part", ["priority", "notifications", "post_process"])
def test_body_without_an_optional_part(part: str) -> None:
    draft = _with(part, ...)
    assert json.loads(_order(draft).body()) == draft


@pytest.mark.parametrize(
    "path",
    [
        "jobs[0].label",
        "jobs[0].thumbnails",
        "jobs[0].thumbnails[0].label",
        "jobs[0].thumbnails[0].width",
        "jobs[0].thumbnails[0].time",
        "notifications[0].email",
        "notifications[0].call",
        "post_process[0].drm.key_iv",
        "post_process[0].drm.pssh",
        "post_process[0].drm.encryption_scheme",
    ],
)
def test_body_without_an_optional_member(path: str) -> None:
    assert json.loads(_order(_with(path, None)).body()) == _with(path, ...)
    empty = [] if path.endswith("thumbnails") else ""
    assert json.loads(_order(_with(path, empty)).body()) == _with(path, ...)


def test_required_parts_alone() -> None:
    assert json.loads(_order(MINIMAL).body()) == MINIMAL


def test_other_forms_become_that_of_the_documentation() -> None:
    draft = _with("jobs[0].profile_id", "666", _with("priority", "5"))
    draft = _with("jobs[0].thumbnails[0].width", 720, draft)  # a number in P
    draft["post-process"] = draft.pop("post_process")[0]  # D's prose; not in a list
    draft["thumbnails"] = draft["jobs"][0].pop("thumbnails")  # P: at the top
    assert json.loads(_order(draft).body()) == DRAFT


def test_thumbnails_at_the_top_are_sent_with_the_first_of_several() -> None:
    draft = _with("jobs", [*DRAFT["jobs"], {"filename": "b.mp4", "profile_id": 666}])
    draft["thumbnails"] = [{"filename": "b.jpg"}]
    reading = check_draft(draft)
    assert [each.path for each in reading.warnings] == ["thumbnails"]
    assert reading.order is not None
    sent = json.loads(reading.order.body())["jobs"][0]["thumbnails"]
    assert [each["filename"] for each in sent] == ["a.jpg", "b.jpg"]


BAD = [
    ("origin", ..., "required"),
    ("origin", "", "required"),
    ("origin", 5, "a text"),
    ("origin", "host/path.mp4", "begin with a scheme"),
    ("origin", "ftp:///path.mp4", "host is missing"),
    ("origin", "ftp://user:password@host/", "name a file"),
    ("origin", "ftp://host", "name a file"),
    ("origin", "ftp://host:99999/a.mp4", "port"),
    ("origin", "ftp://[host/a.mp4", "host or its port"),
    ("origin", "ftp://the host/a.mp4", "blank"),
    ("origin", "ftp://host/a\x1b.mp4", "control character"),
    ("origin", "ftp://host/a\ud800.mp4", "control character"),
    ("origin", "ftp://host/a\ufffd.mp4", "stands for"),
    ("origin", f"ftp://user:{DOTS}@host/a.mp4", "type it"),
    ("origin", "ftp://host/" + "a" * 4000, "longer"),
    ("destinations", ..., "at least one"),
    ("destinations", [], "at least one"),
    ("destinations", "s3://bucket", "a list"),
    ("destinations[1]", "", "required"),
    ("destinations[1]", {"url": "s3://bucket"}, "a text"),
    ("destinations[1]", "bucket-name", "begin with a scheme"),
    ("destinations[1]", "s3://", "host is missing"),
    ("jobs", ..., "at least one"),
    ("jobs", [], "at least one"),
    ("jobs[0]", "iphone", "an object"),
    ("jobs[0].filename", ..., "required"),
    ("jobs[0].filename", "   ", "required"),
    ("jobs[0].filename", "a\nb.mp4", "control character"),
    ("jobs[0].label", 5, "a text"),
    ("jobs[0].profile_id", ..., "required"),
    ("jobs[0].profile_id", "HD", "whole number"),
    ("jobs[0].profile_id", 66.6, "whole number"),
    ("jobs[0].profile_id", True, "whole number"),
    ("jobs[0].profile_id", 667, "no profile 667"),
    ("jobs[0].thumbnails", 3, "a list"),
    ("jobs[0].thumbnails[0].filename", ..., "required"),
    ("jobs[0].thumbnails[0].width", "wide", "whole number, 1 or more"),
    ("jobs[0].thumbnails[0].height", 0, "whole number, 1 or more"),
    ("jobs[0].thumbnails[0].time", -1, "0 or more"),
    ("jobs[0].thumbnails[0].time", "start", "0 or more"),
    ("notifications", "me@site.com", "a list"),
    ("notifications[0].email", "me at site", "e-mail"),
    ("notifications[0].email", "a@b.es, c@d.es", "e-mail"),
    ("notifications[0].call", "ftp://host/notify", "http, https"),
    ("priority", 4, "from 5 to 10"),
    ("priority", 11, "from 5 to 10"),
    ("priority", "high", "from 5 to 10"),
    ("post_process[0].drm.key", ..., "required"),
    ("post_process[0].drm.key", HEX[:-1], "31 characters"),
    ("post_process[0].drm.key", "g" * 32, "hexadecimal"),
    ("post_process[0].drm.key_id", "", "required"),
    ("post_process[0].drm.key_iv", HEX * 2, "64 characters"),
    ("post_process[0].drm.encryption_scheme", "aes", "cenc, cbc1, cens, cbcs"),
    ("prority", 5, "did you mean priority?"),
    ("jobs[0].profile", 666, "did you mean profile_id?"),
    ("comment", "hello", "would not be sent"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "value", "words"), BAD)
def test_problem_is_at_its_field(path: str, value: object, words: str) -> None:
    reading = check_draft(_with(path, value), [666])
    assert reading.order is None
    assert [each.path for each in reading.errors] == [path]
    assert words in reading.errors[0].words


def test_notification_of_nobody() -> None:
    reading = check_draft(_with("notifications[0]", {}))
    assert [each.path for each in reading.errors] == ["notifications[0].email"]


def test_every_field_is_checked_at_once() -> None:
    reading = check_draft({"origin": "x", "jobs": [{}, {"filename": "a"}]})
    assert [each.path for each in reading.errors] == [
        "origin",
        "destinations",
        "jobs[0].profile_id",
        "jobs[0].filename",
        "jobs[1].profile_id",
    ]


WARNINGS = [
    ("origin", "gs://bucket/a.mp4", "scheme"),
    ("destinations[0]", "ftp://user:pa/ss@host/", "password"),
    ("jobs[0].filename", "hd/out.mp4", "folder"),
    ("jobs[0].filename", "../out.mp4", "folder"),
    ("jobs[0].thumbnails[0].filename", "out.mp4", "jobs[0].filename has the same name"),
]


@pytest.mark.parametrize(("path", "value", "words"), WARNINGS)
def test_what_the_api_may_accept_is_a_warning(path: str, value: object, words: str) -> None:
    draft = _with(path, value)
    reading = check_draft(draft)
    assert [each.path for each in reading.warnings] == [path]
    assert words in reading.warnings[0].words
    assert reading.order is not None
    assert json.loads(reading.order.body()) == draft


@pytest.mark.parametrize(
    "url",
    [
        "ftp://host:2121/a@b.mp4",
        "ftp://us er:pass word@host/mi vídeo.mp4",
        "https://[::1]:8080/a.mp4",
        "s3://bucket/key/a.mp4",
        "https://host/a.mp4?sig=abc",
        "ftp://user:p@ss@host/a.mp4",
    ],
)
def test_origin_is_sent_as_it_is_typed(url: str) -> None:
    reading = check_draft(_with("origin", url))
    assert not reading.problems
    assert reading.order is not None
    assert json.loads(reading.order.body())["origin"] == url


def test_unknown_profiles_are_not_checked() -> None:
    assert check_draft(_with("jobs[0].profile_id", 667)).order is not None


def test_file_may_have_comments() -> None:
    text = """
    // sent to the API
    {"origin": "ftp://host/path.mp4", # not a comment: "//"
     "destinations": ["s3://bucket-name",],  // one
     "jobs": [{"filename": "out.mp4", "profile_id": 666,
       # "label": "x",
     },],
    }
    """
    order = read_draft(text.encode(), [666]).order
    assert order is not None
    assert json.loads(order.body()) == MINIMAL


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "line 1, column 1"),
        (b'{"origin": "ftp://u:hunter2@h/a"\n "jobs": []}', "line 2, column 2: expecting ','"),
        (b'{"origin": "ftp://u:hunter2@h/a', "unterminated"),
        (b'{"jobs": [], "jobs": []}', '"jobs" is there twice'),
        (b'{"hunter2 hunter2": 1, "hunter2 hunter2": 2}', "a member is there twice"),
        (b'{"priority": NaN}', "NaN is not a number"),
        (b'{"priority": 1' + b"0" * 5000 + b"}", "too many digits"),
        (b"[" * 100_000, "nested"),
        (b"\xff\xfe{", "UTF-8"),
        (b" " * (MAX_DRAFT + 1), "longer"),
        (b"[]", "an object"),
        (b'"ftp://u:hunter2@h/a"', "an object"),
    ],
)
def test_file_that_is_no_order(data: bytes, words: str) -> None:
    problem = read_draft(data).errors[0]
    assert problem.path == ""
    assert words in problem.words
    assert "hunter2" not in problem.words


def test_secrets_are_shown_nowhere() -> None:
    order = _order(DRAFT)
    shown = [repr(order), str(order), f"{order}", order.origin, *order.lines, order.summary]
    assert not [secret for secret in SECRETS if secret in "\n".join(shown)]
    assert json.loads("\n".join(order.lines)) == {
        **DRAFT,
        "origin": f"ftp://user:{DOTS}@host/path.mp4",
        "destinations": [f"ftp://user:{DOTS}@other.host/", "s3://bucket-name"],
        "notifications": [{"email": "me@site.com", "call": f"https://host/notify?token={DOTS}"}],
        "post_process": [
            {"drm": dict.fromkeys(("key", "key_id", "key_iv", "pssh"), DOTS)
                | {"encryption_scheme": "cbcs"}}
        ],
    }  # fmt: skip


def test_origin_and_files_are_those_of_a_read() -> None:
    order = _order(_with("jobs[0].filename", "a\u202eb.mp4"))
    assert order.origin == f"ftp://user:{DOTS}@host/path.mp4"
    assert order.files == ("a\ufffdb.mp4",)


def test_order_is_not_encoded_by_mistake() -> None:
    order = _order(DRAFT)
    for encode in (msgspec.json.encode, msgspec.msgpack.encode):
        with pytest.raises(TypeError) as error:
            encode(order)
        text = "".join(traceback.format_exception(error.value))
        assert not [secret for secret in SECRETS if secret in text]


@pytest.mark.parametrize("path", sorted({path for path, _, _ in BAD}))
def test_problems_quote_no_secret(path: str) -> None:
    """A secret may stand in the wrong field, too, and even as a name."""
    for value in ("hunter2 \x01", ["hunter2"], {"hunter2 hunter2": 1}, {"hunter2" * 9: 1}):
        assert "hunter2" not in repr(check_draft(_with(path, value), [666]))


def test_hostile_texts_are_shown_sanitised() -> None:
    order = _order(_with("jobs[0].label", "a\u202eb"))
    assert "\u202e" not in "".join(order.lines)
    assert "\u202e" in json.loads(order.body())["jobs"][0]["label"]
