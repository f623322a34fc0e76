"""Where views are kept, in memory."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from tui.filtering.views import BUILT_IN_VIEWS, ScreenState, View


@dataclass
class MemoryDesk:
    """Implements `ViewStore`."""

    views: Sequence[View] = BUILT_IN_VIEWS
    problems: Sequence[str] = ()
    screen_state: ScreenState = field(default_factory=ScreenState)
    kept: list[View] = field(default_factory=list)
    refuses: str | None = None

    async def save_view(self, view: View) -> str | None:
        self.kept.append(view)
        return self.refuses

    def save_screen_state(self, state: ScreenState) -> None:
        self.screen_state = state
