"""What is shown until a person closes it, and must not get old meanwhile."""
# FOLD """Which panes a terminal has room for. Pure."""
# FOLD """A screen that fills the terminal, whatever its size."""
# FOLD """A list over the main screen: the help, the unreadable rows, the diagnostics."""

from collections.abc import Callable, Sequence
from enum import Enum
from typing import ClassVar, Protocol, runtime_checkable

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.events import Resize
from textual.geometry import Region
from textual.screen import ModalScreen, Screen
from textual.strip import Strip

from tui.ui.actions import hints_for
from tui.ui.text import Line, centre, wrap
from tui.ui.widgets.line_view import LineView, blank_lines


@runtime_checkable
class Refreshable(Protocol):
    """A screen that is brought up to date once a second."""

    def refresh_content(self) -> None: ...


MINIMUM = (40, 8)


class Layout(Enum):
    TOO_SMALL = "-too-small"
    SINGLE = "-single"
    """One pane: the orders, or the detail in their place."""
    STACKED = "-stacked"
    WIDE = "-wide"


def layout_for(width: int, height: int) -> Layout:
    """The values are the screen's CSS classes."""
    if width < MINIMUM[0] or height < MINIMUM[1]:
        return Layout.TOO_SMALL
    if width < 60 or height < 20:
        return Layout.SINGLE
    return Layout.WIDE if width >= 100 else Layout.STACKED


def too_small(width: int, height: int) -> str:
    least, lowest = MINIMUM
    return f"too small: {width}x{height}, needs {least}x{lowest}"


class ResponsiveScreen(Screen[None]):
    """Has the class of its layout; below the least size it shows `#too-small` alone."""

    @property
    def is_ready(self) -> bool:
        """False while it is still made, and when it is taken down: then some widgets are not there,
        though a timer, an answer or a new size may still come.
        """
        return self.is_mounted and self.is_attached and self.display and self.app.is_running

    def render_lines(self, crop: Region) -> list[Strip]:
        return blank_lines(self, crop)

    def update_layout_class(self) -> Layout:
        layout = layout_for(*self.size)
        for each in Layout:
            self.set_class(each is layout, each.value)
        return layout

    def apply_layout(self) -> Layout:
        """Choose the layout, and say so where there is no room for any."""
        layout = self.update_layout_class()
        if layout is Layout.TOO_SMALL:
            width, height = self.size
            lines = wrap(too_small(width, height), max(1, width), max(1, height))
            above: list[Line] = [()] * ((height - len(lines)) // 2)
            text: list[Line] = [((centre(line, width), "plain"),) for line in lines]
            self.query_one("#too-small", LineView).set_lines([*above, *text])
        return layout


Made = Callable[[int], Sequence[Line]]
"""The lines for a width in cells."""


class _Scroller(LineView, can_focus=True):
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "scroll_up", "Up", id="list.up", show=False),
        Binding("down,j", "scroll_down", "Down", id="list.down", show=False),
        Binding("pageup", "page_up", "Page up", id="list.page-up", show=False),
        Binding("pagedown", "page_down", "Page down", id="list.page-down", show=False),
        Binding("g,home", "scroll_home", "Top", id="list.top", show=False),
        Binding("G,end", "scroll_end", "Bottom", id="list.bottom", show=False),
    ]

    def __init__(self, made: Made) -> None:
        super().__init__()
        self._made = made

    def refresh_content(self) -> None:
        self.set_lines(self._made(self.content_width))

    def on_resize(self, _: Resize) -> None:
        self.refresh_content()


class TextDialog(ModalScreen[None]):
    """Lines under a title; any of `esc`, `q`, `?` and `enter` closes it."""

    CSS_PATH = "base.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,enter,question_mark", "dismiss", "Close", id="list.close"),
    ]

    def __init__(self, title: str, made: Made) -> None:
        super().__init__()
        self._title = title
        self._made = made

    def compose(self) -> ComposeResult:
        scroller = _Scroller(self._made)
        scroller.border_title = Content(self._title)
        scroller.border_subtitle = Content(f"{hints_for(self.app).close} closes")
        scroller.set_lines(self._made(self.app.size.width))
        yield scroller

    def refresh_content(self) -> None:
        """Make the lines anew; those that are as they were are not drawn again."""
        for scroller in self.query(_Scroller):
            scroller.refresh_content()
