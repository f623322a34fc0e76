"""The screen of the minutes. It reads them when it is opened, and again when asked to."""

from collections.abc import Awaitable, Callable, Sequence
from typing import ClassVar

import msgspec
from textual.binding import Binding, BindingType

from tui import formatting
from tui.model.account import Session
from tui.model.minutes import first_shown, history_edges, project
from tui.model.ports import Failure
from tui.model.profiles import CompanyApi
from tui.model.statistics import Bucket, StatisticsSource
from tui.ui.actions import key_label
from tui.ui.bindings import ORDERS
from tui.ui.dialogs.dialog import TextDialog
from tui.ui.minutes.text import MinutesModel, minutes_lines
from tui.ui.theme.terminal_output import Glyphs


class MinutesScreen(TextDialog):
    """Reads from `company` and, for the weekdays, from `history`; None if there is none. `wall` is
    UTC epoch seconds. The key that opens the screen closes it, too.
    """

    CSS_PATH = "../dialogs/dialogs.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r,f5", "refresh", "Read again", id="minutes.refresh", group=ORDERS,
                tooltip="Read the minutes again"),
        Binding("M", "dismiss", "Close", id="minutes.close", show=False),
    ]  # fmt: skip

    def __init__(
        self,
        company: CompanyApi,
        history: StatisticsSource | None,
        session: Session,
        wall: Callable[[], float],
        glyphs: Glyphs,
    ) -> None:
        super().__init__("Minutes", lambda width: minutes_lines(self._model, width, glyphs))
        self._company = company
        self._history = history
        self._session = session
        self._wall = wall
        self._model = MinutesModel(has_history=history is not None)

    def on_mount(self) -> None:
        self._read()

    def action_refresh(self) -> None:
        if not self._model.is_reading:
            self._show(is_reading=True)
            self._read()

    def _read(self) -> None:
        async def read() -> None:
            now = self._wall()
            answer = await self._company.consumed_minutes(first_shown(now), now)
            if isinstance(answer, Failure):
                self._show(problem=self._describe(answer), is_reading=False)
                return
            projection = project(answer, now, await self._days(now))
            self._show(
                consumed=answer, projection=projection, read_at=now, problem="", is_reading=False
            )

        # A function, not a coroutine: Python warns of one that the exit leaves unawaited.
        run: Callable[[], Awaitable[None]] = read
        self.run_worker(run)

    async def _days(self, now: float) -> Sequence[Bucket]:
        if self._history is None:
            return ()
        return (await self._history.ended_orders(history_edges(now))).buckets

    def _describe(self, failure: Failure) -> str:
        why = formatting.describe_failure(failure, self._session.host, self._session.company)
        at = formatting.local_time(self._wall())
        kept = "" if self._model.consumed is None else " The figures are those of before."
        return f"Not read at {at}: {why}.{kept}"

    def _show(self, **changes: object) -> None:
        key = key_label(self, "minutes.refresh")
        self._model = msgspec.structs.replace(self._model, refresh_key=key, **changes)
        if self.is_mounted and self.is_attached:
            self.refresh_content()
