"""Rendered lines have exactly their width, whatever the server sends."""

import re
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.key_labels import MAIN_SCREEN_LABELS
from tests.support.order_lines import JOBS, NOW, detail_model, facts, plain, texts
from tui import formatting
from tui.filtering.row_arranger import ArrangedRows
from tui.filtering.view_counts import ViewCount
from tui.filtering.views import View
from tui.model.account import Session
from tui.model.events import ClockReading, ListLoaded, OrdersFailed
from tui.model.order import (
    MediaLocation,
    OrderDetail,
    OrderSummary,
    Phase,
    Profile,
    Snapshot,
    SubJob,
)
from tui.model.order_facts import count_by_phase
from tui.model.pages import Coverage
from tui.model.ports import Failure, FailureKind
from tui.model.state import State, reduce
from tui.ui.main_screen.counts_line import counts_line
from tui.ui.main_screen.rows import row_line
from tui.ui.main_screen.status_lines import status_line, summary_text, trouble_lines
from tui.ui.main_screen.table_columns import header, lay_out
from tui.ui.main_screen.view_tabs import tabs_line
from tui.ui.main_screen.view_text import filter_line
from tui.ui.order_presenter import DetailModel, row_model
from tui.ui.order_screen.facts import summary_lines
from tui.ui.text import Line, bar, clip, fit, fit_middle, fit_right, justify, width_of, wrap
from tui.ui.theme.terminal_output import ASCII, UNICODE, select_glyphs

widths = st.integers(1, 120)


@given(texts, widths)
def test_fit_is_exact(text: str, width: int) -> None:
    assert width_of(((fit(text, width), "plain"),)) == width
    assert width_of(((fit_right(text, width), "plain"),)) == width
    assert width_of(((fit_middle(text, width), "plain"),)) == width


@pytest.mark.parametrize(
    ("name", "width", "shown"),
    [
        ("", 100, " transcode-tui  company 42  api.example "),
        ("Tu Servidor", 100, " transcode-tui  Tu Servidor  42  api.example "),
        ("Tu Servidor", 57, " transcode-tui  Tu Servidor  api.example "),
        ("Tu Servidor", 50, " transcode-tui  Tu Servidor "),
        ("東京" * 10, 58, " transcode-tui "),
    ],
)
def test_the_company_is_named_where_the_name_is_known(name: str, width: int, shown: str) -> None:
    session = Session("42", "api.example", company_name=name)
    text = plain(status_line(State(), session, 0.0, width, UNICODE))
    assert text.startswith(shown.rstrip())
    assert text.removeprefix(shown.rstrip()).lstrip().startswith("◌ connecting")


@pytest.mark.parametrize(
    ("text", "width", "shown"),
    [
        ("final_FINAL_v2_definitivo_1080p.mp4", 22, "final_FINAL…_1080p.mp4"),
        ("short.mp4", 12, "short.mp4   "),
        ("新闻联播新闻联播.mp4", 12, "新闻联….mp4 "),
        ("abcdef", 3, "ab…"),
    ],
)
def test_both_ends_of_a_long_name_show(text: str, width: int, shown: str) -> None:
    assert fit_middle(text, width) == shown


