"""The screen of the company's profiles: a table, the details of one, and which orders use it.

Profiles are read when it is opened and by a key; nothing reads them on a schedule.
"""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING, ClassVar

import msgspec
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.events import Resize
from textual.message import Message

from tui import formatting
from tui.clock import Clock
from tui.model.ports import Failure
from tui.model.profile_uses import RECENT_DAYS, ProfileUseSource, find_uses
from tui.ui.actions import key_label
from tui.ui.bindings import PROFILES_BINDINGS, move_bindings
from tui.ui.key_reasons import Situation, situation_of, why_not
from tui.ui.main_screen.prompt_host import PromptHost
from tui.ui.main_screen.status_lines import status_line
from tui.ui.order_presenter import OrderPresenter
from tui.ui.profiles.control import ProfilesControl, orders_filter
from tui.ui.profiles.editing import ProfileEditing
from tui.ui.profiles.lines import (
    detail_lines,
    empty_lines,
    head_line,
    layout_for,
    notice_lines,
    table_heading,
    table_row,
)
from tui.ui.services import ActionServices
from tui.ui.textual_fixes.mounting import dismiss_if_active
from tui.ui.theme.terminal_output import Glyphs
from tui.ui.widgets.cursor_lines import CursorLines
from tui.ui.widgets.key_bar import KeyBar
from tui.ui.widgets.line_view import LineView, PaneContainer
from tui.ui.widgets.responsive_screen import Layout, ResponsiveScreen
from tui.ui.widgets.scrolled_lines import ScrolledLines

if TYPE_CHECKING:
    from tui.ui.widgets.text_field import TextField

_DAY = 86_400.0
_MANY = 1000
"""Orders that are counted in a thread: more would stop the event loop for several milliseconds."""
_MIN_WIDTH = 8


class ProfilePane(ScrolledLines):
    """Scrolls the details. Posts `Resized`, because its lines depend on its size."""

    BINDINGS: ClassVar[list[BindingType]] = move_bindings("profile")

    class Resized(Message):
        """The pane has a new size."""

    def on_resize(self, _: Resize) -> None:
        self.post_message(self.Resized())


