"""The app: runs the feed in one worker, keeps the state, hands it to the screen."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import aclosing
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import App
from textual.binding import Binding, BindingType
from textual.screen import Screen

from tui.clock import Clock
from tui.filtering.views import BUILT_IN_VIEWS, ScreenState, ViewStore
from tui.model.account import Account, AccountStore, ThemeStore, field_at_fault
from tui.model.events import Event, GoneDismissed
from tui.model.key_overrides import KeyOverride
from tui.model.ports import Api, ExportTarget, ListCache
from tui.model.session import Session
from tui.model.state import reduce
from tui.model.telemetry import Telemetry
from tui.polling.loop import cached_state, events_with_cache
from tui.ui.commands import CommandedApp
from tui.ui.dialogs.text_dialog import Refreshable
from tui.ui.event_log import describe_event
from tui.ui.main_screen.orders_table import OrdersTable
from tui.ui.main_screen.screen import MainScreen
from tui.ui.main_screen.state_saver import ScreenStateSaver
from tui.ui.textual_fixes.housekeeping import flush_lost_resize, release_leaks
from tui.ui.textual_fixes.key_order import wait_for_pending_keys
from tui.ui.theme.colors import ColorDepth
from tui.ui.theme.terminal_output import ASCII, UNICODE, Glyphs, to_ascii
from tui.ui.theme.themes import DEFAULT
from tui.ui.widgets.responsive_screen import ResponsiveScreen

if TYPE_CHECKING:
    from tui.polling.loop import Poller
    from tui.ui.dialogs.setup import SetupResult

_TICK = 1.0
_STALL = 5.0


class TranscodeApp(CommandedApp):
    """Watches the orders that `api` lists. Nothing is asked for before the first paint."""

    CSS_PATH = "app.tcss"
    TITLE = "transcode-tui"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "account", "Account", id="app.account", show=False, tooltip="Change account"),
        Binding(
            "ctrl+l",
            "diagnostics",
            "Diagnostics",
            id="app.diagnostics",
            show=False,
            tooltip="What was asked and what happened",
        ),
    ]

    def __init__(  # noqa: PLR0913 - what tests and cli hand in, all but two with defaults
        self,
        api: Api,
        who: Session,
        *,
        refresh: float = 5.0,
        account: Account | None = None,
        accounts: AccountStore | None = None,
        shelf: ListCache | None = None,
        looks: ThemeStore | None = None,
        desk: ViewStore | None = None,
        exports: ExportTarget | None = None,
        theme: str = DEFAULT,
        glyphs: Glyphs = UNICODE,
        keys: Sequence[KeyOverride] = (),
        clock: Clock | None = None,
        depth: ColorDepth = ColorDepth.TRUE_COLOR,
        is_terminal_closed: Callable[[], bool] = lambda: False,
        vitals: Telemetry | None = None,
        about: Callable[[], Sequence[tuple[str, str]]] = tuple,
    ) -> None:
        super().__init__(theme, glyphs, depth, looks, keys)
        self._account = account
        self._accounts = accounts
        self._desk = desk
        self._leaving = ScreenStateSaver(desk)
        self._exports = exports
        self.who = who
        self._refresh = refresh
        self._clock = clock or Clock()
        self._open(api, shelf)
        self._is_terminal_closed = is_terminal_closed
        self._last_tick = self._clock.mono()
        self._vitals = vitals or Telemetry(self._clock.wall())
        self._about = about

    def get_default_screen(self) -> Screen[None]:
        left, views = (
            (self._desk.screen_state, self._desk.views)
            if self._desk
            else (ScreenState(), BUILT_IN_VIEWS)
        )
        return MainScreen(
            self.who, self._refresh, self._glyphs, self._clock, self.state, left, views
        )

    @property
    def terminal_title(self) -> str:
        title = f"transcode-tui {self.who.company}".rstrip()
        return to_ascii(title) if self._glyphs is ASCII else title

    def on_mount(self) -> None:
        self.app_resume_signal.subscribe(self, self._resumed)
        if self._account is not None and self._account.missing:
            self.action_account()
        if self._desk is not None:
            self.tell_problems("views", self._desk.problems, "check")
        self.call_after_refresh(self._start)

    def exit(self, *args: Any, **kwargs: Any) -> None:
        """End the app, and save the state of the screen for the next start."""
        super().exit(*args, **kwargs)
        self._leaving.leave(self.screen_stack[0] if self.screen_stack else None)

    def _start(self) -> None:
        if self._account is None or not self._account.missing:
            self._watch()
        self.set_interval(_TICK, self._tick)

    def _open(self, api: Api, shelf: ListCache | None) -> None:
        """What is there to show at once; nothing is asked for yet."""
        self._api, self._shelf = api, shelf
        self._feed_made: Poller | None = None
        self.state = cached_state(shelf, self._clock)

    @property
    def _feed(self) -> "Poller":
        if self._feed_made is None:
            from tui.polling.loop import Poller  # noqa: PLC0415 - not for the first paint

            self._feed_made = Poller(self._api, self._refresh, clock=self._clock)
        return self._feed_made

    def _watch(self) -> None:
        events = events_with_cache(self._feed, self._shelf, self.state, self._clock)
        # Not a coroutine: Python warns at exit about one that there was no time to await.
        work: Callable[[], Awaitable[None]] = partial(self._follow, self._api, events)
        self.run_worker(work, name="feed", group="feed", exclusive=True)

    async def _follow(self, api: Api, happened: AsyncGenerator[Event, None]) -> None:
        """The one worker: every event of the feed changes the state, in order."""
        try:
            async with aclosing(happened) as events:
                async for event in events:
                    self._apply(event)
        finally:
            await api.aclose()

    def _change(self, done: "SetupResult | None") -> None:
        """Watch another account from now on; nothing of the former one stays."""
        if done is None or self._accounts is None:
            return
        self._account = done.account
        self.who = self.who.for_account(done.account)
        self._open(self._accounts.open_api(done.account), self._accounts.open_cache(done.account))
        self._watch()
        self._happened(f"company {self.who.company} of {self.who.host} is watched from now on")
        self._show()
        self.set_terminal_title(self.terminal_title)
        self._tell_not_saved(done.not_saved)

    def _apply(self, event: Event) -> None:
        before, self.state = self.state, reduce(self.state, event)
        if told := describe_event(before, event, self.state, self.who):
            self._happened(told)
        self._show()

    def _happened(self, told: str) -> None:
        self._vitals.log_event(told, self._clock.wall())

    def _show(self) -> None:
        screen = self.screen_stack[0] if self.screen_stack else None
        if isinstance(screen, MainScreen):
            screen.show(self.state, self.who)

    def _tick(self) -> None:
        """Once a second: is what is shown still young enough for what is said of it?"""
        if self._is_terminal_closed():
            self.exit(return_code=1)
            return
        now = self._clock.mono()
        stood_still = now - self._last_tick > _STALL
        self._last_tick = now
        if stood_still:
            # Suspended, or a terminal that was not read: nothing was polled meanwhile.
            self._feed.invalidate()
        self._show()
        if isinstance(self.screen, Refreshable):
            self.screen.refresh_content()
        flush_lost_resize(self)
        release_leaks(self.screen)
        self._leaving.look(self, self.screen_stack[0])

    def _resumed(self, _: App[None]) -> None:
        """Back from ctrl+z: the terminal is blank and the data is old."""
        self._feed.invalidate()
        self.refresh(layout=True)

    def on_orders_table_order_selected(self, message: OrdersTable.OrderSelected) -> None:
        self._feed.select(message.order_id)

    def on_orders_table_visible_rows_changed(self, message: OrdersTable.VisibleRowsChanged) -> None:
        self._feed.set_visible(message.order_ids)

    def on_main_screen_details_needed(self, message: MainScreen.DetailsNeeded) -> None:
        self._feed.require_details(message.order_ids)
        self._feed.set_server_searches(message.searches)

    async def on_main_screen_view_saved(self, message: MainScreen.ViewSaved) -> None:
        if self._desk is not None:
            self._tell_not_saved(await self._desk.save_view(message.view))

    def action_refresh(self) -> None:
        self._feed.refresh()

    def action_toggle_pause(self) -> None:
        self._feed.pause_or_resume()

    def action_dismiss_gone(self) -> None:
        self._apply(GoneDismissed(tuple(self.state.gone)))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "diagnostics":
            return isinstance(self.screen_below, ResponsiveScreen)
        if action == "dismiss_gone":
            return bool(self.state.gone)
        needed = {"account": self._accounts, "export": self._exports}
        if action in needed:
            return needed[action] is not None and isinstance(self.screen_below, MainScreen)
        return super().check_action(action, parameters)

    def action_account(self) -> None:
        from tui.ui.dialogs.setup import SetupScreen  # noqa: PLC0415 - not for the first paint

        if self._accounts is not None and self._account is not None:
            failed = self.state.failure
            start = "client_id" if failed is None else field_at_fault(failed.failure)
            screen = SetupScreen(self._accounts, self._account, self._glyphs, start)
            self.push_screen(screen, self._change)

    async def action_export(self) -> None:
        from tui.ui.dialogs.export_dialog import run_export  # noqa: PLC0415 - nor is this

        watch = self.screen
        if self._exports is not None and isinstance(watch, MainScreen):
            await wait_for_pending_keys(self.focused)
            await run_export(self, self._exports, watch.export_request, self._glyphs)

    def action_diagnostics(self) -> None:
        from tui.ui.dialogs.diagnostics import Diagnosis, DiagnosticsDialog  # noqa: PLC0415

        about = self._about()

        def seen() -> Diagnosis:
            outlook = self._feed.status()
            return Diagnosis(self._clock.now(), self._vitals, outlook, self.who, about)

        self.push_screen(DiagnosticsDialog(seen))
