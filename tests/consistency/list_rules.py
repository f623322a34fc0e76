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
from tui.model.events import STALE_GRACE, ClockReading
from tui.model.order import phase_of
from tui.model.order_facts import DETAIL_CADENCE

_FINAL = {"FINISHED", "ERROR", "GONE"}


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
        in_pieces = picture.partly_read is not None or picture.all_read is not None
        if in_pieces and picture.total not in (None, *there):
            yield f"{picture.total} orders, and there were {there}"
        if picture.known is None:
            yield from self._all(self._oldest if picture.all_read else self.lately)
        if picture.filtered is not None:
            found, count, of_known = picture.filtered
            if picture.whole and found != len(picture.rows):
                yield f"{found} match, and {len(picture.rows)} are shown"
            counted = sum(n for word, n in picture.counts.items() if word != "unreadable")
            if of_known != (picture.known is not None) or count != counted:
                yield f"the filter is of {count}, and known are {picture.known}"
        elif picture.whole and not in_pieces and picture.total not in (None, len(picture.rows)):
            yield f"{picture.total} orders are said to be in {len(picture.rows)} rows"

    @property
    def _oldest(self) -> float:
        """The oldest allowed request time of rows marked as outdated."""
        if self._picture.all_read is None:
            return float("-inf")
        return self.now.mono - seconds_of(self._picture.all_read)[1] - TICK

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
            self.cells += 4
            marked = row.uncovered
            found = [*self.order(row.id, row.status, uncovered=marked, oldest=self._oldest)]
            if order := self.stage.world.orders.get(row.id):
                found += self._row(row, order)
            for violation in found:
                yield f"{row.id}: {violation}"

    def _row(self, row: Row, order: Order) -> Iterator[str]:
        if row.file not in ("", order.filename):
            yield f"the file is {row.file}"
        made = WALL + order.made
        ages = {formatting.age(self.now.wall - back - made) for back in (0, TICK)}
        if row.age not in ages:
            yield f"its age is {row.age}, and not {ages}"
        dates = {formatting.time_short(made, self.now.wall - back) for back in (0, TICK)}
        if row.created and row.created not in dates:
            yield f"it was created {row.created}, and not {dates}"
        if row.bar is not None:
            yield from self.progress(row.bar, row.status, order)

    def _missing(self) -> Iterator[str]:
        """No order is missing between two rows, and rows are sorted."""
        picture, orders = self._picture, self.stage.world.orders
        if picture.filtered or not (picture.newest_first or picture.whole):
            return
        made = [orders[row.id].made for row in picture.rows if row.id in orders]
        if picture.newest_first and made != sorted(made, reverse=True):
            yield f"newest first, and made at {made}"
        newest, oldest = (made[0], made[-1]) if made and not picture.whole else (1e9, -1e9)
        ids = {row.id for row in picture.rows}
        for order in orders.values():
            if (
                oldest < order.made < newest
                and order.id not in ids
                and self.ledger.is_known(order.id)
                and order.at(self.since)
                and order.at(self.now.mono)
            ):
                yield f"{order.id} is not shown"

    # The detail.

    def _pane(self, pane: Pane) -> Iterator[str]:
        picture = self._picture
        under = [row for row in picture.rows if row.cursor]
        order = self.stage.world.orders.get(pane.id)
        is_beside = [row.id for row in under] == [pane.id] if pane.id else not under
        if len(under) > 1 or (picture.whole and not is_beside):
            yield f"the pane is of {pane.id}, and the cursor on {[row.id for row in under]}"
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
