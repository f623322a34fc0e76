"""The rules of the detail pane. Each yields the violations that it finds."""

from collections.abc import Iterator

from tests.consistency.answers import Call
from tests.consistency.main_screen import Picture
from tests.consistency.order_pane import Pane
from tests.consistency.screen_rules import TICK, PictureRules, all_say, shown
from tests.consistency.stage import Stage
from tests.consistency.world import Order
from tui.model.events import STALE_GRACE, ClockReading
from tui.model.order_facts import DETAIL_CADENCE

_FINAL = {"FINISHED", "ERROR", "GONE"}
_WAITING = {"QUEUED", "DOWNLOADING"}
"""Nothing but the status changes, so the list confirms the detail."""


class PaneRules(PictureRules):
    def __init__(
        self,
        stage: Stage,
        now: ClockReading,
        listed: Call | None,
        picture: Picture,
        oldest: float,
    ) -> None:
        super().__init__(stage, now, listed, picture)
        self._oldest = oldest

    def violations(self) -> Iterator[str]:
        picture, pane = self._picture, self._picture.pane
        under = [row for row in picture.rows if row.cursor]
        order = self.stage.world.orders.get(pane.id)
        at = [each.id for row in under if (each := self.stage.world.find(row.name))]
        is_beside = at == [pane.id] if pane.id else not under
        if len(under) > 1 or ((under or picture.whole) and not is_beside):
            yield f"the pane is of {pane.id}, and the cursor on {at}"
        if order is None:
            if pane.name:
                yield f"the pane is of {pane.name}, which has no known id: {pane.id}"
            return
        if not (order.is_named(pane.name) or (pane.name == order.id and not pane.label)):
            yield f"pane of {order.id}: its title is {pane.name}"
        for row in under:
            if (row.status, row.uncovered) != (pane.status, pane.uncovered):
                yield f"pane: {pane.status}, and in its row {row.status}"
        found = [*self.order(order.id, pane.status, uncovered=pane.uncovered, oldest=self._oldest)]
        if pane.status == "ERROR" and pane.label:
            found += self.reason(order, pane.comment or "")
        asked: list[Call | None] = [*self.ledger.begun(order.id, pane.as_of or pane.read)]
        by_call = [[*self._detail(pane, order, each)] for each in asked or [None]]
        for violation in [*found, *min(by_call, key=len)]:
            yield f"pane of {order.id}: {violation}"

    def _detail(self, pane: Pane, order: Order, asked: Call | None) -> Iterator[str]:
        now = self.now.mono
        said = pane.as_of or pane.read
        if said is not None and asked is None:
            yield f"no detail that came was asked for at {said}"
            return
        if asked is not None:
            yield from self.age(pane.age, asked, "the detail")
        if pane.label is None:
            return
        if asked is None and pane.status in _FINAL:
            yield "a detail of no time"
        since = self._since(pane, order, asked)
        states = [each for each in order.between(since, now) if each]
        self.cells += 2 + len(pane.bars)
        if not any(each.label == pane.label for each in states):
            yield f"{pane.label}, and since {since:.1f} it was {[each.label for each in states]}"
        if (
            pane.comment
            and pane.status != "ERROR"
            and not any(each.comment == pane.comment for each in states)
        ):
            yield f"{pane.comment}, and since {since:.1f} it was {[e.comment for e in states]}"
        yield from self._stopped(pane, order, asked)
        if any(bar.old for bar in pane.bars) and asked is None:
            yield "a bar is marked as old, and as of no time"
        if pane.bars and not any(all_say(pane.bars, each) for each in states):
            yield f"{[shown(bar) for bar in pane.bars]}, and since {since:.1f} it was {states}"

    def _since(self, pane: Pane, order: Order, asked: Call | None) -> float:
        """Return the time from which on the detail was true at some time."""
        if asked is not None:
            return asked.start.mono
        lately = self.now.mono - TICK - DETAIL_CADENCE - STALE_GRACE
        return min(lately, self.valid_since(order.id)) if pane.status in _WAITING else lately

    def _stopped(self, pane: Pane, order: Order, asked: Call | None) -> Iterator[str]:
        """The progress of a failed order not marked as old is recent, or final."""
        lately = self.now.mono - TICK - DETAIL_CADENCE - STALE_GRACE
        is_recent = asked is None or asked.start.mono > max(lately, self.stage.invalid_before)
        if is_recent or pane.status != "ERROR" or all(bar.old for bar in pane.bars):
            return
        states = order.between(self.valid_since(order.id), self.now.mono)
        ends = [each for each in states if each and each.status == "ERROR"]
        if not any(all_say(pane.bars, each) for each in ends):
            yield f"{[*map(shown, pane.bars)]}, not marked, and it stopped at {ends}"
