"""The times of one attempt, from its changes of status."""

import pytest

from tests.support.history_rows import database, status
from tui.history.runs import StatusChange, phase_seconds, record_run
from tui.model.history import Change, ChangedField, Span, SpanKind
from tui.model.timing import Moment

POLLED, _, _, STOPPED = SpanKind
QUEUED, LOADING, CODING, UPLOADING = "QUEUED", "DOWNLOADING", "TRANSCODING", "UPLOADING"
FINISHED, ERROR = "FINISHED", "ERROR"
WHOLE = [(None, QUEUED, 0), (QUEUED, LOADING, 60), (LOADING, CODING, 90), (CODING, UPLOADING, 400),
         (UPLOADING, FINISHED, 450)]  # fmt: skip


def changes(*seen: tuple[str | None, str, float], width: float = 5.0) -> list[StatusChange]:
    return [StatusChange(old, new, Moment(at - width, at)) for old, new, at in seen]


@pytest.mark.parametrize(
    ("seen", "times", "left_out"),
    [
        (WHOLE, (60, 30, 310, 50, 450), 0),
        # An older server's word, and a requeue.
        ([(ERROR, "PENDING", 0), *WHOLE[1:]], (60, 30, 310, 50, 450), 0),
        ([(FINISHED, QUEUED, 0), *WHOLE[1:]], (60, 30, 310, 50, 450), 0),
        ([(None, "PENDING", 0), ("PENDING", QUEUED, 20), *WHOLE[1:]], (60, 30, 310, 50, 450), 0),
        # Passed between two polls.
        ([(None, QUEUED, 0), (QUEUED, CODING, 60), (CODING, FINISHED, 400)],
         (60, 0, 340, 0, 400), 0),
        ([(None, FINISHED, 7)], (0, 0, 0, 0, 0), 0),
        # Its start was not seen.
        (WHOLE[2:], (None, None, 310, 50, None), 3),
        ([(UPLOADING, FINISHED, 9)], (None, None, None, None, None), 5),
        # The phase in which it failed is not whole.
        ([*WHOLE[:3], (CODING, ERROR, 200)], (60, 30, None, None, None), 0),
        ([*WHOLE[1:3], (CODING, ERROR, 200)], (None, 30, None, None, None), 1),
        ([(None, QUEUED, 0), (QUEUED, ERROR, 9)], (None,) * 5, 0),
        ([(None, ERROR, 9)], (None,) * 5, 0),
        # Statuses of which the place in a run is not known.
        ([*WHOLE[:3], (CODING, "PACKAGING", 200), ("PACKAGING", FINISHED, 300)], (None,) * 5, 5),
        ([*WHOLE[:3], (CODING, LOADING, 200), (LOADING, FINISHED, 300)], (None,) * 5, 5),
    ],
)  # fmt: skip
def test_each_phase_lasts_from_its_status_to_the_next(
    seen: list[tuple[str | None, str, float]], times: tuple[int | None, ...], left_out: int
) -> None:
    assert phase_seconds(changes(*seen), ()) == (times, left_out)


def wide(at: int, width: float | None) -> list[StatusChange]:
    """The changes of a run, of which one has other bounds."""
    found = changes(*WHOLE)
    seen = found[at]
    after = None if width is None else seen.at.before - width
    found[at] = seen._replace(at=Moment(after, seen.at.before))
    return found


@pytest.mark.parametrize(
    ("at", "width", "times"),
    [
        (0, None, (None, 30, 310, 50, None)),
        (1, 29.0, (60, 30, 310, 50, 450)),
        (1, 31.0, (None, None, 310, 50, 450)),
        (3, 31.0, (60, 30, 310, None, 450)),  # 10 % of what was transcoding
        (3, 32.0, (60, 30, None, None, 450)),
        (4, 46.0, (60, 30, 310, None, None)),
    ],
)
def test_a_phase_with_wide_bounds_is_left_out(
    at: int, width: float | None, times: tuple[int | None, ...]
) -> None:
    assert phase_seconds(wide(at, width), ()) == (times, times.count(None))


@pytest.mark.parametrize(
    ("gap", "times"),
    [
        ((100, 129), (60, 30, 310, 50, 450)),
        ((100, 200), (60, 30, None, 50, None)),
        ((380, 440), (60, 30, 310, None, None)),  # 20 and 40 s of them
        ((-900, -100), (60, 30, 310, 50, 450)),
    ],
)
def test_a_phase_of_which_much_was_not_polled_is_left_out(
    gap: tuple[float, float], times: tuple[int | None, ...]
) -> None:
    unpolled = [Span(*gap, STOPPED)]
    assert phase_seconds(changes(*WHOLE), unpolled) == (times, times.count(None))


def recorded(end: Change, *earlier: Change, spans: tuple[Span, ...]) -> list[tuple[object, ...]]:
    connection = database([*earlier, end], spans)
    connection.execute("UPDATE orders SET profiles = 'HLS', duration = 95.0")
    record_run(connection, 1, end)
    record_run(connection, 1, end)
    return list(connection.execute("SELECT * FROM runs"))


ALL_POLLED = (Span(0, 5000, POLLED),)
RUN = tuple(status("a", old, new, 1000 + at) for old, new, at in WHOLE)


def test_a_run_is_recorded_once() -> None:
    assert recorded(RUN[-1], *RUN[:-1], spans=ALL_POLLED) == [
        (1450.0, 1, 1, 0, 1445.0, "HLS", 95.0, "[60,30,310,50,450]", 0)
    ]


def test_a_failed_run_is_recorded_as_such() -> None:
    end = status("a", LOADING, ERROR, 1080)
    assert recorded(end, *RUN[:2], spans=ALL_POLLED) == [
        (1080.0, 1, 1, 1, 1075.0, "HLS", 95.0, "[60,null,null,null,null]", 0)
    ]


def test_only_the_changes_of_its_own_attempt_count() -> None:
    first = status("a", QUEUED, ERROR, 500)
    second = [status("a", ERROR if old is None else old, new, 1000 + at, attempt=2)
              for old, new, at in WHOLE]  # fmt: skip
    rows = recorded(second[-1], RUN[0], first, *second[:-1], spans=ALL_POLLED)
    assert rows[0][7] == "[60,30,310,50,450]"


def test_time_that_was_not_polled_is_known_from_the_spans() -> None:
    spans = (Span(0, 1200, POLLED), Span(1300, 5000, POLLED))
    rows = recorded(RUN[-1], *RUN[:-1], spans=spans)
    assert rows[0][7:] == ("[60,30,null,50,null]", 2)


@pytest.mark.parametrize(
    "change",
    [
        RUN[2],
        status("a", QUEUED, None, 1000),
        Change("a", 1, ChangedField.STATUS, None, FINISHED, None, 1000.0),
        status("a", QUEUED, "PURGING", 1000),
    ],
    ids=["not an end", "gone", "never looked before", "unknown status"],
)
def test_what_ended_no_run_is_not_recorded(change: Change) -> None:
    assert recorded(change, spans=ALL_POLLED) == []
