"""The orders that finished in the last hours, at the end of the line of counts."""

import pytest

from tui.model.statistics import Bucket, Statistics
from tui.ui.main_screen.throughput import TARGET, throughput, with_throughput
from tui.ui.text import clip, line_text, width_of
from tui.ui.theme.terminal_output import ASCII, UNICODE
from tui.ui.widgets.clickable_line import TargetLine

pytestmark = pytest.mark.usefixtures("utc")

HOUR = 3600.0
NOW = 24 * HOUR + 1800


def ended(
    *finished: int, failed: int = 0, polled: dict[int, float] | None = None, since: float = 0.0
) -> Statistics:
    """The last hours; `polled` has how many seconds of them were, by their place."""
    start = NOW + 1 - len(finished) * HOUR
    seconds = dict.fromkeys(range(len(finished)), HOUR) | (polled or {})
    buckets = [
        Bucket(start + n * HOUR, start + (n + 1) * HOUR, seconds[n], count)
        for n, count in enumerate(finished)
    ]
    buckets[-1] = Bucket(start + (len(finished) - 1) * HOUR, NOW + 1, seconds[len(finished) - 1],
                         finished[-1], failed)  # fmt: skip
    return Statistics(tuple(buckets), since)


@pytest.mark.parametrize(
    ("found", "shown"),
    [
        (ended(1, 2, 2, 5, 9), "▁▂▂▅█ 9/h"),
        (ended(0, 0, 4), "··█ 4/h"),
        (ended(3, 0), "█· 0/h"),
        (ended(0, 0), "·· 0/h"),
        (ended(8, 4, failed=2), "█▄ 4/h ✖ 2"),
        (ended(8, 0, 4, polled={1: 0.0}), "█░▄ 4/h"),
        (ended(8, 4, polled={1: 1800.0}), "█▄ ~4/h"),
        (ended(8, 0, polled={1: 0.0}), "█░ ?/h"),
        (ended(0, 8, 4, since=NOW - 1.5 * HOUR), "█▄ 4/h"),
        (ended(0, 0, 4, since=NOW - 1800), "█ 4 since 00:00"),
        (ended(*[1] * 14), "████████████ 1/h"),
    ],
)
def test_each_hour_is_a_bar_and_the_last_one_a_number(found: Statistics, shown: str) -> None:
    assert line_text(throughput(found, 12, NOW, UNICODE)) == shown


def test_it_is_legible_in_ascii() -> None:
    found = ended(1, 0, 2, 8, 4, polled={2: 0.0}, failed=1)
    assert line_text(throughput(found, 12, NOW, ASCII)) == ".-/#: 4/h x 1"


LONG = TargetLine(((" ", "plain"), ("✔ 812 finished", "finished")), ("", "finished"))
SHORT = TargetLine(((" ", "plain"), ("✔ 812", "finished")), ("", "finished"))


def counts(width: int) -> TargetLine:
    line = LONG if width >= width_of(LONG.line) else SHORT
    return TargetLine(clip(line.line, width), line.targets)


@pytest.mark.parametrize(
    ("width", "hours"), [(200, 12), (35, 12), (34, 8), (31, 8), (30, 5), (28, 5), (27, 0)]
)
def test_it_has_as_many_hours_as_there_is_room_for(width: int, hours: int) -> None:
    line = with_throughput(counts, ended(*[2] * 12), NOW, width, UNICODE, faded=False)
    assert line_text(line.line).count("█") == hours
    assert width_of(line.line) == (width - 1 if hours else width_of(LONG.line))
    assert line.target_at(3) == "finished"
    assert line.target_at(width - 3) == (TARGET if hours else "")
    assert line.target_at(16) == ""


@pytest.mark.parametrize(
    ("width", "long", "short", "shown"),
    [
        (100, 80, 70, "short, throughput"),
        (100, 70, 60, "long, throughput"),
        (100, 95, 79, "long"),  # in less room it is cut
        (95, 90, 70, "long"),
    ],
)
def test_on_a_wide_screen_shorter_names_make_room(
    width: int, long: int, short: int, shown: str
) -> None:
    def line_for(room: int) -> TargetLine:
        text = "long" if long <= room else "short"
        cells = long if text == "long" else short
        return TargetLine(clip(((text.ljust(cells), "plain"),), room), ("",))

    line = with_throughput(line_for, ended(*[2] * 12), NOW, width, UNICODE, faded=False)
    parts = [line.line[0][0].strip(), *["throughput"] * (TARGET in line.targets)]
    assert ", ".join(parts) == shown


def test_a_list_that_is_not_live_takes_its_color() -> None:
    line = with_throughput(counts, ended(2, 4, failed=1), NOW, 80, UNICODE, faded=True)
    assert {role for _, role in line.line[3:]} == {"stale"}


@pytest.mark.parametrize("found", [None, Statistics()])
def test_without_a_history_there_is_none(found: Statistics | None) -> None:
    assert with_throughput(counts, found, NOW, 80, UNICODE, faded=False) == LONG
