"""Opens what the keys open that act on orders or on the company."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tui.model.actions import Journal
    from tui.model.profile_uses import ProfileUseSource
    from tui.model.statistics import StatisticsSource
    from tui.ui.main_screen.screen import MainScreen
    from tui.ui.order_presenter import OrderPresenter
    from tui.ui.profiles.screen import ProfilesScreen
    from tui.ui.services import ActionServices, AppServices


class ActionHost:
    """Acts for `screen`. The services are those of the account that is watched now."""

    def __init__(self, screen: "MainScreen") -> None:
        self._screen = screen
        self._profiles: ProfilesScreen | None = None

    @property
    def services(self) -> "AppServices":
        app: Any = self._screen.app  # `TranscodeApp`: screens don't import it
        services: AppServices = app.services
        return services

    @property
    def acting(self) -> "ActionServices | None":
        """What acts on the account's orders; None if nothing can be sent."""
        actions = self.services.actions
        return actions if actions is not None and actions.journal is not None else None

    @property
    def journal(self) -> "Journal | None":
        """The journal of the account's actions; None if there is no place for it."""
        acting = self.services.actions
        return None if acting is None else acting.journal

    def update(self) -> None:
        """Show the state on what is open above the main screen."""
        if self._profiles is not None:
            self._profiles.bind()

    def open_profiles(
        self,
        presenter: "OrderPresenter",
        history: "ProfileUseSource | None",
        show_orders: Callable[[str], None],
    ) -> None:
        from tui.ui.profiles.screen import ProfilesScreen

        services = self.services
        if services.actions is None:
            self._screen.notify("There is no account whose profiles could be read", markup=False)
        elif self._profiles is None:
            self._profiles = ProfilesScreen(
                services.actions, presenter, history, services.clock, services.glyphs, show_orders
            )
            self._screen.app.push_screen(self._profiles, self._on_profiles_closed)

    def _on_profiles_closed(self, _: None) -> None:
        self._profiles = None

    def open_minutes(self, history: "StatisticsSource | None") -> None:
        from tui.ui.minutes.screen import MinutesScreen

        services = self.services
        if services.actions is None:
            self._screen.notify("There is no account whose minutes could be read", markup=False)
        else:
            wall, glyphs = services.clock.wall, services.glyphs
            company, session = services.actions.company, services.session
            self._screen.app.push_screen(MinutesScreen(company, history, session, wall, glyphs))
