"""The rules of the cells that change as time passes. Each yields the violations that it finds."""

from collections.abc import Callable, Iterator

from tests.consistency.main_screen import Picture, Row
from tests.consistency.screen_rules import TICK, PictureRules, age_range
from tests.consistency.stage import Stage
from tests.consistency.world import Order, OrderState
from tui.model.order import phase_of
from tui.ui.order_presenter import AGE_STEP

_MIN_STALL = 120.0
"""Seconds without a change below which no order is stalled."""


class TimeRules(PictureRules):
    """A duration is never longer than it was observed, and stands still while nothing comes."""

    def violations(self) -> Iterator[str]:
        for row in self._picture.rows:
            order = self.stage.world.find(row.name)
            if order is None or not row.is_active:
                continue
            self.cells += 4
            found = [*self._marks(row), *self._durations(row, order), *self._stall(row, order)]
            yield from (f"{order.id}: {violation}" for violation in found)

    def _marks(self, row: Row) -> Iterator[str]:
        """What is not known to go on is marked."""
        word = self._picture.said.word
        is_frozen = word != "live" or row.uncovered
        is_old = is_frozen or (row.bar is not None and row.bar.old)
        for name, text in row.running._asdict().items():
            must_be = is_old if name == "eta" else is_frozen
            if text and (text[0] == "~") is not must_be:
                yield f"{name} is {text}, and the list is {word}"

    def _durations(self, row: Row, order: Order) -> Iterator[str]:
        status = row.status
        in_status = self._observed(order, lambda state: state.status == status)
        running = self._observed(
            order, lambda s: s.status != "QUEUED" and not phase_of(s.status).is_final
        )
        for name, text, since in (
            ("in-status", row.running.in_status, in_status),
            ("elapsed", row.running.elapsed, running),
        ):
            if not text:
                continue
            if since is None:
                yield f"{name} is {text}, and it was never read so"
                continue
            least, _ = age_range(text)
            most = self._until(order, text) - since
            if least > most + AGE_STEP + TICK:
                yield f"{name} is {text}, and it was first read so {most:.1f} s before"

    def _until(self, order: Order, text: str) -> float:
        """Return up to when a duration is counted."""
        if text[0] != "~":
            return self.now.mono
        return self.ledger.told(order.id)[-1].start.mono

    def _observed(self, order: Order, is_so: Callable[[OrderState], bool]) -> float | None:
        """Return when the first request was sent since which all answers may have said so."""
        since: float | None = None
        for call in reversed(self.ledger.told(order.id)):
            if not any(map(is_so, call.states(order))):
                is_late = since is None  # the screen shows it, so this answer is not the last one
                if not is_late:
                    return since
                continue
            since = call.start.mono
        return since

    def _stall(self, row: Row, order: Order) -> Iterator[str]:
        """A stalled order was read, and had not changed for long."""
        if not row.quiet:
            return
        last = self.ledger.told(order.id)[-1].start.mono
        states = [each for each in order.between(last - _MIN_STALL + TICK, last) if each]
        if len({(each.status, each.progress) for each in states}) > 1:
            yield f"stalled, and in the last {_MIN_STALL:.0f} s it was {states}"


class StandingCells:
    """Remembers what stood on the screen: cells that are marked as old, and stalls, stay as they
    are until something is read of their order.
    """

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._seen: dict[str, tuple[int, tuple[str, ...], bool]] = {}

    def violations(self, picture: Picture) -> Iterator[str]:
        for row in picture.rows:
            order = self._stage.world.find(row.name)
            if order is None or not row.is_active:
                continue
            came = len(self._stage.ledger.told(order.id))
            cells = tuple(text.replace(" min", "m") for text in row.running)
            before = self._seen.get(order.id)
            self._seen[order.id] = came, cells, bool(row.quiet)
            if before is None or before[0] != came:
                continue
            for text, earlier in zip(cells, before[1], strict=True):
                if text[:1] == earlier[:1] == "~" and text != earlier:
                    yield f"{order.id}: {text}, and it was {earlier}, and nothing came since"
            if bool(row.quiet) is not before[2]:
                yield f"{order.id}: stalled is {bool(row.quiet)}, and nothing came since"
