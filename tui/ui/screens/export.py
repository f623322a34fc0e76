"""Which kind of file the rows are to be exported as."""

from collections.abc import Callable
from typing import ClassVar

from textual.binding import Binding, BindingType

from tui.model.export import ExportFormat
from tui.ui.bound import available_actions
from tui.ui.glyphs import Glyphs
from tui.ui.screens.listing import TextDialog
from tui.ui.spans import Line, definition_list

_NAMES = 8


class ExportDialog(TextDialog):
    """Tells `chosen`, and closes."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("c", "choose('csv')", "CSV", id="export.csv", tooltip="CSV, for spreadsheets"),
        Binding(
            "l",
            "choose('jsonl')",
            "JSON lines",
            id="export.json-lines",
            tooltip="JSON lines, for programs",
        ),
        Binding("t", "choose('txt')", "Table", id="export.table", tooltip="a table, for people"),
        Binding("e", "dismiss", "Close", id="export.close", show=False),
    ]

    def __init__(self, rows: int, glyphs: Glyphs, chosen: Callable[[ExportFormat], None]) -> None:
        def lines(width: int) -> list[Line]:
            kinds = [deed for deed in available_actions(self, glyphs) if deed.action.startswith("choose")]
            ways = [(" ".join(deed.keys), deed.text) for deed in kinds]
            return [
                ((f"{rows} orders, as the table shows them:", "plain"),),
                (),
                *definition_list(ways, _NAMES, width, "accent"),
            ]

        super().__init__("Export", lines)
        self._chosen = chosen

    async def action_choose(self, ending: str) -> None:
        await self.dismiss()
        self._chosen(ExportFormat(ending))
