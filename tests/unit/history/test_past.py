"""The state at a moment in the past, from keyframes, changes and details."""

from collections import Counter
from random import Random
from sqlite3 import Connection

import msgspec
import pytest

from tests.support.history_rows import (
    POLLED,
    add,
    add_keyframe,
    add_listed,
    comment,
    database,
    progress,
    status,
)
from tui.history import past as past_module
from tui.history.past import PastReader
from tui.model.history import Change, ChangedField, Span, SpanKind
from tui.model.order import OrderDetail, OrderSummary, Phase, Profile, SubJob
from tui.model.order_facts import ListStatus, facts_of, list_status
from tui.model.past import PastMoment, TimeStep
from tui.model.state import State
from tui.model.timing import Moment, OrderTiming

QUEUED_A = OrderSummary("a", "QUEUED", 90)
HOUR = 3600.0


def add_detail(history: Connection, order_id: str, *percents: float) -> None:
    """Record the detail of a listed order, as last read."""
    jobs = tuple(SubJob(Profile("1", "HLS"), "job.mp4", None, each) for each in percents)
    detail = OrderDetail(order_id, "QUEUED", filename=f"{order_id}.mp4", jobs=jobs)
    blob = msgspec.msgpack.encode(detail.trimmed())
    history.execute("UPDATE orders SET detail = ? WHERE id = ?", (blob, order_id))


def small_history() -> Connection:
    """`a` is transcoded until 300 and fails at 400; it is requeued at 600. `b` comes at 200, and
    `old` is gone at 500. Nothing is polled from 310 to 390.
    """
    history = database(
        spans=[Span(100, 310, POLLED), Span(310, 390, SpanKind.STALE), Span(390, 700, POLLED)]
    )
    add_keyframe(history, 100, [QUEUED_A, OrderSummary("old", "FINISHED", 50)])
    add_detail(history, "a", 0.0, 0.0)
    add_listed(history, OrderSummary("b", "QUEUED", 195))
    for change in (
        status("a", "QUEUED", "TRANSCODING", 150),
        progress("a", None, (10.0, 20.0), 160),
        status("b", None, "QUEUED", 200),
        Change("a", 1, ChangedField.PROGRESS, (10.0, 20.0), (40.0, 60.0), 280, 300),
        status("a", "TRANSCODING", "ERROR", 400, after=310),
        comment("a", "no audio", 405),
        status("old", "FINISHED", None, 500),
        status("a", "ERROR", "QUEUED", 600, attempt=2),
        progress("a", (40.0, 60.0), (0.0, 0.0), 600, attempt=2),
    ):
        add(history, change)
    return history


def read(history: Connection, at: float, *steps: TimeStep) -> State:
    state = PastReader().read(history, at, steps, latest=700)
    assert state is not None
    return state


def listed(state: State) -> tuple[OrderSummary, ...]:
    """The orders of the list, without those that are gone."""
    assert state.snapshot is not None
    return state.snapshot.orders


def moment(history: Connection, at: float, *steps: TimeStep) -> PastMoment:
    found = read(history, at, *steps).past
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("at", "statuses", "percents", "comment"),
    [
        (100, {"a": "QUEUED", "old": "FINISHED"}, [None, None], None),
        (155, {"a": "TRANSCODING", "old": "FINISHED"}, [None, None], None),
        (160, {"a": "TRANSCODING", "old": "FINISHED"}, [10.0, 20.0], None),
        (299, {"b": "QUEUED", "a": "TRANSCODING", "old": "FINISHED"}, [10.0, 20.0], None),
        (300, {"b": "QUEUED", "a": "TRANSCODING", "old": "FINISHED"}, [40.0, 60.0], None),
        (404, {"b": "QUEUED", "a": "ERROR", "old": "FINISHED"}, [40.0, 60.0], None),
        (405, {"b": "QUEUED", "a": "ERROR", "old": "FINISHED"}, [40.0, 60.0], "no audio"),
        (500, {"b": "QUEUED", "a": "ERROR"}, [40.0, 60.0], "no audio"),
        (650, {"b": "QUEUED", "a": "QUEUED"}, [0.0, 0.0], "no audio"),
    ],
)
def test_a_moment_has_what_the_polls_before_it_saw(
    at: float, statuses: dict[str, str], percents: list[float | None], comment: str | None
) -> None:
    state = read(small_history(), at)
    assert {each.id: each.status for each in listed(state)} == statuses
    assert [each.id for each in listed(state)] == list(statuses)
    assert state.status_counts == Counter(statuses.values())
    shown = state.details["a"].detail
    assert (shown.filename, shown.status) == ("a.mp4", statuses["a"])
    assert [job.progress for job in shown.jobs] == percents
    assert shown.comment == comment


