"""The lines of the timeline."""

from collections.abc import Sequence

import pytest
from msgspec.structs import replace

from tests.support.history_rows import POLLED, comment, status
from tests.support.journal_entries import entry
from tui.history.order_past import LastState, StoredChange, order_past
from tui.model.actions import JournalEntry, Outcome
from tui.model.history import Change, Span, SpanKind
from tui.model.observed import ELAPSED, TOOK
from tui.model.order import phase_of
from tui.model.timeline import OrderHistory, attempts_of
from tui.model.timing import Moment
from tui.ui.order_screen.phase_bar import phase_bar
from tui.ui.order_screen.timeline_lines import Stall, TimelineModel, timeline_lines
from tui.ui.order_screen.timeline_words import moment_note, time_of
from tui.ui.text import Line, line_text, width_of
from tui.ui.theme.terminal_output import ASCII, UNICODE
from tui.ui.timing_text import duration_text, length_text

NOON = 1_631_102_400.0  # 2021-09-08 12:00:00 UTC
T, U, F, E = "TRANSCODING", "UPLOADING", "FINISHED", "ERROR"


@pytest.fixture(autouse=True)
def _utc(utc: None) -> None:
    pass


def history(
    *changes: Change, spans: Sequence[Span] = (), since: float = NOON - 7200
) -> OrderHistory:
    words = [each.new for each in changes if isinstance(each.new, str)]
    first = changes[0].before if changes and changes[0].old is None else since
    return OrderHistory(changes, words[-1] if words else None, 1, first, spans, since)


def model(
    of: OrderHistory | None, until: float = NOON, *, live: bool = True, reason: str = ""
) -> TimelineModel:
    return TimelineModel(of, NOON, until, live, reason)


def shown(of: TimelineModel, width: int = 80) -> list[str]:
    return [line_text(each).rstrip() for each in timeline_lines(of, width, UNICODE)]


_UNSEEN = (
    "It had ended before it was first seen, today 10:00:00: when it began and how long it took is"
    " not known."
)
POLLED_ALL = (Span(NOON - 7200, NOON, POLLED),)
DONE = (
    status("a", None, "QUEUED", NOON - 1000),
    status("a", "QUEUED", T, NOON - 900),
    status("a", T, U, NOON - 300),
    status("a", U, F, NOON - 200),
)


def test_a_row_for_each_status_with_from_to_and_how_long() -> None:
    lines = shown(model(history(*DONE, spans=POLLED_ALL)))
    assert lines[0] == (
        "Attempt 1  today 11:43:20 to 11:56:40, took 11 min 40 s after 100 s queued"
    )
    assert lines[2:] == [
        "",
        "STATUS          FROM      TO        LASTED",
        "◌ QUEUED        11:43:20  11:45:00  100 s",
        "▶ TRANSCODING   11:45:00  11:55:00  10 min 00 s",
        "↑ UPLOADING     11:55:00  11:56:40  100 s",
        "✔ FINISHED      11:56:40",
    ]


def test_a_status_that_goes_on_lasts_until_now_or_until_the_last_list() -> None:
    running = history(*DONE[:2], spans=POLLED_ALL)
    assert shown(model(running))[-1] == "▶ TRANSCODING   11:45:00  now       15 min 00 s"
    stale = model(running, NOON - 120, live=False)
    assert shown(stale)[-1] == "▶ TRANSCODING   11:45:00  11:58:00  13 min 00 s"
    last = timeline_lines(stale, 80, UNICODE)[-1]
    assert last[0][1] == "stale"


def test_wide_bounds_are_said_with_what_was_not_polled() -> None:
    unseen = status("a", U, F, NOON - 200, after=NOON - 500)
    spans = (Span(NOON - 7200, NOON - 490, POLLED), Span(NOON - 210, NOON, POLLED))
    lines = shown(model(history(*DONE[:3], unseen, spans=spans)))
    assert lines[-3:] == [
        "✔ FINISHED      11:56:40",
        "    finished between 11:51:40 and 11:56:40; not polling from 11:51:50 to",
        "    11:56:30 (not running)",
    ]
    assert "↑ UPLOADING     11:55:00  11:56:40  0 s to 105 s" in lines
    assert "░ not running   11:51:50  11:56:30  4 min 40 s" in lines


