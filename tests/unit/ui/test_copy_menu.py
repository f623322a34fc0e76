"""The entries of the copy menu, and its messages."""

import json
import shlex
import zlib

import msgspec
import pytest

from tests.support import seed
from tests.support.journal_entries import entry
from tests.support.order_lines import JOBS, NOW, detail_model, plain
from tui import formatting
from tui.api.order_decoder import read_detail
from tui.model.account import Account, Secret, Session
from tui.model.actions import Outcome
from tui.model.order import MediaLocation, OrderDetail, Phase
from tui.ui.dialogs.copy_menu import (
    MAX_BYTES,
    CopyItem,
    copied_lines,
    copy_items,
    no_reason_text,
    order_link,
    too_long_lines,
)
from tui.ui.order_presenter import DetailModel
from tui.ui.order_screen.order_text import order_text

ID = "1631092552-1237"
ACCOUNT = Account("42", "me", Secret("hunter2-hunter2"), "https://api.example/base/")
WHO = Session("", "", order_url="https://cms.example/{company}/order?id={id}").for_account(ACCOUNT)


def by_name(detail: OrderDetail | None, who: Session = WHO) -> dict[str, str]:
    return {copy.name: copy.text for copy in copy_items(detail_model(detail, id=ID), who)}


def test_every_value_of_the_seed_can_be_copied() -> None:
    made = by_name(read_detail(seed.DETAIL, ID, 2e9))
    assert [*made] == ["id", "text", "JSON", "curl", "source", "destination", "link"]
    assert made["id"] == ID
    assert json.loads(made["JSON"]) == json.loads(seed.DETAIL)
    assert made["source"] == "ftp://ftp.tuservidor.com/otro.mp4"
    assert made["link"] == f"https://cms.example/42/order?id={ID}"
    words = shlex.split(made["curl"])
    assert words == [
        "curl",
        "-H",
        "Authorization: Bearer $TOKEN",
        f"https://api.example/base/v1/media/42/transcode/{ID}/",
    ]


def test_only_known_values_are_offered() -> None:
    assert [*by_name(None)] == ["id", "text", "curl", "link"]
    nowhere = Session("42", "127.0.0.1", demo=True).for_account(ACCOUNT)
    assert [*by_name(OrderDetail(ID), nowhere)] == ["id", "text"]


def test_each_choice_has_its_key() -> None:
    places = tuple(MediaLocation(f"ftp://host/{number}") for number in range(12))
    detail = OrderDetail(
        ID,
        comment="Upload failed",
        compressed_json=zlib.compress(b"{}"),
        source=MediaLocation("ftp://h"),
        uploads=places,
    )
    made = copy_items(detail_model(detail, phase=Phase.ERROR), WHO)
    keys = [copy.key for copy in made if copy.key]
    assert len(keys) == len(set(keys))
    assert keys == ["i", "e", "t", "j", "c", "s", *"123456789", "l"]
    assert len([copy for copy in made if copy.name == "destination"]) == 12


def test_the_text_of_an_order_is_ready_for_a_ticket() -> None:
    detail = OrderDetail(
        ID,
        filename="nombre.mp4",
        label="alta",
        comment="Upload failed: 552",
        size=12_118_497,
        duration=95.143,
        source=MediaLocation("ftp://u:•••@h/otro.mp4"),
        uploads=(MediaLocation("ftp://one"), MediaLocation("ftp://two")),
        notifications=("me@h",),
        jobs=JOBS,
        more_jobs=3,
    )
    failed = detail_model(detail, phase=Phase.ERROR, status="ERROR")
    assert by_text(failed).splitlines() == [
        "order: 1631092552-1237",
        "file: nombre.mp4",
        "status: ERROR",
        "reason: Upload failed: 552",
        "label: alta",
        "sub-job: Prueba escalado, #92, prioridad alta, nombre.mp4, 0 %",
        "sub-job: Test HLS, #86, prioridad media, nombre2.mp4, 50 %",
        "sub-jobs: 5 sub-jobs: 2 shown",
        "source: ftp://u:•••@h/otro.mp4",
        "destination: ftp://one",
        "destination: ftp://two",
        "notify: me@h",
        f"created: {formatting.utc_time(NOW - 250)}",
        f"updated: {formatting.utc_time(NOW - 4)}",
        "size: 11.6 MiB (12 118 497 bytes)",
        "duration: 95 s (95.143 s)",
    ]
    running = msgspec.structs.replace(detail_model(detail), old=True, uncovered=True)
    text = by_text(running)
    assert "status: TRANSCODING (not confirmed by the last polls)" in text
    assert "message: Upload failed: 552" in text
    assert "~50 %" in text
    assert "(removed from the server's list)" in by_text(detail_model(None, gone=True))