class ProfilesScreen(ResponsiveScreen):
    """Shows the profiles of `acting`'s company. `presenter` has the state, which changes below it;
    `history` is None if none is kept. `show_orders` shows the orders of a filter on the main
    screen; `settle` reads what came of actions of unknown outcome.
    """

    CSS_PATH = "screen.tcss"
    BINDINGS = PROFILES_BINDINGS
    KEY_WIDGETS = (CursorLines, ProfilePane)
    AUTO_FOCUS = "#profiles"

    def __init__(
        self,
        acting: ActionServices,
        presenter: OrderPresenter,
        history: ProfileUseSource | None,
        clock: Clock,
        glyphs: Glyphs,
        show_orders: Callable[[str], None],
        settle: Callable[[], None],
    ) -> None:
        super().__init__()
        self._acting = acting
        self._presenter = presenter
        self._history = history
        self._glyphs = glyphs
        self._show_orders = show_orders
        self.settle = settle
        self._control = ProfilesControl()
        self._table = CursorLines("profiles")
        self._pane = ProfilePane(id="profile")
        self._prompts = PromptHost(self, self._table)
        self._editing = ProfileEditing(self, acting, self._control, clock, self._describe, glyphs)
        self._drawn_table: tuple[object, ...] = ()
        self._drawn_detail: tuple[object, ...] = ()

    def compose(self) -> ComposeResult:
        self.update_layout_class()
        yield LineView(id="status")
        yield LineView(id="head")
        yield LineView(id="filter-info", classes="variable")
        with PaneContainer(id="panes"):
            yield self._table
            yield self._pane
        yield KeyBar()
        yield LineView(id="too-small")

    def on_mount(self) -> None:
        if self.is_attached:  # False if the app exits: Textual then mounts no widgets
            self._read()
            self.settle()

    def on_resize(self) -> None:
        self.call_after_refresh(self.bind)

    def on_cursor_lines_resized(self) -> None:
        self.bind()

    def on_profile_pane_resized(self) -> None:
        self.bind()

    def on_descendant_focus(self) -> None:
        self.call_after_refresh(self.bind)

    def _describe(self, failure: Failure) -> str:
        session = self._presenter.session
        return formatting.describe_failure(failure, session.host, session.company)

    # Reading

    def _read(self) -> None:
        """Read the profiles, what they may name, and which orders use them."""
        control, company = self._control, self._acting.company
        control.is_reading = True

        async def read() -> None:
            sent = self._presenter.now
            answers = await asyncio.gather(company.profiles(), company.allowed_values())
            control.is_reading = False
            control.set_found(answers[0], sent)
            control.allowed = answers[1]
            self.bind()
            await self._read_uses()
            self.bind()

        # A function, not a coroutine: Python warns of one that the exit leaves unawaited.
        run: Callable[[], Awaitable[None]] = read
        self.run_worker(run, group="profiles", exclusive=True)
        self.bind()

    async def _read_uses(self) -> None:
        control, presenter = self._control, self._presenter
        start = presenter.now.wall - RECENT_DAYS * _DAY
        history = self._history
        recorded = None if history is None else await history.order_profiles(start)
        find = partial(find_uses, control.found or (), recorded, presenter.state, start)
        is_quick = len(recorded or presenter.state.orders) < _MANY
        control.uses = find() if is_quick else await asyncio.to_thread(find)

    def show_changed(self, profile_id: int | None) -> None:
        """Read again after a change, and put the cursor on the profile."""
        if profile_id is not None:
            self._control.choose_profile(profile_id)
        if self.is_attached:
            self._read()

    # Drawing

    def bind(self) -> None:
        """Show the state of the presenter, and what was read."""
        if not self.is_ready:
            return
        layout = self.apply_layout()
        if self.focused is None and layout is not Layout.TOO_SMALL:
            self.set_focus(self._table)
        on_pane = self.focused is self._pane
        self._table.display = not (layout is Layout.SINGLE and on_pane)
        self._pane.display = layout is not Layout.SINGLE or on_pane
        presenter, control = self._presenter, self._control
        state, session, now = presenter.state, presenter.session, presenter.now
        width = self.size.width
        status = status_line(state, session, now.mono, width, self._glyphs)
        self.query_one("#status", LineView).set_lines((status,))
        why = "" if control.failure is None else self._describe(control.failure)
        notice = notice_lines(control, why, now, width, self._key("read"))
        head = [head_line(control, now, width, self._glyphs), *notice]
        self.query_one("#head", LineView).set_lines(head)
        self._draw_table(why, now.mono)
        self._draw_detail(now.wall // 60 * 60)
        self.update_keys()

    def _draw_table(self, why: str, mono: float) -> None:
        control, table = self._control, self._table
        width = max(_MIN_WIDTH, table.content_width)
        if not control.shown:
            keys = {each: self._key(each) for each in ("read", "new", "back")}
            table.show_text(empty_lines(control, why, width, keys))
            self._drawn_table = ()
            return
        old, row = control.is_old(mono), control.row
        drawn = control.shown, control.uses, width, old, row
        if drawn == self._drawn_table:
            return
        self._drawn_table = drawn
        layout = layout_for(width, has_uses=control.uses is not None)
        rows = [
            table_row(each, control.uses, layout, self._glyphs, cursor=number == row, old=old)
            for number, each in enumerate(control.shown)
        ]
        table.show_rows(table_heading(layout), rows, row)

    def _draw_detail(self, now: float) -> None:
        """`now` is rounded down to the minute."""
        control, width = self._control, max(_MIN_WIDTH, self._pane.content_width)
        drawn = control.chosen, control.uses, width, now
        if drawn != self._drawn_detail:
            self._drawn_detail = drawn
            chosen = control.chosen
            lines = [] if chosen is None else detail_lines(chosen, control.uses, now, width)
            self._pane.set_lines(lines)

    def _key(self, name: str) -> str:
        return key_label(self, f"profiles.{name}")

    # Keys

    @property
    def situation(self) -> Situation:
        presenter = self._presenter
        return msgspec.structs.replace(
            situation_of(presenter.state, presenter.session, presenter.now),
            has_orders=self._control.chosen is not None,
            acts=self._acting.journal is not None,
            tab="profiles",
        )

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Hide the keys of another mode, and disable those of actions that have no effect now."""
        is_typing = self._prompts.filter_bar is not None
        match action:
            case "search":
                return not is_typing
            case "commit_search":
                return is_typing
            case "profile_orders" if is_typing:
                return False
        return None if why_not(action, parameters, self.situation) else True

    def on_cursor_lines_moved(self) -> None:
        self._control.choose(self._table.row)
        self._pane.scroll_to(y=0, animate=False)
        self.bind()

    async def action_search(self) -> None:
        await self._prompts.open_filter_bar(self._control.search, dict, ())

    def on_input_changed(self, event: "TextField.Changed") -> None:
        self._control.set_search(event.value)
        self.bind()

    async def action_commit_search(self) -> None:
        if await self._prompts.typed_filter_bar():
            await self._prompts.close_filter_bar()
            self.bind()

    async def action_back(self) -> None:
        """Clear the search; without one, go back to the orders."""
        if self._prompts.filter_bar is not None or self._control.search:
            await self._prompts.close_filter_bar()
            self._control.set_search("")
            self.bind()
        else:
            dismiss_if_active(self)

    def action_close(self) -> None:
        dismiss_if_active(self)

    def action_profile_pane(self) -> None:
        other = self._table if self.focused is self._pane else self._pane
        other.display = True  # what is not shown can't have the focus
        self.set_focus(other)

    def action_read_profiles(self) -> None:
        if self._control.is_reading:  # to cancel a request costs its connection
            self.notify("The profiles are being read already", markup=False)
            return
        self.notify("Reading the profiles", markup=False)
        self._read()

    def action_profile_orders(self) -> None:
        """Show the orders with the profile under the cursor."""
        if (profile := self._control.chosen) is not None and self.app.screen is self:
            dismiss_if_active(self)
            self._show_orders(orders_filter(profile))

    def action_new_profile(self) -> None:
        self._editing.edit(None, None)

    def action_copy_profile(self) -> None:
        self._editing.edit(None, self._control.chosen)

    def action_edit_profile(self) -> None:
        self._editing.edit(self._control.chosen, self._control.chosen)

    def action_delete_profile(self) -> None:
        if (profile := self._control.chosen) is not None:
            self._editing.delete(profile)
