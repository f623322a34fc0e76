"""The charts, the table of times and the words of the statistics."""

import time
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.model.calendar_units import CalendarUnit, unit_edges
from tui.model.statistics import Bucket, Quantiles, Reason, RunTimes, Statistics
from tui.ui.statistics.charts import Column, Known, axis, chart, frame, known, labels, number
from tui.ui.statistics.report import StatisticsModel, header_lines, report
from tui.ui.statistics.times_table import left_out_text, times_lines, waiting_text
from tui.ui.text import Line, line_text, width_of
from tui.ui.theme.terminal_output import ASCII, UNICODE, Glyphs

pytestmark = pytest.mark.usefixtures("utc")

HOUR = 3600.0
WHOLE, PARTLY, NOT_OVER, UNPOLLED, FUTURE = Known
NOON = 12 * HOUR


def texts(lines: list[Line]) -> list[str]:
    return [line_text(line) for line in lines]


@pytest.mark.parametrize(
    ("start", "polled", "expected"),
    [
        (10, HOUR, WHOLE), (10, 0.95 * HOUR, WHOLE), (10, HOUR / 2, PARTLY), (10, 0, UNPOLLED),
        (11.5, 1800, NOT_OVER), (11.5, 600, PARTLY), (11.5, 0, UNPOLLED), (13, 0, FUTURE),
        (12, 4, NOT_OVER), (12, 0, FUTURE),
    ],
)  # fmt: skip
def test_an_hour_is_known_as_far_as_it_was_polled(
    start: float, polled: float, expected: Known
) -> None:
    assert known(Bucket(start * HOUR, (start + 1) * HOUR, polled), NOON) is expected


def columns(*values: float, kinds: dict[int, Known] | None = None) -> list[Column]:
    marked = kinds or {}
    return [Column(n * HOUR, value, marked.get(n, WHOLE)) for n, value in enumerate(values)]


@pytest.mark.parametrize(
    ("glyphs", "lines"),
    [
        (UNICODE, [
            " 10       ██",
            "       ▅▅ ██ ░░ ██ ▄▄",
            "  0 ────────────~──+──",
            "    0  1  2  3  4  5  6",
        ]),
        (ASCII, [
            " 10       ##",
            "       == ## // ## ::",
            "  0 ------------~--+--",
            "    0  1  2  3  4  5  6",
        ]),
    ],
    ids=["unicode", "ascii"],
)  # fmt: skip
def test_a_chart_tells_nothing_from_not_known(glyphs: Glyphs, lines: list[str]) -> None:
    kinds = {3: UNPOLLED, 4: PARTLY, 5: NOT_OVER, 6: FUTURE}
    shown = columns(0, 3, 10, 0, 5, 2, 0, kinds=kinds)
    place = frame(len(shown), 26, 10)
    drawn = [*chart(shown, place, 2, "finished", glyphs), axis(shown, place, glyphs)]
    assert [each.rstrip() for each in texts([*drawn, labels(shown, place)])] == lines


@pytest.mark.parametrize(
    ("start", "count", "step", "width", "shown"),
    [
        (0, 24, HOUR, 80, " ".join(map(str, range(24)))),
        (0, 24, HOUR, 55, "0 2 4 6 8 10 12 14 16 18 20 22"),
        (0, 24, HOUR, 30, "0 3 6 9 12 15 18 21"),
        (0, 7, 24 * HOUR, 80, "Thu 01 Fri 02 Sat 03 Sun 04 Mon 05 Tue 06 Wed 07"),
        (0, 7, 24 * HOUR, 40, "1 2 3 4 5 6 7"),
        (0, 31, 24 * HOUR, 40, "1 4 7 10 13 16 19 22 25 28 31"),
    ],
)  # fmt: skip
def test_labels_name_hours_and_days(
    start: float, count: int, step: float, width: int, shown: str
) -> None:
    times = [Column(start + n * step, 1, WHOLE) for n in range(count)]
    line = line_text(labels(times, frame(count, width, 1)))
    assert line.split() == shown.split()


def test_an_hour_that_comes_twice_is_named_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Europe/Madrid")
    time.tzset()
    edges = unit_edges(CalendarUnit.DAY, 1_792_929_600.0)  # 2026-10-25: summer time ends
    times = [Column(each, 1, WHOLE) for each in edges[:-1]]
    names = line_text(labels(times, frame(25, 80, 1))).split()
    assert names == [str(hour) for hour in range(24)]


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0, "0"), (0.2, "1"), (38, "38"), (9999, "9999"), (12_345, "12k"), (2_340_000, "2.3M")],
)
def test_numbers_at_the_axis_are_short(value: float, shown: str) -> None:
    assert number(value) == shown


@given(
    st.integers(40, 200),
    st.lists(st.just(0.0) | st.floats(0.01, 1e7), min_size=1, max_size=31),
    st.integers(1, 10),
)
def test_a_chart_is_within_its_width(width: int, values: list[float], height: int) -> None:
    shown = columns(*values)
    place = frame(len(values), width, max(values))
    lines = chart(shown, place, height, "finished", UNICODE)
    assert len(lines) == height
    assert {width_of(line) for line in [*lines, axis(shown, place, UNICODE)]} == {place.width}
    assert place.width <= width
    # Only what is zero has no bar.
    bottom = line_text(lines[-1])[place.margin :]
    drawn = [bottom[n * place.column] != " " for n in range(len(values))]
    assert drawn == [value > 0 for value in values]


