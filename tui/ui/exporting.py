"""From the wish to export to the word of where the file is."""

from collections.abc import Callable

from textual.app import App

from tui.model.export import ExportFormat, ExportRequest, export
from tui.model.ports import ExportTarget
from tui.ui import spans
from tui.ui.glyphs import Glyphs
from tui.ui.screens.export import ExportDialog

_GROUP = "export"
_LONG = 10.0
"""Seconds that it is told: a name is to be read and remembered."""


class TerminalMeasure:
    """How wide texts are in a terminal."""

    def width(self, text: str) -> int:
        return text.width_of(((text, "plain"),))

    def fit(self, text: str, width: int) -> str:
        return text.fit(text, width)


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


async def _export(app: App[None], exports: ExportTarget, sheet: ExportRequest, kind: ExportFormat) -> None:
    written = await exports.write(kind.value, export(sheet, kind, TerminalMeasure()))
    if written.problem:
        told = f"not exported: {written.problem}"
        app.notify(told, severity="warning", timeout=_LONG, markup=False)
    else:
        told = f"exported {len(sheet.rows)} orders to {written.place}"
        app.notify(told, timeout=_LONG, markup=False)
