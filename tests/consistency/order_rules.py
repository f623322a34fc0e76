"""The rules of the order screen. Each yields the violations that it finds."""

import json
from collections.abc import Iterator

from tests.consistency.answers import Call
from tests.consistency.order_screen import OrderPicture
from tests.consistency.screen_rules import CONFIRMED, TICK, Rules, says, shown
from tests.consistency.stage import Stage
from tests.consistency.world import Order, OrderState
from tests.support.accelerated_loop import WALL
from tui import formatting
from tui.model.events import STALE_GRACE, ClockReading
from tui.model.order_facts import DETAIL_CADENCE

_YOUNG = 10


class OrderScreenRules(Rules):
    def __init__(
        self, stage: Stage, now: ClockReading, listed: Call | None, sheet: OrderPicture
    ) -> None:
        super().__init__(stage, now, listed)
        self._sheet = sheet

    def violations(self) -> Iterator[str]:
        sheet = self._sheet
        yield from self.word(sheet.said, nothing_else=not sheet.name)
        yield from self.colors(sheet.said, sheet.bar_colors)
        if self.listed is None or not sheet.name:
            return
        yield from self._place()
        order = self.stage.world.named.get(sheet.name)
        if order is None:
            yield f"there is no order {sheet.name}"
            return
        found = [
            *self.order(order.id, sheet.status, uncovered=sheet.uncovered, oldest=float("-inf"))
        ]
        for violation in [*found, *self._best(order)]:
            yield f"screen of {sheet.name}: {violation}"

    def _place(self) -> Iterator[str]:
        """The position is among all orders, or shown as among the known ones."""
        number, count = self._sheet.place
        least = min(self.stage.world.counts(self.since, self.now.mono))
        if number > count or count > self.ledger.shown.most:
            yield f"{number} of {count}, and the server sent {self.ledger.shown.most}"
        if count < least and not self._sheet.of_known:
            yield f"{number} of {count}, and there are {least}"

    def _best(self, order: Order) -> list[str]:
        sheet = self._sheet
        said = sheet.as_of or sheet.read
        if said is None:
            return [*self._of_no_time(order)]
        asked = self.ledger.begun(order.id, said)
        if not asked:
            return [f"no detail that came was asked for at {said}"]
        tell = self._facts if sheet.tab == "facts" else self._raw
        return min(([*self._ages(each), *tell(order, each)] for each in asked), key=len)

    @property
    def _lately(self) -> float:
        return self.now.mono - TICK - DETAIL_CADENCE - STALE_GRACE

    def _of_no_time(self, order: Order) -> Iterator[str]:
        """Without a time, nothing read is shown, or it was read recently."""
        sheet = self._sheet
        if sheet.jobs or sheet.facts.keys() - {"id", "created"}:
            yield "facts of no time"
        if sheet.raw:
            states = [each for each in order.between(self._lately, self.now.mono) if each]
            yield from self._raw_of(order, states)

    def _ages(self, asked: Call) -> Iterator[str]:
        sheet = self._sheet
        yield from self.age(sheet.age, asked, "the detail")
        if sheet.read_ago != f"<{_YOUNG} s":
            yield from self.age(sheet.read_ago, asked, "what is read")
        elif (age := self.now.mono - asked.start.mono) >= _YOUNG + TICK:
            yield f"updated <{_YOUNG} s ago, and it was asked for {age:.1f} s ago"

    # Values of one detail call.

    def _facts(self, order: Order, asked: Call) -> Iterator[str]:
        sheet = self._sheet
        expected = {
            "id": order.id,
            "file": order.filename,
            "size": f"{formatting.size(order.number)} ({formatting.count(order.number)} bytes)",
        }
        if sheet.facts.get("source") != "not loaded yet":
            expected["source"] = f"https://in.example/{order.number}"
            expected["destination"] = f"https://out.example/{order.number}"
        self.cells += len(sheet.facts) + 2 * len(sheet.jobs)
        differing = {name: text for name, text in expected.items() if sheet.facts.get(name) != text}
        yield from (f"{n} is {sheet.facts.get(n)}, and not {text}" for n, text in differing.items())
        if sheet.facts.get("created") not in {self._created(order, back) for back in (0, TICK)}:
            yield f"it was created {sheet.facts.get('created')}"
        states = _states_during(order, asked)
        if not any(self._are_facts(each, order, asked) for each in states):
            yield f"{sheet.facts}, {[j.bar for j in sheet.jobs]}, and it was {states}"
        for number, job in enumerate(sheet.jobs, 1):
            if job[:3] != (f"Profile {number}", f"{number}", f"job-{order.number}-{number}.mp4"):
                yield f"sub-job {number} is {job[:3]}"
        is_queued = [job.progress == "queued" for job in sheet.jobs]
        if sheet.status != "GONE" and is_queued != [sheet.status == "QUEUED"] * len(is_queued):
            yield f"the order is {sheet.status}, and its sub-jobs are {sheet.jobs}"
        counted = len(sheet.jobs) if len(sheet.jobs) > 1 and not any(is_queued) else None
        if counted != sheet.counted:
            yield f"there are {len(sheet.jobs)} sub-jobs, and {sheet.counted} are counted"
        if sheet.raw:
            yield from self._raw(order, asked)
        yield from self._fresh(order, asked)

    def _created(self, order: Order, back: float) -> str:
        made = WALL + order.made
        return (
            f"{formatting.time_with_day(made, self.now.wall - back)} ({formatting.utc_time(made)})"
        )

    def _ends(self, order: Order, asked: Call) -> set[str]:
        """Return the status, or those a gone order had since it was read."""
        if self._sheet.status != "GONE":
            return {self._sheet.status}
        return {state.status for state in order.between(asked.start.mono, self.now.mono) if state}

    def _are_facts(self, state: OrderState, order: Order, asked: Call) -> bool:
        """Label, comment and every known bar equal what was sent."""
        facts, bars = self._sheet.facts, [self._sheet.mean, *(job.bar for job in self._sheet.jobs)]
        read = [state.mean, *state.percents]
        ends = self._ends(order, asked)
        meant = [read] if ends != {"FINISHED"} else []
        meant += [[100.0 for _ in read]] if "FINISHED" in ends else []
        return (
            facts.get("label") == state.label
            and (self._sheet.reason or facts.get("message")) == state.comment
            and any(
                len(bars) == len(values)
                and all(bar is None or says(bar, at) for bar, at in zip(bars, values, strict=True))
                for values in meant
            )
        )

    def _fresh(self, order: Order, asked: Call) -> Iterator[str]:
        """A bar that is not marked as old is recent, or final."""
        sheet = self._sheet
        bars = [job.bar for job in sheet.jobs if job.bar]
        young = asked.start.mono > max(self._lately, self.stage.invalid_before)
        if not bars or all(bar.old for bar in bars) or young:
            return
        ends = self._ends(order, asked)
        if "FINISHED" in ends or (sheet.status == "GONE" and "ERROR" in ends):
            return
        stopped = [
            state
            for state in order.between(self.valid_since(order.id), self.now.mono)
            if state and state.status == sheet.status and state.status in CONFIRMED
        ]
        if not any(all(map(says, bars, state.percents)) for state in stopped):
            age = self.now.mono - asked.start.mono
            yield f"{[*map(shown, bars)]}, not marked, and asked for {age:.1f} s ago"

    def _raw(self, order: Order, asked: Call) -> Iterator[str]:
        yield from self._raw_of(order, _states_during(order, asked))

    def _raw_of(self, order: Order, states: list[OrderState]) -> Iterator[str]:
        raw = self._sheet.raw
        self.cells += len(raw)
        for each in states:
            sent = json.dumps(self.stage.world.written(order, each), indent=2).splitlines()
            lines = [line.strip() for line in sent]
            if any(lines[n : n + len(raw)] == raw for n in range(len(lines))):
                return
        yield f"raw JSON {' '.join(raw)}, and sent was {states}"


def _states_during(order: Order, asked: Call) -> list[OrderState]:
    """Return the states of the order during a call."""
    return [state for state in order.between(asked.start.mono, asked.end or 0.0) if state]
