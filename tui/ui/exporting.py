"""From the wish to export to the word of where the file is."""

from collections.abc import Callable

from textual.app import App

from tui.model.export import Kind, Sheet, export
from tui.model.ports import Exports
from tui.ui import spans
from tui.ui.glyphs import Glyphs
from tui.ui.screens.export import ExportScreen

_GROUP = "export"
_LONG = 10.0
"""Seconds that it is told: a name is to be read and remembered."""


class Cells:
    """How wide texts are in a terminal."""

    def width(self, text: str) -> int:
        return spans.width_of(((text, "plain"),))

    def fit(self, text: str, width: int) -> str:
        return spans.fit(text, width)


async def ask_and_export(
    app: App[None], exports: Exports, sheet: Callable[[], Sheet], glyphs: Glyphs
) -> None:
    """Ask for the kind; what is exported is what `sheet` shows when that is told."""

    def chosen(kind: Kind) -> None:
        if any(each.group == _GROUP and each.is_running for each in app.workers):
            app.notify("the last export is still being written", markup=False)
        else:
            app.run_worker(_export(app, exports, sheet(), kind), group=_GROUP)

    await app.push_screen(ExportScreen(len(sheet().rows), glyphs, chosen))


async def _export(app: App[None], exports: Exports, sheet: Sheet, kind: Kind) -> None:
    written = await exports.write(kind.value, export(sheet, kind, Cells()))
    if written.problem:
        told = f"not exported: {written.problem}"
        app.notify(told, severity="warning", timeout=_LONG, markup=False)
    else:
        told = f"exported {len(sheet.rows)} orders to {written.place}"
        app.notify(told, timeout=_LONG, markup=False)
