"""The polling loop, with a clock that advances only while everything waits."""

import msgspec
import pytest

from tests.support.poller import PollerHarness, is_idle
from tui.model.events import (
    CacheRestored,
    ClockReading,
    DataInvalidated,
    DetailFailed,
    DetailRead,
    DetailsDropped,
    ListLoaded,
    OrdersFailed,
    Paused,
)
from tui.model.order import (
    MediaLocation,
    OrderDetail,
    OrderSummary,
    Profile,
    Snapshot,
    SubJob,
)
from tui.model.order_facts import ListStatus, facts_of, list_status, may_have_progressed
from tui.model.pages import NEWEST_PAGE
from tui.model.ports import CachedAnswer, CachedDetail, CachedList, Failure, FailureKind, ListAnswer
from tui.model.state import State, reduce
from tui.model.telemetry import PollingStatus
from tui.polling import policy
from tui.polling.detail_schedule import DetailScheduler


async def test_the_list_is_read_every_refresh() -> None:
    world = PollerHarness(a="FINISHED")
    await world.run(21)
    assert world.lists() == [0, 5, 10, 15, 20]
    assert world.details() == []
    assert len(world.seen(ListLoaded)) == 5


async def test_a_slow_list_is_polled_less_often() -> None:
    world = PollerHarness()
    world.took = 3.0
    await world.run(35)
    assert world.lists() == [0, 15, 30]
    first = world.events[0]
    assert isinstance(first, ListLoaded)
    assert (first.sent.mono, first.interval) == (1000, 15)


async def test_backoff_and_recovery() -> None:
    world = PollerHarness(a="FINISHED")
    world.feed.select("a")
    world.list_answers.extend([Failure(FailureKind.SLOW)] * 5)
    await world.run(40)
    assert world.lists() == [0, 2, 6, 14, 24, 34, 39]
    assert world.details() == [34]  # while the list fails, only it is tried
    failed = [event for event in world.events if isinstance(event, OrdersFailed)]
    assert [event.retry_at - 1e9 - 1000 for event in failed] == [2, 6, 14, 24, 34]


@pytest.mark.parametrize(
    ("failure", "times"),
    [
        (Failure(FailureKind.LIMITED, 429, 30.0), [0, 30]),
        (Failure(FailureKind.SERVER, 503, 30.0), [0, 30]),
        (Failure(FailureKind.LIMITED, 429), [0, 3]),
        (Failure(FailureKind.CREDENTIALS, 401), [0, 3]),
        (Failure(FailureKind.FORBIDDEN, 403), [0, 3]),
    ],
)
async def test_a_manual_refresh_outranks_everything_but_retry_after(
    failure: Failure, times: list[float]
) -> None:
    world = PollerHarness()
    world.list_answers.append(failure)
    world.at(3, world.feed.refresh)
    await world.run(31)
    assert world.lists()[:2] == times


@pytest.mark.parametrize(
    ("trouble", "times"),
    [(FailureKind.CREDENTIALS, [0, 300, 600]), (FailureKind.FORBIDDEN, [0, 60, 120, 180])],
)
async def test_failures_that_need_the_user_are_retried_rarely(
    trouble: FailureKind, times: list[float]
) -> None:
    world = PollerHarness()
    world.list_answers.extend([Failure(trouble)] * 20)
    await world.run(times[-1] + 1)
    assert world.lists() == times


@pytest.mark.parametrize(
    ("failure", "times"),
    [
        (Failure(FailureKind.CREDENTIALS, 401), [0, 300]),
        (Failure(FailureKind.FORBIDDEN, 403), [0, 60]),
        (Failure(FailureKind.LIMITED, 429, 40.0), [0, 40]),
        (Failure(FailureKind.LIMITED, 429), [0, 5]),
        (Failure(FailureKind.SLOW), [0, 1]),
    ],
)
async def test_invalidation_does_not_end_a_wait_for_the_user(
    failure: Failure, times: list[float]
) -> None:
    world = PollerHarness()
    world.list_answers.extend([failure] * 2)
    for second in range(1, 60):
        world.at(second, world.feed.invalidate)
    await world.run(310)
    assert world.lists()[:2] == times


