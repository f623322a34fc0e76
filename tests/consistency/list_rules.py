"""The rules of the main screen. Each yields the violations that it finds."""

from collections import Counter
from collections.abc import Iterator

from tests.consistency.ledger import Call
from tests.consistency.main_screen import Pane, Picture, Row
from tests.consistency.screen_rules import TICK, Rules, all_say, seconds_of, shown
from tests.consistency.stage import Stage
from tests.consistency.world import Order
from tests.support.accelerated_loop import WALL
from tui import formatting
from tui.filtering.groups import RECENT
from tui.model.events import STALE_GRACE, ClockReading
from tui.model.order import phase_of
from tui.model.order_facts import DETAIL_CADENCE
from tui.ui.main_screen.status_lines import LONG_UNCHECKED
from tui.ui.order_presenter import AGE_STEP

_FINAL = {"FINISHED", "ERROR", "GONE"}
_REGROUPED = 61
"""Seconds until a row is in another group by its age alone."""


class ListRules(Rules):
    def __init__(
        self, stage: Stage, now: ClockReading, listed: Call | None, picture: Picture
    ) -> None:
        super().__init__(stage, now, listed)
        self._picture = picture

    def violations(self) -> Iterator[str]:
        picture = self._picture
        yield from self.word(picture.said, nothing_else=not picture.rows)
        if self.listed is None:
            return
        yield from self._counts()
        yield from self._of_how_many()
        yield from self._rows()
        yield from self._missing()
        yield from self._pane(picture.pane)

    # The counts.

    def _counts(self) -> Iterator[str]:
        """The count of each phase is possible by what the server sent."""
        picture = self._picture
        self.cells += len(picture.counts)
        counts = {word: count for word, count in picture.counts.items() if word != "unreadable"}
        least, most = self.ledger.counts(self.now.mono)
        for word, count in counts.items():
            if not (0 if word == "gone" else least[word]) <= count <= most[word]:
                yield f"counted are {count} {word}, the server sent {least[word]} to {most[word]}"
        if not picture.rows and not picture.filtered:
            yield f"no orders: {picture.lines[4].strip()}"
        if picture.rows and picture.whole and not picture.filtered:
            words = Counter(
                "gone" if row.status == "GONE" else phase_of(row.status).value
                for row in picture.rows
            )
            shown_counts = {word: count for word, count in counts.items() if count}
            if shown_counts != words:
                yield f"counted are {shown_counts}, listed {dict(words)}"
        if picture.known is not None:
            known = sum(count for word, count in counts.items() if word != "gone")
            if picture.known != known:
                yield f"{picture.known} are known, and {known} are counted"

    def _of_how_many(self) -> Iterator[str]:
        """A list shown as complete is complete and as young as shown; a partial one says so."""
        picture, now = self._picture, self.now.mono
        there = self.stage.world.counts(self.since, now)
        if picture.partly_read is not None:
            read, count = picture.partly_read
            # Positions count from the front, where orders have arrived since the poll.
            fresh = sum(
                1 for each in self.stage.world.orders.values() if each.since[0] > self.since
            )
            most = self.ledger.most + self.ledger.unreadable + fresh
            if read > most or count not in there:
                yield f"{read} of {count} read, and the server sent {most} of {there}"
        if picture.known is None:
            yield from self._all(self._oldest if self.stage.in_pieces else self.lately)
        total = sum(n for word, n in picture.counts.items() if word != "unreadable")
        if picture.filtered is not None:
            total, count, of_known = picture.filtered
            counted = sum(n for word, n in picture.counts.items() if word != "unreadable")
            if of_known != (picture.known is not None) or count != counted:
                yield f"the filter is of {count}, and known are {picture.known}"
        if picture.total != total:
            yield f"{picture.total} rows, and {total} orders"
        if picture.whole and picture.total != len(picture.rows):
            yield f"{picture.total} orders are said to be in {len(picture.rows)} rows"

    @property
    def _oldest(self) -> float:
        """The oldest allowed request time of rows marked as outdated."""
        picture = self._picture
        if picture.checked is not None:
            return self.now.mono - seconds_of(picture.checked)[1] - TICK
        if picture.partly_read is not None or not self.stage.in_pieces:
            return float("-inf")
        return self.now.mono - LONG_UNCHECKED - TICK

    def _all(self, since: float) -> Iterator[str]:
        """Every listed order was requested since then."""
        for order in self.ledger.not_asked_for(since):
            if order.at(self.since) and order.at(self.now.mono):
                age, asked = self.now.mono - since, self.ledger.asked(order.id)
                yield f"all are {age:.1f} s old, and {order.id} is {self.now.mono - asked:.1f} s"
                return

    # The rows.

    def _rows(self) -> Iterator[str]:
        for row in self._picture.rows:
            self.cells += 5
            order = self.stage.world.named.get(row.name)
            if order is None:
                yield f"there is no order {row.name}"
                continue
            marked = row.uncovered
            found = [*self.order(order.id, row.status, uncovered=marked, oldest=self._oldest)]
            for violation in [*found, *self._row(row, order)]:
                yield f"{order.id}: {violation}"

    def _row(self, row: Row, order: Order) -> Iterator[str]:
        made, walls = WALL + order.made, [self.now.wall - back for back in (0, TICK)]
        ages = {formatting.age(wall // AGE_STEP * AGE_STEP - made) for wall in walls}
        if row.age not in ages:
            yield f"its age is {row.age}, and not {ages}"
        dates = {formatting.time_short(made, wall) for wall in walls}
        if row.created and row.created not in dates:
            yield f"it was created {row.created}, and not {dates}"
        if row.bar is not None:
            yield from self.progress(row.bar, row.status, order)
        if row.reason is not None:
            states = order.between(float("-inf"), self.now.mono)
            if not any(
                each and (each.comment or "no reason given") == row.reason for each in states
            ):
                yield f"its reason is {row.reason}"
        if row.group not in ("", *_groups(row.status, [wall - made for wall in walls])):
            yield f"{row.status}, made {self.now.wall - made:.0f} s ago, in the group {row.group}"

    def _missing(self) -> Iterator[str]:
        """No order is missing between two rows, and rows are sorted in each group."""
        picture = self._picture
        for group in dict.fromkeys(row.group for row in picture.rows):
            rows = [row for row in picture.rows if row.group == group]
            yield from self._missing_in(group, rows)
            if picture.whole and picture.groups.get(group, len(rows)) != len(rows):
                yield f"{group} {picture.groups[group]}, and {len(rows)} rows"

    def _missing_in(self, group: str, rows: list[Row]) -> Iterator[str]:
        picture, now = self._picture, self.now
        if picture.filtered or not (picture.newest_first or picture.whole):
            return
        named = self.stage.world.named
        made = [named[row.name].made for row in rows if row.name in named]
        if picture.newest_first and made != sorted(made, reverse=True):
            yield f"newest first, and made at {made}"
        is_all = picture.whole and not group
        newest, oldest = (made[0], made[-1]) if made and not is_all else (1e9, -1e9)
        ids = {named[row.name].id for row in picture.rows if row.name in named}
        for order in self.stage.world.orders.values():
            if not (oldest < order.made < newest) or order.id in ids:
                continue
            since = min(self.since, self.ledger.asked(order.id))
            states = [*order.between(since, now.mono)]
            ages = [now.wall - back - WALL - order.made for back in (0, _REGROUPED)]
            is_here = all(
                each and (not group or _groups(each.status, ages) == {group}) for each in states
            )
            if is_here and self.ledger.is_known(order.id):
                yield f"{order.id} is not shown"

    # The detail.

    def _pane(self, pane: Pane) -> Iterator[str]:
        picture = self._picture
        under = [row for row in picture.rows if row.cursor]
        order = self.stage.world.orders.get(pane.id)
        is_beside = [row.name for row in under] == [pane.name] if pane.name else not under
        if len(under) > 1 or ((under or picture.whole) and not is_beside):
            yield f"the pane is of {pane.name}, and the cursor on {[row.name for row in under]}"
        if order is None:
            if pane.name:
                yield f"the pane is of {pane.name}, which has no known id: {pane.id}"
            return
        if pane.name not in ((order.filename,) if pane.label else (order.id, order.filename)):
            yield f"pane of {order.id}: its title is {pane.name}"
        for row in under:
            if (row.status, row.uncovered) != (pane.status, pane.uncovered):
                yield f"pane: {pane.status}, and in its row {row.status}"
        found = [*self.order(order.id, pane.status, uncovered=pane.uncovered, oldest=self._oldest)]
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
        since = now - TICK - DETAIL_CADENCE - STALE_GRACE
        if asked is not None:
            since = asked.start.mono
        elif pane.status in _FINAL:
            yield "a detail of no time"
        states = [each for each in order.between(since, now) if each]
        self.cells += 2 + len(pane.bars)
        if not any(each.label == pane.label for each in states):
            yield f"{pane.label}, and since {since:.1f} it was {[each.label for each in states]}"
        if pane.comment and not any(each.comment == pane.comment for each in states):
            yield f"{pane.comment}, and since {since:.1f} it was {[e.comment for e in states]}"
        if any(bar.old for bar in pane.bars) and asked is None:
            yield "a bar is marked as old, and as of no time"
        if pane.bars and not any(all_say(pane.bars, each) for each in states):
            yield f"{[shown(bar) for bar in pane.bars]}, and since {since:.1f} it was {states}"


def _groups(status: str, ages: list[float]) -> set[str]:
    """Return the groups in which an order may be at these ages, in seconds."""
    if status == "ERROR":
        names = ("Failed in the last 24 h", "Others")
        return {names[age >= RECENT] for age in ages}
    return {"Others"} if status in _FINAL else {"Active"}
