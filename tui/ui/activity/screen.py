"""The screen of the activity: all recorded changes, the newest last.

It follows the newest change until the user moves up. Older changes are read when they are near.
"""

from collections.abc import Awaitable, Callable

import msgspec
from textual.app import ComposeResult

from tui.model.activity import ActivityFilter, ChangeLog
from tui.ui.actions import ACTIVITY_IDS, key_label, key_labels, with_keys
from tui.ui.activity.change_list import ChangeList
from tui.ui.activity.reader import ActivityReader
from tui.ui.activity.text import EXAMPLE_LINE, empty_lines, filter_line, title_line
from tui.ui.bindings import ACTIVITY_BINDINGS
from tui.ui.dialogs.copy_menu import copy_id
from tui.ui.key_reasons import Situation, situation_of, why_not
from tui.ui.main_screen.filter_control import FilterControl, completion_values
from tui.ui.main_screen.prompt_host import PromptHost
from tui.ui.main_screen.status_lines import list_notice, status_line
from tui.ui.main_screen.view_text import problem_lines
from tui.ui.order_presenter import OrderPresenter
from tui.ui.text import Line, wrap
from tui.ui.textual_fixes.key_order import wait_for_pending_keys
from tui.ui.textual_fixes.mounting import dismiss_if_active
from tui.ui.theme.terminal_output import Glyphs
from tui.ui.widgets.key_bar import KeyBar
from tui.ui.widgets.line_view import LineView, set_variable_lines
from tui.ui.widgets.responsive_screen import Layout, ResponsiveScreen
from tui.ui.widgets.text_field import TextField

_MINUTE = 60


