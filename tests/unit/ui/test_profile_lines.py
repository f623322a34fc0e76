"""What the screen of profiles knows and how it reads, without a screen."""

import pytest
from msgspec.structs import replace
from rich.cells import cell_len

from tests.support.hostile_text import PAYLOADS
from tests.support.profile_stage import HLS, WEB
from tui.actions.profile_change import ProfileChange
from tui.actions.profile_draft import Difference
from tui.actions.profile_settling import ChangeResult
from tui.model.actions import ActionKind, Outcome
from tui.model.events import ClockReading
from tui.model.ports import Failure, FailureKind
from tui.model.profile_uses import ProfileUse, ProfileUses
from tui.model.profiles import EncodingProfile
from tui.model.statistics import Quantiles
from tui.sanitize import sanitize_line
from tui.ui.profile_text import size_text
from tui.ui.profiles.control import ProfilesControl, orders_filter
from tui.ui.profiles.form_text import change_lines, result_lines
from tui.ui.profiles.lines import (
    detail_lines,
    head_line,
    layout_for,
    notice_lines,
    table_heading,
    table_row,
)
from tui.ui.text import line_text, width_of
from tui.ui.theme.terminal_output import ASCII, UNICODE

pytestmark = pytest.mark.usefixtures("utc")

T0 = 1_700_000_000.0
FAILED = Failure(FailureKind.SLOW)
USES = ProfileUses(
    {92: ProfileUse(1200, 3, (("1-1", T0 - 60),), Quantiles(900, 250, 600), Quantiles(1, 90, 90))},
    T0 - 30 * 86_400,
    2000,
    2400,
    has_history=True,
)


def at(seconds: float) -> ClockReading:
    return ClockReading(T0 + seconds, seconds)


def control(*profiles: EncodingProfile) -> ProfilesControl:
    made = ProfilesControl()
    made.set_found(profiles, at(0))
    return made


def text(profile: EncodingProfile, uses: ProfileUses | None = USES, width: int = 90) -> str:
    return "\n".join(line_text(line) for line in detail_lines(profile, uses, T0, width))


# The control


@pytest.mark.parametrize(
    ("search", "ids"),
    [
        ("", [92, 86]),
        ("web", [92]),
        ("1080 WEB", [92]),
        ("86", [86]),
        ("1920x1080", [92]),
        ("hls", [86]),
        ("aac", [92]),
        ("web hls", []),
    ],
)
def test_a_search_compares_every_word(search: str, ids: list[int]) -> None:
    found = control(WEB, HLS)
    found.set_search(search)
    assert [each.id for each in found.shown] == ids


def test_an_id_that_is_typed_gets_the_cursor() -> None:
    found = control(replace(WEB, id=35), replace(WEB, id=92, video_width=None))
    found.set_search("92")
    assert [each.id for each in found.shown] == [35, 92]  # 35 has it in its size
    assert found.chosen is not None
    assert found.chosen.id == 92


def test_the_cursor_takes_the_place_of_a_profile_that_is_gone() -> None:
    found = control(WEB, HLS, replace(WEB, id=7))
    found.choose(1)
    found.set_found((WEB, replace(WEB, id=7)), at(0))
    assert found.chosen is not None
    assert found.chosen.id == 7
    found.set_found((), at(0))
    assert found.chosen is None


def test_a_profile_that_was_made_gets_the_cursor_when_it_is_read() -> None:
    found = control(WEB)
    found.choose_profile(86)
    found.set_found((WEB, HLS), at(0))
    assert found.chosen == HLS


def test_what_was_read_stays_when_a_later_read_fails() -> None:
    found = control(WEB)
    found.set_found(FAILED, at(10))
    assert (found.shown, found.read_at, found.is_old(10)) == ((WEB,), at(0), True)
    found.set_found((HLS,), at(20))
    assert (found.shown, found.is_old(20)) == ((HLS,), False)


@pytest.mark.parametrize(("after", "old"), [(0, False), (300, False), (301, True)])
def test_profiles_grow_old(after: float, *, old: bool) -> None:
    found = control(WEB)
    assert found.is_old(after) is old
    assert bool(notice_lines(found, "", at(after), 80, "r")) is old
    assert (head_line(found, at(after), 80, UNICODE)[-2][1] == "warning") is old


def test_a_clock_that_is_set_back_makes_nothing_fresh() -> None:
    found = control(WEB)
    assert notice_lines(found, "", ClockReading(T0 - 86_400, 301), 80, "r")


