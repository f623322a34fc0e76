"""The facts of an order as lines: complete, and never too wide."""

import json
import re
import zlib
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.key_labels import ORDER_SCREEN_LABELS
from tests.support.order_lines import JOBS, NOW, detail_model, facts, texts
from tui.model.account import Session
from tui.model.events import ClockReading, ListLoaded, OrdersFailed, Paused
from tui.model.order import MediaLocation, OrderDetail, Phase, Profile, Snapshot, SubJob
from tui.model.pages import Coverage
from tui.model.ports import Failure, FailureKind
from tui.model.state import State, reduce
from tui.ui.order_presenter import DetailModel
from tui.ui.order_screen.facts import order_lines
from tui.ui.order_screen.header import OrderModel, header_lines
from tui.ui.text import Line, line_text, width_of, wrap_exact
from tui.ui.theme.terminal_output import UNICODE
from tui.ui.widgets.responsive_screen import MIN_WIDTH

AT = ClockReading(NOW, 1000.0)
WHO = Session("42", "example.net")
FULL = OrderDetail(
    "x",
    status="TRANSCODING",
    created=NOW - 250,
    filename="nombre.mp4",
    label="prioridad alta",
    comment="a word " * 200,
    size=12_118_497,
    duration=95.143,
    source=MediaLocation("ftp://u:•••@h/otro.mp4", "FTP", "usuario"),
    uploads=(
        MediaLocation("ftp://one.example"),
        MediaLocation("sftp://two.example/vod", None, "publica"),
    ),
    notifications=("correo@tuservidor.com", "https://cms.example/hook"),
    jobs=JOBS,
)


def shown(seen: DetailModel, size: tuple[int, int] = (100, 60)) -> str:
    return "\n".join(line_text(line) for line in order_lines(seen, size, AT, UNICODE))


def test_every_fact_is_shown(utc: None) -> None:
    text = shown(detail_model(FULL))
    for fact in (
        "1631092552-1237",
        "nombre.mp4",
        "prioridad alta",
        "today 22:09:10 (2023-11-14 22:09:10 UTC)",
        "95 s (95.143 s)",
        "11.6 MiB (12 118 497 bytes)",
        "ftp://u:•••@h/otro.mp4 (usuario)",
        "ftp://one.example",
        "sftp://two.example/vod (publica)",
        "correo@tuservidor.com",
        "https://cms.example/hook",
        "updated      today 22:13:16 (2023-11-14 22:13:16 UTC), <10 s ago",
        "message      a word a word",
        "average (2 sub-jobs)",
        "Prueba escalado",
        "#92",
        "nombre2.mp4",
        "prioridad media",
    ):
        assert fact in text
    assert " ".join(text.split()).count("a word") == 200


def test_sub_jobs_are_a_table_with_aligned_bars() -> None:
    lines = shown(detail_model(FULL)).splitlines()
    head = next(line for line in lines if line.startswith("PROFILE"))
    mean, first, second = lines[lines.index(head) + 1 :][:3]
    for name, value in (("ID", "#92"), ("LABEL", "prioridad alta"), ("FILE", "nombre.mp4")):
        assert first.index(value) == head.rindex(name)
    assert first.index("░") == second.index("█") == mean.index("█")
    assert first.endswith("   0 %")
    assert second.endswith("  50 %")
    assert mean.endswith("  25 %")


def test_old_values_are_marked_and_failures_stand_out() -> None:
    seen = detail_model(FULL)
    old = DetailModel(seen.facts, seen.reading, None, old=True)
    assert "~50 %" in shown(old)
    roles = {role for line in order_lines(old, (100, 60), AT, UNICODE) for _, role in line}
    assert {"stale", "warning"} <= roles
    detail = msgspec.structs.replace(FULL, status="ERROR")
    failed = detail_model(detail, phase=Phase.ERROR, status="ERROR")
    said = [
        line for line in order_lines(failed, (100, 60), AT, UNICODE) if "a word" in line_text(line)
    ]
    assert said
    assert all(line[-1][1] == "error" for line in said)


