"""Exporting the shown orders: the choice of the format, and the notice of where the file is."""

from collections.abc import Callable
from typing import ClassVar

from rich.cells import cell_len
from textual.app import App
from textual.binding import Binding, BindingType

from tui.model.export import ExportFormat, ExportRequest, export
from tui.model.ports import ExportTarget
from tui.ui.actions import available_actions
from tui.ui.dialogs.dialog import TextDialog
from tui.ui.text import Line, definition_list, fit

_KEY_WIDTH = 8
_WORKER_GROUP = "export"
_NOTICE_SECONDS = 10.0


class ExportDialog(TextDialog):
    """Returns the extension of the chosen format, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("c", "dismiss('csv')", "CSV", id="export.csv", tooltip="CSV, for spreadsheets"),
        Binding(
            "l",
            "dismiss('jsonl')",
            "JSON lines",
            id="export.json-lines",
            tooltip="JSON lines, for programs",
        ),
        Binding("t", "dismiss('txt')", "Table", id="export.table", tooltip="a table, for people"),
        Binding("e", "dismiss", "Close", id="export.close", show=False),
    ]

    def __init__(self, rows: int) -> None:
        super().__init__("Export", self._format_lines)
        self._rows = rows

    def _format_lines(self, width: int) -> list[Line]:
        formats = [
            (" ".join(action.keys), action.text)
            for action in available_actions(self)
            if action.action.startswith("dismiss(")
        ]
        return [
            ((f"{self._rows} orders, as the table shows them:", "plain"),),
            (),
            *definition_list(formats, _KEY_WIDTH, width, "accent"),
        ]


async def run_export(
    app: App[None], target: ExportTarget, request: Callable[[], ExportRequest]
) -> None:
    """Let the user choose the format, then export what `request` returns at that time."""

    def on_choice(extension: str | None) -> None:
        if extension is None:
            return
        if any(each.group == _WORKER_GROUP and each.is_running for each in app.workers):
            app.notify("the last export is still being written", markup=False)
        else:
            chosen = ExportFormat(extension)
            app.run_worker(_export(app, target, request(), chosen), group=_WORKER_GROUP)

    await app.push_screen(ExportDialog(len(request().rows)), on_choice)


async def _export(
    app: App[None], target: ExportTarget, request: ExportRequest, chosen: ExportFormat
) -> None:
    result = await target.write(chosen.value, export(request, chosen, cell_len, fit))
    if result.problem:
        text = f"not exported: {result.problem}"
        app.notify(text, severity="warning", timeout=_NOTICE_SECONDS, markup=False)
    else:
        text = f"exported {len(request.rows)} orders to {result.path}"
        app.notify(text, timeout=_NOTICE_SECONDS, markup=False)
