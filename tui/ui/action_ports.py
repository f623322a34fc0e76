"""What actions need from outside, made of what the app is given."""

from typing import Any

from tui import formatting
from tui.actions import evidence
from tui.actions.ports import ActionPorts, Wording
from tui.model.actions import Journal
from tui.model.ports import Failure
from tui.ui.services import ActionServices, AppServices


def action_ports(services: AppServices, acting: ActionServices, journal: Journal) -> ActionPorts:
    """Return what the actions on the account of `services` are handed."""
    session, wall = services.session, services.clock.wall

    def failure(why: Failure) -> str:
        return formatting.describe_failure(why, session.host, session.company)

    def time(at: float) -> str:
        return formatting.time_with_date(at, wall())

    async def has_run_since(order_id: str, at: float) -> bool:
        log: Any = services.history  # `History` does not say that it is a `ChangeLog`, too
        return log is not None and evidence.has_run_since(await log.order_history(order_id), at)

    return ActionPorts(
        services.api,
        acting.writes,
        journal,
        acting.who,
        Wording(failure, time),
        wall=wall,
        sleep=acting.sleep,
        has_run_since=has_run_since,
        company=acting.company,
    )