def test_an_unread_detail_says_so() -> None:
    assert "Loading details…" in shown(detail_model(None))
    failed = DetailModel(detail_model(None).facts, None, "server error 502", old=False)
    assert "Loading" not in shown(failed)
    assert "no sub-jobs yet" in shown(detail_model(OrderDetail("x")))


@pytest.mark.parametrize(
    ("size", "jobs", "first"),
    [
        ((197, 55), 2, "PROFILE"),
        ((100, 20), 2, "PROFILE"),
        ((100, 20), 200, "PROFILE"),
        ((40, 5), 200, "average (200)"),
        ((40, 5), 1, "Prueba escalado"),
    ],
)
def test_the_sub_jobs_come_first(size: tuple[int, int], jobs: int, first: str) -> None:
    detail = OrderDetail(
        "x", filename="x.mp4", uploads=(MediaLocation("ftp://h"),) * 15, jobs=JOBS[:1] * jobs
    )
    seen = detail_model(detail)
    assert shown(seen, size).startswith(first)
    failed = msgspec.structs.replace(detail, comment="it failed")
    text = shown(detail_model(failed, phase=Phase.ERROR), size)
    assert text.startswith("it failed\n")


def test_on_a_large_screen_no_third_is_blank() -> None:
    answer = json.dumps({"jobs": [{"label": n} for n in range(40)]}, separators=(",", ":"))
    detail = msgspec.structs.replace(
        FULL, comment=None, compressed_json=zlib.compress(answer.encode())
    )
    lines = shown(detail_model(detail), (197, 55)).splitlines()
    assert len(lines) == 55
    title = next(n for n, line in enumerate(lines) if line.startswith("Raw JSON ─"))
    assert [line.strip() for line in lines[title + 1 :][:3]] == ["{", '"jobs": [', "{"]
    for left, right in (("label", "created"), ("source", "updated")):
        assert any(re.match(rf"{left} .{{80,}} {right} ", line) for line in lines)
    assert "Raw JSON" not in shown(detail_model(detail), (100, 24))


@given(texts, texts, st.integers(20, 200), st.integers(1, 50), st.integers(0, 3))
def test_no_line_is_too_wide(one: str, two: str, width: int, height: int, jobs: int) -> None:
    some = (
        SubJob(Profile("92", one), two, one, 50.0),
        SubJob(Profile(two, "x"), one * 3, two * 3, None),
        SubJob(Profile(), None, None, 100.0),
    )
    detail = OrderDetail(
        "x",
        filename=two,
        label=one,
        comment=one + two,
        source=MediaLocation(one, two, one),
        uploads=(MediaLocation(two, one, two),),
        notifications=(one,),
        jobs=some[:jobs],
    )
    for phase in (Phase.ERROR, Phase.TRANSCODING):
        seen = detail_model(detail, phase=phase, status=phase.name)
        for line in order_lines(seen, (width, height), AT, UNICODE):
            assert width_of(line) <= width


def head(
    state: State, seen: DetailModel | None, size: tuple[int, int] = (80, 24), tab: str = "facts"
) -> list[str]:
    result = OrderModel(state, WHO, seen, (3, 7), AT, ORDER_SCREEN_LABELS)
    return [
        line_text(line) for line in header_lines(result, tab, "secrets are masked", size, UNICODE)
    ]


LIVE = reduce(State(), ListLoaded(Snapshot(()), ClockReading(NOW, 999.0), 5.0))


