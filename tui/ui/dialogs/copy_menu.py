"""What of an order can be copied, and what is said of it afterwards. Pure.

Nothing here is a secret: what a server sent was masked where it entered.
"""
# FOLD """What of an order can be copied, to choose from."""
# FOLD """Copying from a screen that shows an order, to the clipboard of the terminal (OSC 52)."""

import shlex
from collections.abc import Sequence
from typing import ClassVar
from urllib.parse import quote

import msgspec
from rich.text import Text
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.events import Key
from textual.screen import ModalScreen, Screen
from textual.widgets import OptionList  # noqa: TID251 - without markup, and given `Text`
from textual.widgets.option_list import Option  # noqa: TID251 - given `Text`

from tui import formatting
from tui.model.order import OrderDetail
from tui.model.session import Session
from tui.ui.actions import key_label
from tui.ui.dialogs.text_dialog import TextDialog
from tui.ui.order_screen.raw_view import pretty_text
from tui.ui.text import Line, fit, wrap, wrap_exact
from tui.ui.textual_fixes.mounting import dismiss_if_active

LIMIT = 74_994
"""Bytes of a text that terminals take by OSC 52: many stop reading at 100,000 characters, and
what they get is in base64."""


class CopyItem(msgspec.Struct, frozen=True):
    """A text to copy; `key` is the letter for it in the menu."""

    key: str
    name: str
    text: str


def copies(order_id: str, detail: OrderDetail | None, who: Session) -> list[CopyItem]:
    """All there is to copy of an order; what is not known is not offered."""
    made = [CopyItem("i", "id", order_id)]
    if detail is not None and detail.compressed_json:
        made.append(CopyItem("j", _json_name(detail), _json(detail.raw_json)))
    if who.orders_url:
        url = f"{who.orders_url}/{quote(order_id, safe='')}/"
        bearer = '-H "Authorization: Bearer $TOKEN"'
        made.append(CopyItem("c", "curl", f"curl {bearer} {shlex.quote(url)}"))
    if detail is not None and detail.source is not None and detail.source.url:
        made.append(CopyItem("s", "source", detail.source.url))
    if detail is not None:
        places = [place.url for place in detail.uploads if place.url]
        keys = ["d"] if len(places) == 1 else [*"123456789"]
        for number, url in enumerate(places):
            key = keys[number] if number < len(keys) else ""
            made.append(CopyItem(key, "destination", url))
    if who.order_url:
        made.append(CopyItem("l", "link", link(who.order_url, order_id, who.company)))
    return made


def link(template: str, order_id: str, company: str) -> str:
    """The page of an order."""
    quoted = {"{id}": quote(order_id, safe=""), "{company}": quote(company, safe="")}
    for name, value in quoted.items():
        template = template.replace(name, value)
    return template


def _json_name(detail: OrderDetail) -> str:
    return f"JSON without {detail.raw_omitted} characters" if detail.raw_omitted else "JSON"


def _json(raw: str) -> str:
    """Laid out, where that is not too long."""
    text = pretty_text(raw)
    return text if size_of(text) <= LIMIT else raw


def size_of(text: str) -> int:
    return len(text.encode())


def copied_lines(copy: CopyItem, width: int) -> list[Line]:
    """What is said when `copy` was sent to the terminal: the whole text where it is one line, for
    who has to copy it by hand.
    """
    first, *others = copy.text.split("\n")
    lines = wrap_exact(((first, "plain"),), max(8, width))
    if others:
        lines.append(
            ((f"and {len(others)} more lines, {formatting.size(size_of(copy.text))}", "dim"),)
        )
    hint = "Not in your clipboard? The terminal refuses it; in tmux: set -g set-clipboard on"
    return [*lines, (), *(((part, "dim"),) for part in wrap(hint, max(8, width), 4))]


def too_long_lines(copy: CopyItem, width: int) -> list[Line]:
    told = (
        f"The {copy.name} is {formatting.size(size_of(copy.text))} long. A terminal takes "
        f"{formatting.size(LIMIT)} at most, so nothing was copied."
    )
    return [((part, "warning"),) for part in wrap(told, max(8, width), 6)]


_NAMES = 13


class CopyMenu(ModalScreen[CopyItem | None]):
    """A letter, or the arrows and `enter`, choose; `esc` closes."""

    CSS_PATH = "copy_menu.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,Y", "close", "Close", id="copy.close"),
    ]

    def __init__(self, copies: Sequence[CopyItem]) -> None:
        super().__init__()
        self._copies = copies

    def compose(self) -> ComposeResult:
        choices = OptionList(*map(_option, self._copies), compact=True, markup=False)
        choices.border_title = "Copy"
        choices.border_subtitle = Content(f"{key_label(self, 'copy.close')} closes")
        yield choices

    def on_key(self, event: Key) -> None:
        chosen = next((each for each in self._copies if each.key == event.character), None)
        if chosen is not None:
            event.stop()
            self._choose(chosen)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        self._choose(self._copies[event.option_index])

    def action_close(self) -> None:
        self._choose(None)

    def _choose(self, copy: CopyItem | None) -> None:
        dismiss_if_active(self, copy)


def _option(copy: CopyItem) -> Option:
    first, *others = copy.text.split("\n")
    shown = f"{len(others) + 1} lines" if others else first
    return Option(Text(f"{copy.key or ' '}  {fit(copy.name, _NAMES)}{shown}"))


def offer(app: App[None], copies: Sequence[CopyItem]) -> None:
    """Let a person choose, copy it, and say what was copied."""

    def chosen(copy: CopyItem | None) -> None:
        if copy is not None:
            send(app, copy)

    app.push_screen(CopyMenu(copies), chosen)


def send(app: App[None], copy: CopyItem) -> None:
    """Send `copy` to the terminal's clipboard, unless it is too long for that."""
    if size_of(copy.text) > LIMIT:
        app.push_screen(TextDialog("Not copied", lambda width: too_long_lines(copy, width)))
        return
    app.copy_to_clipboard(copy.text)
    app.push_screen(TextDialog(f"Copied: {copy.name}", lambda width: copied_lines(copy, width)))


def copy_id(screen: Screen[None], order_id: str | None) -> None:
    if order_id is not None:
        screen.app.copy_to_clipboard(order_id)
        screen.notify(f"copied {order_id}", timeout=3, markup=False)


def open_copy_menu(
    screen: Screen[None], order_id: str | None, detail: OrderDetail | None, who: Session
) -> None:
    """Open the menu of what there is to copy of an order."""
    if order_id is not None:
        offer(screen.app, copies(order_id, detail, who))