async def test_a_rate_limited_detail_pauses_details_but_not_the_list() -> None:
    world = PollerHarness(a="ERROR", b="ERROR")
    world.detail_answer = lambda _: Failure(FailureKind.LIMITED, 429, 60.0)
    world.at(1, lambda: world.feed.select("a"))
    world.at(11, lambda: world.feed.select("b"))
    await world.run(60)
    assert world.lists() == [*range(0, 60, 5)]
    assert world.details() == [1]
    assert world.seen(OrdersFailed) == []


async def test_a_refresh_retries_a_rejected_detail() -> None:
    world = PollerHarness(a="ERROR")
    world.detail_answer = lambda _: Failure(FailureKind.LIMITED, 429, 60.0)
    world.at(1, lambda: world.feed.select("a"))
    world.at(21, world.feed.refresh)
    await world.run(70)
    assert world.details() == [1, 21]


async def test_rejected_credentials_block_every_call() -> None:
    world = PollerHarness(a="ERROR")
    world.detail_answer = lambda _: Failure(FailureKind.CREDENTIALS, 401)
    world.at(1, lambda: world.feed.select("a"))
    await world.run(60)
    assert world.lists() == [0]
    assert len(world.seen(OrdersFailed)) == 1


async def test_a_forbidden_order_fails_only_itself() -> None:
    world = PollerHarness(a="TRANSCODING", b="TRANSCODING")
    denied = Failure(FailureKind.NO_ACCESS, 401)
    world.detail_answer = lambda name: denied if name == "a" else world._detail(name)
    world.feed.select("a")
    world.feed.set_visible(["a", "b"])
    await world.run(62)
    assert world.lists() == [*range(0, 61, 5)]
    assert world.details("a") == [0, 60]
    assert world.details("b") == [1, 16, 31, 46, 61]
    assert world.seen(OrdersFailed) == []


def copy(age: float, *names: str) -> CachedAnswer[Snapshot]:
    return CachedAnswer(Snapshot(tuple(OrderSummary(name, "QUEUED") for name in names)), age)


async def test_a_cached_response_is_as_old_as_its_age() -> None:
    world = PollerHarness()
    world.list_answers.append(copy(30, "a"))
    await world.run(1)
    [read] = world.seen(ListLoaded)
    assert isinstance(read, ListLoaded)
    assert (read.sent.mono, read.cached_for) == (970, 30)
    assert read.sent.wall == 1e9 + 970
    state = reduce(State(), read)
    assert list_status(state, 1000.5) is ListStatus.STALE


async def test_a_cached_response_older_than_the_known_list_is_a_failure() -> None:
    world = PollerHarness(a="QUEUED")
    world.at(3, lambda: world.list_answers.append(copy(30)))
    await world.run(6)
    [failed] = world.seen(OrdersFailed)
    assert isinstance(failed, OrdersFailed)
    assert failed.failure == Failure(FailureKind.CACHED, hint="30 s old")
    state = State()
    for event in world.events:
        state = reduce(state, event)
    assert [each.id for each in state.orders] == ["a"]


async def test_a_cached_detail_does_not_override_a_newer_list() -> None:
    world = PollerHarness(a="FINISHED")
    world.detail_answer = lambda name: CachedAnswer(OrderDetail(name, "TRANSCODING"), 20)
    world.feed.select("a")
    await world.run(1)
    [read] = world.seen(DetailRead)
    assert isinstance(read, DetailRead)
    assert read.sent.mono == 980
    state = State()
    for event in world.events:
        state = reduce(state, event)
    assert facts_of(state, state.orders[0]).status == "FINISHED"