@given(texts, texts, widths)
def test_justify_and_clip_respect_the_width(left: str, right: str, width: int) -> None:
    line: Line = ((left, "plain"), (right, "dim"))
    assert width_of(clip(line, width)) <= width
    short = clip(((right, "dim"),), width // 2)
    assert width_of(justify(((left, "plain"),), short, width)) == width


@given(texts, st.integers(4, 80), st.integers(1, 5))
def test_wrap_respects_width_and_line_count(text: str, width: int, most: int) -> None:
    lines = wrap(text, width, most)
    assert len(lines) <= most
    assert all(width_of(((line, "plain"),)) <= width for line in lines)


def test_wrap_keeps_every_word() -> None:
    text = "Upload failed: 552 Disk quota exceeded at ftp.example.net"
    assert " ".join(wrap(text, 20, 9)).split() == text.split()


@pytest.mark.parametrize(
    ("percent", "full"), [(None, 0), (0, 0), (9.9, 0), (10, 1), (99.9, 9), (100, 10)]
)
def test_a_bar_is_full_only_at_100(percent: float | None, full: int) -> None:
    assert plain(bar(percent, 10, ASCII)) == "=" * full + "-" * (10 - full)
    assert plain(bar(percent, 10, UNICODE)).count("█") == full


@pytest.mark.parametrize(
    ("percent", "shown"),
    [(0, "░░░░"), (3.2, "▏░░░"), (50, "██░░"), (62, "██▍░"), (99.9, "███▉"), (100, "████")],
)
def test_a_bar_has_eighths_of_a_cell(percent: float, shown: str) -> None:
    assert plain(bar(percent, 4, UNICODE)) == shown


@given(texts, texts, st.integers(20, 200), st.booleans())
def test_rows_are_as_wide_as_their_header(file: str, status: str, width: int, old: bool) -> None:
    columns = lay_out(width, 16)
    detail = OrderDetail("x", filename=file)
    shown = facts(detail=detail, status=status, phase=Phase.UNKNOWN, progress=50.0)
    line = row_line(row_model(shown, NOW, old=old), columns, UNICODE)
    assert width_of(line) == width_of(header(columns, {}))
    widths = dict(columns)
    assert width_of(line) <= max(width, 2 + widths["file"] + 2 + widths["status"])


def row_text(width: int = 120, **changes: Any) -> str:
    old, uncovered = (bool(changes.pop(name, False)) for name in ("old", "uncovered"))
    row = row_model(facts(**changes), NOW, old=old, uncovered=uncovered)
    return plain(row_line(row, lay_out(width, 16), UNICODE))


def test_a_row_shows_only_what_is_known() -> None:
    assert "62 %" in row_text(progress=62.9)
    assert "~62 %" in row_text(progress=62.9, old=True)
    assert "%" not in row_text(progress=None)
    assert "%" not in row_text(phase=Phase.FINISHED, status="FINISHED", progress=100.0)
    assert "%" not in row_text(phase=Phase.QUEUED, status="QUEUED", progress=0.0)
    assert row_text().startswith("  1631092552-1237 ")
    assert row_text(detail=OrderDetail("x", filename="a.mp4")).startswith("  a.mp4 ")
    done = row_text(phase=Phase.FINISHED, status="FINISHED")
    assert "✔" in done
    assert "FINISHED" not in done


@pytest.mark.parametrize(
    ("detail", "reason"),
    [
        (None, ""),
        (OrderDetail("x"), "no reason given"),
        (OrderDetail("x", "TRANSCODING"), ""),
        (OrderDetail("x", comment="552 Disk quota"), "552 Disk quota"),
    ],
)
def test_a_failed_row_shows_its_reason_where_others_have_a_bar(
    detail: OrderDetail | None, reason: str
) -> None:
    text = row_text(phase=Phase.ERROR, status="ERROR", progress=41.0, detail=detail)
    order_id = "1631092552-1237"
    assert text.split() == [order_id, "✖", "ERROR", *reason.split(), "4m10s", order_id]


def test_a_reason_starts_after_the_word_of_the_status() -> None:
    failed = {"phase": Phase.ERROR, "status": "ERROR"}
    detail = OrderDetail("x", comment="Upload failed: 552 Disk quota exceeded")
    text = row_text(width=71, detail=detail, **failed)
    assert "✖ ERROR  Upload failed: 552 Disk quota ex…  " in text
    assert text.index("4m10s") == row_text(width=71).index("4m10s")


def test_a_row_marks_what_is_not_sure() -> None:
    assert "⌀ GONE" in row_text(gone=True, progress=62.0)
    for phase in (Phase.TRANSCODING, Phase.ERROR):
        assert "%" not in row_text(gone=True, phase=phase, progress=62.0)
    assert "? PURGING" in row_text(status="PURGING", phase=Phase.UNKNOWN)
    assert "? no status" in row_text(status="", phase=Phase.UNKNOWN)
    assert "▶~TRANSCODING" in row_text(uncovered=True)
    assert "~62 %" in row_text(progress=62.9, uncovered=True)
    assert "4m" in row_text()
    assert "10s" in row_text(created=NOW - 10)


@pytest.mark.parametrize(
    ("text", "shown"),
    [("file:界面", "file:界面"), ("a" * 60, "a" * 60), ("a" * 61, "a" * 59 + "…")],
)
def test_a_filter_is_shown_whole_up_to_its_maximum_width(text: str, shown: str) -> None:
    line = filter_line(text, ArrangedRows(()), State(), NOW, typing=False, clear="esc")
    assert plain(line) == f" filter {shown}  0 of 0  esc: clear"


def test_a_filter_that_is_being_typed_is_not_repeated() -> None:
    line = filter_line("a", ArrangedRows(()), State(), NOW, typing=True, clear="esc")
    assert plain(line) == " 0 of 0"


def partial_list(coverage: Coverage) -> State:
    orders = (OrderSummary("a", "QUEUED"), OrderSummary("b", "ERROR"), OrderSummary("c", "ERROR"))
    at = ClockReading(NOW, 1000.0)
    return reduce(State(), ListLoaded(Snapshot(orders), at, 5.0, coverage))


@pytest.mark.parametrize(
    ("coverage", "label", "text"),
    [
        (Coverage({}, 100_000, 3, None), " of 3 known: ", "loading 3/100 000  1/3 "),
        (Coverage({}, None, 3, None), " of 3 known: ", "loading 3/?  1/3 "),
        (Coverage({}, 3, 3, 900.0), " ", "1/3 "),
        (Coverage({}, 3, 3, -700.0), " ", "older orders checked 28 min ago  1/3 "),
    ],
)
@pytest.mark.parametrize("width", [60, 80, 120, 200])
def test_a_partial_list_says_so(coverage: Coverage, label: str, text: str, width: int) -> None:
    state = partial_list(coverage)
    numbers = {phase.value: number for phase, number in count_by_phase(state).items()}
    counts = counts_line(state, numbers, width, UNICODE, MAIN_SCREEN_LABELS)
    assert plain(counts.line).startswith(f"{label}◌ 1")
    assert "✖ 2" in plain(counts.line)
    assert plain(summary_text(state, 1000.0, (1, 3), (), following=False)) == text


@given(texts, st.integers(40, 200))
def test_the_trouble_bar_is_as_wide_as_the_screen(hint: str, width: int) -> None:
    state = reduce(State(), ListLoaded(Snapshot(), ClockReading(NOW, 1000.0), 5.0))
    failed = reduce(state, OrdersFailed(Failure(FailureKind.UNTRUSTED, hint=hint), NOW + 60))
    session = Session("42", "example.net")
    for seen, count in ((state, 0), (failed, 1)):
        lines = trouble_lines(seen, session, 1001.0, width, UNICODE, MAIN_SCREEN_LABELS)
        assert (len(lines) > 0) == bool(count)
        assert all(width_of(line) == width for line in lines)


VIEWS = (View("Now", groups=True), View("All"), View("Failed", "status:error"))
COUNTS = (ViewCount(17_316), ViewCount(17_316), ViewCount(16, is_exact=False))


@pytest.mark.parametrize(
    ("width", "current", "shown"),
    [
        (80, VIEWS[0], "▌1 Now 17 316  2 All 17 316  3 Failed 16+ "),
        (80, View("Failed", "status:error hls"), " 1 Now 17 316  2 All 17 316 ▌3 Failed* 16+ "),
        (46, VIEWS[1], " 1 17 316 ▌2 All 17 316  3 16+ "),
    ],
)
def test_tabs_name_the_views_and_count_their_orders(width: int, current: View, shown: str) -> None:
    tabs = tabs_line(VIEWS, COUNTS, current, (("following", "dim"),), width, UNICODE)
    assert plain(tabs.line).startswith(shown)
    assert plain(tabs.line).endswith("─ following")
    assert width_of(tabs.line) == width
    assert tabs.target_at(shown.index("2 ")) == "2"
    assert tabs.target_at(width - 1) == ""


@given(st.lists(texts, max_size=12), st.integers(20, 200))
def test_tabs_fit(names: list[str], width: int) -> None:
    views = [View(name) for name in names]
    tabs = tabs_line(views, [ViewCount(3)] * len(views), View(), (("x", "dim"),), width, UNICODE)
    assert width_of(tabs.line) <= width


@pytest.mark.parametrize("width", range(30, 100))
def test_the_star_of_a_changed_view_is_not_cut(width: int) -> None:
    views = (View("Now"), View("Failed since yesterday", "status:error"))
    changed = msgspec.structs.replace(views[1], filter="hls")
    tabs = tabs_line(views, (), changed, (("following", "dim"),), width, UNICODE)
    assert "*" in plain(tabs.line)


def test_a_filter_whose_orders_are_all_read_says_so() -> None:
    state = State(orders=(OrderSummary("a", "ERROR"), OrderSummary("b", "QUEUED")))
    for needed, searched in ((0, ""), (2, "  all searched")):
        found = ArrangedRows(state.orders[:1], needed=needed)
        line = filter_line("x", found, state, NOW, typing=True, clear="")
        assert plain(line) == f" 1 of 2{searched}"


def test_a_filter_on_a_partial_list_says_that_it_is_partial() -> None:
    state = State(orders=(OrderSummary("a", "ERROR"), OrderSummary("b", "QUEUED")))
    found = ArrangedRows(state.orders[:1], needs_detail=("b",), needed=2, details_to_fetch=("b",))
    part = msgspec.structs.replace(state, coverage=Coverage({}, 9000, 2, None))
    for seen, known in ((state, ""), (part, " known")):
        line = filter_line("x", found, seen, NOW, typing=True, clear="esc")
        assert plain(line) == f" 1 of 2{known}  indexing 1/2"


def shown(seen: DetailModel, size: tuple[int, int] = (60, 40)) -> str:
    lines = summary_lines(seen, size, ClockReading(NOW, 1000.0), UNICODE)
    return "\n".join(map(plain, lines))


@given(texts, texts, st.integers(20, 160), st.integers(1, 50))
def test_no_line_of_the_detail_is_too_wide(one: str, two: str, width: int, height: int) -> None:
    jobs = (SubJob(Profile("92", one), two, one, 50.0), SubJob(Profile(), None, None, None))
    detail = OrderDetail(
        "x",
        status="ERROR",
        filename=one,
        label=two,
        comment=one,
        source=MediaLocation(one, two, one),
        uploads=(MediaLocation(two, one, two),),
        notifications=(one,),
        jobs=jobs,
    )
    for phase in (Phase.ERROR, Phase.TRANSCODING):
        for line in summary_lines(
            detail_model(detail, phase=phase, status=phase.name),
            (width, height),
            ClockReading(NOW, 1000.0),
            UNICODE,
        ):
            assert width_of(line) <= width


def test_the_detail_of_a_running_order() -> None:
    text = shown(detail_model(OrderDetail("x", status="TRANSCODING", jobs=JOBS)))
    for word in ("Prueba escalado  #92", "prioridad alta", "Test HLS  #86", "nombre2.mp4"):
        assert word in text
    assert "average (2 sub-jobs)" in text
    assert "25 %" in text
    alone = shown(detail_model(OrderDetail("x", status="TRANSCODING", jobs=JOBS[1:])))
    assert "average" not in alone
    assert alone.count(" %") == 1


def test_finished_bars_read_100_and_unknown_ones_do_not_guess() -> None:
    done = shown(detail_model(OrderDetail("x", jobs=JOBS), phase=Phase.FINISHED, status="FINISHED"))
    assert done.count("100 %") == 3
    unknown = (*JOBS, SubJob(Profile("7", "Audio"), None, None, None))
    running = shown(detail_model(OrderDetail("x", status="TRANSCODING", jobs=unknown)))
    assert running.count(" ?") == 2  # the mean and the sub-job


def test_a_loading_detail_says_so_and_an_old_one_shows_its_age() -> None:
    assert "Loading details…" in shown(detail_model(None))
    detail = OrderDetail("x", status="TRANSCODING", jobs=JOBS)
    seen = detail_model(detail)
    old = DetailModel(seen.facts, seen.reading, None, old=True)
    at = formatting.clock_time(NOW - 4)
    assert f"Details updated {at}, 4 s ago" in shown(old)
    assert "~25 %" in shown(old)
    failed = DetailModel(seen.facts, seen.reading, "server error 502", old=True)
    assert "server error 502" in shown(failed)
    never = DetailModel(detail_model(None).facts, None, "server error 502", old=False)
    assert "No details: server error 502" in shown(never)
    assert "Loading" not in shown(never)


def test_an_order_that_no_poll_covers_is_marked_beside_its_row_too() -> None:
    seen = detail_model(
        OrderDetail("x", status="FINISHED"), phase=Phase.FINISHED, status="FINISHED"
    )
    assert "✔ FINISHED" in shown(seen)
    assert "✔~FINISHED" in shown(msgspec.structs.replace(seen, uncovered=True))


@pytest.mark.parametrize("changes", [{"gone": True}, {"phase": Phase.ERROR}])
def test_a_detail_that_is_not_polled_shows_when_it_was_read(changes: dict[str, Any]) -> None:
    read = f"updated      {formatting.time_with_day(NOW - 4, NOW)}"
    assert read in shown(detail_model(OrderDetail("x", status="ERROR", jobs=JOBS), **changes))
    assert read not in shown(detail_model(OrderDetail("x", status="TRANSCODING", jobs=JOBS)))


@pytest.mark.parametrize("size", [(37, 20), (44, 34), (60, 8), (78, 6), (100, 50), (197, 55)])
def test_the_order_of_the_detail_is_the_same_at_every_size(size: tuple[int, int]) -> None:
    detail = OrderDetail(
        "x",
        filename="clip.mov",
        comment="Upload failed: 552",
        size=5,
        source=MediaLocation("ftp://h/x"),
        uploads=(MediaLocation("ftp://h/y"),),
        notifications=("me@h",),
        jobs=JOBS,
    )
    text = shown(detail_model(detail, phase=Phase.ERROR, status="ERROR"), size)
    parts = ("clip.mov", "Upload failed", "Test HLS", "ftp://h/x", "ftp://h/y", "me@h", "created")
    found = [text.index(part) for part in parts]
    # Of two columns, the second one's facts may be in a line above.
    assert found[:4] == sorted(found[:4])
    assert size[0] >= 120 or found == sorted(found)


def test_a_long_name_shows_both_ends() -> None:
    name = "2026-11-05_final_FINAL_v2_definitivo_1080p.mp4"
    job = SubJob(Profile("1", "HLS"), name, None, 5.0)
    source = MediaLocation(f"ftp://host.example/a/rather/long/path/to/{name}")
    detail = OrderDetail("x", filename=name, source=source, jobs=(job,))
    lines = shown(detail_model(detail), (44, 30)).splitlines()
    for line in (lines[0], lines[2], lines[4]):
        assert re.search(r"(2026-1|ftp://)\S*…\S*1080p\.mp4", line), line
    assert lines[0].endswith("▶ TRANSCODING")
    assert lines[2].endswith("   5 %")


@pytest.mark.parametrize("width", [44, 100])
def test_only_what_progresses_has_a_bar(width: int) -> None:
    detail = OrderDetail("x", comment="it failed", jobs=JOBS)
    for phase, percents in (
        (Phase.TRANSCODING, {"25 %", "0 %", "50 %"}),
        (Phase.ERROR, {"25 %", "0 %", "50 %"}),
        (Phase.QUEUED, {"queued"}),
    ):
        text = shown(detail_model(detail, phase=phase, status=phase.name), (width, 40))
        assert ("░" in text) == (phase is Phase.TRANSCODING)
        assert set(re.findall(r" (\d+ %|queued)$", text, re.MULTILINE)) == percents
    bars = re.findall("[█▏▎▍▌▋▊▉░]+", shown(detail_model(detail), (37, 40)))
    assert min(map(len, bars)) == 10


def test_the_reason_of_a_failure_is_whole_where_it_fits() -> None:
    words = " ".join(f"word{n}" for n in range(100))
    seen = detail_model(OrderDetail("x", comment=words, jobs=JOBS), phase=Phase.ERROR)
    assert "word99" in shown(seen, (60, 40))
    low = shown(seen, (60, 8)).splitlines()
    assert low[1].startswith("word0 ")
    assert low[3].endswith("…")
    assert "average" in low[4]


def test_a_bar_has_no_color_while_the_list_is_not_live() -> None:
    seen = detail_model(OrderDetail("x", jobs=JOBS))
    for faded, role in ((False, "bar"), (True, "stale")):
        model = msgspec.structs.replace(seen, faded=faded)
        lines = summary_lines(model, (60, 40), ClockReading(NOW, 1000.0), UNICODE)
        assert {each for line in lines for text, each in line if "█" in text} == {role}


@pytest.mark.parametrize(
    ("setting", "environ", "expected"),
    [
        ("auto", {"LANG": "en_US.UTF-8"}, UNICODE),
        ("auto", {"LANG": "es_ES.utf8"}, UNICODE),
        ("auto", {"LANG": "C"}, ASCII),
        ("auto", {}, ASCII),
        ("auto", {"LANG": "C", "LC_CTYPE": "C.UTF-8"}, ASCII),
        ("auto", {"LANG": "en_US.UTF-8", "LC_ALL": "C"}, ASCII),
        ("ascii", {"LANG": "en_US.UTF-8"}, ASCII),
        ("unicode", {"LANG": "C"}, UNICODE),
    ],
)
def test_glyphs_follow_setting_and_locale(
    setting: str, environ: dict[str, str], expected: object
) -> None:
    assert select_glyphs(setting, environ) is expected


@pytest.mark.parametrize(("age", "is_told"), [(90.0, True), (2.0, False)])
def test_a_list_from_an_http_cache_is_labelled_unless_live(age: float, is_told: bool) -> None:
    read = ListLoaded(Snapshot(), ClockReading(NOW - age, 1000.0 - age), 5.0, cached_for=age)
    who = Session("42", "example.net")
    state = reduce(State(), read)
    lines = trouble_lines(state, who, 1001.0, 100, UNICODE, MAIN_SCREEN_LABELS)
    result = "▲ A cache in front of example.net answers with a copy that is 90 s old"
    assert [plain(line).strip() for line in lines] == ([result] if is_told else [])