def test_why_it_failed_is_below_its_failure() -> None:
    failed = (*DONE[:3], status("a", U, E, NOON - 200))
    told = shown(model(history(*failed, comment("a", "552", NOON - 195), spans=POLLED_ALL)))
    assert told[-2:] == ["✖ ERROR         11:56:40", "    552"]
    # The detail that is known now, if no comment was recorded.
    assert shown(model(history(*failed, spans=POLLED_ALL), reason="553"))[-1] == "    553"


def test_the_last_attempt_comes_first_and_is_compared() -> None:
    again = [
        status("a", F, "QUEUED", NOON - 190, attempt=2),
        status("a", "QUEUED", T, NOON - 180, attempt=2),
    ]
    lines = shown(model(history(*DONE, *again, spans=POLLED_ALL), NOON + 720))
    assert lines[0].startswith(
        "Attempt 2  since today 11:56:50, elapsed 15 min 00 s after 10 s queued"
    )
    assert lines[2] == "Compared with attempt 1: already 50 % longer in TRANSCODING"
    assert any(line.startswith("Attempt 1  ") for line in lines)
    faster = [*again, status("a", T, F, NOON + 120, attempt=2)]
    lines = shown(model(history(*DONE, *faster, spans=POLLED_ALL), NOON + 720))
    assert lines[2] == "Compared with attempt 1: 50 % shorter in TRANSCODING"


@pytest.mark.parametrize(
    ("of", "text"),
    [
        (None, "Loading the history…"),
        (OrderHistory(), "Nothing is recorded yet. The timeline begins with the first poll."),
        (
            OrderHistory(recorded_since=NOON - 7200),
            "Nothing is recorded of this order. The history begins today 10:00:00.",
        ),
        (
            OrderHistory((), F, 1, NOON - 7200, POLLED_ALL, NOON - 7200),
            _UNSEEN,
        ),
    ],
)
def test_what_is_not_known_is_said(of: OrderHistory | None, text: str) -> None:
    assert shown(model(of), 200)[0] == text


def test_an_attempt_that_had_ended_before_it_was_first_seen_has_no_length() -> None:
    of = OrderHistory((), F, 1, NOON - 7200, POLLED_ALL, NOON - 7200)
    text = "Attempt 1  ended before it was first seen, today 10:00:00"
    assert text in shown(model(of))
    again = status("a", F, "QUEUED", NOON - 190, attempt=2)
    of = OrderHistory((again,), "QUEUED", 2, NOON - 7200, POLLED_ALL, NOON - 7200)
    lines = shown(model(of))
    assert lines[0] == "Attempt 2  since today 11:56:50, 3 min 10 s queued"
    assert text in lines, "it did not end in attempt 2"


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        (DONE[:1], "since today 11:43:20, 16 min 40 s queued"),
        ((DONE[0], status("a", "QUEUED", E, NOON - 900)), "took 0 s after 100 s queued"),
        ((DONE[0], status("a", "QUEUED", None, NOON - 900)), ", 100 s queued"),
        ((status("a", None, T, NOON - 900), *DONE[2:]), "11:56:40, took 11 min 40 s"),
        (
            (*DONE[:2], status("a", T, "QUEUED", NOON - 800), status("a", "QUEUED", T, NOON - 600)),
            "since today 11:43:20, elapsed 10 min 00 s",
        ),
    ],
)
def test_the_work_of_an_attempt_begins_where_it_left_the_queue(
    changes: Sequence[Change], text: str
) -> None:
    assert shown(model(history(*changes, spans=POLLED_ALL)))[0].endswith(text)


@pytest.mark.parametrize("changes", [DONE, DONE[1:], DONE[:3]])
def test_the_timeline_and_the_facts_have_the_same_length(changes: Sequence[Change]) -> None:
    of = history(*changes, spans=POLLED_ALL)
    changed = [StoredChange(*map(each.__getattribute__, StoredChange._fields)) for each in changes]
    timing = order_past(of.status or "", LastState(), changed, NOON).timing
    assert attempts_of(of)[0].started == timing.started
    column = TOOK if timing.ended else ELAPSED
    value = column.value(timing, phase_of(of.status or ""), NOON)
    assert value is not None
    assert f" {duration_text(value)}" in " ".join(shown(model(of))[:1])


