"""The screen of one order: its facts and sub-jobs, its raw JSON, or its timeline.

The list stays behind it, with its cursor on the order that is shown here.
"""

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from textual.app import ComposeResult
from textual.containers import Horizontal

from tui import formatting
from tui.model.actions import Journal
from tui.model.activity import ChangeLog
from tui.ui.bindings import ORDER_SCREEN_BINDINGS
from tui.ui.dialogs.copy_menu import copy_id, copy_reason, open_copy_menu
from tui.ui.key_reasons import Situation, situation_of, why_not
from tui.ui.main_screen.status_lines import status_line
from tui.ui.order_screen.detail_pane import DetailPane
from tui.ui.order_screen.facts import order_lines
from tui.ui.order_screen.header import TABS, OrderModel, header_lines
from tui.ui.order_screen.raw_view import RawJson
from tui.ui.order_screen.timeline_view import TimelineView
from tui.ui.textual_fixes.mounting import dismiss_if_active
from tui.ui.theme.terminal_output import Glyphs
from tui.ui.widgets.key_bar import KeyBar
from tui.ui.widgets.line_view import LineView, PaneContainer
from tui.ui.widgets.responsive_screen import Layout, ResponsiveScreen
from tui.ui.widgets.text_field import TextField

_MIN_WIDTH = 20


