"""One order in full: its facts and sub-jobs, or the answer as it was sent. The list goes on
behind it, and its cursor is on the order that is shown here.
"""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.message_pump import MessagePump
from textual.widgets import Input  # noqa: TID251 - of its messages only

from tui import formatting
from tui.model.order import OrderDetail
from tui.model.state import TimedDetail
from tui.ui.dialogs.copy_menu import copy_id, open_copy_menu
from tui.ui.main_screen.status_lines import status_line
from tui.ui.order_screen.detail_pane import DetailPane
from tui.ui.order_screen.facts import TABS, OrderModel, head_lines, order_lines
from tui.ui.order_screen.raw_view import RawPane
from tui.ui.text import Line
from tui.ui.textual_fixes.mounting import dismiss_if_active
from tui.ui.theme.terminal_output import Glyphs
from tui.ui.widgets.key_bar import KeyBar
from tui.ui.widgets.line_view import LineView, PaneContainer
from tui.ui.widgets.responsive_screen import Layout, ResponsiveScreen
from tui.ui.widgets.text_field import TextField


class OrderScreen(ResponsiveScreen):
    """Shows what it is bound to; `behind` is told what a person wishes."""

    CSS_PATH = "screen.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", "Back", id="order.back", tooltip="Back to the orders"),
        Binding("w", "tab('raw')", "Raw JSON", id="order.raw"),
        Binding("w", "tab('facts')", "Facts", id="order.facts"),
        Binding("n", "match(1)", "Match", id="order.next-match", tooltip="Next match"),
        Binding("1", "tab('facts')", "Facts", id="order.first-tab", show=False),
        Binding("2", "tab('raw')", "Raw JSON", id="order.second-tab", show=False),
        Binding("tab,shift+tab", "other_tab", "Other tab", id="order.other-tab", show=False),
        Binding(
            "left_square_bracket",
            "step(-1)",
            "Previous",
            id="order.previous",
            key_display="[",
            tooltip="Previous order",
        ),
        Binding(
            "right_square_bracket",
            "step(1)",
            "Next",
            id="order.next",
            key_display="]",
            tooltip="Next order",
        ),
        Binding("Y", "copy_menu", "Copy", id="order.copy", tooltip="Choose what to copy"),
        # With priority the field is there before the next key is dealt out.
        Binding(
            "slash",
            "search",
            "Search",
            id="order.search",
            key_display="/",
            tooltip="Search the raw JSON",
            priority=True,
        ),
        Binding("enter", "searched", "Search", id="order.searched", priority=True),
        Binding(
            "N",
            "match(-1)",
            "Match before",
            id="order.previous-match",
            show=False,
            tooltip="Previous match",
        ),
        Binding(
            "y", "copy_id", "Copy id", id="order.copy-id", show=False, tooltip="Copy the order's id"
        ),
        Binding("r", "app.refresh", "Refresh", id="order.refresh", tooltip="Ask now"),
        Binding("p", "app.toggle_pause", "Pause", id="order.pause", tooltip="Pause or resume"),
        Binding("x", "dismiss_gone", "Dismiss", id="order.dismiss", tooltip="Dismiss gone orders"),
    ]
    AUTO_FOCUS = "#facts"
    KEY_WIDGETS = (DetailPane, RawPane)

    class StepRequested(Message):
        """To another order of the list, so many further down."""

        def __init__(self, by: int) -> None:
            super().__init__()
            self.by = by

    def __init__(self, shown: OrderModel, glyphs: Glyphs, behind: MessagePump) -> None:
        super().__init__()
        self._shown = shown
        self._glyphs = glyphs
        self._behind = behind
        self._tab = "facts"
        self._searching = False

    def compose(self) -> ComposeResult:
        self.update_layout_class()
        yield LineView(id="status")
        yield LineView(id="head")
        with PaneContainer(id="panes"):
            yield DetailPane(id="facts")
            yield RawPane(id="raw")
        with Horizontal(id="search"):
            label = LineView(id="slash")
            label.set_lines(((("/", "accent"),),))
            yield label
            yield TextField("wanted", "", hidden=False)
        yield KeyBar(self._glyphs)
        yield LineView(id="too-small")

    def on_mount(self) -> None:
        if self.is_attached:  # else the program ends, and Textual has put no widgets here
            self._arrange()

    def on_resize(self) -> None:
        self.call_after_refresh(self._bind_if_whole)

    def on_detail_pane_resized(self) -> None:
        self._bind_if_whole()

    def _bind_if_whole(self) -> None:
        if self.is_ready:
            self._bind()

    def bind(self, shown: OrderModel) -> None:
        """Show the order that is under the cursor now, as it is known now."""
        before, self._shown = self._shown, shown
        if not self.is_ready:
            return
        if _id(before) != _id(shown):
            for pane in self.query(DetailPane):
                pane.scroll_to(y=0, animate=False)
        self._bind()
        if _id(before) != _id(shown) or _is_gone(before) != _is_gone(shown):
            self.refresh_bindings()

    def _bind(self) -> None:
        layout = self.apply_layout()
        if self.focused is None and layout is not Layout.TOO_SMALL:
            self._focus()
        shown, raw = self._shown, self.query_one(RawPane)
        status = status_line(
            shown.state, shown.session, shown.now[1], self.size.width, self._glyphs
        )
        self.query_one("#status", LineView).set_lines((status,))
        if self._tab == "raw":
            raw.bind(self._detail.raw_json if self._detail is not None else "")
        else:
            facts = self.query_one("#facts", DetailPane)
            facts.set_lines(self._facts(max(20, facts.content_width), facts.size.height))
        self._bind_head()

    def _bind_head(self) -> None:
        head = self.query_one("#head", LineView)
        size = (self.size.width, self.size.height)
        lines = head_lines(self._shown, self._tab, self._told(), size, self._glyphs)
        head.styles.height = len(lines)
        head.set_lines(lines)

    def _facts(self, width: int, height: int) -> list[Line]:
        view = self._shown.order
        if view is None:
            return [(("This order is not there any more.", "plain"),)]
        return order_lines(view, (width, height), self._shown.now, self._glyphs)

    def _told(self) -> str:
        """What there is to say of the raw JSON."""
        if self._tab != "raw":
            return ""
        if self._reading is None:
            return "not read yet"
        told = self.query_one(RawPane).search_status or "secrets are masked"
        sent = formatting.time_with_date(self._reading.sent.wall, self._shown.now[0])
        return f"as of {sent}, {told}"

    @property
    def _reading(self) -> TimedDetail | None:
        return None if self._shown.order is None else self._shown.order.reading

    @property
    def _detail(self) -> OrderDetail | None:
        return None if self._reading is None else self._reading.detail

    def _arrange(self) -> None:
        """Show the tab that is open, and the search where there is one."""
        for name in TABS:
            self.query_one(f"#{name}").display = name == self._tab
        self.query_one("#search").display = self._searching
        self._focus()
        self.refresh_bindings()
        self.call_after_refresh(self._bind_if_whole)

    def _focus(self) -> None:
        # At once: `focus` would wait its turn, and a key that follows would be lost.
        self.set_focus(self.query_one("#wanted" if self._searching else f"#{self._tab}"))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Keys that would do nothing here are not shown, nor those that are typed as letters."""
        if action in ("back", "searched") or self._searching:
            return action == "back" or (action == "searched" and self._searching)
        if action == "tab":
            return parameters != (self._tab,)
        if action == "match":
            return self._tab == "raw" and bool(self.query_one(RawPane).hits)
        if action == "dismiss_gone":
            return _is_gone(self._shown)
        return True

    def action_back(self) -> None:
        """Out of the search, and nothing is marked then; else back to the orders."""
        if self._searching:
            self._searching = False
            self.query_one(RawPane).search("")
            self._arrange()
        else:
            dismiss_if_active(self)

    def on_detail_pane_back_requested(self) -> None:
        dismiss_if_active(self)

    def action_tab(self, name: str) -> None:
        self._tab = name
        self._arrange()

    def action_other_tab(self) -> None:
        self.action_tab("facts" if self._tab == "raw" else "raw")

    def action_search(self) -> None:
        self._tab, self._searching = "raw", True
        self.query_one(TextField).value = ""
        self._bind()
        self._arrange()

    def on_input_changed(self, event: Input.Changed) -> None:
        if self._searching:
            self._look_for(event.value)

    async def action_searched(self) -> None:
        """What was typed is looked for; the keys are those of the pane again."""
        field = self.query_one(TextField)
        await field.wait_for_input()
        self._searching = False
        self._look_for(field.value)
        self._arrange()

    def _look_for(self, wanted: str) -> None:
        self.query_one(RawPane).search(wanted)
        self._bind_head()

    def action_match(self, by: int) -> None:
        self.query_one(RawPane).step(by)
        self._bind_head()

    def action_step(self, by: int) -> None:
        self._behind.post_message(self.StepRequested(by))

    async def action_dismiss_gone(self) -> None:
        """Dismiss the gone orders, this one among them, and go back."""
        dismiss_if_active(self)
        await self.run_action("app.dismiss_gone")

    def action_copy_id(self) -> None:
        copy_id(self, _id(self._shown))

    def action_copy_menu(self) -> None:
        open_copy_menu(self, _id(self._shown), self._detail, self._shown.session)


def _id(shown: OrderModel) -> str | None:
    return None if shown.order is None else shown.order.facts.id


def _is_gone(shown: OrderModel) -> bool:
    return shown.order is not None and shown.order.facts.gone
