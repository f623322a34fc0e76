"""The main screen: banner, orders, detail. It binds slices of the state to its panes and
turns their messages into wishes; it fetches nothing.
"""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Horizontal
from textual.events import DescendantFocus
from textual.message import Message

from tui.feed.clock import Clock
from tui.model.facts import OrderFacts, facts_of
from tui.model.freshness import DETAIL_CADENCE, is_old, is_uncovered
from tui.model.order import OrderSummary, Unreadable
from tui.model.state import State
from tui.ui.banner import Identity, counts_line, empty_lines, rule_line, status_line
from tui.ui.detail_lines import DetailView, detail_lines, failure_sentence
from tui.ui.glyphs import Glyphs
from tui.ui.layout import Layout, layout_for, too_small
from tui.ui.rows import Columns, row
from tui.ui.screens.filtering import FilteringScreen
from tui.ui.spans import Line, centre, width_of, wrap
from tui.ui.widgets.detail import DetailPane
from tui.ui.widgets.keys import KeysBar
from tui.ui.widgets.lines import Lines
from tui.ui.widgets.orders import OrdersTable


class WatchScreen(FilteringScreen):
    """Watches one company's orders."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "wish('refresh')", "Refresh", id="watch.refresh", tooltip="Ask now"),
        Binding("p", "wish('pause')", "Pause", id="watch.pause", tooltip="Pause or resume"),
        Binding("y", "copy_id", "Copy id", id="watch.copy-id", tooltip="Copy the order's id"),
        Binding("x", "dismiss_gone", "Dismiss", id="watch.dismiss", tooltip="Dismiss gone orders"),
        Binding("u", "unreadable", "Unreadable", id="watch.unreadable"),
        # Of two bindings of one key only those of one class are both heard.
        Binding("tab", "complete_filter", "Complete", id="filter.complete", priority=True),
        Binding("tab", "other_pane", "Panes", id="watch.next-pane", tooltip="Other pane"),
        Binding(
            "shift+tab",
            "other_pane",
            "Panes",
            id="watch.pane",
            show=False,
            tooltip="Other pane",
        ),
    ]
    AUTO_FOCUS = "#orders"

    class Wish(Message):
        """Something for the feed: `refresh` or `pause`."""

        def __init__(self, name: str) -> None:
            super().__init__()
            self.name = name

    class DismissGone(Message):
        """The person has seen which orders are gone."""

    def __init__(self, who: Identity, glyphs: Glyphs, clock: Clock, state: State) -> None:
        super().__init__(state)
        self._who = who
        self._glyphs = glyphs
        self._clock = clock
        self._now = clock.now()
        self._reading = False

    def compose(self) -> ComposeResult:
        self._choose_layout()  # before there is anything to be styled a second time
        with Horizontal(id="top"):
            yield Lines(id="status")
            yield Lines(id="clock")
            yield Lines(id="after")
        yield Lines(id="counts")
        yield Lines(id="rule")
        with Container(id="panes"):
            yield OrdersTable(id="orders")
            yield DetailPane(id="detail")
        yield KeysBar(self._glyphs)
        yield Lines(id="too-small")

    def on_mount(self) -> None:
        self._bind(self._state)  # so that the first paint has it all

    def on_resize(self) -> None:
        self._arrange()
        # The state as it is then, not as it is now: a list may come in between.
        self.call_after_refresh(lambda: self.bind(self._state, self._who))

    def bind(self, state: State, who: Identity) -> None:
        """Show `state` of `who` as of now; what is as it was is not drawn again."""
        self._who = who
        if self.is_mounted:
            self._bind(state)

    def filtered(self) -> None:
        self._bind(self._state)
        self.call_after_refresh(self.query_one(OrdersTable).reveal)

    def _bind(self, state: State) -> None:
        who = self._who
        self._arrange()  # another screen may have been resized in the place of this one
        before, self._state = self._state, state
        self._now = now = self._clock.now()
        width = self.size.width
        glyphs = self._glyphs
        shown = self.shown(now.wall)
        words = self.filter_words(shown)
        status = status_line(state, who, now.mono, width, glyphs)
        for name, line in (
            ("status", status.before),
            ("clock", status.clock),
            ("after", status.after),
            ("counts", counts_line(state, width, glyphs)),
            ("rule", rule_line(state, who, now.mono, width, glyphs, words)),
        ):
            self.query_one(f"#{name}", Lines).show((line,))
        for name, line in (("clock", status.clock), ("after", status.after)):
            self.query_one(f"#{name}").styles.width = width_of(line)
        orders = self.query_one(OrdersTable)
        width = orders.size.width
        none = self.lines_for_none(shown, width) if state.orders else None
        empty = empty_lines(state, who, now.mono, width) if none is None else none
        orders.bind(shown.rows, self._paint, empty, hidden=bool(state.orders))
        self._bind_detail()
        if bool(before.gone) != bool(state.gone) or _unreadable(before) != _unreadable(state):
            self.refresh_bindings()

    def _arrange(self) -> None:
        """Show the panes there is room for; of one alone, the one that has the focus."""
        layout = self._choose_layout()
        orders, detail = self.query_one(OrdersTable), self.query_one(DetailPane)
        single = layout is Layout.SINGLE
        orders.display = not (single and self._reading)
        detail.display = not single or self._reading
        if layout is Layout.TOO_SMALL:
            width, height = self.size
            lines = wrap(too_small(width, height), max(1, width), max(1, height))
            above: list[Line] = [()] * ((height - len(lines)) // 2)
            text: list[Line] = [((centre(line, width), "plain"),) for line in lines]
            self.query_one("#too-small", Lines).show([*above, *text])
        elif self.focused is None:
            self.set_focus(detail if self._reading else orders)

    def _choose_layout(self) -> Layout:
        layout = layout_for(*self.size)
        for each in Layout:
            self.set_class(each is layout, each.value)
        return layout

    def _read(self, *, reading: bool) -> None:
        """Go into the detail, or back to the orders."""
        self._reading = reading
        self._arrange()
        self.set_focus(self.query_one("#detail" if reading else "#orders"))

    def _paint(self, order: OrderSummary, columns: Columns, cursor: bool) -> Line:
        facts = facts_of(self._state, order)
        old = (
            facts.progress_at is not None
            and not facts.settled
            and is_old(facts.progress_at, self._who.refresh, self._state, self._now.mono)
        )
        uncovered = is_uncovered(self._state, order.id, self._now.mono)
        return row(
            facts,
            columns,
            self._glyphs,
            self._now.wall,
            old=old,
            uncovered=uncovered,
            cursor=cursor,
        )

    def _bind_detail(self) -> None:
        pane = self.query_one(DetailPane)
        order_id = self.query_one(OrdersTable).cursor_id
        facts = self._facts(order_id)
        if facts is None:
            pane.show(())  # no order is there to be under the cursor
            return
        state, now, who = self._state, self._now, self._who
        reading = state.details.get(facts.id)
        old = (
            reading is not None
            and not facts.settled
            and is_old(reading.sent.mono, DETAIL_CADENCE, state, now.mono)
        )
        failure = failure_sentence(state.detail_failures.get(facts.id), who.host, who.company)
        if state.restored is not None:
            failure = "the list is asked for first"
        view = DetailView(facts, reading, failure, old)
        size = (max(20, pane.room), pane.size.height)
        pane.show(detail_lines(view, size, (now.wall, now.mono), self._glyphs))

    def _facts(self, order_id: str | None) -> OrderFacts | None:
        if order_id is None:
            return None
        summary = self._state.index.get(order_id) or self._state.gone.get(order_id)
        return None if summary is None else facts_of(self._state, summary)

    def on_orders_table_selected(self, _: OrdersTable.Selected) -> None:
        self.query_one(DetailPane).scroll_to(y=0, animate=False)
        self._bind_detail()

    def on_orders_table_opened(self) -> None:
        self._read(reading=True)

    def on_detail_pane_left(self) -> None:
        self._read(reading=False)

    def action_other_pane(self) -> None:
        self._read(reading=not self._reading)

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        # A click takes the focus without asking; panes that are hidden lose it, and get it back.
        if not self.has_class(Layout.TOO_SMALL.value):
            self._reading = isinstance(event.widget, DetailPane)

    def on_detail_pane_resized(self) -> None:
        self._bind_detail()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Keys that would do nothing here are not shown."""
        if action == "other_pane" and self.is_typing:
            return False
        if action == "dismiss_gone":
            return bool(self._state.gone)
        if action == "unreadable":
            return bool(_unreadable(self._state))
        return super().check_action(action, parameters)

    def action_wish(self, name: str) -> None:
        self.post_message(self.Wish(name))

    def action_dismiss_gone(self) -> None:
        self.post_message(self.DismissGone())

    def action_copy_id(self) -> None:
        order_id = self.query_one(OrdersTable).cursor_id
        if order_id is not None:
            self.app.copy_to_clipboard(order_id)
            self.notify(f"copied {order_id}", timeout=3, markup=False)

    def action_unreadable(self) -> None:
        from tui.ui.screens.listing import ListScreen  # noqa: PLC0415 - not for the first paint

        bad = _unreadable(self._state)

        def lines(width: int) -> list[Line]:
            told = (f"row {item.position + 1}: {item.reason}" for item in bad)
            return [((text, "plain"),) for each in told for text in wrap(each, width, 3)]

        self.app.push_screen(ListScreen("Unreadable rows of the list", lines))


def _unreadable(state: State) -> tuple[Unreadable, ...]:
    return state.snapshot.unreadable if state.snapshot is not None else ()