async def test_a_moving_cursor_requests_only_where_it_rests() -> None:
    world = PollerHarness(refresh=60, **{f"o{n}": "ERROR" for n in range(50)})
    for n in range(50):
        world.at(1 + n / 50, lambda n=n: world.feed.select(f"o{n}"))  # type: ignore[misc]
    await world.run(10)
    assert len(world.details()) <= 2
    assert world.calls[-1][1] == "o49"
    assert world.details("o49") == [pytest.approx(1.98 + policy.SELECTION_DEBOUNCE)]


async def test_the_selected_order_is_read_every_five_seconds_and_at_its_end() -> None:
    world = PollerHarness(a="TRANSCODING")
    world.feed.select("a")
    world.at(9.5, lambda: world.statuses.update(a="FINISHED"))
    await world.run(60)
    assert world.details() == [0, 5, 10]  # the list shows the end later, and nothing new


@pytest.mark.parametrize("act", ["select", "view"])
async def test_a_waiting_order_is_read_once_and_when_its_status_changes(act: str) -> None:
    world = PollerHarness(a="QUEUED")
    if act == "select":
        world.feed.select("a")
    else:
        world.feed.set_visible(["a"])
    world.at(60.5, lambda: world.statuses.update(a="DOWNLOADING"))
    world.at(120.5, lambda: world.statuses.update(a="TRANSCODING"))
    await world.run(139)
    cadence = 5 if act == "select" else 15
    assert world.details()[1:] == [65, *range(125, 139, cadence)]
    state = State()
    for event in world.events:
        state = reduce(state, event)
        facts = [facts_of(state, order) for order in state.orders]
        assert not any(
            may_have_progressed(state, each, each.progress_at, cadence, state.last_load.sent.mono)
            for each in facts
            if state.last_load
        )


async def test_a_waiting_order_is_read_again_when_the_list_is_late_and_after_a_gap() -> None:
    world = PollerHarness(a="DOWNLOADING")
    world.feed.select("a")
    world.at(20, world.feed.pause_or_resume)
    world.at(100, world.feed.pause_or_resume)
    await world.run(130)
    assert world.details() == [0, 100]  # it may have run meanwhile, and have been requeued


async def test_progress_in_the_list_needs_no_details_in_view() -> None:
    world = PollerHarness(a="TRANSCODING")
    world.list_answers.extend(
        [Snapshot((OrderSummary("a", "TRANSCODING", progress=10.0 + n),)) for n in range(20)]
    )
    world.feed.set_visible(["a"])
    await world.run(60)
    assert world.details() == [1]  # for its name


@pytest.mark.parametrize("took", [0.0, 3.0])
async def test_a_refresh_reads_the_selected_order_at_once_while_others_are_indexed(
    took: float,
) -> None:
    world = PollerHarness(refresh=60, **{f"o{n}": "FINISHED" for n in range(300)})
    world.feed.select("o299")
    world.feed.require_details(world.statuses)
    world.at(30, lambda: setattr(world, "took", took))
    world.at(31, world.feed.refresh)
    await world.run(50)
    assert len(world.details()) > 40
    first, again = world.details("o299")
    assert first == 0
    assert 31 <= again <= 32 + took


async def test_an_answer_that_was_under_way_does_not_count_as_refreshed() -> None:
    world = PollerHarness(a="FINISHED")
    world.feed.select("a")
    answer = world._detail

    def refreshed(order_id: str) -> OrderDetail:
        world.now += 1
        world.detail_answer = answer
        world.feed.refresh()
        return answer(order_id)

    world.detail_answer = refreshed
    await world.run(30)
    assert world.details() == [0, 1]


async def test_an_order_that_fails_again_is_read_again() -> None:
    """Also if it could not be read while it was active."""
    world = PollerHarness(a="ERROR")
    world.feed.select("a")

    def running() -> None:
        world.statuses["a"] = "TRANSCODING"
        world.detail_answer = lambda _: Failure(FailureKind.SERVER, 500)

    def failed() -> None:
        world.statuses["a"] = "ERROR"
        world.detail_answer = world._detail

    world.at(7, running)
    world.at(13, failed)
    await world.run(60)
    assert world.details() == [0, 10, 12, 16]


