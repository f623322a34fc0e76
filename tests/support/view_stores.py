"""Where views are kept, in memory."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from tui.filtering.views import BUILT_IN, ScreenState, View


@dataclass
class MemoryDesk:
    """Implements `ViewStore`."""

    views: Sequence[View] = BUILT_IN
    problems: Sequence[str] = ()
    left: ScreenState = field(default_factory=ScreenState)
    kept: list[View] = field(default_factory=list)
    refuses: str | None = None

    async def keep(self, view: View) -> str | None:
        self.kept.append(view)
        return self.refuses

    def leave(self, left: ScreenState) -> None:
        self.left = left