def test_the_head_shows_id_status_and_position() -> None:
    rule, tabs = head(LIVE, detail_model(FULL))
    assert "nombre.mp4 ─ ▶ TRANSCODING" in rule
    assert "3 of 7" in rule
    assert "▌1 Facts" in tabs
    assert "▌2 Raw JSON" in head(LIVE, detail_model(FULL), tab="raw")[1]
    assert "no order" in head(LIVE, None)[0]
    part = msgspec.structs.replace(LIVE, coverage=Coverage({}, 9000, 7, None))
    assert "3 of 7 known ─" in head(part, detail_model(FULL))[0]
    uncovered = msgspec.structs.replace(detail_model(FULL), uncovered=True)
    assert "nombre.mp4 ─ ▶~TRANSCODING" in head(LIVE, uncovered)[0]
    assert "1631092552-1237 ─ ▶ TRANSCODING" in head(LIVE, detail_model(None))[0]
    long = msgspec.structs.replace(FULL, filename=f"final_{'x' * 90}_1080p.mp4")
    for width, place in ((40, ""), (60, "3 of 7 ─"), (80, "3 of 7 ─")):
        line = head(LIVE, detail_model(long), (width, 24))[0]
        assert re.match(r"─ final_\S*…\S*_1080p.mp4 ─ ▶ TRANSCODING", line)
        assert line.endswith(place)


def test_the_head_shows_failures() -> None:
    seen = detail_model(FULL)
    failed = DetailModel(seen.facts, seen.reading, "server error 502", old=True)
    assert head(LIVE, failed)[2].endswith("server error 502")
    gone = detail_model(FULL, gone=True)
    assert "Removed from the server's list. x: hide" in head(LIVE, gone)[2]
    down = reduce(LIVE, OrdersFailed(Failure(FailureKind.REFUSED), NOW + 9))
    assert "refuses the connection. Next try" in head(down, seen)[2]
    assert "Polling paused. p: resume" in head(reduce(LIVE, Paused(True)), seen)[2]
    assert len(head(LIVE, seen)) == 2
    cut = detail_model(
        OrderDetail("x", compressed_json=zlib.compress(b"{}"), raw_omitted=3_900_000)
    )
    assert "3 900 000 characters of a long answer are not shown" in head(LIVE, cut, tab="raw")[2]
    assert len(head(LIVE, cut)) == 2


@given(
    texts, texts, st.integers(MIN_WIDTH, 200), st.integers(1, 40), st.sampled_from(["facts", "raw"])
)
def test_the_head_respects_the_width(
    status: str, failure: str, width: int, height: int, tab: str
) -> None:
    known: dict[str, Any] = {"status": status, "phase": Phase.UNKNOWN}
    seen = DetailModel(facts(**known), None, failure, old=True)
    result = OrderModel(LIVE, WHO, seen, (99_999, 100_000), AT, ORDER_SCREEN_LABELS)
    for line in header_lines(result, tab, status, (width, height), UNICODE):
        assert width_of(line) <= width


@given(texts, texts, st.integers(2, 60), st.integers(0, 30))
def test_wrapping_keeps_all_text(one: str, two: str, width: int, indent: int) -> None:
    indent = min(indent, width // 2)
    line: Line = ((one, "plain"), (two, "dim"))
    # A wide character doesn't fit into one cell.
    folded = wrap_exact(line, max(width, indent + 2), indent)
    assert all(width_of(each) <= max(width, indent + 2) for each in folded)
    kept = [line_text(each)[indent if number else 0 :] for number, each in enumerate(folded)]
    assert "".join(kept) == one + two


def test_the_count_of_omitted_items_is_shown() -> None:
    detail = msgspec.structs.replace(
        FULL, more_jobs=9_998, more_uploads=200, more_notifications=119_900
    )
    for width in (40, 60, 100):
        text = " ".join(shown(detail_model(detail), (width, 60)).split())
        assert ("2 of 10 000 " if width < 50 else "10 000 sub-jobs: 2 shown ") in text
        assert "and 200 more that are not shown" in text
        assert "and 119 900 more that are not shown" in text
    page = OrderModel(LIVE, WHO, detail_model(detail), (1, 1), AT, ORDER_SCREEN_LABELS)
    for tab, result in (("facts", True), ("raw", False)):
        head = "\n".join(map(line_text, header_lines(page, tab, "", (60, 20), UNICODE)))
        assert ("10 000 sub-jobs: 2 shown" in head) is result
