"""The pane of the raw JSON: lines that can be searched."""

from collections.abc import Sequence

from tui.model.text import clean
from tui.ui.raw_lines import Match, matches, raw_lines
from tui.ui.widgets.detail import DetailPane


class RawPane(DetailPane):
    """Shows JSON; what is looked for stays marked, whatever comes in."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._raw = ""
        self._wanted = ""
        self._at = 0
        self._drawn: tuple[str, str, int, int] | None = None
        self._firsts: Sequence[int] = ()

    @property
    def found(self) -> tuple[Match, ...]:
        return matches(self._raw, self._wanted)

    @property
    def told(self) -> str:
        """What came of the search; empty where nothing is looked for."""
        if not self._wanted:
            return ""
        count = len(self.found)
        said = f"{self._at + 1} of {count}" if count else "not found"
        return f"{said}: {self._wanted}"

    def bind(self, raw: str) -> None:
        """Show `raw`, which is compact JSON."""
        self._raw = raw
        self._draw()

    def look_for(self, wanted: str) -> None:
        """Mark `wanted` wherever it stands, and go to the first place from here on."""
        wanted = clean(wanted)  # it may have been pasted
        if wanted == self._wanted:
            return
        top = int(self.scroll_offset.y)
        self._wanted, self._at = wanted, 0
        firsts = self._draw()
        self._at = next((n for n, row in enumerate(firsts) if row >= top), 0)
        self._go()

    def step(self, by: int) -> None:
        """To the next match, or the one before; behind the last comes the first."""
        if self.found:
            self._at = (self._at + by) % len(self.found)
            self._go()

    def _go(self) -> None:
        firsts = self._draw()
        if not firsts:
            return
        row, top, height = firsts[self._at], int(self.scroll_offset.y), self.size.height
        if not top <= row < top + height:
            self.scroll_to(y=max(0, row - height // 3), animate=False, immediate=True)

    def _draw(self) -> Sequence[int]:
        """Draw what changed; returns the row of each match."""
        found = self.found
        self._at = max(0, min(self._at, len(found) - 1))
        width = max(20, self.room)
        wanted = (self._raw, self._wanted, self._at, width)
        if wanted != self._drawn:
            lines, self._firsts = raw_lines(self._raw, found, self._at, width)
            self._drawn = wanted
            self.show(lines)
        return self._firsts
