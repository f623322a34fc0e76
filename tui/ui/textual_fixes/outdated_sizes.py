"""Fix: two resizes in a row make a screen draw itself at both sizes in turn, without end.

Textual: `screen.py`, `Screen._refresh_layout` sends the screen a `Resize` of the size it has just
got. With another size in its queue, each layout causes the next one. Version: 8.2.8. Delete this
module and `PatchedApp._register` when a screen gets no event of its own layout.
"""

from typing import Any

from textual.geometry import Size
from textual.screen import Screen


def ignore_outdated_sizes(screen: Screen[Any]) -> None:
    """Make `screen` lay itself out for the last size of the terminal only."""
    lay_out = getattr(screen, "_screen_resized", None)
    if lay_out is None:
        return

    def resize(size: Size) -> None:
        if size == screen.app.size:
            lay_out(size)

    screen._screen_resized = resize  # type: ignore[method-assign] # noqa: SLF001 - no other way