def test_a_status_of_which_the_start_was_not_seen_lasted_at_least_so_long() -> None:
    lines = shown(model(OrderHistory((), T, 1, NOON - 7200, POLLED_ALL, NOON - 7200)))
    assert lines[0] == "Attempt 1  since before today 10:00:00, elapsed at least 2 h 00 min"
    assert lines[-2:] == [
        "▶ TRANSCODING   ?     now  at least 2 h 00 min",
        "    first seen 10:00:00: it had this status already",
    ]


def test_a_removed_order_is_gone() -> None:
    lines = shown(model(history(*DONE[:2], status("a", T, None, NOON - 60), spans=POLLED_ALL)))
    assert lines[-1] == "⌀ GONE          11:59:00"


def test_a_time_of_another_day_has_its_date() -> None:
    assert time_of(NOON, NOON + 60) == "12:00:00"
    assert time_of(NOON - 86_400, NOON) == "09-07 12:00:00"


@pytest.mark.parametrize(
    ("start", "end", "text"),
    [
        (Moment(0, 5), Moment(100, 105), "100 s"),
        (Moment(None, 5), Moment(100, 105), "at least 95 s"),
        (Moment(0, 5), Moment(65, 105), "60 s to 105 s"),
        (Moment(0, 60), Moment(30, 105), "0 s to 105 s"),
    ],
)
def test_a_length_is_worded_with_its_bounds(start: Moment, end: Moment, text: str) -> None:
    assert length_text(start, end) == text


def test_a_note_names_every_reason_why_nothing_was_polled() -> None:
    (attempt,) = attempts_of(history(status("a", None, T, NOON - 60, after=NOON - 3600)))
    gaps = [
        Span(NOON - 3500, NOON - 3000, SpanKind.STALE),
        Span(NOON - 3000, NOON - 100, SpanKind.STOPPED),
        Span(NOON - 50, NOON - 20, SpanKind.PAUSED),  # later
    ]
    assert moment_note(attempt.periods[0], gaps, NOON) == (
        "began between 11:00:00 and 11:59:00; not polling from 11:01:40 to 11:58:20"
        " (polls failed, not running)"
    )
    assert moment_note(attempt.periods[0], (), NOON) == "began between 11:00:00 and 11:59:00"


def stalled(of: OrderHistory, *, live: bool = True) -> TimelineModel:
    stall = Stall(NOON - 400, 400, "no progress for 6 min")
    return replace(model(of, live=live), stall=stall)


@pytest.mark.parametrize(("live", "last"), [(True, "now     "), (False, "12:00:00")])
def test_a_stall_is_at_the_bar_and_in_the_list(live: bool, last: str) -> None:
    of = stalled(history(*DONE[:2], spans=POLLED_ALL), live=live)
    lines = shown(of)
    assert lines[1:3] == [
        f"◌{'━' * 8}▶{'━' * 38}{'‖' * 32}",
        "‖ no progress for 6 min, since 11:53:20",
    ]
    assert lines[-1] == f"‖ no progress   11:53:20  {last}  6 min 40 s"
    roles = {
        role
        for line in timeline_lines(of, 80, ASCII)
        for text, role in line
        if "no progress" in text
    }
    assert roles == {"warning" if live else "stale"}


def test_it_is_not_known_since_when_an_order_is_stalled_that_was_not_polled_meanwhile() -> None:
    spans = (Span(NOON - 7200, NOON - 300, POLLED), Span(NOON - 200, NOON, POLLED))
    lines = shown(stalled(history(*DONE[:2], spans=spans)))
    assert "‖ no progress for 6 min" in lines
    assert lines[-2].startswith("‖ no progress   ?         now  ")
    before = (Span(NOON - 7200, NOON - 960, POLLED), Span(NOON - 940, NOON, POLLED))
    assert "‖ no progress for 6 min, since 11:53:20" in shown(
        stalled(history(*DONE[:2], spans=before))
    )


def bar(
    changes: Sequence[Change], width: int, gaps: Sequence[Span] = (), ascii_: bool = False
) -> Line:
    (attempt,) = attempts_of(history(*changes))
    return phase_bar(attempt, gaps, NOON, width, ASCII if ascii_ else UNICODE)


def test_the_bar_is_proportional_and_each_status_has_its_glyph_and_color() -> None:
    assert line_text(bar(DONE, 34)) == "◌━━━━▶━━━━━━━━━━━━━━━━━━━━━━↑━━━━✔"
    assert line_text(bar(DONE, 34, ascii_=True)) == ".====>======================^====+"
    assert [role for _, role in bar(DONE, 34)] == ["queued", "transcoding", "uploading", "finished"]


