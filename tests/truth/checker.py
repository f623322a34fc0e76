"""Is every cell as young as the screen admits? Each rule yields the lies that it finds."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from tests.accelerated import WALL
from tests.truth.screen import Bar, Pane, Picture, Row
from tests.truth.stage import REFRESH, Call, Stage
from tests.truth.world import Order, Told
from tui import phrase
from tui.model.events import GRACE
from tui.model.freshness import DETAIL_CADENCE
from tui.model.status import phase_of

TICK = 1.1
"""Seconds until the screen must say what the clock alone has changed: it looks once a second."""

DRAWN = 0.1
"""Seconds until the screen must show what has happened."""

_UNITS = {"s": 1, "min": 60, "h": 3600, "days": 86_400}
_FINAL = {"FINISHED", "ERROR", "GONE"}


@dataclass
class Checker:
    """`lies` compares a picture of `stage` as of now with what the server said and when."""

    stage: Stage
    looks: int = 0
    cells: int = 0

    def lies(self, picture: Picture) -> list[str]:
        self.looks += 1
        self.now = self.stage.time.clock.now()
        told = [self._told(picture, listed) for listed in self._asked(None, picture.as_of)]
        return [f"at {self.now.mono:.2f}: {lie}" for lie in min(told, key=len)]

    def _told(self, picture: Picture, listed: Call | None) -> list[str]:
        found = [*self._word(picture, listed), *self._counts(picture)]
        if listed is not None:
            found += self._rows(picture, listed)
            found += self._pane(picture, listed)
        return found

    def _asked(self, order_id: str | None, said: str | None) -> list[Call | None]:
        """The good call that was begun at that time: several, where the clock on the wall was put
        back.
        """
        found: list[Call | None] = [
            call
            for call in self.stage.calls
            if call.good
            and call.order_id == order_id
            and said in (phrase.clock_time(call.start.wall), phrase.dated(call.start.wall, 0.0))
        ]
        return found or [None]

    # The status line.

    def _word(self, picture: Picture, listed: Call | None) -> Iterator[str]:
        self.cells += 3
        if picture.as_of is None:
            if picture.word != "connecting" or picture.rows:
                yield f"{picture.word}, and as of no time"
            return
        if listed is None:
            yield f"no list that came was asked for at {picture.as_of}"
            return
        yield from self._age(picture.age, listed, "the list")
        if picture.word == "connecting":
            yield "connecting, beside a list"
        if (picture.word == "paused") != self.stage.paused:
            yield f"{picture.word}, and paused is {self.stage.paused}"
        if picture.word == "live":
            yield from self._live(picture, listed)
        elif picture.age is None:
            yield f"{picture.word}, and no age"

    def _live(self, picture: Picture, listed: Call) -> Iterator[str]:
        now, stage = self.now.mono, self.stage
        took = (listed.end or now) - listed.start.mono
        interval = max(REFRESH, min(4 * took, 60.0))
        if now - listed.start.mono > interval + max(GRACE, 2 * took) + TICK:
            yield f"live, {now - listed.start.mono:.1f} s after the list was asked for"
        if picture.every != (f"{interval:.0f}" if interval >= 10 else f"{round(interval, 1):g}"):
            yield f"every {picture.every} s, and it is every {interval} s"
        if stage.doubted >= listed.start.mono:
            yield "live, and it stood still since"
        if any(
            call.order_id is None
            and not call.good
            and (listed.end or now) < (call.end or now) <= now - DRAWN
            for call in stage.calls
        ):
            yield "live, and a list failed since"

    def _age(self, said: str | None, call: Call, what: str) -> Iterator[str]:
        """An age is rounded down, in steps of its unit; below two minutes of 5 s."""
        if said is None:
            return
        count, _, unit = said.partition(" ")
        least = int(count) * _UNITS[unit]
        step = 5 if unit == "s" else _UNITS[unit]
        age = self.now.mono - call.start.mono
        if not least - DRAWN <= age < least + step + TICK:
            yield f"{what} is {said} old, and it was asked for {age:.1f} s ago"

    def _counts(self, picture: Picture) -> Iterator[str]:
        """What is counted is what is listed."""
        if not picture.rows and picture.word != "connecting":
            yield f"no orders: {picture.lines[4].strip()}"
        if not picture.whole or not picture.rows:
            return
        words = Counter(
            "gone" if row.status == "GONE" else phase_of(row.status).value for row in picture.rows
        )
        shown = {word: count for word, count in picture.counts.items() if count}
        shown.pop("unreadable", None)
        self.cells += len(picture.counts)
        if shown != words:
            yield f"counted are {shown}, listed {dict(words)}"
        if picture.total not in (None, len(picture.rows)):
            yield f"{picture.total} orders are said to be in {len(picture.rows)} rows"

    # The rows.

    def _rows(self, picture: Picture, listed: Call) -> Iterator[str]:
        for row in picture.rows:
            order = self.stage.world.orders.get(row.id)
            if order is None:
                yield f"there is no order {row.id}"
                continue
            self.cells += 5
            for lie in self._row(row, order, listed):
                yield f"{row.id}: {lie}"
        if picture.whole:
            shown = {row.id for row in picture.rows}
            for order in self.stage.world.orders.values():
                if (
                    order.at(listed.start.mono)
                    and order.at(self.now.mono)
                    and order.id not in shown
                ):
                    yield f"{order.id} is not shown"

    def _row(self, row: Row, order: Order, listed: Call) -> Iterator[str]:
        since = listed.start.mono
        yield from self._status(row.status, order, since)
        if row.file not in ("", order.filename):
            yield f"the file is {row.file}"
        made = WALL + order.made
        ages = {phrase.row_age(self.now.wall - back - made) for back in (0, TICK)}
        if row.age not in ages:
            yield f"its age is {row.age}, and not {ages}"
        if row.bar is not None:
            yield from self._progress(row.bar, row.status, order, since)

    def _status(self, status: str, order: Order, since: float) -> Iterator[str]:
        said = {
            "GONE" if told is None else told.status for told in order.between(since, self.now.mono)
        }
        if status not in said:
            yield f"{status}, and since the list was asked for it was {' '.join(sorted(said))}"

    def _progress(self, bar: Bar, status: str, order: Order, since: float) -> Iterator[str]:
        """Marked, it was so at some time, else lately; or it is where the order has stopped."""
        now = self.now.mono
        lately = float("-inf") if bar.old else now - TICK - REFRESH - GRACE
        told = [each for each in order.between(lately, now) if each]
        if status == "ERROR":
            told += [each for each in order.between(since, now) if each and each.status == status]
        if not any(_says(bar, each.mean) for each in told):
            yield f"{_shown(bar)}, and lately it was {[round(e.mean, 1) for e in told]}"

    # The detail.

    def _pane(self, picture: Picture, listed: Call) -> Iterator[str]:
        pane = picture.pane
        under = [row for row in picture.rows if row.cursor]
        order = self.stage.world.orders.get(pane.id)
        if len(under) > 1 or (picture.whole and [row.id for row in under] != [pane.id]):
            yield f"the pane is of {pane.id}, and the cursor on {[row.id for row in under]}"
        if order is None:
            return
        for row in under:
            if row.status != pane.status:
                yield f"pane: {pane.status}, and in its row {row.status}"
        found = [*self._status(pane.status, order, listed.start.mono)]
        asked = self._asked(order.id, pane.as_of or pane.read)
        told = [[*self._detail(pane, order, each)] for each in asked]
        best = min(told, key=len)
        found += best
        for lie in found:
            yield f"pane of {order.id}: {lie}"

    def _detail(self, pane: Pane, order: Order, asked: Call | None) -> Iterator[str]:
        now = self.now.mono
        said = pane.as_of or pane.read
        if said is not None and asked is None:
            yield f"no detail that came was asked for at {said}"
            return
        if asked is not None:
            yield from self._age(pane.age, asked, "the detail")
        if pane.label is None:
            return
        since = now - TICK - DETAIL_CADENCE - GRACE
        if asked is not None:
            since = asked.start.mono
        elif pane.status in _FINAL:
            yield "a detail of no time"
        told = [each for each in order.between(since, now) if each]
        self.cells += 2 + len(pane.bars)
        if not any(each.label == pane.label for each in told):
            yield f"{pane.label}, and since {since:.1f} it was {[each.label for each in told]}"
        if pane.comment and not any(each.comment == pane.comment for each in told):
            yield f"{pane.comment}, and since {since:.1f} it was {[e.comment for e in told]}"
        if any(bar.old for bar in pane.bars) and asked is None:
            yield "a bar is marked as old, and as of no time"
        if pane.bars and not any(_all_say(pane.bars, each) for each in told):
            yield f"{[_shown(bar) for bar in pane.bars]}, and since {since:.1f} it was {told}"


def _all_say(bars: list[Bar], told: Told) -> bool:
    values = (told.mean, *told.percents)
    return len(bars) == len(values) and all(map(_says, bars, values))


def _says(bar: Bar, value: float) -> bool:
    return bar.percent == int(value) and bar.filled == int(value / 100 * bar.width)


def _shown(bar: Bar) -> str:
    return f"{'~' if bar.old else ''}{bar.percent} % ({bar.filled}/{bar.width})"
