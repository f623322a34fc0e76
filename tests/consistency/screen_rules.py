"""The rules of every screen. Each yields the violations that it finds."""

import re
from collections.abc import Iterator

from tests.consistency.answers import DRAWN, Call
from tests.consistency.main_screen import Picture
from tests.consistency.screen_reader import Bar, BarColors, StatusLine
from tests.consistency.stage import REFRESH, Stage
from tests.consistency.world import Order, OrderState
from tui.model.events import STALE_GRACE, ClockReading
from tui.model.order_facts import ROW_CADENCE
from tui.model.pages import NEWEST_PAGE

TICK = 1.1
"""Seconds until the screen shows a change by time alone: it checks once a second."""

CONFIRMED = {"DOWNLOADING", "ERROR"}
"""The progress of these is as new as the list that has the status."""

_UNITS = {"s": 1, "min": 60, "m": 60, "h": 3600, "days": 86_400, "d": 86_400}


class Rules:
    """Checks one picture whose list is that of the call `listed`; `cells` counts comparisons."""

    def __init__(self, stage: Stage, now: ClockReading, listed: Call | None) -> None:
        self.stage, self.now, self.listed = stage, now, listed
        self.ledger = stage.ledger
        self.cells = 0

    @property
    def since(self) -> float:
        """The time from which rows covered by the poll are valid."""
        return self.listed.start.mono if self.listed else float("-inf")

    @property
    def lately(self) -> float:
        """The time from which unmarked rows outside the poll are valid.

        It is as far back as an equally slow list may be called live.
        """
        if self.listed is None:
            return float("-inf")
        return min(self.since, self.now.mono - _good_for(self.listed, self.now.mono) - TICK)

    # The status line.

    def word(self, said: StatusLine, *, nothing_else: bool) -> Iterator[str]:
        self.cells += 3
        if said.as_of is None:
            is_paused = said.word == "paused" and self.stage.paused
            if not nothing_else or not (said.word == "connecting" or is_paused):
                yield f"{said.word}, and as of no time"
            return
        if self.listed is None:
            yield f"no list that came was asked for at {said.as_of}"
            return
        yield from self.age(said.age, self.listed, "the list")
        if said.word == "connecting":
            yield "connecting, beside a list"
        if (said.word == "paused") != self.stage.paused:
            yield f"{said.word}, and paused is {self.stage.paused}"
        if said.word == "live":
            yield from self._live(said, self.listed)
        elif said.age is None:
            yield f"{said.word}, and no age"

    def _live(self, said: StatusLine, listed: Call) -> Iterator[str]:
        now = self.now.mono
        interval = _interval(listed, now)
        if now - listed.start.mono > _good_for(listed, now) + TICK:
            yield f"live, {now - listed.start.mono:.1f} s after the list was asked for"
        if said.every != (f"{interval:.0f}" if interval >= 10 else f"{round(interval, 1):g}"):
            yield f"every {said.every} s, and it is every {interval} s"
        if self.stage.invalid_before >= listed.start.mono:
            yield "live, and it stood still since"
        if any(
            not call.good and (listed.end or now) < (call.end or now) <= now - DRAWN
            for call in self.ledger.polls()
        ):
            yield "live, and a list failed since"

    def age(self, said: str | None, call: Call, what: str) -> Iterator[str]:
        """An age is rounded down to its unit; below two minutes to 5 s."""
        if said is None:
            return
        count, _, unit = said.partition(" ")
        least = int(count) * _UNITS[unit]
        step = 5 if unit == "s" else _UNITS[unit]
        age = self.now.mono - call.start.mono
        if not least - DRAWN <= age < least + step + TICK:
            yield f"{what} is {said} old, and it was asked for {age:.1f} s ago"

    # An order.

    def order(self, order_id: str, status: str, *, uncovered: bool, oldest: float) -> Iterator[str]:
        """The shown status was true since the list request, or recently enough to be live.

        A row marked as outdated was true at some time since `oldest`.
        """
        order = self.stage.world.orders.get(order_id)
        if order is None:
            yield f"there is no order {order_id}"
            return
        self.cells += 1
        since = self.since if status == "GONE" else self.valid_since(order_id)
        if uncovered:
            since = oldest
        elif status != "GONE" and (asked := self.ledger.shown.asked(order_id)) < self.since:
            age = self.now.mono - asked
            if asked < self.lately or self.stage.invalid_before >= asked:
                yield f"{status} is not marked, and was asked for {age:.1f} s ago"
        said = {
            "GONE" if state is None else state.status
            for state in order.between(since, self.now.mono)
        }
        if status not in said:
            yield f"{status}, and since the list was asked for it was {' '.join(sorted(said))}"

    def valid_since(self, order_id: str) -> float:
        """Return the time from which an unmarked order is valid."""
        polled = self.listed is not None and order_id in self.listed.order_ids
        return self.since if polled else self.lately

    def progress(self, bar: Bar, status: str, order: Order) -> Iterator[str]:
        """A marked progress was true at some time, an unmarked one recently or at the end."""
        now = self.now.mono
        start = float("-inf") if bar.old else now - TICK - max(REFRESH, ROW_CADENCE) - STALE_GRACE
        states = [each for each in order.between(start, now) if each]
        if status in CONFIRMED:
            since = self.valid_since(order.id)
            states += [each for each in order.between(since, now) if each and each.status == status]
        if not any(says(bar, each.mean) for each in states):
            yield f"{shown(bar)}, and lately it was {[round(e.mean, 1) for e in states]}"

    def colors(self, said: StatusLine, bars: BarColors) -> Iterator[str]:
        """A bar has its color if it is current and the list is live, else no status's color."""
        own = {self.stage.color("transcoding")}
        if said.word == "live" and bars.current - own:
            yield f"live, and bars have the colors {sorted(bars.current)}"
        if said.word != "live" and bars.current & self.stage.status_colors:
            yield f"{said.word}, and a bar has the color of a status"
        if bars.old & self.stage.status_colors:
            yield "a bar that is marked as old has the color of a status"

    def reason(self, order: Order, comment: str | None) -> Iterator[str]:
        """The comment of an order in error is that of its current failure, as far as answers tell.
        It is empty until it is read; None says that the server gave none.
        """
        answers, now = self.ledger.shown, self.now.mono
        detail, not_failed = answers.detail(order.id), answers.not_failed(order.id)
        asked = detail.start.mono if detail else float("-inf")
        if comment == "":
            states = detail.states(order) if detail else []
            if all(s.status == "ERROR" and s.comment for s in states) and asked > not_failed:
                yield f"no reason, and it was asked for {now - asked:.1f} s ago"
            return
        # What was true at the last detail, and was not contradicted since.
        states = [each for each in order.between(max(asked, not_failed), now) if each]
        if not any(each.status == "ERROR" and each.comment == comment for each in states):
            yield f"{comment or 'no reason given'}, and since it was read it was {states}"


