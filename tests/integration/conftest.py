import pytest
from textual.geometry import Region

from tui.ui.widgets.line_view import LineView


@pytest.fixture
def redrawn(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int | None]]:
    """Records redrawn lines as (widget id, line); None is the whole widget."""
    noted: list[tuple[str, int | None]] = []
    draw = LineView.refresh

    def refresh(self: LineView, *regions: Region, **how: bool) -> LineView:
        top = int(self.scroll_offset.y)
        for region in regions:
            noted.extend((self.id or "", y + top) for y in region.line_range)
        if not regions:
            noted.append((self.id or "", None))
        return draw(self, *regions, **how)

    monkeypatch.setattr(LineView, "refresh", refresh)
    return noted
