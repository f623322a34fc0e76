"""Exporting the shown orders: the choice of the format, and the notice of where the file is."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import ClassVar

from textual.app import App
from textual.binding import Binding, BindingType
from textual.notifications import SeverityLevel

from tui import formatting
from tui.model.export import ExportFormat, ExportRequest, export, meta_json, without_details
from tui.model.ports import ExportResult, ExportTarget
from tui.ui.actions import available_actions
from tui.ui.dialogs.dialog import TextDialog
from tui.ui.export_table import table_lines
from tui.ui.text import Line, definition_list

_KEY_WIDTH = 8
_WORKER_GROUP = "export"


class ExportDialog(TextDialog):
    """Returns the extension of the chosen format, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("c", "dismiss('csv')", "CSV", id="export.csv", tooltip="CSV, for spreadsheets"),
        Binding(
            "l",
            "dismiss('jsonl')",
            "JSON Lines",
            id="export.json-lines",
            tooltip="JSON Lines, for programs",
        ),
        Binding(
            "t", "dismiss('txt')", "Text table", id="export.table", tooltip="text table, for people"
        ),
        Binding("e", "dismiss", "Close", id="export.close", show=False),
    ]

    def __init__(self, rows: int) -> None:
        super().__init__(f"Export {formatting.orders(rows)} as", self._format_lines)

    def _format_lines(self, width: int) -> list[Line]:
        formats = [
            (" ".join(action.keys), action.text)
            for action in available_actions(self)
            if action.action.startswith("dismiss(")
        ]
        return definition_list(formats, _KEY_WIDTH, width, "accent")


async def run_export(
    app: App[None], target: ExportTarget, request: Callable[[], ExportRequest]
) -> None:
    """Let the user choose the format, then export what `request` returns at that time."""

    def on_choice(extension: str | None) -> None:
        if extension is not None:
            chosen = ExportFormat(extension)
            start_export(app, partial(_export, app, target, request(), chosen))

    await app.push_screen(ExportDialog(len(request().rows)), on_choice)


def start_export(app: App[None], export: Callable[[], Awaitable[None]]) -> None:
    """Run `export` in the background, unless another one still runs."""
    if any(each.group == _WORKER_GROUP and each.is_running for each in app.workers):
        app.notify("The last export is still being written", markup=False)
    else:
        app.run_worker(export, group=_WORKER_GROUP)


async def _export(
    app: App[None], target: ExportTarget, request: ExportRequest, chosen: ExportFormat
) -> None:
    is_table = chosen is ExportFormat.TABLE  # describes itself in its first lines
    lines = table_lines(request) if is_table else export(request, chosen)
    meta = b"" if is_table else meta_json(request)
    result = await target.write(chosen.value, (f"{line}\n".encode() for line in lines), meta)
    notice, severity = _describe(request, result)
    app.notify(notice, severity=severity, markup=False)


def _describe(request: ExportRequest, result: ExportResult) -> tuple[str, SeverityLevel]:
    if not result.path:
        return f"Not exported: {result.problem}", "warning"
    text = f"Exported {formatting.orders(len(request.rows))} to {result.path}"
    if missing := without_details(request):
        text += f"; {formatting.count(missing)} without details"
    return (f"{text}; {result.problem}", "warning") if result.problem else (text, "information")
