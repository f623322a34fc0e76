"""The form of a new order, without a screen."""

import json
from typing import Any

import pytest

from tests.support.order_drafts import DRAFT, SECRETS
from tui.masking import DOTS
from tui.model.json_comments import read_json
from tui.model.new_order import check_draft
from tui.model.order import MediaLocation, OrderDetail, Profile, SubJob
from tui.model.order_again import draft_like
from tui.model.profiles import EncodingProfile
from tui.ui.new_order.control import DraftControl
from tui.ui.new_order.form import Heading, OrderForm
from tui.ui.new_order.form_text import PROBLEM_MARK, minutes_text
from tui.ui.profile_text import matching_profiles
from tui.ui.widgets.secret_field import conceal

PROFILES = [
    EncodingProfile(
        id=92, name="Prueba escalado", video_format="mp4", video_width=1280, video_height=720
    ),
    EncodingProfile(id=86, name="Test HLS", video_format="hls"),
    EncodingProfile(id=192, name="4K"),
]


def paths(form: OrderForm) -> list[str]:
    return [field.path for field in form.fields()]


def test_draft_that_is_filled_in_makes_its_body() -> None:
    order = check_draft(OrderForm(DRAFT).value(), [666]).order
    assert order is not None
    assert json.loads(order.body()) == DRAFT


def test_empty_form_has_one_of_each_part_and_nothing_typed() -> None:
    form = OrderForm()
    assert form.is_empty
    assert paths(form) == [
        "origin",
        "destinations[0]",
        "jobs[0].profile_id",
        "jobs[0].filename",
        "jobs[0].label",
        "notifications[0].email",
        "notifications[0].call",
        "priority",
        "post_process[0].drm.key",
        "post_process[0].drm.key_id",
        "post_process[0].drm.key_iv",
        "post_process[0].drm.pssh",
        "post_process[0].drm.encryption_scheme",
    ]
    wrong = [each.path for each in check_draft(form.value()).errors]
    assert wrong == ["origin", "destinations[0]", "jobs[0].profile_id", "jobs[0].filename"]


def test_typing_every_field_makes_the_body_of_the_documentation() -> None:
    form = OrderForm()
    form.add("destinations[0]")
    form.add_thumbnail("jobs[0].label")
    whole = OrderForm(DRAFT)
    assert paths(form) == paths(whole)
    for path in paths(form):
        form.set_text(path, whole.text(path))
    order = check_draft(form.value(), [666]).order
    assert order is not None
    assert json.loads(order.body()) == DRAFT


@pytest.mark.parametrize(
    ("at", "focus"),
    [
        ("destinations[0]", "destinations[1]"),
        ("jobs[0].label", "jobs[1].profile_id"),
        ("jobs[0].thumbnails[0].time", "jobs[0].thumbnails[1].filename"),
        ("notifications[0].call", "notifications[1].email"),
        ("origin", ""),
        ("priority", ""),
        ("post_process[0].drm.key", ""),
    ],
)
def test_part_is_added_after_the_one_at_the_cursor(at: str, focus: str) -> None:
    form = OrderForm({"jobs": [{"thumbnails": [{"filename": "a.jpg"}]}]})
    before = paths(form)
    assert form.add(at) == focus
    assert focus == "" or focus in paths(form)
    assert (paths(form) == before) == (focus == "")


def test_added_part_does_not_take_the_texts_of_the_next() -> None:
    form = OrderForm({"destinations": ["s3://a", "s3://b"]})
    form.add("destinations[0]")
    assert [form.text(f"destinations[{number}]") for number in range(3)] == ["s3://a", "", "s3://b"]


@pytest.mark.parametrize(
    ("at", "name", "focus"),
    [
        ("destinations[1]", "destination 2", "destinations[0]"),
        ("jobs[0].label", "sub-job 1", "jobs[0].profile_id"),
        ("jobs[0].thumbnails[0].time", "thumbnail 1", "jobs[0].profile_id"),
        ("notifications[0].call", "notification 1", "notifications[0].email"),
        ("post_process[0].drm.key", "DRM", "post_process[0].drm.key"),
    ],
)
def test_part_at_the_cursor_is_removed(at: str, name: str, focus: str) -> None:
    form = OrderForm(DRAFT)
    assert form.part_of(at) == (name, True)
    assert form.remove(at) == focus
    assert focus in paths(form)
    assert form.text(focus) in ("", DRAFT["destinations"][0], "666")