@pytest.mark.parametrize(
    ("profile", "expected"),
    [
        (WEB, 'profile="Web 1080p"'),
        (replace(WEB, name="hls"), "profile=hls"),
        (replace(WEB, name="a|b*"), 'profile="a|b*"'),
        (replace(WEB, name=""), "profile=92"),  # what an order without the name has
    ],
)
def test_the_filter_is_of_exactly_this_profile(profile: EncodingProfile, expected: str) -> None:
    assert orders_filter(profile) == expected


@pytest.mark.parametrize(
    ("width", "height", "expected"),
    [(1920, 1080, "1920x1080"), (None, 360, "*x360"), (640, 0, "640x*"), (None, None, "")],
)
def test_a_size_without_a_side(width: int | None, height: int | None, expected: str) -> None:
    assert size_text(replace(WEB, video_width=width, video_height=height)) == expected


# The lines


@pytest.mark.parametrize(
    ("known", "count", "history", "profile", "cell", "said"),
    [
        (5, 5, True, WEB, "1 200", "Used by 1 200 orders since"),
        (4, 5, True, WEB, "1 200+", "Used by at least 1 200 orders since"),
        (5, 5, True, HLS, "0", "No order uses it since"),
        (4, 5, True, HLS, "0+", "No order is known to use it since"),
        (5, 5, False, HLS, "0+", "No order is known to use it since"),
    ],
)
def test_what_is_not_read_may_use_it_too(
    known: int, count: int, profile: EncodingProfile, cell: str, said: str, *, history: bool
) -> None:
    uses = replace(USES, known=known, count=count, has_history=history)
    row = table_row(profile, uses, layout_for(90, has_uses=True), UNICODE, cursor=False, old=False)
    assert f" {cell} " in line_text(row)
    assert said in text(profile, uses)


def test_an_id_that_is_listed_twice_is_one_row() -> None:
    assert len(control(WEB, WEB, HLS).shown) == 2


def test_the_details_say_over_which_time_and_what_counts() -> None:
    assert "Used by at least 1 200 orders since 2023-10-15 22:13" in text(WEB)
    assert "3 of them not finished yet" in text(WEB)
    assert "Of 2 400 orders since then the details of 2 000 are known: only these" in text(WEB)
    assert "all            half of 900 runs at most 4m10s, 90 % at most 10m00s" in text(WEB)
    assert "it alone       half of 1 run at most 1m30s" in text(WEB)


def test_what_is_not_known_is_not_zero() -> None:
    assert "Its time in TRANSCODING was not observed." in text(HLS)
    assert "Reading which orders use it…" in text(WEB, None)
    assert "video          bitrate 800" in text(HLS)
    assert "audio          -" in text(replace(HLS, audio_bitrate=None))


@pytest.mark.parametrize("width", range(20, 200, 7))
@pytest.mark.parametrize("glyphs", [UNICODE, ASCII])
def test_the_table_fits_and_has_what_there_is_room_for(width: int, glyphs: object) -> None:
    layout = layout_for(width, has_uses=True)
    row = table_row(WEB, USES, layout, UNICODE, cursor=True, old=False)
    assert width_of(table_heading(layout)) == width_of(row) <= max(width, 13)
    assert ("1 200+" in line_text(row)) is (width >= 34)


@pytest.mark.parametrize("name", PAYLOADS)
@pytest.mark.parametrize("width", [20, 36, 76])
def test_hostile_texts_keep_to_the_width(name: str, width: int) -> None:
    hostile = sanitize_line(PAYLOADS[name], 200)
    profile = replace(WEB, name=hostile, video_format=hostile, audio_codec=hostile)
    change = ProfileChange(
        id="1", kind=ActionKind.SAVE_PROFILE, profile_id=92, name=hostile, twin=7,
        differences=(Difference("name", hostile, hostile + "2"),), guard_reason=hostile,
        meanwhile=(Difference("format", "", hostile),), problem=hostile,
    )  # fmt: skip
    lines = [
        *detail_lines(profile, USES, T0, width),
        table_row(profile, USES, layout_for(width, has_uses=True), UNICODE, cursor=True, old=True),
        *change_lines(change, (), width, UNICODE),
        *result_lines([ChangeResult(Outcome.REFUSED, hostile, 92)], width),
    ]
    assert [line for line in lines if cell_len(line_text(line)) > max(width, 24)] == []


def test_only_the_first_answer_and_the_last_read_are_shown() -> None:
    results = [
        ChangeResult(Outcome.UNKNOWN, "cut", 92),
        ChangeResult(Outcome.UNKNOWN, "it has the old values at 1", 92),
        ChangeResult(Outcome.FOUND_DONE, "it has the new values at 2", 92),
    ]
    assert [line_text(line) for line in result_lines(results, 90)] == [
        "outcome unknown: cut",
        "found: it has the new values at 2",
    ]
