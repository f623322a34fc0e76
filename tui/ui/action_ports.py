"""What actions need from outside, made of what the app is given."""

from tui import formatting
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

    return ActionPorts(
        services.api,
        acting.writes,
        journal,
        acting.who,
        Wording(failure, time),
        wall=wall,
        sleep=acting.sleep,
    )