async def test_failed_orders_are_read_again_after_a_gap() -> None:
    world = PollerHarness(a="FINISHED", b="ERROR", c="TRANSCODING")
    world.feed.set_visible(["a", "b"])
    world.at(20, world.feed.pause_or_resume)
    world.at(100, world.feed.pause_or_resume)
    await world.run(130)
    assert world.details("a") == [1]
    assert world.details("b") == [1, 100]


async def test_visible_rows_are_read_once_after_the_debounce() -> None:
    world = PollerHarness(a="FINISHED", b="ERROR", c="FINISHED")
    world.at(2, lambda: world.feed.set_visible(["a", "b"]))
    await world.run(60)
    assert world.details("a") == [3]
    assert world.details("b") == [3]
    assert world.details("c") == []


async def test_polling_stays_within_the_request_budget() -> None:
    world = PollerHarness(refresh=1, **{f"o{n}": "TRANSCODING" for n in range(60)})
    world.feed.set_visible([f"o{n}" for n in range(60)])
    world.feed.select("o7")
    await world.run(180)
    times = [time for time, _ in world.calls]
    busiest = max(sum(1 for time in times if start <= time < start + 60) for start in times)
    assert 90 <= busiest <= 120
    assert max(b - a for a, b in zip(world.lists(), world.lists()[1:], strict=False)) < 3


async def test_details_are_sent_together_when_requests_are_short() -> None:
    world = PollerHarness(refresh=5, **{f"a{number}": "TRANSCODING" for number in range(40)})
    world.feed.set_visible([f"a{number}" for number in range(40)])
    await world.run(60)
    sent = [at for at in world.details() if at > 10]
    moments = set(sent)
    assert len(sent) > 70
    assert len(sent) > 2 * len(moments)


async def test_pause_stops_all_calls_and_resume_polls_at_once() -> None:
    world = PollerHarness(a="TRANSCODING")
    world.feed.select("a")
    world.at(3, world.feed.pause_or_resume)
    world.at(50, world.feed.refresh)
    world.at(100, world.feed.pause_or_resume)
    await world.run(101)
    assert [time for time in world.lists() + world.details() if 3 < time < 100] == []
    assert world.lists()[-1] == 100
    assert [event.paused for event in world.events if isinstance(event, Paused)] == [True, False]


async def test_closing_cancels_calls_in_flight() -> None:
    world = PollerHarness()
    world.hang = True
    await world.run(1)
    assert world.cancelled == 0
    await world.stream.aclose()
    assert world.cancelled == 1


async def test_an_unexpected_exception_counts_as_a_failure() -> None:
    world = PollerHarness(a="ERROR")
    world.list_answers.append(ValueError("with a secret inside"))
    await world.run(3)
    first = world.events[0]
    assert isinstance(first, OrdersFailed)
    assert first.failure == Failure(FailureKind.INTERNAL, hint="ValueError")
    assert world.lists() == [0, 2]


async def test_invalidation_polls_again_even_with_a_call_in_flight() -> None:
    world = PollerHarness(refresh=60)
    world.at(10, world.feed.invalidate)
    await world.run(11)
    assert world.lists() == [0, 10]
    assert len(world.seen(DataInvalidated)) == 1
    world.at(30, world.feed.refresh)
    answer = world.orders

    async def doubted() -> ListAnswer:
        world.now += 1
        world.feed.invalidate()
        world.feed._list._api = world
        return await answer()

    other = PollerHarness()
    other.orders = doubted  # type: ignore[method-assign]
    world.feed._list._api = other
    await world.run(40)
    assert world.lists() == [0, 10, 31, 31]