class ActivityScreen(ResponsiveScreen):
    """Shows what `log` has recorded; None: nothing. `presenter` has the state, which changes below
    it. `open_order` shows the timeline of an order.
    """

    CSS_PATH = "screen.tcss"
    BINDINGS = ACTIVITY_BINDINGS
    KEY_WIDGETS = (ChangeList,)

    def __init__(
        self,
        log: ChangeLog | None,
        presenter: OrderPresenter,
        filters: tuple[str, ...],
        glyphs: Glyphs,
        open_order: Callable[[str], None],
    ) -> None:
        super().__init__()
        self._reader = None if log is None else ActivityReader(log)
        self._presenter = presenter
        self._glyphs = glyphs
        self._open_order = open_order
        self._filter = FilterControl("", filters)
        self._with_progress = False
        self._following = True
        self._is_reading = False
        self._list = ChangeList(glyphs)
        self._list.user_moves = self._follow_at_end
        self._prompts = PromptHost(self, self._list)

    def compose(self) -> ComposeResult:
        self.update_layout_class()
        yield LineView(id="status")
        yield LineView(id="head")
        yield LineView(id="filter-info", classes="variable")
        yield self._list
        yield KeyBar()
        yield LineView(id="too-small")

    def on_mount(self) -> None:
        if self.is_attached:  # False if the app exits: Textual then mounts no widgets
            self.set_focus(self._list)

    def on_resize(self) -> None:
        self.call_after_refresh(self.bind)

    def on_change_list_resized(self) -> None:
        self.bind()

    def bind(self) -> None:
        """Show the state of the presenter, and what was recorded since."""
        if self.is_ready:
            self._name_orders()
            self._draw()
            self._read()

    def _name_orders(self) -> None:
        """Show the file names that were read since their changes."""
        if self._reader is None:
            return
        window, details = self._reader.window, self._presenter.state.details
        read = ((each, details[each].detail.filename) for each in window.unnamed & details.keys())
        if names := {order_id: name for order_id, name in read if name}:
            window.add_names(names)

    def _draw(self) -> None:
        if not self.is_ready:
            return
        layout = self.apply_layout()
        if self.focused is None and layout is not Layout.TOO_SMALL:
            self.set_focus(self._list)
        presenter, width, glyphs = self._presenter, self.size.width, self._glyphs
        state, session, now = presenter.state, presenter.session, presenter.now
        status = status_line(state, session, now.mono, width, glyphs)
        self.query_one("#status", LineView).set_lines((status,))
        self.query_one("#head", LineView).set_lines(self._head_lines())
        set_variable_lines(self.query_one("#filter-info", LineView), self._filter_lines())
        items = () if self._reader is None else self._reader.window.items
        self._list.bind(items, now.wall, following=self._is_following)
        if not items:
            self._list.set_lines(
                empty_lines(
                    self._reader, self._filter.text, now.wall, width,
                    reading=self._is_reading, clear=key_label(self, "activity.back"),
                )
            )  # fmt: skip
        self.update_keys()

    @property
    def _is_following(self) -> bool:
        return self._following and not (self._reader and self._reader.window.has_newer)

    def _head_lines(self) -> list[Line]:
        presenter, width, glyphs = self._presenter, self.size.width, self._glyphs
        keys = key_labels(self.app, ActivityScreen, ACTIVITY_IDS)
        notices = [list_notice(presenter.state, presenter.session, presenter.now.mono, keys)]
        if self._reader is not None:
            notices.append(self._reader.problem)
        texts = [text for each in notices if each for text in wrap(each, max(1, width - 2), 2)]
        title = title_line(
            self._reader, presenter.now.wall, width, glyphs, following=self._is_following
        )
        return [title, *(((f" {text}", "warning"),) for text in texts)]

    def _filter_lines(self) -> list[Line]:
        width, is_typing = self.size.width, self._prompts.filter_bar is not None
        if self._filter.problem is not None:
            return problem_lines(self._filter.problem, width)
        if self._reader is None or not (is_typing or self._filter.is_active):
            return []
        if not self._filter.is_active:
            return [EXAMPLE_LINE]
        keys = key_label(self, "activity.filter"), key_label(self, "activity.back")
        line = filter_line(
            "" if is_typing else self._filter.text,
            self._reader,
            self._presenter.now.wall,
            width,
            keys,
            reading=self._is_reading,
            outdated=self._is_filter_outdated,
        )
        return [line]

    @property
    def _is_filter_outdated(self) -> bool:
        """True if the filter depends on the time, and changes were judged in an earlier minute."""
        made, now = 0.0 if self._reader is None else self._reader.wanted_at, self._presenter.now
        return self._filter.depends_on_time and made // _MINUTE != now.wall // _MINUTE

    # Reading

    def _read(self, first: Callable[[], Awaitable[None]] | None = None) -> None:
        """Read `first`, then what is missing on screen. One at a time; `first` takes precedence."""
        if self._reader is None or (self._is_reading and first is None):
            return
        if first is None and (first := self._missing()) is None:
            return
        wanted: Callable[[], Awaitable[None]] | None = first

        async def read() -> None:
            read_next = wanted
            while read_next is not None:
                await read_next()
                self._draw()
                read_next = self._missing()
            self._is_reading = False
            self._draw()

        # A function, not a coroutine: Python warns of one that the exit leaves unawaited.
        run: Callable[[], Awaitable[None]] = read
        self._is_reading = True
        self.run_worker(run, group="activity", exclusive=True)

    def _missing(self) -> Callable[[], Awaitable[None]] | None:
        """Return what reads changes that are missing near the part in view; None if none are."""
        if self._reader is None or not self.is_ready:
            return None
        window, changes = self._reader.window, self._list
        if window.first is None:
            return self._read_newest
        if self._is_following and self._reader.has_start and self._is_filter_outdated:
            return self._read_newest
        if window.has_older and changes.top < changes.view_height:
            return self._reader.read_older
        is_near_end = changes.top + 2 * changes.view_height > len(window.items)
        if self._reader.is_outdated or (window.has_newer and is_near_end):
            return self._reader.read_newer
        return None

    async def _read_newest(self) -> None:
        if self._reader is not None:
            presenter = self._presenter
            now = presenter.now.wall
            test = self._filter.change_test(now, presenter.observed_until)
            await self._reader.read_newest(ActivityFilter(self._with_progress, test), now)

    def on_change_list_moved(self, message: ChangeList.Moved) -> None:
        window = None if self._reader is None else self._reader.window
        if message.is_to_end and window is not None and window.has_newer:
            self._following = True
            self._read(self._read_newest)
        else:
            self._follow_at_end()
            self.bind()

    def _follow_at_end(self) -> None:
        self._following = self._list.is_at_end

    def on_change_list_opened(self, message: ChangeList.Opened) -> None:
        self._open_order(message.order_id)

    # Keys

    @property
    def situation(self) -> Situation:
        presenter = self._presenter
        return msgspec.structs.replace(
            situation_of(presenter.state, presenter.session, presenter.now),
            has_orders=self._list.entry is not None,
            tab="activity",
        )

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Hide the keys of another mode, and disable those of actions that have no effect now."""
        is_typing = self._prompts.filter_bar is not None
        match action:
            case "filter":
                return not is_typing
            case "commit_filter" | "complete_filter" | "recall_filter":
                return is_typing
        return None if why_not(action, parameters, self.situation) else True

    def _apply_filter(self, text: str, *, again: bool = False) -> None:
        """Search for `text`; `again` if it is the same, but of an earlier time."""
        before = self._filter.text
        self._filter.apply(text)
        if self._filter.text != before or (again and self._is_filter_outdated):
            self._following = True
            self._read(self._read_newest)
        self._draw()

    async def action_filter(self) -> None:
        await wait_for_pending_keys(self.focused)
        current, state = self._filter, self._presenter.state
        values = lambda: completion_values(state)  # noqa: E731
        await self._prompts.open_filter_bar(current.text, values, current.history)

    def on_input_changed(self, event: TextField.Changed) -> None:
        self._apply_filter(event.value)

    async def action_commit_filter(self) -> None:
        """Put what was typed in force and return to the list, unless it can't be parsed."""
        if bar := await self._prompts.typed_filter_bar():
            self._apply_filter(bar.field.value, again=True)
            if self._filter.problem is None:
                self._filter.keep_in_history()
                await self._prompts.close_filter_bar()
                self._draw()  # the filter is shown elsewhere now
            else:
                bar.field.cursor_position = self._filter.problem.position

    async def action_complete_filter(self, by: int) -> None:
        await self._prompts.complete(by)

    async def action_recall_filter(self, by: int) -> None:
        await self._prompts.recall(by)

    async def action_back(self) -> None:
        """Clear the filter; without one, go back to the orders."""
        if self._prompts.filter_bar is not None or self._filter.is_active:
            await self._prompts.close_filter_bar()
            self._apply_filter("")
        else:
            self.action_close()

    def action_close(self) -> None:
        dismiss_if_active(self)

    def action_progress(self) -> None:
        self._with_progress = not self._with_progress
        shown = "shown" if self._with_progress else "left out"
        self.notify(f"Changes of progress are {shown}", markup=False)
        self._read(self._read_newest)

    def action_follow(self) -> None:
        self._following = not self._is_following
        if self._following and self._reader is not None and self._reader.window.has_newer:
            self._read(self._read_newest)
        if not self._following:
            text = "Not following. {follow}: follow the newest change"
            self.notify(with_keys(text, self), markup=False)
        self._draw()

    def action_copy_id(self) -> None:
        entry = self._list.entry
        copy_id(self, None if entry is None else entry.change.order_id)