class PictureRules(Rules):
    """Checks one picture of the main screen."""

    def __init__(
        self, stage: Stage, now: ClockReading, listed: Call | None, picture: Picture
    ) -> None:
        super().__init__(stage, now, listed)
        self._picture = picture


def list_calls(stage: Stage, said: StatusLine) -> list[Call | None]:
    """Return the list calls that may be the one on screen."""
    found: list[Call | None] = [*stage.ledger.begun(NEWEST_PAGE, said.as_of)]
    return found or [None]


def age_range(age: str) -> tuple[float, float]:
    """Return the range in seconds of an age such as `28s`, `4m12s`, `3d04h` or `12 min`."""
    parts = re.findall(r"(\d+) ?([a-z]+)", age)
    least = sum(int(number) * _UNITS[unit] for number, unit in parts)
    return least, least + _UNITS[parts[-1][1]]


def all_say(bars: list[Bar], state: OrderState) -> bool:
    """Return whether the bars are the sub-jobs' percents, after their mean if there are several."""
    values = (state.mean, *state.percents) if len(state.percents) > 1 else state.percents
    return len(bars) == len(values) and all(map(says, bars, values))


def says(bar: Bar, value: float) -> bool:
    return bar.percent == int(value) and bar.filled == int(value / 100 * bar.width * 8)


def shown(bar: Bar) -> str:
    return f"{'~' if bar.old else ''}{bar.percent} % ({bar.filled}/{8 * bar.width})"


def _interval(listed: Call, now: float) -> float:
    return max(REFRESH, min(5 * _took(listed, now), 60.0))


def _good_for(listed: Call, now: float) -> float:
    """Return the seconds for which a list may be called live."""
    return _interval(listed, now) + STALE_GRACE


def _took(listed: Call, now: float) -> float:
    return (listed.end or now) - listed.start.mono - listed.cached_for
