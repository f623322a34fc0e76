"""The rules of the lines above the table. Each yields the violations that it finds."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime

from tests.consistency.main_screen import LABEL_END, LABEL_VIEW, NO_STATUS, Tab
from tests.consistency.screen_rules import TICK, PictureRules, age_range
from tests.consistency.world import Order
from tests.support.accelerated_loop import WALL
from tui import formatting
from tui.model.order import Phase, phase_of
from tui.model.pages import NEWEST_PAGE, PageRequest

ACTIVE = {phase.value for phase in Phase if not phase.is_final}
IDLE = 120.0
"""Seconds without a key after which the screen follows again."""
UNCHECKED = 1200.0
"""Seconds after which the screen must say how old the older orders of a paged list are."""

_COUNTED_AT_ONCE = ("Now", "All", "Active", "Failed")
_HOST, _COMPANY = "127.0.0.1", "42"
_MINUTE = 60
"""What depends on the time of day is computed once a minute."""


class TopRules(PictureRules):
    def violations(self) -> Iterator[str]:
        yield from self._counts()
        yield from self._tabs()
        yield from self._of_how_many()
        yield from self._position()
        yield from self._following()

    # Trouble.

    def trouble(self) -> Iterator[str]:
        """While the list is not live a bar over the full width says why, and nothing has the
        color of a status.
        """
        picture, word = self._picture, self._picture.said.word
        self.cells += 1
        if word == "live":
            if picture.trouble:
                yield f"live, and the bar says {picture.trouble}"
        elif not picture.trouble or not picture.is_trouble_reversed:
            yield f"{word}, and the bar over the full width says {picture.trouble or 'nothing'}"
        elif not any(picture.trouble.startswith(f"▲ {reason}") for reason in self._reasons()):
            yield f"the bar says {picture.trouble}, and it is {[*self._reasons()]}"
        yield from self.colors(picture.said, picture.bar_colors)
        yield from self._count_colors()

    def _reasons(self) -> Iterator[str]:
        """The failure of a call since the last good poll; else what is wrong with that."""
        if self.stage.paused:
            yield "Polling paused. p: resume"
            return
        ended = sorted(
            (
                call
                for call in self.ledger.calls
                if call.end and isinstance(call.asked, PageRequest)
            ),
            key=lambda call: call.end or 0,
        )
        last = next((call for call in reversed(ended) if call.asked == NEWEST_PAGE), None)
        good = next((call for call in ended[::-1] if call.good and call.asked == NEWEST_PAGE), None)
        for call in ended[ended.index(good) + 1 if good else 0 :]:
            if call.failure is not None:
                why = formatting.describe_failure(call.failure, _HOST, _COMPANY)
                yield f"Update failed: {why}. "
        if self.listed is None:
            yield f"Connecting to {_HOST}"
        elif last is not None and last.good and not last.order_ids:
            yield "The server now lists no orders."
        elif last is not None and last.cached_for:
            yield f"A cache in front of {_HOST} answers with a copy that is "
        elif last is good:
            yield f"No newer answer from {_HOST} yet"

    def _count_colors(self) -> Iterator[str]:
        picture, live = self._picture, self._picture.said.word == "live"
        for word, (number, colors) in picture.counts.items():
            if word in ("gone", *NO_STATUS):
                continue
            own = self.stage.color(word)
            if live and number and own not in colors:
                yield f"live, and {word} has the colors {sorted(colors)}"
            if not live and colors & self.stage.status_colors:
                yield f"{picture.said.word}, and {word} has the color of a status"

    # The counts.

    def _counts(self) -> Iterator[str]:
        """The count of each phase is possible by what the server sent."""
        picture = self._picture
        self.cells += len(picture.counts)
        counts = {
            word: each.number for word, each in picture.counts.items() if word not in NO_STATUS
        }
        least, most = self.ledger.shown.counts(self.now.mono)
        for word, count in counts.items():
            if not (0 if word == "gone" else least[word]) <= count <= most[word]:
                yield f"counted are {count} {word}, the server sent {least[word]} to {most[word]}"
        if not picture.rows and not picture.filtered:
            yield f"no orders: {picture.lines[4].strip()}"
        if picture.rows and picture.whole and not picture.filtered:
            listed = Counter(
                "gone" if row.status == "GONE" else phase_of(row.status).value
                for row in picture.rows
            )
            shown_counts = {word: count for word, count in counts.items() if count}
            if shown_counts != listed:
                yield f"counted are {shown_counts}, listed {dict(listed)}"
        if picture.known is not None:
            known = sum(count for word, count in counts.items() if word != "gone")
            if picture.known != known:
                yield f"{picture.known} are known, and {known} are counted"

    # The tabs.

    def _tabs(self) -> Iterator[str]:
        """The count of each view is that of its orders; those that depend on each order's values
        are counted once a second.
        """
        picture = self._picture
        if [tab.is_current for tab in picture.tabs].count(True) != 1:
            yield f"the current view is one of {picture.tabs}"
        for tab in picture.tabs:
            if tab.orders is None:
                continue
            self.cells += 1
            counts = self._orders_of(tab.name)
            if tab.orders not in counts:
                yield f"the view {tab.name} has {tab.orders}, and it has {counts}"
            is_shown = tab.is_current and not tab.is_changed and tab.name in _COUNTED_AT_ONCE
            if is_shown and tab.orders != picture.position[1]:
                yield f"the view {tab.name} has {tab.orders}, and {picture.position[1]} rows"
            if tab.name == LABEL_VIEW:
                yield from self._exactness(tab)
            elif not tab.is_exact:
                yield f"the view {tab.name} is not exact, and needs no details"

    def _orders_of(self, view: str) -> range:
        """Return the possible numbers of orders of a view."""
        numbers = {word: each.number for word, each in self._picture.counts.items()}
        now, answers = self.now.mono, self.ledger.counted
        match view:
            case "Failed today":
                return answers.count(now, self.stage.world.failed, self._is_failed_today)
            case _ if view == LABEL_VIEW:
                return answers.count(now, answers.maybe_detailed, self._has_label)
            case "Active":
                exactly = sum(numbers.get(word, 0) for word in ACTIVE)
            case "Failed":
                exactly = numbers["error"]
            case _:
                exactly = self._picture.listed()
        return range(exactly, exactly + 1)

    def _is_failed_today(self, order: Order, phases: set[str]) -> bool | None:
        if "error" not in phases:
            return False
        made = datetime.fromtimestamp(WALL + order.made, UTC).date()
        today = {
            datetime.fromtimestamp(self.now.wall - back, UTC).date()
            for back in (0, _MINUTE + 2 * TICK)
        }
        if made not in today:
            return False
        return True if phases == {"error"} and today == {made} else None

    def _has_label(self, order: Order, phases: set[str]) -> bool | None:
        answers = self.ledger.counted
        found = {
            state.label.endswith(LABEL_END)
            for call in answers.details(order.id)
            for state in call.states(order)
        }
        if True not in found:
            return False
        is_certain = answers.detail(order.id) is not None and "gone" not in phases
        return True if found == {True} and is_certain else None

    def _exactness(self, tab: Tab) -> Iterator[str]:
        """A count is marked if and only if there are orders without a detail."""
        answers, orders = self.ledger.counted, self.stage.world.orders
        unread = (
            order_id
            for order_id in answers.known - answers.maybe_detailed
            if None not in orders[order_id].between(answers.asked(order_id), self.now.mono)
        )
        if tab.is_exact and (order_id := next(unread, None)):
            yield f"the view {tab.name} is exact, and {order_id} was not read"
        if not tab.is_exact and answers.maybe_known <= answers.detailed:
            yield f"the view {tab.name} is not exact, and all orders were read"

    # How many orders there are.

    def _of_how_many(self) -> Iterator[str]:
        """A list shown as complete is complete and as young as shown; a partial one says so."""
        picture, now = self._picture, self.now.mono
        there = self.stage.world.counts(self.since, now)
        if picture.loading is not None:
            read, count = picture.loading
            # Positions count from the front, where orders have arrived since the poll.
            fresh = sum(
                1 for each in self.stage.world.orders.values() if each.since[0] > self.since
            )
            most = self.ledger.shown.most + self.ledger.unreadable + fresh
            if read > most or count not in there:
                yield f"{read} of {count} read, and the server sent {most} of {there}"
        if (picture.loading is None) != (picture.known is None):
            yield f"loaded are {picture.loading}, and {picture.known} are known"
        if picture.known is None:
            yield from self._all(self.oldest)
        if picture.filtered is not None:
            found, count, of_known = picture.filtered
            if found != picture.position[1]:
                yield f"{found} match, and the last position is {picture.position[1]}"
            if of_known != (picture.known is not None) or count != picture.listed():
                yield f"the filter is of {count}, and known are {picture.known}"

    def _all(self, since: float) -> Iterator[str]:
        """Every listed order was requested since then."""
        for order in self.ledger.shown.not_asked_for(since):
            if order.at(self.since) and order.at(self.now.mono):
                age, asked = self.now.mono - since, self.ledger.shown.asked(order.id)
                yield f"all are {age:.1f} s old, and {order.id} is {self.now.mono - asked:.1f} s"
                return

    @property
    def oldest(self) -> float:
        """The oldest allowed request time of rows marked as outdated."""
        if not self.stage.in_pieces:
            return self.lately
        checked, now = self._picture.checked, self.now.mono
        if self._picture.loading is not None:
            return float("-inf")
        # A server may send the whole list at once, which is as old as the status line says.
        unchecked = UNCHECKED if checked is None else age_range(checked)[1]
        return min(self.lately, now - TICK - unchecked)

    # The position.

    def _position(self) -> Iterator[str]:
        """The position is the row of the cursor among all rows of the view."""
        picture = self._picture
        number, count = picture.position
        self.cells += 2
        rows = picture.rows
        under = [index for index, row in enumerate(rows) if row.cursor]
        if picture.whole and count != len(rows):
            yield f"the position is of {count}, and {len(rows)} rows are shown"
        if not picture.filtered and count != picture.listed():
            yield f"the position is of {count}, and {picture.listed()} are counted"
        if number > count or (number == 0) != (count == 0):
            yield f"the position is {number} of {count}"
        if under and number != under[0] + 1 and (picture.whole or number <= under[0]):
            yield f"the position is {number}, and the cursor is in row {under[0] + 1}"
        if (chosen := sum(row.chosen for row in rows)) > picture.chosen:
            yield f"{chosen} rows are marked, and {picture.chosen} are counted"

    def _following(self) -> Iterator[str]:
        """While it follows, the table is at its top, and the cursor on the newest active order
        there. It follows if nobody has pressed a key for two minutes.
        """
        picture = self._picture
        if not picture.following:
            if self.now.mono - self.stage.touched_at > IDLE + TICK:
                yield f"not following, {self.now.mono - self.stage.touched_at:.0f} s after a key"
            return
        self.cells += 1
        rows = picture.rows
        active = (n for n, row in enumerate(rows) if row.is_active)
        first = next(active, 0)
        at = [index for index, row in enumerate(rows) if row.cursor]
        if rows and (at != [first] or picture.position[0] != first + 1):
            yield f"following, the cursor in {at} at {picture.position}, and the newest is {first}"