def test_the_text_of_an_order_ends_with_the_actions_on_it() -> None:
    actions = (
        entry(ID, NOW - 60, outcome=Outcome.REFUSED, words="no minutes left"),
        entry(ID, NOW - 30, outcome=Outcome.ACCEPTED),
    )
    assert order_text(detail_model(OrderDetail(ID)), actions).splitlines()[-2:] == [
        f"action: {formatting.utc_time(NOW - 60)} requeue by anna@wall: refused: no minutes left",
        f"action: {formatting.utc_time(NOW - 30)} requeue by anna@wall: sent",
    ]


def by_text(order: DetailModel) -> str:
    return next(copy.text for copy in copy_items(order, WHO) if copy.name == "text")


def test_the_reason_of_a_failure_is_offered_or_missed_by_name() -> None:
    detail = OrderDetail(ID, comment="Upload failed")
    failed = detail_model(detail, phase=Phase.ERROR)
    assert {copy.key: copy.text for copy in copy_items(failed, WHO)}["e"] == "Upload failed"
    for order, text in (
        (None, "no order is selected"),
        (detail_model(detail), "this order has not failed"),
        (detail_model(None, phase=Phase.ERROR), "the details are not loaded yet"),
        (detail_model(OrderDetail(ID), phase=Phase.ERROR), "the server gives no reason"),
    ):
        assert no_reason_text(order) == text
        assert order is None or "reason" not in {copy.name for copy in copy_items(order, WHO)}


@pytest.mark.parametrize("order_id", ["a b", "a'b; rm -rf ~", "$(reboot)", "../x", "é?#"])
def test_a_hostile_id_is_quoted_for_the_shell(order_id: str) -> None:
    made = {copy.name: copy.text for copy in copy_items(detail_model(None, id=order_id), WHO)}
    url = shlex.split(made["curl"])[-1]
    assert len(shlex.split(made["curl"])) == 4
    assert url.startswith("https://api.example/base/v1/media/42/transcode/")
    assert url.removeprefix("https://").count("/") == 7
    assert made["link"].count("?") == 1
    assert order_link("https://h/{id}", "{company}", "x") == "https://h/%7Bcompany%7D"


def test_omitted_parts_are_named_in_the_menu() -> None:
    cut = OrderDetail(ID, compressed_json=zlib.compress(b"{}"), raw_omitted=10)
    assert copy_items(detail_model(cut), WHO)[2].name == "JSON without 10 characters"


def test_long_json_is_copied_as_one_line() -> None:
    raw = json.dumps({"a": [1] * 20_000}, separators=(",", ":"))
    assert len(raw) < MAX_BYTES
    assert by_name(OrderDetail(ID, compressed_json=zlib.compress(raw.encode())))["JSON"] == raw


def said(copy: CopyItem, width: int = 60) -> str:
    return "\n".join(map(plain, copied_lines(copy, width)))


def test_the_notification_shows_what_was_copied() -> None:
    url = "ftp://host/" + "x" * 500
    assert url in said(CopyItem("s", "source", url)).replace("\n", "")
    many = said(CopyItem("j", "JSON", "{\n1\n}"))
    assert many.startswith("{\nand 2 more lines, 5 B")
    assert "set-clipboard on" in many
    long = "\n".join(map(plain, too_long_lines(CopyItem("j", "JSON", "x" * 80_000), 60)))
    assert "nothing was copied" in long.replace("\n", " ")
    assert "78.1 KiB" in long
