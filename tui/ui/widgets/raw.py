"""The pane of the raw JSON: lines that can be searched."""

from collections.abc import Sequence

from tui.model.text import sanitize
from tui.ui.raw_lines import SearchHit, wrapped, pretty_lines, marked_lines, matches
from tui.ui.spans import Line
from tui.ui.widgets.detail import DetailPane


class RawPane(DetailPane):
    """Shows JSON; what is looked for stays marked, whatever comes in."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._raw = ""
        self._wanted = ""
        self._at = 0
        # Made anew only where they are others: an answer can be long.
        self._laid_out: tuple[Line, ...] = ()
        self._folded: Sequence[Sequence[Line]] = ()
        self._width = 0
        self._firsts: Sequence[int] = ()
        self.found: tuple[SearchHit, ...] = ()

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
        width = max(20, self.room)
        other = raw != self._raw
        if other:
            self._raw, self._laid_out = raw, pretty_lines(raw)
            self._find()
        if other or width != self._width:
            self._width, self._folded = width, wrapped(self._laid_out, width)
            self._draw()

    def look_for(self, wanted: str) -> None:
        """Mark `wanted` wherever it stands, and go to the first place from here on."""
        wanted = sanitize(wanted)  # it may have been pasted
        if wanted == self._wanted:
            return
        top = int(self.scroll_offset.y)
        self._wanted, self._at = wanted, 0
        self._find()
        self._draw()
        self._at = next((n for n, row in enumerate(self._firsts) if row >= top), 0)
        self._go()

    def step(self, by: int) -> None:
        """To the next match, or the one before; behind the last comes the first."""
        if self.found:
            self._at = (self._at + by) % len(self.found)
            self._go()

    def _find(self) -> None:
        self.found = matches(self._laid_out, self._wanted)
        self._at = max(0, min(self._at, len(self.found) - 1))

    def _go(self) -> None:
        self._draw()
        self._show_match()
        self.call_after_refresh(self._show_match)  # so far down it may not have been yet

    def _show_match(self) -> None:
        if not self._firsts:
            return
        row, top, height = self._firsts[self._at], int(self.scroll_offset.y), self.size.height
        if not top <= row < top + height:
            self.scroll_to(y=max(0, row - height // 3), animate=False, immediate=True)

    def _draw(self) -> None:
        lines, self._firsts = marked_lines(
            self._laid_out, self._folded, self.found, self._at, self._width
        )
        self.show(lines)
