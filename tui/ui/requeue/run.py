"""A requeue from the choice of its orders to its last result. Knows no widget."""

from collections.abc import Callable, Sequence
from enum import Enum

import msgspec

from tui.actions.plan import Eligibility, ItemResult, Plan, PlanItem
from tui.actions.planner import Planner
from tui.actions.ports import ActionPorts
from tui.actions.runner import PlanRunner
from tui.model.actions import Guard


class Stage(Enum):
    READING = "reading"
    """The orders are read for the plan."""
    PLANNED = "planned"
    """The plan is shown. Nothing is sent."""
    SENDING = "sending"
    STOPPING = "stopping"
    """The request in flight is the last one."""
    SETTLING = "settling"
    """All is sent; orders whose outcome is unknown are read again."""
    ENDED = "ended"


class Choice(msgspec.Struct, frozen=True):
    """What was asked for. `hidden` of the orders are marked, and the filter hides them; `missing`
    are marked, and the list has them no more. `others` are in ERROR, shown and not marked. With a
    `filter`, what is shown is what matches it.
    """

    order_ids: tuple[str, ...]
    hidden: int = 0
    missing: int = 0
    others: int = 0
    filter: bool = False


class RequeueRun:
    """Reads the orders of `choice`, and sends those of the plan that were agreed to, once.

    `on_change` is called when something is to be drawn, `on_result` with each result.
    """

    def __init__(
        self,
        choice: Choice,
        ports: ActionPorts,
        guards: Sequence[Guard],
        on_result: Callable[[ItemResult], None],
    ) -> None:
        self.choice = choice
        self.items: list[PlanItem] = []
        self.plan: Plan | None = None
        self.include_finished = False
        self.results: dict[str, ItemResult] = {}
        self.on_change: Callable[[], None] = lambda: None
        self._ports = ports
        self._guards = guards
        self._on_result = on_result
        self._runner: PlanRunner | None = None
        self._is_stopping = False
        self._has_ended = False

    @property
    def stage(self) -> Stage:
        if self.plan is None:
            return Stage.READING
        if self._runner is None:
            return Stage.PLANNED
        if self._has_ended:
            return Stage.ENDED
        if self._is_stopping:
            return Stage.STOPPING
        return Stage.SENDING if self._runner.unsent or self.in_flight else Stage.SETTLING

    @property
    def to_send(self) -> Sequence[PlanItem]:
        """The orders that would be sent; while the orders are read, those read so far."""
        if self.plan is None:
            return [each for each in self.items if each.eligibility is Eligibility.ELIGIBLE]
        return self.plan.to_send(self.include_finished)

    @property
    def unsent(self) -> Sequence[PlanItem]:
        """The orders of the run whose turn has not come."""
        return () if self._runner is None else self._runner.unsent

    @property
    def in_flight(self) -> PlanItem | None:
        """The order that is read again and sent."""
        return None if self._runner is None else self._runner.in_flight

    @property
    def problem(self) -> str:
        """Why the rest is not sent; empty if nothing went wrong."""
        return "" if self._runner is None else self._runner.problem

    async def read(self) -> None:
        """Read each order, and make the plan. To be called once."""
        ports, choice = self._ports, self.choice
        planner = Planner(ports.api, self._guards, ports.journal, ports.wording, wall=ports.wall)
        async for each in planner.plan(choice.order_ids, choice.hidden, choice.others):
            if isinstance(each, Plan):
                self.plan, self.items = each, list(each.items)
            else:
                self.items.append(each)
            self.on_change()

    def toggle_finished(self) -> None:
        self.include_finished = not self.include_finished
        self.on_change()

    def begin(self) -> bool:
        """Agree to the plan as it is shown; `send` then sends it. Return False if it has begun
        before, or there is nothing to send.
        """
        if self.plan is None or self._runner is not None or not self.to_send:
            return False
        self._runner = PlanRunner(self.plan, self.to_send, self._ports)
        self.on_change()
        return True

    async def send(self) -> None:
        """Send what `begin` agreed to, and read what is unknown again."""
        if self._runner is None:
            return
        try:
            async for result in self._runner.run():
                self.results[result.order_id] = result
                self._on_result(result)
                self.on_change()
        finally:
            self._has_ended = True
            self.on_change()

    def stop(self) -> None:
        """End after the request in flight."""
        if self._runner is not None and not self._is_stopping:
            self._is_stopping = True
            self._runner.stop()
            self.on_change()