@pytest.mark.parametrize(
    ("at", "timing", "changed"),
    [
        (120, OrderTiming(), None),
        (155, OrderTiming(1, Moment(145, 150), Moment(145, 150)), 150),
        (305, OrderTiming(1, Moment(145, 150), Moment(145, 150)), 300),
        (410, OrderTiming(1, Moment(310, 400), Moment(145, 150), Moment(310, 400)), 400),
        (650, OrderTiming(2, Moment(595, 600)), 600),
    ],
)
def test_a_moment_has_the_times_known_then(
    at: float, timing: OrderTiming, changed: float | None
) -> None:
    """It is not known which orders were stalled, but when a change was recorded last."""
    found = read(small_history(), at).timings["a"]
    assert found == msgspec.structs.replace(timing, is_stalled=None, quiet_since=changed)


@pytest.mark.parametrize(
    ("at", "gone"), [(499, {}), (500, {"old": "FINISHED"}), (559, {"old": "FINISHED"}), (561, {})]
)
def test_an_order_that_is_gone_is_listed_for_a_day(
    at: float, gone: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(past_module, "_GONE_FOR", 60)
    state = read(small_history(), at)
    assert {each.id: each.status for each in state.gone.values()} == gone
    assert {each.id for each in state.orders if facts_of(state, each).gone} == gone.keys()
    assert state.orders[-1].id == ("old" if at < 560 else "a"), "by its age"
    assert "old" not in state.status_counts


def test_an_order_that_comes_back_is_not_gone() -> None:
    history = small_history()
    add(history, status("old", None, "QUEUED", 620))
    assert [*read(history, 619).gone] == ["old"]
    assert not read(history, 620).gone


def test_a_gone_order_has_the_times_and_the_detail_that_it_had() -> None:
    history = small_history()
    add(history, status("b", "QUEUED", "TRANSCODING", 610))
    add_detail(history, "b", 50.0)
    add(history, progress("b", None, (50.0,), 620))
    add(history, status("b", "TRANSCODING", None, 640))
    state = read(history, 660)
    assert state.timings["b"].entered == Moment(605, 610)
    assert state.timings["b"].started == Moment(605, 610)
    assert state.details["b"].detail.jobs[0].progress == 50.0
    assert facts_of(state, state.gone["b"]).status == "TRANSCODING"


@pytest.mark.parametrize(
    ("at", "not_polled_since", "polled_again"),
    [(305, None, None), (312, None, None), (350, 310, 390), (395, None, None), (700, None, None)],
)
def test_what_was_not_polled_is_not_fresh(
    at: float, not_polled_since: float | None, polled_again: float | None
) -> None:
    history = small_history()
    found = moment(history, at)
    assert (found.not_polled_since, found.polled_again) == (not_polled_since, polled_again)
    is_live = list_status(read(history, at), at) is ListStatus.LIVE
    assert is_live == (not_polled_since is None)


def test_a_progress_is_as_old_as_its_last_read() -> None:
    """At 290 the progress of 160 was last read at 280."""
    state = read(small_history(), 290)
    facts = facts_of(state, state.index["a"])
    assert (facts.phase, facts.progress, facts.progress_at) == (Phase.TRANSCODING, 15.0, 280)


@pytest.mark.parametrize(
    ("start", "step", "at"),
    [
        (700, TimeStep(-1), 600),
        (600, TimeStep(-1), 500),
        (700, TimeStep(-3), 405),
        (450, TimeStep(1), 500),
        (160, TimeStep(3), 400),
        (200, TimeStep(-10), 100),
        (100, TimeStep(-1), 100),
        (600, TimeStep(10), 600),
        (650, TimeStep(0, HOUR), 700),
        (650, TimeStep(0, -500), 150),
        (150, TimeStep(0, -HOUR), 150 - HOUR),
        (9999, TimeStep(), 700),
    ],
)
def test_a_step_goes_as_far_as_there_are_changes(start: float, step: TimeStep, at: float) -> None:
    assert moment(small_history(), start, step).at == at


def test_steps_add_up() -> None:
    steps = [TimeStep(-1), TimeStep(-1), TimeStep(0, -100), TimeStep(2)]
    assert moment(small_history(), 700, *steps).at == 500


def test_nothing_is_known_before_the_first_record() -> None:
    assert read(small_history(), 99) == State(past=PastMoment(99, begins=100))


def test_an_empty_history_has_no_past() -> None:
    assert PastReader().read(database(), 500, (), latest=700) is None


def test_a_damaged_keyframe_is_replaced_by_the_one_before() -> None:
    history = small_history()
    history.execute("INSERT INTO keyframes VALUES (450, x'0102')")
    assert [each.status for each in listed(read(history, 460))] == [
        "QUEUED", "ERROR", "FINISHED",
    ]  # fmt: skip


def test_a_damaged_detail_counts_as_absent() -> None:
    history = small_history()
    history.execute("UPDATE orders SET detail = x'c1' WHERE id = 'a'")
    assert "a" not in read(history, 460).details


def test_a_change_that_another_instance_records_late_is_seen() -> None:
    history, reader = small_history(), PastReader()
    reader.read(history, 650, (), latest=700)
    add(history, status("b", "QUEUED", "DOWNLOADING", 640))
    state = reader.read(history, 660, (), latest=700)
    assert state is not None
    assert state.index["b"].status == "DOWNLOADING"


@pytest.mark.parametrize("max_replayed", [20, 20_000], ids=["from keyframes", "from each other"])
@pytest.mark.parametrize("seed", range(5))
def test_any_order_of_moments_shows_the_same(
    seed: int, max_replayed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reader that goes to and fro finds what one finds that reads one moment only."""
    monkeypatch.setattr(past_module, "_MAX_REPLAYED", max_replayed)
    history, truth = random_history(Random(seed))
    reader, random = PastReader(), Random(seed)
    for _ in range(60):
        at = random.uniform(0, 1000)
        moved = reader.read(history, at, (), latest=1000)
        alone = PastReader().read(history, at, (), latest=1000)
        assert moved == alone
        assert moved is not None
        expected = max((each for each in truth if each[0] <= at), key=lambda each: each[0])[1]
        assert {each.id: each.status for each in listed(moved)} == expected
        seen = {order_id for time, orders in truth if time <= at for order_id in orders}
        assert moved.gone.keys() == seen - expected.keys()


def random_history(random: Random) -> tuple[Connection, list[tuple[float, dict[str, str]]]]:
    """Return a history of 200 changes of status, and the list after each."""
    history, listed = database(), {f"o{n}": "QUEUED" for n in range(20)}
    created = {f"o{n}": float(n) for n in range(40)}
    add_keyframe(history, 0, [OrderSummary(f"o{n}", "QUEUED", float(n)) for n in range(19, -1, -1)])
    truth = [(0.0, dict(listed))]
    for number in range(1, 201):
        at, order_id = number * 5.0, f"o{random.randrange(40)}"
        old = listed.get(order_id)
        new = random.choice(
            [each for each in ("QUEUED", "TRANSCODING", "ERROR", None) if each != old]
        )
        add_listed(history, OrderSummary(order_id, new or "", created[order_id]))
        add(history, status(order_id, old, new, at))
        listed.pop(order_id, None)
        listed.update({} if new is None else {order_id: new})
        truth.append((at, dict(listed)))
        if number % 50 == 0:
            newest = sorted(listed, key=lambda each: -created[each])
            orders = [OrderSummary(each, listed[each], created[each]) for each in newest]
            add_keyframe(history, at, orders)
    return history, truth
