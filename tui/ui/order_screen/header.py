"""The lines above one order: which one it is, the tabs, and why it may be outdated. Pure."""

import msgspec

from tui import formatting
from tui.model.account import Session
from tui.model.events import ClockReading
from tui.model.order import OrderDetail
from tui.model.state import State, TimedDetail
from tui.ui.actions import KeyLabels
from tui.ui.main_screen.status_lines import list_notice, ruled
from tui.ui.order_presenter import DetailModel, status_span
from tui.ui.order_screen.facts import staleness_note, title_span
from tui.ui.order_screen.jobs import shown_jobs
from tui.ui.text import Line, clip, justify, width_of, wrap
from tui.ui.theme.terminal_output import Glyphs

TABS = {"facts": "Facts", "raw": "Raw JSON", "timeline": "Timeline"}
"""The titles of the tabs by their names."""

_LOW_SCREEN = 15
_MIN_NAME_WIDTH = 16


class OrderModel(msgspec.Struct, frozen=True):
    """What the order screen shows."""

    state: State
    session: Session
    order: DetailModel | None
    """The order under the cursor of the list; None if there is none any more."""
    position: tuple[int, int]
    """Its place in the list, from 1, and the number of orders there."""
    now: ClockReading
    keys: KeyLabels
    moment: str = ""
    """The moment in the past that is shown; empty for now."""
    hidden_by: str = ""
    """The filter that the order doesn't match any more."""

    @property
    def order_id(self) -> str | None:
        return None if self.order is None else self.order.facts.id

    @property
    def reading(self) -> TimedDetail | None:
        return None if self.order is None else self.order.reading

    @property
    def detail(self) -> OrderDetail | None:
        return None if self.order is None else self.order.detail

    @property
    def is_gone(self) -> bool:
        return self.order is not None and self.order.facts.gone


def header_lines(
    model: OrderModel, tab: str, status: str, size: tuple[int, int], glyphs: Glyphs
) -> list[Line]:
    """Title rule, tab bar with the `status` of the open tab, then staleness and failure notices.

    `size` is the width and height of the screen in cells.
    """
    width, height = size
    max_lines = 1 if height < _LOW_SCREEN else 3
    notices = [list_notice(model.state, model.session, model.now.mono, model.keys)]
    if model.order is not None:
        notices.append(staleness_note(model.order, model.now))
        notices.append(_omission(model.order, tab))
    if model.hidden_by:
        notices.append(f"Hidden by the filter {model.hidden_by} when you go back")
    texts = [text for notice in notices if notice for text in wrap(notice, width - 2, max_lines)]
    return [
        _title_rule(model, width, glyphs),
        _tab_bar(tab, status, width, glyphs),
        *(((" ", "plain"), (text, "warning")) for text in texts),
    ]


def _omission(order: DetailModel, tab: str) -> str | None:
    """How much of the content is left out. The end of a long table may be off the screen."""
    if order.reading is None or tab == "timeline":
        return None
    detail = order.reading.detail
    if tab == "raw":
        count = detail.raw_omitted
        left_out = f"{formatting.count(count)} characters of a long answer are not shown"
        return left_out if count else None
    return shown_jobs(detail) if detail.more_jobs else None


def _title_rule(model: OrderModel, width: int, glyphs: Glyphs) -> Line:
    number, count = model.position
    known = " known" if model.state.is_partially_loaded else ""
    right: Line = ((f" {number} of {count}{known} ", "dim"), (glyphs.rule, "faint"))
    start: Line = ((f"{glyphs.rule} ", "faint"),)
    if model.order is None:
        return ruled((*start, ("no order ", "strong")), right, width, glyphs)
    order = model.order
    status = status_span(order.facts, glyphs, uncovered=order.uncovered, faded=order.faded)
    end: Line = ((f" {glyphs.rule} ", "faint"), status, (" ", "plain"))
    room = width - width_of((*start, *end))
    if room - width_of(right) < _MIN_NAME_WIDTH:
        right = ()
    name = title_span(order, room - width_of(right))
    return ruled((*start, name, *end), right, width, glyphs)


def _tab_bar(tab: str, status: str, width: int, glyphs: Glyphs) -> Line:
    tabs: Line = ()
    for number, (name, title) in enumerate(TABS.items(), 1):
        mark, role = (glyphs.cursor, "strong") if name == tab else (" ", "dim")
        tabs = (*tabs, (mark, "accent"), (f"{number} {title}", role), ("  ", "plain"))
    room = width // 2 if tab == "raw" else max(0, width - width_of(tabs) - 1)
    return justify(tabs, clip(((f"{status} ", "dim"),), room), width)
