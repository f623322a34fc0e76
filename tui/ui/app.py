"""The app: wires the services, the monitor and the screens together."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from textual.app import App, SystemCommand
from textual.binding import Binding
from textual.dom import DOMNode
from textual.events import Event, Key, MouseDown
from textual.filter import LineFilter
from textual.notifications import SeverityLevel
from textual.screen import Screen, SystemModalScreen

from tui.ui.actions import key_name, screen_under_palette, unanswered
from tui.ui.bindings import APP_BINDINGS
from tui.ui.key_reasons import Situation, why_not
from tui.ui.keymap import KeymapControl
from tui.ui.main_screen.needs import DetailsNeeded, TimingsNeeded
from tui.ui.main_screen.orders_table import OrdersTable
from tui.ui.main_screen.screen import MainScreen
from tui.ui.main_screen.state_saver import ScreenStateSaver
from tui.ui.main_screen.view_host import ViewHost
from tui.ui.monitor import OrderMonitor
from tui.ui.notices import MessageLine, notify_not_saved, notify_problems
from tui.ui.services import AppServices
from tui.ui.textual_fixes.housekeeping import do_housekeeping
from tui.ui.textual_fixes.key_order import wait_for_pending_keys
from tui.ui.textual_fixes.patched_app import PatchedApp
from tui.ui.theme.terminal_output import ASCII, to_ascii
from tui.ui.theme_control import ThemeControl
from tui.ui.widgets.responsive_screen import ResponsiveScreen

if TYPE_CHECKING:
    from tui.ui.dialogs.setup import SetupResult

_TICK = 1.0


def _situation(screen: Screen[object]) -> Situation:
    situation: Situation = getattr(screen, "situation", Situation())
    return situation


class TranscodeApp(PatchedApp):
    """Shows the orders of one account. Nothing is requested before the first paint."""

    CSS_PATH = "app.tcss"
    TITLE = "transcode-tui"
    BINDINGS = APP_BINDINGS

    def __init__(self, services: AppServices) -> None:
        depth, self._glyphs = services.color_depth, services.glyphs
        self._theme_control = ThemeControl(self, depth, self._glyphs, services.themes)
        # Set after construction, an ansi theme draws black on black (Textual 8.2).
        super().__init__(ansi_color=True if depth.ansi else None)
        self._services = services
        self._state_saver = ScreenStateSaver(services.views)
        self._theme_control.apply(services.theme)
        self._keymap_control = KeymapControl(self, services.key_overrides)
        self._keymap_control.apply([MainScreen])  # all that the first paint shows
        self.monitor = OrderMonitor(services, self._show_orders)
        self._message_line = MessageLine(self)
        self._has_toasts = False
        self._moment = ""

    def get_default_screen(self) -> Screen[None]:
        return MainScreen(self._services, self.monitor.state)

    @property
    def services(self) -> AppServices:
        """Those of the account that is watched now."""
        return self._services

    @property
    def terminal_title(self) -> str:
        title = f"{self._moment} transcode-tui {self.monitor.session.company}".strip()
        return to_ascii(title) if self._glyphs is ASCII else title

    def on_mount(self) -> None:
        self.app_resume_signal.subscribe(self, self._on_resume)
        self.theme_changed_signal.subscribe(self, self._theme_control.save)
        if not self._services.is_account_complete:
            self.action_account()
        notify_problems(self, "views", self._services.view_problems, "check")
        notify_problems(self, "guards", self._services.guard_problems, "check")
        self.call_after_refresh(self._start)
        self.call_after_refresh(self._keymap_control.start)

    def _start(self) -> None:
        if self._services.is_account_complete:
            self._run_monitor()
        self.set_interval(_TICK, self.tick)

    def _run_monitor(self) -> None:
        # A function, not a coroutine: Python warns of one that the exit leaves unawaited.
        run: Callable[[], Awaitable[None]] = self.monitor.run
        self.run_worker(run, name="monitor", group="monitor", exclusive=True)

    def exit(self, *args: Any, **kwargs: Any) -> None:
        """End the app, and save the state of the screen for the next start."""
        super().exit(*args, **kwargs)
        if self.main_screen is not None and self._services.is_account_complete:
            self._state_saver.save(self.main_screen.screen_state)

    @property
    def main_screen(self) -> MainScreen | None:
        """The main screen, unless the app has not started or is ending."""
        screen = self.screen_stack[0] if self.screen_stack else None
        return screen if isinstance(screen, MainScreen) else None

    def _show_orders(self) -> None:
        if self.main_screen is not None:
            self.main_screen.show(self.monitor.state, self.monitor.session)

    async def on_event(self, event: Event) -> None:
        if isinstance(event, (Key, MouseDown)) and not event.is_forwarded:
            self._hide_messages()
            if self.main_screen is not None:
                self.main_screen.touch()
        await super().on_event(event)

    def notify(
        self,
        message: str,
        *,
        title: str = "",  # noqa: ARG002 - Textual's; no message has one
        severity: SeverityLevel = "information",
        timeout: float | None = None,
        markup: bool = False,  # noqa: ARG002 - Textual's; never parsed
    ) -> None:
        """Show `message` in the message line if it can, else as a toast."""
        now = self._services.clock.mono()
        if not (self.is_running and self._message_line.show(message, severity, now)):
            self._has_toasts = True
            super().notify(message, severity=severity, timeout=timeout, markup=False)

    def _hide_messages(self) -> None:
        self._message_line.hide()
        if self._has_toasts:
            self._has_toasts = False
            self.clear_notifications()

    def tick(self) -> None:
        """Refresh what ages on screen, and do the housekeeping. Called once a second."""
        from tui.ui.dialogs.dialog import TextDialog

        if self._services.is_terminal_closed():
            self.exit(return_code=1)
            return
        if (main_screen := self.main_screen) is None:  # the timer may still fire at the end
            return
        self.monitor.tick()
        for notice in self.monitor.take_notices():
            self.notify(notice, severity="warning", markup=False)
        self._message_line.tick(self._services.clock.mono())
        main_screen.tick()
        self._show_orders()
        if isinstance(self.screen, TextDialog):
            self.screen.refresh_content()
        do_housekeeping(self)
        if not main_screen.is_prompting and self._services.is_account_complete:
            self._state_saver.save_if_changed(self, main_screen.screen_state)

    def _on_resume(self, _: App[None]) -> None:
        """After `ctrl+z` the terminal is blank and the data is old."""
        self.monitor.poller.invalidate()
        self.refresh(layout=True)

    # Theme. Textual asks for the variables while it constructs itself, before there is a theme.

    def get_css_variables(self) -> dict[str, str]:
        return super().get_css_variables() if self._theme_control.is_applied else {}

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return self._theme_control.role_variables(self.current_theme)

    def get_line_filters(self) -> Sequence[LineFilter]:
        return [*super().get_line_filters(), *self._theme_control.line_filters(self.theme)]

    def watch_theme(self, name: str) -> None:
        self.no_color = self._theme_control.is_colorless(name)

    def get_key_display(self, binding: Binding) -> str:
        return key_name(super().get_key_display(binding), self._glyphs)

    def key_label(self, owner: type[DOMNode], binding_id: str) -> str:
        return self._keymap_control.label(owner, binding_id)

    def key_labels(self, owner: type[DOMNode], binding_id: str) -> list[str]:
        return self._keymap_control.labels(owner, binding_id)

    # Messages of the screens

    def on_orders_table_order_selected(self, message: OrdersTable.OrderSelected) -> None:
        self.monitor.poller.select(message.order_id)

    def on_orders_table_visible_rows_changed(self, message: OrdersTable.VisibleRowsChanged) -> None:
        self.monitor.poller.set_visible(message.order_ids)

    def on_main_screen_details_needed(self, message: DetailsNeeded) -> None:
        self.monitor.poller.require_details(message.order_ids)
        self.monitor.poller.set_server_searches(message.searches)

    def on_main_screen_moment_changed(self, message: MainScreen.MomentChanged) -> None:
        self._moment = message.text.partition(" · ")[0]
        self.set_terminal_title(self.terminal_title)

    def on_main_screen_timings_needed(self, message: TimingsNeeded) -> None:
        self.monitor.require_timings(message.order_ids, all_orders=message.all_orders)

    async def on_view_host_view_saved(self, message: ViewHost.ViewSaved) -> None:
        if (store := self._services.views) is not None:
            error = await store.save_view(message.view)
            notify_not_saved(self, error)
            if error is None:
                done = "kept until the demo ends" if self.monitor.session.demo else "saved"
                self.notify(f"View {message.view.name} {done}", markup=False)

    async def on_view_host_view_renamed(self, message: ViewHost.ViewRenamed) -> None:
        if (store := self._services.views) is not None:
            notify_not_saved(self, await store.rename_view(message.name, message.view))

    async def on_view_host_view_deleted(self, message: ViewHost.ViewDeleted) -> None:
        if (store := self._services.views) is not None:
            notify_not_saved(self, await store.delete_view(message.name))

    # Actions

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Disable what has no effect now; `on_key` says why."""
        screen = screen_under_palette(self)
        match action:
            case "account":
                is_possible = self._services.accounts is not None or self.monitor.session.demo
                if not (isinstance(screen, ResponsiveScreen) and is_possible):
                    return False
            case "export" if self._services.exports is None:
                return False
            case "diagnostics" | "journal":
                return isinstance(screen, ResponsiveScreen)
        if why_not(action, parameters, _situation(screen)):
            return None
        return super().check_action(action, parameters)

    async def action_quit(self) -> None:
        """End. What is being sent is stopped first, after the request in flight; a second key then
        ends the app, after that request, and a third at once.
        """
        acting = None if self.main_screen is None else self.main_screen.acting
        if acting is None or not (acting.stop() or acting.end_then(self.exit)):
            self.exit()

    async def action_new_order(self) -> None:
        if self.main_screen is not None:
            await self.main_screen.acting.new_order()

    async def action_order_like(self) -> None:
        """Open a new order like the one that is selected."""
        if self.main_screen is not None:
            await self.main_screen.acting.new_order(like_selected=True)

    def on_key(self, event: Key) -> None:
        """Say why a key that no widget has handled has no effect."""
        screen = self.screen
        if isinstance(screen, SystemModalScreen):
            return
        if text := unanswered(screen, event.key, _situation(screen)):
            self.notify(text, markup=False)

    def action_refresh(self) -> None:
        self.notify("Refreshing", markup=False)
        self.monitor.poller.refresh()

    def action_toggle_pause(self) -> None:
        self.monitor.poller.pause_or_resume()

    def action_dismiss_gone(self) -> None:
        self.monitor.dismiss_gone()

    def action_account(self) -> None:
        from tui.ui.dialogs.setup import SetupScreen

        accounts, account = self._services.accounts, self._services.account
        if accounts is not None and account is not None:
            failed = self.monitor.state.failure
            screen = SetupScreen(accounts, account, None if failed is None else failed.failure)
            self.push_screen(screen, self.change_account)

    def change_account(self, result: "SetupResult | None") -> None:
        """Monitor another account from now on; nothing of the former one stays."""
        if result is None:
            return
        telemetry = self.monitor.telemetry
        self._services = self._services.with_account(result.account, telemetry)
        self.monitor = OrderMonitor(self._services, self._show_orders)
        if self.main_screen is not None:
            self.main_screen.travel.leave()
            self.main_screen.acting.leave_account()
        session = self.monitor.session
        self.monitor.log(f"company {session.company} of {session.host} is watched from now on")
        self._run_monitor()
        self._show_orders()
        self.set_terminal_title(self.terminal_title)
        notify_not_saved(self, result.not_saved)

    async def action_export(self) -> None:
        from tui.ui.dialogs.export_dialog import run_export

        screen, exports = self.screen, self._services.exports
        if exports is not None and isinstance(screen, MainScreen):
            await wait_for_pending_keys(self.focused)
            await run_export(self, exports, screen.export_request)

    def action_diagnostics(self) -> None:
        from tui.ui.dialogs.diagnostics import DiagnosticsDialog

        environment = self._services.environment_info()
        self.push_screen(DiagnosticsDialog(lambda: self.monitor.diagnose(environment)))

    def action_journal(self) -> None:
        from tui.ui.dialogs.journal_dialog import JournalDialog

        actions = self._services.actions
        if actions is None or actions.journal is None:
            self.notify("There is no journal of actions, so nothing is sent", markup=False)
        else:
            self.push_screen(JournalDialog(actions.journal, self._services.clock.wall))

    def action_help(self) -> None:
        from tui.ui.dialogs.help import HelpDialog

        self.push_screen(HelpDialog(self.screen))

    def action_command_palette(self) -> None:
        from tui.ui.dialogs.help import Palette

        if not isinstance(self.screen, Palette):
            self.push_screen(Palette(id="--command-palette"))

    def search_themes(self) -> None:
        from tui.ui.dialogs.help import theme_palette

        self.push_screen(theme_palette())

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        from tui.ui.dialogs.help import system_commands

        return system_commands(self, screen, self._services.exports)
