"""Where views are kept, in memory."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from tui.model.view import BUILT_IN, Left, View


@dataclass
class MemoryDesk:
    """Implements `Desk`."""

    views: Sequence[View] = BUILT_IN
    problems: Sequence[str] = ()
    left: Left = field(default_factory=Left)
    kept: list[View] = field(default_factory=list)
    refuses: str | None = None

    async def keep(self, view: View) -> str | None:
        self.kept.append(view)
        return self.refuses

    def leave(self, left: Left) -> None:
        self.left = left
