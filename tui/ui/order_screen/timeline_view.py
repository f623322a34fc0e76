"""Reads the history of the order on screen and the actions on it, again whenever something was
recorded.
"""

from collections.abc import Sequence

from tui.model.actions import Journal, JournalEntry
from tui.model.activity import ChangeLog
from tui.model.history import Span
from tui.model.lineage import known_at
from tui.model.order_facts import ListStatus, list_status
from tui.model.timeline import OrderHistory, attempts_of, unpolled
from tui.ui.order_presenter import AGE_STEP, DetailModel
from tui.ui.order_screen.header import OrderModel
from tui.ui.order_screen.timeline_lines import Stall, TimelineModel, timeline_lines
from tui.ui.order_screen.timeline_words import since_text
from tui.ui.text import Line, wrap
from tui.ui.theme.terminal_output import Glyphs
from tui.ui.timing_text import quiet_text

_OFF = "No history is recorded, so that there is no timeline."


class TimelineView:
    """The timeline of one order at a time. `log` is None if no history is recorded."""

    def __init__(self, log: ChangeLog | None, journal: Journal | None = None) -> None:
        self._log = log
        self._journal = journal
        self._actions: Sequence[JournalEntry] = ()
        self._asked: tuple[str | None, int] = (None, 0)
        self._read: tuple[str | None, OrderHistory | None] = (None, None)

    def is_outdated(self, order_id: str | None) -> bool:
        """Return whether the history of the order has to be read."""
        if self._log is None or order_id is None:
            return False
        return self._asked != (order_id, self._log.revision.others)

    async def read(self, order_id: str) -> None:
        if self._log is None:
            return
        self._asked = asked = (order_id, self._log.revision.others)
        history, actions = await self._log.order_history(order_id), self._actions
        known_id, known = self._read
        if self._journal is not None and (
            known is None or known_id != order_id or known.changes != history.changes
        ):
            actions = await self._journal.of_order(order_id)
        if asked == self._asked:
            self._read, self._actions = (order_id, history), actions

    def _history_of(self, model: OrderModel) -> OrderHistory | None:
        read_id, history = self._read
        if history is None or read_id != model.order_id:
            return None
        return history if model.state.past is None else history.until(model.now.wall)

    def gaps(self, model: OrderModel) -> tuple[Span, ...]:
        """Return when the order was not polled, as far as that was read."""
        history = self._history_of(model)
        if history is None:
            return ()
        return unpolled(history, attempts_of(history), model.now.wall)

    def status(self, model: OrderModel) -> str:
        """Return since when is recorded."""
        history = self._history_of(model)
        return "" if history is None else since_text(history, model.now.wall)

    def lines(self, model: OrderModel, width: int, glyphs: Glyphs) -> list[Line]:
        if self._log is None:
            return [((text, "plain"),) for text in wrap(_OFF, width, 3)]
        state, now = model.state, model.now
        is_live = list_status(state, now.mono) is ListStatus.LIVE
        until = now.wall
        is_past = state.past is not None
        if state.as_of is not None and not (is_live and is_past):
            age = (now.mono - state.as_of.mono) // AGE_STEP * AGE_STEP if is_live else 0
            until = state.as_of.wall + age
        reason = None if model.order is None else model.order.failure_reason
        history = self._history_of(model)
        stall = None if model.order is None else _stall(model.order)
        actions = () if history is None else self._actions
        actions = known_at(actions, now.wall) if is_past else actions
        shown = TimelineModel(
            history, now.wall, until, is_live, reason or "", is_past, stall, actions
        )
        lines = timeline_lines(shown, width, glyphs)
        problems = [self._log.problem, "" if self._journal is None else self._journal.problem]
        notes = [line for text in problems if text for line in wrap(text, width, 3)]
        return [*(((text, "warning"),) for text in notes), *lines]


def _stall(order: DetailModel) -> Stall | None:
    """Return how long the order has made no progress, if it is stalled."""
    timing, times = order.facts.timing, order.times
    if not order.facts.is_stalled or timing is None or timing.quiet_since is None or times is None:
        return None
    seconds = times.status - timing.quiet_since
    return Stall(timing.quiet_since, seconds, quiet_text(timing, times.status))
