"""States with listed, gone and read orders, as hypothesis strategies."""

from hypothesis import strategies as st

from tests.support.filter_strategies import NOW, TIMINGS
from tui.model.events import ClockReading, DetailRead, ListLoaded, TimingsChanged
from tui.model.order import OrderDetail, OrderSummary, Profile, Snapshot, SubJob
from tui.model.pages import recency_key
from tui.model.state import State, reduce

AT = ClockReading(NOW, 100.0)

STATUSES = st.sampled_from(["QUEUED", "TRANSCODING", "FINISHED", "ERROR", "paused", "PENDING"])
TIMES = st.none() | st.sampled_from([NOW - 5, NOW - 90_000, NOW - 7000.5])
NUMBERS = st.none() | st.sampled_from([0.0, 12.5, 100.0])
NAMES = st.none() | st.sampled_from(["a", "B", "b", "ñ", "1631"])


@st.composite
def states(draw: st.DrawFn) -> State:
    """Return a state after two polls, with gone orders, some details and some timings."""
    count = draw(st.integers(0, 8))
    summaries = sorted(
        (
            OrderSummary(f"1631-{n}", draw(STATUSES), draw(TIMES), draw(NUMBERS))
            for n in range(count)
        ),
        key=recency_key,
    )
    state = reduce(State(), ListLoaded(Snapshot(tuple(summaries)), AT, 5.0))
    left = tuple(each for each in summaries if draw(st.integers(0, 3)))
    state = reduce(state, ListLoaded(Snapshot(left), ClockReading(NOW, 105.0), 5.0))
    for each in summaries:
        if draw(st.booleans()):
            job = SubJob(Profile("1", draw(NAMES)), draw(NAMES), draw(NAMES), draw(NUMBERS))
            detail = OrderDetail(
                each.id,
                draw(st.none() | STATUSES),
                filename=draw(NAMES),
                label=draw(NAMES),
                comment=draw(NAMES),
                size=draw(st.none() | st.integers(0, 3)),
                duration=draw(NUMBERS),
                jobs=(job,) * draw(st.integers(0, 2)),
            )
            sent = ClockReading(NOW, draw(st.sampled_from([99.0, 110.0])))
            state = reduce(state, DetailRead(detail, sent))
    timings = {each.id: draw(TIMINGS) for each in summaries if draw(st.booleans())}
    return reduce(state, TimingsChanged(timings))
