"""Exporting the history of orders to a file, from the palette."""

import asyncio
import errno
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from threading import Event
from typing import Any

from msgspec.structs import replace
from textual.app import App

from tui import formatting
from tui.model.activity import ChangeLog
from tui.model.export import ExportRequest
from tui.model.history import Change
from tui.model.history_export import change_lines, history_meta
from tui.model.ports import ExportTarget
from tui.ui.dialogs.export_dialog import start_export

_EXTENSION = "history.jsonl"
_BATCH = 100
"""Orders of which the changes are in memory at once."""
_POLL = 0.2
"""Seconds between two looks whether the program ends."""


def history_exports(
    app: App[None], target: ExportTarget, request: ExportRequest, cursor_id: str | None
) -> Iterator[tuple[str, Callable[[], None]]]:
    """Yield the names of the exports that are possible, of the order at the cursor and of all rows,
    each with what starts it.
    """
    any_app: Any = app  # `TranscodeApp`
    log: ChangeLog | None = any_app.monitor.history
    own = [each for each in request.rows if each.id == cursor_id]
    if log is None or not own:
        return
    exports = [("Export history of this order", replace(request, rows=own, filter=""))]
    if len(request.rows) > 1:
        exports.append((f"Export history of {formatting.orders(len(request.rows))}", request))
    for name, each in exports:
        export = partial(_export, app, target, log, each)
        yield name, partial(start_export, app, export)


async def _export(
    app: App[None], target: ExportTarget, log: ChangeLog, request: ExportRequest
) -> None:
    changes = _Changes(log, [each.id for each in request.rows])
    try:
        meta = history_meta(request, await log.spans(0.0))
        result = await target.write(_EXTENSION, changes.lines(), meta)
    finally:
        changes.cancel()  # the app ends, or everything is written
    if not result.path:
        app.notify(f"Not exported: {result.problem}", severity="warning", markup=False)
        return
    text = f"Exported {formatting.count(changes.count)} changes to {result.path}"
    if result.problem:
        app.notify(f"{text}; {result.problem}", severity="warning", markup=False)
    else:
        app.notify(text, markup=False)


class _Changes:
    """The changes of orders for a thread that writes them. The loop reads them meanwhile, some
    orders at a time; when `cancel` was called, the thread gets an `OSError`.
    """

    def __init__(self, log: ChangeLog, order_ids: Sequence[str]) -> None:
        self.count = 0
        self._log = log
        self._order_ids = order_ids
        self._loop = asyncio.get_running_loop()
        self._is_cancelled = Event()

    def cancel(self) -> None:
        self._is_cancelled.set()

    def lines(self) -> Iterator[bytes]:
        for start in range(0, len(self._order_ids), _BATCH):
            changes = self._read(self._order_ids[start : start + _BATCH])
            self.count += len(changes)
            yield from change_lines(changes)

    def _read(self, order_ids: Sequence[str]) -> Sequence[Change]:
        reading = self._log.changes_of(order_ids)
        future = asyncio.run_coroutine_threadsafe(reading, self._loop)
        while True:
            try:
                return future.result(_POLL)
            except TimeoutError:
                if self._is_cancelled.is_set():
                    future.cancel()
                    raise OSError(errno.ECANCELED, "the program ends") from None
