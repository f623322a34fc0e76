"""The lines of the minutes."""

from datetime import UTC, datetime

import msgspec
import pytest

from tui.model.minutes import Method, Month, MonthEstimate, Projection, project
from tui.model.profiles import ConsumedMinutes, MonthMinutes
from tui.ui.minutes.text import MinutesModel, minutes_lines
from tui.ui.text import line_text, width_of
from tui.ui.theme.terminal_output import ASCII, UNICODE, Glyphs

NOW = datetime(2026, 11, 11, tzinfo=UTC).timestamp()
NOVEMBER = Month(2026, 11)


def read(contracted: float | None = 3000.0, **months: float) -> MinutesModel:
    """Return what was read at `NOW`: `m10=30` is October 2026."""
    rows = (MonthMinutes(2026, int(name[1:]), each) for name, each in months.items())
    consumed = ConsumedMinutes(tuple(rows), contracted)
    return MinutesModel(consumed, project(consumed, NOW, ()), NOW, is_reading=False)


def text(model: MinutesModel, width: int = 90, glyphs: Glyphs = UNICODE) -> str:
    lines = minutes_lines(model, width, glyphs)
    assert all(width_of(line) <= width for line in lines)
    return "\n".join(line_text(line).rstrip() for line in lines)


@pytest.mark.parametrize(
    ("model", "words"),
    [
        (MinutesModel(), "Reading the consumed minutes…"),
        (MinutesModel(is_reading=False), "Nothing is read. r: read again"),
        (
            MinutesModel(is_reading=False, problem="Not read at 1: no route."),
            "Nothing is read. r: read again\n▲ Not read at 1: no route.",
        ),
    ],
)
def test_before_anything_is_read(model: MinutesModel, words: str) -> None:
    assert text(model) == words


def test_the_first_line_says_when_it_was_read(utc: None) -> None:
    model = read(m11=1)
    first = "Read at 2026-11-11 00:00:00; months of UTC."
    assert text(model).startswith(f"{first} r: read again\n")
    again = msgspec.structs.replace(model, is_reading=True)
    assert text(again).startswith(f"{first} Reading again…\n")


def test_bars_and_figures() -> None:
    lines = text(read(contracted=600.0, m8=300.0, m10=310.0, m11=100.0), 52, ASCII).splitlines()
    assert lines[3:9] == [
        "projected   ============                     300 min",
        "contracted  =========================        600 min",
        "2026-11     ====                      so far 100 min",
        "2026-10     ============                     310 min",
        "2026-09                                    not known",
        "2026-08     ============                     300 min",
    ]


def test_a_range_has_a_bar_from_its_low_to_its_high_end() -> None:
    lines = text(read(m10=6000.0, m11=900.0), 60).splitlines()
    assert lines[2].startswith("projected   ██████████")
    assert "░░░" in lines[2]
    assert lines[2].endswith("2 700–4 800 min")


@pytest.mark.parametrize(
    ("model", "words"),
    [
        (
            read(m10=310.0, m11=100.0),
            [
                "November may come to 300 min, estimated by",
                "  300 min  the pace of its first 10.0 days",
                "  300 min  what is consumed, and the pace of October for its rest",
                "Not by weekday: no history.",
                "The API does not say for how long the contracted minutes are.",
            ],
        ),
        (
            read(contracted=250.0, m10=610.0, m11=90.0),
            ["If they are for a month, every estimate of November exceeds them."],
        ),
        (
            read(contracted=300.0, m10=610.0, m11=90.0),
            ["If they are for a month, an estimate of November exceeds them."],
        ),
        (read(contracted=None, m11=1.0), ["The API tells no contracted minutes."]),
        (
            read(m10=310.0),
            ["No projection of November: the API knows no minutes of November."],
        ),
        (
            read(contracted=5.0),
            [
                "contracted",
                "No projection of November: the API knows no minutes of November.",
            ],
        ),
        (
            msgspec.structs.replace(read(m11=1.0), has_history=True),
            ["Not by weekday: the history has 0 of 14 days that were polled wholly."],
        ),
    ],
)
def test_what_the_projection_is_made_of(model: MinutesModel, words: list[str]) -> None:
    lines = text(model).splitlines()
    for each in words:
        assert any(line.startswith(each) for line in lines), each


def test_by_weekday() -> None:
    consumed = ConsumedMinutes((MonthMinutes(2026, 11, 90.0),))
    pace, weekdays = (
        MonthEstimate(Method.PACE, 270.0, 10.0),
        MonthEstimate(Method.WEEKDAYS, 281.5, 42.0),
    )
    projection = Projection(NOVEMBER, 0.0, 42, (pace, weekdays))
    shown = text(MinutesModel(consumed, projection, NOW, is_reading=False, has_history=True))
    assert "November may come to 270–290 min, estimated by" in shown
    assert "  282 min  that pace by weekday, as orders finished on 42 days" in shown
    assert "Not by weekday" not in shown


def test_no_projection_at_the_beginning_of_a_month(utc: None) -> None:
    consumed = ConsumedMinutes((MonthMinutes(2026, 11, 1.0),))
    projection = project(consumed, Month(2026, 11).start + 60, ())
    shown = text(MinutesModel(consumed, projection, NOW, is_reading=False))
    assert "No projection of November before 2026-11-03 00:00:00." in shown


@pytest.mark.parametrize("width", [8, 20, 34, 60, 200])
def test_every_width_is_filled_at_most(width: int) -> None:
    text(read(m9=1e9, m10=0.0, m11=123_456.7), width)


def test_months_without_minutes_have_no_bar() -> None:
    assert "█" not in text(read(contracted=None, m10=0.0, m11=0.0))