@pytest.mark.parametrize("answer", [None, Failure(FailureKind.SERVER, 500)])
async def test_details_past_the_limit_are_dropped(
    monkeypatch: pytest.MonkeyPatch, answer: Failure | None
) -> None:
    monkeypatch.setattr(policy, "MAX_DETAILS", 10)
    world = PollerHarness(refresh=600, **{f"o{n}": "ERROR" for n in range(12)})
    if answer is not None:
        world.detail_answer = lambda _: answer
    for n in range(12):
        world.at(1 + n, lambda n=n: world.feed.select(f"o{n}"))  # type: ignore[misc]
    await world.run(20)
    dropped = [event for event in world.events if isinstance(event, DetailsDropped)]
    assert [event.order_ids for event in dropped] == [("o0",), ("o1",)]
    assert len(world.seen(DetailRead if answer is None else DetailFailed)) >= 12


FULL = OrderDetail(
    "",
    "FINISHED",
    filename="a.mp4",
    label="a label",
    source=MediaLocation("ftp://in.example/a.mp4"),
    uploads=(MediaLocation("s3://out"),),
    notifications=("me@example.com",),
    jobs=(SubJob(Profile("1", "HLS"), "a.m3u8", "web", 50.0),),
    compressed_json=b"raw",
)


def full(order_id: str) -> OrderDetail:
    return msgspec.structs.replace(FULL, id=order_id)


async def test_details_read_in_advance_have_no_more_than_rows_and_filters_use() -> None:
    world = PollerHarness(a="FINISHED", b="FINISHED")
    world.detail_answer = full
    world.feed.require_details(["a", "b"])
    world.at(10, lambda: world.feed.select("a"))
    await world.run(20)
    read = [event.detail for event in world.events if isinstance(event, DetailRead)]
    assert [(each.id, each.is_trimmed) for each in read] == [
        ("a", True),
        ("b", True),
        ("a", False),  # its own screen shows all of it
    ]
    assert read[1] == OrderDetail(
        "b", "FINISHED", filename="a.mp4", label="a label", jobs=FULL.jobs, is_trimmed=True
    )
    assert read[2] == full("a")


async def test_what_an_earlier_run_knew_is_not_requested_again() -> None:
    world = PollerHarness(a="FINISHED", b="ERROR", c="FINISHED", d="TRANSCODING", e="FINISHED")
    before = dict(world.statuses, d="FINISHED")
    rows = tuple(OrderSummary(name, status) for name, status in before.items())
    details = tuple(
        CachedDetail(1e9, msgspec.structs.replace(full(name).trimmed(), status=status))
        for name, status in before.items()
        if name != "e"
    )
    cached = CachedList(Snapshot(rows), 1e9 + 500, {}, details)
    world.feed.seed(reduce(State(), CacheRestored(cached, ClockReading(1e9 + 500, 500.0))))
    world.feed.set_visible(["a", "d", "e"])
    world.at(10, lambda: world.feed.select("c"))
    await world.run(14)
    assert world.details("a") == []
    assert world.details("b") == [0]  # in the background: it may have failed again
    assert world.details("c") == [10]  # its own screen shows more than was kept
    assert world.details("d") == [1]  # it runs again
    assert world.details("e") == [1]
    kept = {each.detail.id: each.requested_at for each in world.feed.ended_details()}
    assert kept == {"a": 1e9, "b": 1e9 + 1000, "c": 1e9 + 1010, "e": 1e9 + 1001}


async def test_whole_details_past_the_limit_are_trimmed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(policy, "MAX_WHOLE_DETAILS", 3)
    world = PollerHarness(refresh=600, **{f"o{n}": "FINISHED" for n in range(6)})
    world.detail_answer = full
    for n in range(6):
        world.at(1 + n, lambda n=n: world.feed.select(f"o{n}"))  # type: ignore[misc]
    world.at(10, lambda: world.feed.select("o0"))
    await world.run(20)
    state = State()
    for event in world.events:
        state = reduce(state, event)
    assert [each for each in state.details if state.details[each].detail.is_trimmed] == [
        "o1",
        "o2",
        "o3",
    ]
    assert world.details("o0") == [1, 10]


