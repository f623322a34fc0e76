"""Opens what the keys open that act on orders or on the company."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tui.ui.main_screen.screen import MainScreen
    from tui.ui.services import ActionServices, AppServices


class ActionHost:
    """Acts for `screen`. The services are those of the account that is watched now."""

    def __init__(self, screen: "MainScreen") -> None:
        self._screen = screen

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
