"""Which kind of file the rows are to be exported as."""
# FOLD """From the wish to export to the word of where the file is."""

from collections.abc import Callable
from typing import ClassVar

from textual.app import App
from textual.binding import Binding, BindingType

from tui.model.export import ExportFormat, ExportRequest, export
from tui.model.ports import ExportTarget
from tui.ui.actions import available_actions
from tui.ui.dialogs.text_dialog import TextDialog
from tui.ui.text import Line, definition_list, fit, width_of
from tui.ui.theme.terminal_output import Glyphs

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
            kinds = [
                deed for deed in available_actions(self, glyphs) if deed.action.startswith("choose")
            ]
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


_GROUP = "export"
_LONG = 10.0
"""Seconds that it is told: a name is to be read and remembered."""


class TerminalMeasure:
    """How wide texts are in a terminal."""

    def width(self, text: str) -> int:
        return width_of(((text, "plain"),))

    def fit(self, text: str, width: int) -> str:
        return fit(text, width)


async def run_export(
    app: App[None], exports: ExportTarget, sheet: Callable[[], ExportRequest], glyphs: Glyphs
) -> None:
    """Ask for the kind; what is exported is what `sheet` shows when that is told."""

    def chosen(kind: ExportFormat) -> None:
        if any(each.group == _GROUP and each.is_running for each in app.workers):
            app.notify("the last export is still being written", markup=False)
        else:
            app.run_worker(_export(app, exports, sheet(), kind), group=_GROUP)

    await app.push_screen(ExportDialog(len(sheet().rows), glyphs, chosen))


async def _export(
    app: App[None], exports: ExportTarget, sheet: ExportRequest, kind: ExportFormat
) -> None:
    written = await exports.write(kind.value, export(sheet, kind, TerminalMeasure()))
    if written.problem:
        told = f"not exported: {written.problem}"
        app.notify(told, severity="warning", timeout=_LONG, markup=False)
    else:
        told = f"exported {len(sheet.rows)} orders to {written.path}"
        app.notify(told, timeout=_LONG, markup=False)
