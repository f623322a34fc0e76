"""The rules of the main screen. Each yields the violations that it finds."""

from collections.abc import Iterator

from tests.consistency.answers import Call
from tests.consistency.group_rules import GroupRules, group_above, groups_of
from tests.consistency.main_screen import STALLED, Picture, Row
from tests.consistency.pane_rules import PaneRules
from tests.consistency.screen_rules import TICK, PictureRules, age_range
from tests.consistency.stage import Stage
from tests.consistency.time_rules import TimeRules
from tests.consistency.top_rules import TopRules
from tests.consistency.world import Order, OrderState
from tests.support.accelerated_loop import WALL
from tui import formatting
from tui.model.events import ClockReading
from tui.model.order import STATUSES, Phase, phase_of
from tui.ui.order_presenter import AGE_STEP

_WITHOUT_BAR = {"QUEUED", "FINISHED", "ERROR", "GONE"}
_NO_REASON = "no reason given"


class ListRules(PictureRules):
    def __init__(
        self, stage: Stage, now: ClockReading, listed: Call | None, picture: Picture
    ) -> None:
        super().__init__(stage, now, listed, picture)
        more = (stage, now, listed, picture)
        self._top = TopRules(*more)
        pane = PaneRules(*more, self._top.oldest)
        self._others = (self._top, GroupRules(*more), pane, TimeRules(*more))

    def violations(self) -> Iterator[str]:
        picture = self._picture
        yield from self.word(picture.said, nothing_else=not picture.rows)
        yield from self._top.trouble()
        if self.listed is None:
            return
        yield from self._rows()
        yield from self._missing()
        for rules in self._others:
            yield from rules.violations()
            self.cells += rules.cells

    def _rows(self) -> Iterator[str]:
        for row in self._picture.rows:
            self.cells += 4
            order = self.stage.world.find(row.name)
            if order is None or row.id not in ("", order.id):
                yield f"the file {row.name} is no order's, or another's than {row.id}"
                continue
            marked, oldest = row.uncovered, self._top.oldest
            found = [*self.order(order.id, row.status, uncovered=marked, oldest=oldest)]
            for violation in [*found, *self._row(row, order)]:
                yield f"{order.id}: {violation}"

    def _row(self, row: Row, order: Order) -> Iterator[str]:
        if row.name == order.id and self.ledger.shown.detail(order.id):
            yield f"its file is not shown, and it is {order.filename}"
        phase = phase_of(row.status)
        glyph = (
            "⌀"
            if row.status == "GONE"
            else STATUSES[phase].glyph
            if phase is not (Phase.UNKNOWN)
            else "?"
        )
        if row.glyph != (STALLED if row.quiet else glyph):
            yield f"{row.status} with the glyph {row.glyph}"
        yield from self._times(row, order)
        if row.status in _WITHOUT_BAR and row.bar is not None:
            yield f"{row.status}, and it has a bar"
        if row.bar is not None and not row.quiet:
            yield from self.progress(row.bar, row.status, order)
        if row.status == "ERROR":
            comment = None if row.reason == _NO_REASON else row.reason
            yield from self.reason(order, comment)
        elif row.reason:
            yield f"{row.status}, and {row.reason}"

    def _times(self, row: Row, order: Order) -> Iterator[str]:
        made = WALL + order.made
        least, end = age_range(row.age)
        age = max(0.0, self.now.wall - made)
        if not least <= age < end + AGE_STEP + TICK:
            yield f"its age is {row.age}, and it is {age:.1f} s"
        dates = (formatting.time_short(made, self.now.wall - back) for back in (0, 60 + TICK))
        if row.created and row.created not in dates:
            yield f"it was created {row.created}, and not {formatting.local_time(made)}"

    def _missing(self) -> Iterator[str]:
        """No order is missing between two rows of a group, and its rows are sorted."""
        picture, whole = self._picture, self._picture.whole
        found = {row.name: self.stage.world.find(row.name) for row in picture.rows}
        ids = {order.id for order in found.values() if order}
        for group in picture.groups:
            made = [order.made for row in group.rows if (order := found[row.name])]
            if not picture.sort and made != sorted(made, reverse=True):
                yield f"newest first, and made at {made}"
            if made and not (whole or picture.sort):
                title = group.title or group_above(picture)
                yield from self._missing_in(title, ids, made[0], made[-1])
        if whole:
            yield from self._missing_in("", ids, float("inf"), float("-inf"))

    def _missing_in(self, group: str, ids: set[str], newest: float, oldest: float) -> Iterator[str]:
        """No order of a group (empty: of any) is missing between the ages of two rows."""
        if self._picture.filtered:
            return
        now, wall = self.now.mono, self.now.wall

        def is_there(state: OrderState | None) -> bool:
            return state is not None and (
                not group or groups_of(order, state.status, wall) == {group}
            )

        for order in self.stage.world.made_between(oldest, newest):
            if order.id in ids or not is_there(order.at(now)):
                continue
            if not (self.ledger.shown.is_known(order.id) and order.at(self.since)):
                continue
            since = min(self.since, self.ledger.shown.asked(order.id))
            if all(map(is_there, order.between(since, now))):
                yield f"{order.id} is not shown"