def test_what_was_not_polled_is_hatched() -> None:
    gap = [Span(NOON - 800, NOON - 500, SpanKind.PAUSED)]
    assert line_text(bar(DONE, 34, gap)) == "◌━━━━▶━━━░░░░░░░░░░░━━━━━━━━↑━━━━✔"
    assert "/" * 11 in line_text(bar(DONE, 34, gap, ascii_=True))


@pytest.mark.parametrize("width", [1, 3, 4, 5, 20, 200])
def test_a_short_status_has_a_cell_and_the_bar_fits(width: int) -> None:
    quick = (*DONE[:3], status("a", U, F, NOON - 299))
    assert width_of(bar(quick, width)) <= width
    if width >= 4:
        assert [role for _, role in bar(quick, width)][-2:] == ["uploading", "finished"]


@pytest.mark.parametrize("width", [40, 58, 80, 118, 198])
def test_no_line_is_wider_than_the_screen(width: int) -> None:
    long = status("a", U, E, NOON - 200, after=NOON - 90_000)
    spans = (Span(NOON - 200_000, NOON - 90_000, POLLED), Span(NOON - 200, NOON, POLLED))
    told = comment("a", "日本語 " * 50, NOON - 195)
    of = model(history(*DONE[:3], long, told, spans=spans, since=NOON - 200_000))
    assert max(width_of(each) for each in timeline_lines(of, width, UNICODE)) <= width


# Actions

FAILED_AND_REQUEUED = (
    status("a", None, T, NOON - 1000),
    status("a", T, E, NOON - 700),
    comment("a", "no space left", NOON - 695),
    status("a", E, "QUEUED", NOON - 300, attempt=2),
)


def acted(of: OrderHistory, *actions: JournalEntry, width: int = 80) -> list[str]:
    return shown(replace(model(of), actions=actions), width)


def test_a_requeue_is_in_the_attempt_that_it_began_with_the_result_of_the_one_before() -> None:
    of = replace(history(*FAILED_AND_REQUEUED, spans=POLLED_ALL), attempt=2)
    asked = entry("a", NOON - 303, outcome=Outcome.ACCEPTED)
    lines = acted(of, asked)
    assert lines[3:8] == [
        "STATUS          FROM      TO   LASTED",
        "→ requeue       11:54:57",
        "    by anna@wall: sent",
        "    attempt 1 had failed: no space left",
        "◌ QUEUED        11:55:00  now  5 min 00 s",
    ]
    assert sum("requeue" in line for line in lines) == 1


def test_what_did_not_begin_an_attempt_says_nothing_of_the_one_before() -> None:
    of = replace(history(*FAILED_AND_REQUEUED, spans=POLLED_ALL), attempt=2)
    refused = entry("a", NOON - 500, outcome=Outcome.REFUSED, words="no minutes left")
    lines = acted(of, refused)
    assert "    by anna@wall: refused: no minutes left" in lines
    assert not any("had failed" in line for line in lines)


def test_a_requeue_that_was_not_seen_to_begin_an_attempt_is_the_last_row() -> None:
    of = history(*FAILED_AND_REQUEUED[:3], spans=POLLED_ALL)
    unknown = entry("a", NOON - 60, outcome=Outcome.UNKNOWN, words="no answer in time")
    assert acted(of, unknown)[-3:] == [
        "    no space left",
        "→ requeue       11:59:00",
        "    by anna@wall: outcome unknown: no answer in time",
    ]


def test_actions_on_an_order_of_which_nothing_is_recorded() -> None:
    lines = acted(
        OrderHistory(recorded_since=NOON - 60), entry("a", NOON - 60, outcome=Outcome.ACCEPTED)
    )
    assert lines == [
        "Nothing is recorded of this order. The history begins today 11:59:00.",
        "11:59:00 requeue by anna@wall: sent",
    ]


@pytest.mark.parametrize("width", [20, 40, 80])
def test_long_words_of_an_action_are_wrapped(width: int) -> None:
    of = history(*FAILED_AND_REQUEUED[:3], spans=POLLED_ALL)
    refused = entry("a", NOON - 60, outcome=Outcome.REFUSED, words="[no] " * 30)
    lines = timeline_lines(replace(model(of), actions=(refused,)), width, ASCII)
    assert max(map(width_of, lines)) <= width