def test_what_belongs_to_no_part_is_not_removed() -> None:
    form = OrderForm(DRAFT)
    for path in ("origin", "priority"):
        assert form.part_of(path) == ("", False)
        assert form.remove(path) == path
    assert form.value() == OrderForm(DRAFT).value()


def test_sections_are_headed() -> None:
    headings = [row.text for row in OrderForm(DRAFT).rows() if isinstance(row, Heading)]
    assert headings == [
        "Source",
        "Destinations",
        "Sub-jobs",
        "sub-job 1",
        "thumbnail 1 of sub-job 1",
        "Notifications",
        "Priority",
        "DRM",
    ]


def test_empty_notification_before_another_keeps_its_place() -> None:
    form = OrderForm({**DRAFT, "notifications": [{}, {"email": "nobody"}]})
    wrong = [each.path for each in check_draft(form.value()).errors]
    assert wrong == ["notifications[0].email", "notifications[1].email"]


# What is said below the fields.


def control(draft: dict[str, Any] | None = None) -> DraftControl:
    made = DraftControl(OrderForm(draft))
    made.profiles = {profile.id: profile for profile in PROFILES}
    return made


def notes(made: DraftControl) -> dict[str, tuple[str, str]]:
    return {path: note for path, note in made.notes(made.check()).items() if note[0]}


def test_empty_fields_are_wrong_only_after_a_review() -> None:
    made = control()
    assert notes(made) == {}
    made.is_reviewed = True
    assert set(notes(made)) == {
        "origin", "destinations[0]", "jobs[0].profile_id", "jobs[0].filename",
    }  # fmt: skip


def test_reason_is_at_the_field_as_it_is_typed() -> None:
    made = control()
    made.form.set_text("origin", "ftp:/")
    made.form.set_text("jobs[0].profile_id", "666")
    made.form.set_text("jobs[0].filename", "a/b")
    assert notes(made) == {
        "origin": ("! it must begin with a scheme, as in ftp://", "error"),
        "jobs[0].profile_id": ("! the company has no profile 666", "error"),
        "jobs[0].filename": (
            "! it is not known whether the API takes a folder in a file name",
            "warning",
        ),
    }


def test_profile_is_named() -> None:
    made = control({"jobs": [{"profile_id": 92}]})
    assert notes(made)["jobs[0].profile_id"] == ("Prueba escalado  mp4  1280x720", "dim")
    made.profiles, made.why_unknown = None, "no answer"
    assert notes(made)["jobs[0].profile_id"][0].endswith("is not checked: no answer")


@pytest.mark.parametrize(
    ("search", "found"),
    [("", [92, 86, 192]), ("hls", [86]), ("92", [92, 192]), ("mp4 720", [92]), ("mp4 hls", [])],
)
def test_profiles_are_found_by_words(search: str, found: list[int]) -> None:
    assert [each.id for each in matching_profiles(PROFILES, search)] == found


def test_minutes_are_said_only_if_the_duration_is_known() -> None:
    assert "is not known" in minutes_text(None, 1)
    assert minutes_text(95.0, 1) == "The source takes about 2 min of the package."
    assert "2 sub-jobs counts is not documented" in minutes_text(95.0, 2)


# Drafts and the editor.


def test_saved_draft_has_no_secret_and_asks_for_them() -> None:
    made = control(DRAFT)
    assert not [secret for secret in SECRETS if secret in made.saved_text]
    again = control(read_json(made.saved_text.encode()))  # type: ignore[arg-type] # an object
    again.form.set_text("priority", "5")
    asked = {path for path, (note, _) in notes(again).items() if DOTS in note}
    assert asked == {
        "origin",
        "destinations[0]",
        "notifications[0].call",
        "post_process[0].drm.key",
        "post_process[0].drm.key_id",
        "post_process[0].drm.key_iv",
        "post_process[0].drm.pssh",
    }
    assert control().saved_text == ""


