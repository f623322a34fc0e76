"""How screens are closed."""

from typing import TypeVar

from textual.screen import Screen

Result = TypeVar("Result")


def dismiss_if_active(screen: Screen[Result], result: Result | None = None) -> None:
    """Dismiss `screen`. In a burst of keys some come for it when it is closed already, or lies
    below the palette: its `dismiss` would close what lies over it.
    """
    if screen.app.screen is screen:
        screen.dismiss(result)