@pytest.mark.parametrize("limit", [100, 1000])
async def test_a_filter_over_more_orders_than_fit_reads_none_of_them_twice(
    monkeypatch: pytest.MonkeyPatch, limit: int
) -> None:
    monkeypatch.setattr(policy, "MAX_DETAILS", limit)
    names = [f"o{n}" for n in range(300)]
    world = PollerHarness(refresh=60, **dict.fromkeys(names, "FINISHED"))
    state, seen = State(), 0

    def need() -> None:
        nonlocal state, seen
        for event in world.events[seen:]:
            state = reduce(state, event)
        seen = len(world.events)
        world.feed.require_details(name for name in names if name not in state.details)

    for second in range(600):
        world.at(second, need)
    world.at(400, lambda: world.feed.set_visible(names[200:230]))
    await world.run(600)
    calls = world.details()
    assert len(calls) == (300 if limit == 1000 else 90 + 30)
    assert len({name for _, name in world.calls if name}) == len(calls)
    assert len(state.details) <= limit


@pytest.mark.parametrize("answer", [None, Failure(FailureKind.SLOW)])
async def test_a_call_in_flight_does_not_hide_the_wait(
    answer: Failure | None,
) -> None:
    """A detail is rejected during a list request: the list must not become live for a moment,
    nor a wrong time of the next try be shown.
    """
    world = PollerHarness(a="ERROR")
    world.list_answers += [answer] if answer else []
    limited = Failure(FailureKind.LIMITED, 429, 60.0)
    world.feed._cooldown.start(limited, 60.0, world.now)
    result = list(await world.feed._list.read(NEWEST_PAGE))[-1]
    assert isinstance(result, OrdersFailed)
    assert (result.failure, result.retry_at) == (answer or limited, 1e9 + 1060)


async def test_the_status_says_what_it_waits_for() -> None:
    world = PollerHarness(a="TRANSCODING")
    seen: list[PollingStatus] = []
    world.feed.select("a")
    limited = Failure(FailureKind.LIMITED, 429, 30)
    world.list_answers += [Failure(FailureKind.SERVER, 503), limited]
    for at in (1, 5, 40.5):
        world.at(at, lambda: seen.append(world.feed.status()))
    world.at(43, world.feed.pause_or_resume)
    world.at(99, lambda: seen.append(world.feed.status()))
    await world.run(100)
    failing, held, polling, paused = seen
    assert (failing.next_list_at, failing.pause_failure, failing.requests_used) == (1002, None, 1)
    assert (held.paused_until, held.pause_failure, held.requests_used) == (1032, limited, 2)
    assert (polling.next_list_at, polling.paused_until) == (1042, 1032)
    assert polling.requests_used == sum(1 for at, _ in world.calls if at < 1040.5) > 5
    assert paused.paused
    assert paused.requests_used == sum(1 for at, _ in world.calls if at > 1039) > 0


async def test_the_status_says_what_is_in_flight() -> None:
    world = PollerHarness(a="TRANSCODING")
    world.feed.select("a")
    seen: list[PollingStatus] = []
    world.at(1, lambda: setattr(world, "hang", True))
    world.at(12, lambda: seen.append(world.feed.status()))
    await world.run(13)
    assert [(each.is_fetching_list, each.details_in_flight) for each in seen] == [(True, 1)]
    await world.stream.aclose()


@pytest.mark.parametrize("broken", ["on_read", "on_list"])
async def test_an_error_after_an_answer_ends_the_poller_with_it(
    monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(DetailScheduler, broken, fail)
    world = PollerHarness(a="FINISHED")
    world.feed.select("a")
    with pytest.raises(ZeroDivisionError):
        await world.run(3)
    assert not world.feed._tasks


async def test_it_is_idle_when_nothing_is_under_way() -> None:
    world = PollerHarness(a="FINISHED")
    assert is_idle(world.feed)
    world.feed.select("a")
    assert not is_idle(world.feed)
    await world.run(3)
    assert is_idle(world.feed)
