"""The state at a moment in the past, from keyframes, changes and details."""

from collections import Counter
from random import Random

import pytest

from tests.support.stored_history import StoredHistory
from tui.history import past as past_module
from tui.history.past import PastReader
from tui.model.history import ChangedField, SpanKind
from tui.model.order import OrderDetail, OrderSummary, Phase, Profile, SubJob
from tui.model.order_facts import ListStatus, facts_of, list_status
from tui.model.past import Past, TimeStep
from tui.model.timing import Moment, OrderTiming

STATUS, PROGRESS, COMMENT = ChangedField
HOUR = 3600.0


def detail(order_id: str, *percents: float, comment: str | None = None) -> OrderDetail:
    jobs = tuple(SubJob(Profile("1", "HLS"), "job.mp4", None, each) for each in percents)
    return OrderDetail(order_id, "FINISHED", filename=f"{order_id}.mp4", comment=comment, jobs=jobs)


def small_history() -> StoredHistory:
    """`a` is transcoded until 300 and fails at 400; it is requeued at 600. `b` comes at 200, and
    `old` is gone at 500. Nothing is polled from 310 to 390.
    """
    history = StoredHistory()
    history.keyframe(100, [OrderSummary("a", "QUEUED", 90), OrderSummary("old", "FINISHED", 50)])
    history.change("a", STATUS, "QUEUED", "TRANSCODING", 150, after=145)
    history.change("a", PROGRESS, None, (10.0, 20.0), 160)
    history.order("b", 195, "QUEUED")
    history.change("b", STATUS, None, "QUEUED", 200, after=195)
    history.change("a", PROGRESS, (10.0, 20.0), (40.0, 60.0), 300, after=280)
    history.change("a", STATUS, "TRANSCODING", "ERROR", 400, after=310)
    history.change("a", COMMENT, None, "no audio", 405, after=310)
    history.change("old", STATUS, "FINISHED", None, 500, after=495)
    history.change("a", STATUS, "ERROR", "QUEUED", 600, after=595, attempt=2)
    history.change("a", PROGRESS, (40.0, 60.0), (0.0, 0.0), 600, after=595, attempt=2)
    history.detail(detail("a", 0.0, 0.0))
    history.span(100, 310)
    history.span(310, 390, SpanKind.STALE)
    history.span(390, 700)
    return history


def read(history: StoredHistory, at: float, *steps: TimeStep) -> Past:
    past = PastReader().read(history.connection, at, steps, latest=700)
    assert past is not None
    return past


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
    state = read(small_history(), at).state
    assert {each.id: each.status for each in state.orders} == statuses
    assert [each.id for each in state.orders] == list(statuses)
    assert state.status_counts == Counter(statuses.values())
    shown = state.details["a"].detail
    assert (shown.filename, shown.status) == ("a.mp4", statuses["a"])
    assert [job.progress for job in shown.jobs] == percents
    assert shown.comment == comment


@pytest.mark.parametrize(
    ("at", "timing"),
    [
        (120, OrderTiming()),
        (155, OrderTiming(1, Moment(145, 150), Moment(145, 150))),
        (410, OrderTiming(1, Moment(310, 400), Moment(145, 150), Moment(310, 400))),
        (650, OrderTiming(2, Moment(595, 600))),
    ],
)
def test_a_moment_has_the_times_known_then(at: float, timing: OrderTiming) -> None:
    assert read(small_history(), at).state.timings["a"] == timing


@pytest.mark.parametrize(
    ("at", "not_polled_since", "polled_again"),
    [(305, None, 390), (312, None, 390), (350, 310, 390), (395, None, None), (700, None, None)],
)
def test_what_was_not_polled_is_not_fresh(
    at: float, not_polled_since: float | None, polled_again: float | None
) -> None:
    past = read(small_history(), at)
    assert (past.not_polled_since, past.polled_again) == (not_polled_since, polled_again)
    is_live = list_status(past.state, past.now.mono) is ListStatus.LIVE
    assert is_live == (not_polled_since is None)


def test_a_progress_is_as_old_as_its_last_read() -> None:
    """At 290 the progress of 160 was last read at 280."""
    past = read(small_history(), 290)
    facts = facts_of(past.state, past.state.index["a"])
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
    assert read(small_history(), start, step).at == at


def test_steps_add_up() -> None:
    steps = [TimeStep(-1), TimeStep(-1), TimeStep(0, -100), TimeStep(2)]
    assert read(small_history(), 700, *steps).at == 500


@pytest.mark.parametrize(
    ("at", "earlier", "later"), [(150, None, 160), (300, 200, 400), (600, 500, None)]
)
def test_the_neighbouring_changes_are_known(
    at: float, earlier: float | None, later: float | None
) -> None:
    past = read(small_history(), at)
    assert (past.earlier, past.later) == (earlier, later)


def test_nothing_is_known_before_the_first_record() -> None:
    past = read(small_history(), 99)
    assert (past.state.snapshot, past.begins) == (None, 100)


def test_an_empty_history_has_no_past() -> None:
    assert PastReader().read(StoredHistory().connection, 500, (), latest=700) is None


def test_a_damaged_keyframe_is_replaced_by_the_one_before() -> None:
    history = small_history()
    history.connection.execute("INSERT INTO keyframes VALUES (450, x'0102')")
    assert [each.status for each in read(history, 460).state.orders] == [
        "QUEUED", "ERROR", "FINISHED",
    ]  # fmt: skip


def test_a_damaged_detail_counts_as_absent() -> None:
    history = small_history()
    history.connection.execute("UPDATE orders SET detail = x'c1' WHERE id = 'a'")
    assert "a" not in read(history, 460).state.details


def test_a_change_that_another_instance_records_late_is_seen() -> None:
    history, reader = small_history(), PastReader()
    reader.read(history.connection, 650, (), latest=700)
    history.change("b", STATUS, "QUEUED", "DOWNLOADING", 640, after=635)
    past = reader.read(history.connection, 660, (), latest=700)
    assert past is not None
    assert past.state.index["b"].status == "DOWNLOADING"


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
        moved = reader.read(history.connection, at, (), latest=1000)
        alone = PastReader().read(history.connection, at, (), latest=1000)
        assert moved == alone
        assert moved is not None
        expected = max((each for each in truth if each[0] <= at), key=lambda each: each[0])[1]
        assert {each.id: each.status for each in moved.state.orders} == expected


def random_history(random: Random) -> tuple[StoredHistory, list[tuple[float, dict[str, str]]]]:
    """Return a history of 200 changes of status, and the list after each."""
    history, listed = StoredHistory(), {f"o{n}": "QUEUED" for n in range(20)}
    created = {f"o{n}": float(n) for n in range(40)}
    history.keyframe(0, [OrderSummary(f"o{n}", "QUEUED", float(n)) for n in range(19, -1, -1)])
    truth = [(0.0, dict(listed))]
    for number in range(1, 201):
        at, order_id = number * 5.0, f"o{random.randrange(40)}"
        old = listed.get(order_id)
        new = random.choice(
            [each for each in ("QUEUED", "TRANSCODING", "ERROR", None) if each != old]
        )
        history.order(order_id, created[order_id], new)
        history.change(order_id, STATUS, old, new, at, after=at - 5)
        listed.pop(order_id, None)
        listed.update({} if new is None else {order_id: new})
        truth.append((at, dict(listed)))
        if number % 50 == 0:
            newest = sorted(listed, key=lambda each: -created[each])
            orders = [OrderSummary(each, listed[each], created[each]) for each in newest]
            history.keyframe(at, orders)
    return history, truth