def times(finished: int, failed: int, median: int, left_out: int = 0, name: str = "") -> RunTimes:
    found = Quantiles(finished, median, 3 * median)
    return RunTimes(name, finished, failed, (found, found, None, found, found), left_out)


STATISTICS = Statistics(
    (Bucket(0, HOUR, HOUR, 5, 1, 600.0), Bucket(HOUR, 2 * HOUR, 0), Bucket(2 * HOUR, 3 * HOUR)),
    since=-500.0,
    everything=times(5, 1, 60),
    by_profiles=(times(5, 1, 60, name="HLS"),),
    reasons=(Reason("530 Login incorrect at …", 1, 1800.0),),
)


@pytest.mark.parametrize("width", [60, 80, 120])
def test_the_table_has_both_quantiles_of_each_phase(width: int) -> None:
    lines = texts(times_lines(STATISTICS, width, UNICODE))
    assert all(len(line) <= width for line in lines)
    assert " ".join(lines).count("1m00s") == " ".join(lines).count("3m00s") == 2 * 4
    assert any(line.startswith("HLS") for line in lines)


def test_a_single_set_of_unknown_profiles_is_not_repeated() -> None:
    found = msgspec.structs.replace(STATISTICS, by_profiles=(times(5, 1, 60),))
    assert not any("not known" in line for line in texts(times_lines(found, 80, UNICODE)))


def test_waiting_and_what_is_left_out_are_said_in_words() -> None:
    assert waiting_text(times(5, 1, 60)) == (
        "Waiting in QUEUED: half of 5 orders at most 1m00s, 90 % at most 3m00s."
    )
    assert waiting_text(RunTimes("", 1, 0, (None,) * 5)) == (
        "How long orders waited in QUEUED was not observed."
    )
    assert left_out_text(times(5, 1, 60)) == ""
    assert left_out_text(times(5, 1, 60, left_out=1)).startswith("1 time is left out: ")
    assert left_out_text(times(5, 1, 60, left_out=1234)).startswith("1 234 times are left out: ")


def model(found: Statistics | None, now: float = 10 * HOUR, **changes: Any) -> StatisticsModel:
    return StatisticsModel(CalendarUnit.DAY, (0.0, HOUR, 2 * HOUR, 3 * HOUR), now, found, **changes)


@pytest.mark.parametrize(
    ("found", "shown"),
    [
        (None, "Reading the history…"),
        (Statistics(), "Nothing is recorded yet. Statistics begin with the first list of orders."),
        (
            msgspec.structs.replace(STATISTICS, since=3 * HOUR),
            "Nothing was recorded before 03:00:00.",
        ),
        (
            Statistics((Bucket(0, 3 * HOUR),), -500.0),
            "Orders were not polled in this time, so it is not known what happened to them.",
        ),
        (
            Statistics((Bucket(0, 3 * HOUR),), HOUR),
            "The history begins at 01:00:00. In a minute there is more to say.",
        ),
    ],
)
def test_an_empty_report_says_why(found: Statistics | None, shown: str) -> None:
    now = HOUR if found is not None and found.since == HOUR else 10 * HOUR
    lines = texts(report(model(found, now), (100, 30), UNICODE).lines)
    assert " ".join(lines).strip() == shown


def test_without_a_history_there_are_no_statistics() -> None:
    lines = texts(report(model(None, has_history=False), (100, 30), UNICODE).lines)
    assert " ".join(lines).strip() == "No history is kept, so there are no statistics."


@pytest.mark.parametrize("size", [(58, 11), (78, 20), (118, 36), (198, 56)])
def test_the_report_says_what_is_not_in_the_charts(size: tuple[int, int]) -> None:
    found = msgspec.structs.replace(STATISTICS, unplaced=3, unmeasured=2)
    shown = report(model(found, open_key="enter"), size, UNICODE)
    lines = texts(shown.lines)
    assert all(width_of(line) <= size[0] for line in shown.lines)
    text = " ".join(" ".join(lines).split())
    assert "✔ 5 finished ✖ 1 failed (17 %)" in text
    assert "10 min finished" in text
    assert "3 orders ended while nothing was polled: not in the charts." in text
    assert "2 orders of unknown length" in text
    assert "░ not polled" in text
    assert lines[shown.reasons_at].startswith("▌1  00:30:00  530 Login incorrect at …")


@pytest.mark.parametrize(
    ("since", "polled", "shown"),
    [
        (-500.0, 3 * HOUR, "polled all of the time"),
        (-500.0, HOUR, "polled 33 % of the time"),
        (1800.0, 2.5 * HOUR, "since 00:30:00, polled all of the time"),
    ],
)
def test_the_title_says_how_much_was_polled(since: float, polled: float, shown: str) -> None:
    found = Statistics((Bucket(0, 3 * HOUR, polled),), since)
    title, tabs = texts(header_lines(model(found), 100, UNICODE))
    assert f" {shown} ─" in title
    assert "─ Statistics ─ Thu 01 Jan 1970 ─" in title
    assert tabs.strip() == "▌1 Day   2 Week   3 Month"