def test_edited_text_has_no_secret_and_comes_back_with_them() -> None:
    made = control(DRAFT)
    text = made.text_to_edit()
    assert not [secret for secret in SECRETS if secret in text]
    assert made.accept(text.replace("out.mp4", "other.mp4")) == ""
    order = check_draft(made.form.value(), [666]).order
    assert order is not None
    assert json.loads(order.body()) == json.loads(json.dumps(DRAFT).replace("out.mp4", "other.mp4"))


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('"origin"', '"origin', "line "),
        ('"origin"', '"orign"', "did you mean origin?"),
        ('"jobs": [', '"jobs": 3, "other": [', "it must be a list in [ ]"),
        ('"s3://bucket-name"', '{"url": "s3://bucket-name"}', "it must be a text in quotes"),
    ],
)
def test_what_the_form_cannot_show_is_not_accepted(old: str, new: str, problem: str) -> None:
    made = control(DRAFT)
    before = made.form.value()
    edited = made.text_to_edit().replace(old, new)
    again = made.accept(edited)
    assert made.form.value() == before
    assert problem in again.partition(edited)[0]
    assert again.startswith(PROBLEM_MARK)
    assert again.endswith(edited)
    assert made.accept(again).count("Leave it as it is") == 1  # it doesn't pile up


def test_wrong_values_are_accepted_and_said_at_their_fields() -> None:
    made = control(DRAFT)
    assert made.accept(made.text_to_edit().replace('"priority": "5"', '"priority": 11')) == ""
    assert "from 5 to 10" in notes(made)["priority"][0]


# A new order like another one.


def test_draft_like_an_order_asks_for_passwords() -> None:
    detail = OrderDetail(
        "a",
        source=MediaLocation("ftp://host/a.mp4", "FTP", "usuario"),
        uploads=(MediaLocation(f"ftp://user:{DOTS}@host/"), MediaLocation("s3://bucket")),
        notifications=("me@site.com", "https://host/notify"),
        jobs=(SubJob(Profile("92", "x"), "out.mp4", "iphone", 100.0),),
    )
    made = control(draft_like(detail))
    assert set(notes(made)) == {"origin", "destinations[0]", "jobs[0].profile_id"}
    made.form.set_text("origin", "ftp://usuario:hunter2@host/a.mp4")
    made.form.set_text("destinations[0]", "ftp://user:hunter2@host/")
    order = made.check().order
    assert order is not None
    assert json.loads(order.body()) == {
        "origin": "ftp://usuario:hunter2@host/a.mp4",
        "destinations": ["ftp://user:hunter2@host/", "s3://bucket"],
        "jobs": [{"label": "iphone", "filename": "out.mp4", "profile_id": 92}],
        "notifications": [{"email": "me@site.com"}, {"call": "https://host/notify"}],
    }


def test_draft_like_an_order_of_which_nothing_is_known_is_empty() -> None:
    assert control(draft_like(OrderDetail("a"))).form.is_empty


# A field that hides secrets.


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("ftp://user", "ftp://user"),
        ("ftp://user:", "ftp://user:"),
        ("ftp://user:1", "ftp://user:•"),
        ("ftp://user:12a", "ftp://user:•••"),
        ("ftp://user:12/a", "ftp://user:12/a"),  # a port
        ("ftp://user:p@ss", "ftp://user:•@ss"),
        ("ftp://user:p@ss@host/a", "ftp://user:••••@host/a"),
        ("https://host/a?token=abc&x=1", "https://host/a?token=•••&x=1"),
        ("https://host/%3Ftoken%3Dabc", "https://•••••••••••••••••••"),
        (f"ftp://user:{DOTS}@host/", f"ftp://user:{DOTS}@host/"),
        ("s3://bucket", "s3://bucket"),
    ],
)
def test_what_is_shown_of_a_url(typed: str, shown: str) -> None:
    assert conceal(typed, typing=True) == shown
    assert len(shown) == len(typed)


def test_port_is_shown_when_it_is_not_typed_any_more() -> None:
    assert conceal("ftp://host:2121") == "ftp://host:2121"