class OrderScreen(ResponsiveScreen):
    """Shows the model it is bound to. `step` selects the order that many places further down."""

    CSS_PATH = "screen.tcss"
    BINDINGS = ORDER_SCREEN_BINDINGS
    KEY_WIDGETS = (DetailPane,)

    def __init__(
        self,
        model: OrderModel,
        glyphs: Glyphs,
        step: Callable[[int], None],
        log: ChangeLog | None = None,
        journal: Journal | None = None,
        tab: str = "facts",
    ) -> None:
        super().__init__()
        self._model = model
        self._glyphs = glyphs
        self._step = step
        self._tab = tab
        self._raw = RawJson()
        self._journal = journal
        self._timeline = TimelineView(log, journal)
        self._is_searching = False

    def compose(self) -> ComposeResult:
        self.update_layout_class()
        yield LineView(id="status")
        yield LineView(id="head")
        with PaneContainer(id="panes"):
            yield DetailPane(id="facts")
            yield DetailPane(id="raw")
            yield DetailPane(id="timeline")
        with Horizontal(id="search"):
            yield LineView([(("/", "accent"),)], id="slash")
            yield TextField("wanted", "")
        yield KeyBar()
        yield LineView(id="too-small")

    def on_mount(self) -> None:
        if self.is_attached:  # False if the app exits: Textual then mounts no widgets
            self._show_tab()

    def on_resize(self) -> None:
        self.call_after_refresh(self._draw)

    def on_detail_pane_resized(self) -> None:
        self._draw()

    def bind(self, model: OrderModel) -> None:
        """Show the order under the cursor as it is known now."""
        before, self._model = self._model, model
        if not self.is_ready:
            return
        is_other = before.order_id != model.order_id
        if is_other:
            for pane in self.query(DetailPane):
                pane.scroll_to(y=0, animate=False)
        self._draw()
        self.update_keys()

    def _draw(self) -> None:
        if not self.is_ready:
            return
        model, pane = self._model, self._pane
        if self.set_framed(model.state.past is not None):
            self.call_after_refresh(self._draw)
        layout = self.apply_layout()
        if self.focused is None and layout is not Layout.TOO_SMALL:
            self._focus()
        width, mono = self.size.width, model.now.mono
        status = status_line(model.state, model.session, mono, width, self._glyphs, model.moment)
        self.query_one("#status", LineView).set_lines((status,))
        if self._tab == "raw":
            raw = "" if model.detail is None else model.detail.raw_json
            self._raw.set_content(raw, pane.content_width)
            pane.set_lines(self._raw.lines)
        elif model.order is None:
            pane.set_lines(((("This order is not in the list any more.", "plain"),),))
        elif self._tab == "timeline":
            width = max(_MIN_WIDTH, pane.content_width)
            pane.set_lines(self._timeline.lines(model, width, self._glyphs))
            self._read_timeline()
        else:
            size = max(_MIN_WIDTH, pane.content_width), pane.size.height
            gaps = self._timeline.gaps(model)
            pane.set_lines(order_lines(model.order, size, model.now, self._glyphs, gaps))
            timing = model.order.facts.timing
            if timing is not None and timing.has_wide_bounds:
                self._read_timeline()  # it says whether nothing was polled in between
        self._draw_header()

    def _read_timeline(self) -> None:
        """Read the timeline if it is another one now, and draw it then."""
        order_id = self._model.order_id
        if order_id is None or not self._timeline.is_outdated(order_id):
            return

        async def read() -> None:
            await self._timeline.read(order_id)
            self._draw()

        # A function, not a coroutine: Python warns of one that the exit leaves unawaited.
        run: Callable[[], Awaitable[None]] = read
        self.run_worker(run, group="timeline", exclusive=True)

    def _draw_header(self) -> None:
        lines = header_lines(self._model, self._tab, self._tab_status(), self.size, self._glyphs)
        self.query_one("#head", LineView).set_lines(lines)

    def _tab_status(self) -> str:
        """The status of the timeline, of the raw JSON or of the search in it."""
        if self._tab == "timeline":
            return self._timeline.status(self._model)
        if self._tab != "raw":
            return ""
        if self._model.reading is None or self._model.reading.detail.is_trimmed:
            return "not loaded yet" if self._model.state.past is None else "not recorded"
        status = self._raw.search_status or "secrets are masked"
        sent = formatting.time_with_date(self._model.reading.sent.wall, self._model.now.wall)
        return f"updated {sent}, {status}"

    @property
    def _pane(self) -> DetailPane:
        """The pane of the open tab."""
        return self.query_one(f"#{self._tab}", DetailPane)

    def _show_tab_if_ready(self) -> None:
        """A key may arrive before the widgets exist (`on_mount` shows the tab) or after."""
        if self.is_ready:
            self._show_tab()

    def _show_tab(self) -> None:
        """Show the open tab, and the search field during a search."""
        for name in TABS:
            self.query_one(f"#{name}").display = name == self._tab
        self.query_one("#search").display = self._is_searching
        self._focus()
        self.refresh_bindings()
        self.call_after_refresh(self._draw)

    def _focus(self) -> None:
        # `Widget.focus` is deferred, so the next key of a burst would go to the old focus.
        self.set_focus(self.query_one("#wanted") if self._is_searching else self._pane)

    @property
    def situation(self) -> Situation:
        model, is_raw = self._model, self._tab == "raw"
        number, count = model.position
        return msgspec.structs.replace(
            situation_of(model.state, model.session, model.now),
            gone=model.is_gone,
            acts=self._journal is not None,
            has_orders=model.order is not None,
            is_first=number <= 1,
            is_last=number >= count,
            tab=self._tab,
            typing=self._is_searching,
            searched=is_raw and bool(self._raw.search_status),
            found=is_raw and bool(self._raw.hits),
        )

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Hide the keys of another mode, and disable those of actions that have no effect now."""
        if action == "searched":
            return self._is_searching
        if action == "tab" and parameters == (self._tab,):
            return False
        return None if why_not(action, parameters, self.situation) else True

    def action_back(self) -> None:
        """Cancel the search; without one, go back to the orders."""
        if self._is_searching:
            self._is_searching = False
            self._raw.search("", 0)
            self._show_tab_if_ready()
        else:
            dismiss_if_active(self)

    def action_tab(self, name: str) -> None:
        self._tab = name
        self._show_tab_if_ready()

    def action_show(self, name: str) -> None:
        self.action_tab(name)

    def action_other_tab(self, by: int) -> None:
        names = list(TABS)
        self.action_tab(names[(names.index(self._tab) + by) % len(names)])

    def action_search(self) -> None:
        self._tab, self._is_searching = "raw", True
        if self.is_ready:
            self.query_one(TextField).value = ""
            self._draw()
            self._show_tab()

    def on_input_changed(self, event: TextField.Changed) -> None:
        if self._is_searching:
            self._search(event.value)

    async def action_searched(self) -> None:
        """Search for the whole input, and return the focus to the pane."""
        if not self.is_ready:
            return
        field = self.query_one(TextField)
        await field.wait_for_input()
        self._is_searching = False
        self._search(field.value)
        self._show_tab_if_ready()

    def _search(self, query: str) -> None:
        if self.is_ready:
            self._raw.search(query, int(self._pane.scroll_offset.y))
            self._show_hit()

    def action_match(self, by: int) -> None:
        self._raw.step(by)
        self._show_hit()

    def _show_hit(self) -> None:
        if not self.is_ready:
            return
        self._pane.set_lines(self._raw.lines)
        if (row := self._raw.hit_row) is not None:
            self._pane.scroll_to_row(row)
        self._draw_header()
        self.update_keys()

    def action_step(self, by: int) -> None:
        self._step(by)

    async def action_dismiss_gone(self) -> None:
        """Dismiss the gone orders, this one among them, and go back."""
        dismiss_if_active(self)
        await self.run_action("app.dismiss_gone")

    def action_requeue(self) -> None:
        app: Any = self.app  # `TranscodeApp`: screens don't import it
        app.main_screen.acting.requeue_one(self._model.order_id)

    def action_copy_id(self) -> None:
        copy_id(self, self._model.order_id)

    def action_copy_menu(self) -> None:
        open_copy_menu(self, self._model.order, self._model.session, self._journal)

    def action_copy_reason(self) -> None:
        copy_reason(self, self._model.order)
