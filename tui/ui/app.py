"""The app: runs the feed in one worker, keeps the state, hands it to the screen."""

from collections.abc import Callable, Iterable
from contextlib import aclosing
from typing import ClassVar

from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.screen import Screen

from tui.feed.clock import Clock
from tui.feed.feed import Feed
from tui.model.events import Dismissed, Event
from tui.model.ports import Api
from tui.model.state import State, reduce
from tui.ui.banner import Identity
from tui.ui.crash import crash_report
from tui.ui.glyphs import UNICODE, Glyphs
from tui.ui.screens.help import help_screen
from tui.ui.screens.watch import WatchScreen
from tui.ui.theme import ANSI, DARK, LIGHT, THEMES, ink_defaults
from tui.ui.widgets.orders import OrdersTable

_TICK = 1.0
_STALL = 5.0


class TranscodeApp(App[None]):
    """Watches the orders that `api` lists. Nothing is asked for before the first paint."""

    CSS_PATH = "app.tcss"
    TITLE = "transcode-tui"
    COMMAND_PALETTE_BINDING = "ctrl+p"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("question_mark", "help", "Help", id="app.help", key_display="?"),
        Binding("q", "quit", "Quit", id="app.quit"),
        Binding("ctrl+c", "quit", "Quit", id="app.interrupt", show=False, priority=True),
        Binding(
            "ctrl+z", "suspend_process", "Suspend", id="app.suspend", show=False, priority=True
        ),
    ]

    def __init__(
        self,
        api: Api,
        who: Identity,
        *,
        theme: str = "dark",
        glyphs: Glyphs = UNICODE,
        clock: Clock | None = None,
        no_color: bool = False,
        terminal_is_gone: Callable[[], bool] = lambda: False,
    ) -> None:
        # Set after construction, an ansi theme is black on black.
        super().__init__(ansi_color=True if no_color else None)
        self._api = api
        self.who = who
        self._clock = clock or Clock()
        self._glyphs = glyphs
        self._feed = Feed(api, who.refresh, clock=self._clock)
        self._terminal_is_gone = terminal_is_gone
        self._last_tick = self._clock.mono()
        self.state = State()
        for known in (DARK, LIGHT, ANSI):
            self.register_theme(known)
        self.theme = ANSI.name if no_color else THEMES[theme].name
        self.set_class(no_color, "-ansi")

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return ink_defaults(dark=self.current_theme.dark)

    def get_default_screen(self) -> Screen[None]:
        return WatchScreen(self.who, self._glyphs, self._clock)

    def on_mount(self) -> None:
        self.app_resume_signal.subscribe(self, self._resumed)
        self.call_after_refresh(self._start)

    def _start(self) -> None:
        self.run_worker(self._follow(), name="feed", group="feed", exclusive=True)
        self.set_interval(_TICK, self._tick)

    async def _follow(self) -> None:
        """The one worker: every event of the feed changes the state, in order."""
        try:
            async with aclosing(self._feed.events()) as events:
                async for event in events:
                    self._apply(event)
        finally:
            await self._api.aclose()

    def _apply(self, event: Event) -> None:
        self.state = reduce(self.state, event)
        self._show()

    def _show(self) -> None:
        screen = self.screen_stack[0] if self.screen_stack else None
        if isinstance(screen, WatchScreen):
            screen.bind(self.state)

    def _tick(self) -> None:
        """Once a second: is what is shown still young enough for what is said of it?"""
        if self._terminal_is_gone():
            self.exit(return_code=1)  # nobody reads any more, and reading would spin
            return
        now = self._clock.mono()
        stood_still = now - self._last_tick > _STALL
        self._last_tick = now
        if stood_still:
            # Suspended, or a terminal that was not read: nothing was polled meanwhile.
            self._feed.doubt()
        self._show()

    def _resumed(self, _: App[None]) -> None:
        """Back from ctrl+z: the terminal is blank and the data is old."""
        self._feed.doubt()
        self.refresh(layout=True)

    def on_orders_table_selected(self, message: OrdersTable.Selected) -> None:
        self._feed.select(message.order_id)

    def on_orders_table_looked(self, message: OrdersTable.Looked) -> None:
        self._feed.look_at(message.order_ids)

    def on_watch_screen_wish(self, message: WatchScreen.Wish) -> None:
        if message.name == "pause":
            self._feed.pause(paused=not self.state.paused)
        else:
            self._feed.refresh()

    def on_watch_screen_dismiss_gone(self) -> None:
        self._apply(Dismissed(tuple(self.state.gone)))

    def call_from_outside(self, wish: Callable[[], None]) -> None:
        """Run `wish` in the app's loop, from any thread, and do not wait for it."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(wish)

    def action_help(self) -> None:
        self.push_screen(help_screen(self.screen))

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """What the palette offers: the keys' actions by name, and the themes."""
        if isinstance(screen, WatchScreen):
            yield SystemCommand("Refresh", "Ask the API now", self._feed.refresh)
            yield SystemCommand(
                "Pause or resume", "Stop or start asking", lambda: screen.action_wish("pause")
            )
            yield SystemCommand("Copy id", "Copy the order's id", screen.action_copy_id)
        yield SystemCommand("Theme", "Choose the colours", self.action_change_theme)
        yield SystemCommand("Help", "The keys that work here", self.action_help)
        yield SystemCommand("Quit", "End the program", self.exit)

    def _fatal_error(self) -> None:
        """Textual's own crash screen prints locals, secrets included; this one has none."""
        self.bell()
        self._exit_renderables.append(crash_report(self._exception))
        self._close_messages_no_wait()

    def _handle_exception(self, error: Exception) -> None:
        # An exception may bring its own rendering; none is trusted with what it shows.
        self._return_code = 1
        if self._exception is None:
            self._exception = error
            self._exception_event.set()
        self._fatal_error()
