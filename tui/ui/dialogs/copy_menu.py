"""Copying parts of an order to the terminal's clipboard by OSC 52.

Nothing here is a secret: the API's texts are masked when they are decoded.
"""

import shlex
from collections.abc import Sequence
from functools import partial
from itertools import chain, repeat
from typing import ClassVar
from urllib.parse import quote

import msgspec
from textual.binding import Binding, BindingType
from textual.screen import Screen

from tui import formatting
from tui.model.account import Session
from tui.model.actions import Journal
from tui.model.order import OrderDetail, Phase
from tui.ui.dialogs.dialog import ChoiceDialog, TextDialog
from tui.ui.order_presenter import DetailModel
from tui.ui.order_screen.order_text import order_text
from tui.ui.order_screen.raw_view import pretty_text
from tui.ui.text import Line, fit, wrap, wrap_exact

MAX_BYTES = 74_994
"""The longest text to copy. Many terminals stop reading OSC 52 at 100,000 characters of base64."""

_NAME_WIDTH = 13


class CopyItem(msgspec.Struct, frozen=True):
    """A text to copy. `key` is its shortcut in the menu, `more` what is added when it is copied."""

    key: str
    name: str
    text: str
    more: str = ""

    @property
    def size(self) -> int:
        """The length in bytes."""
        return len(self.text.encode())


def copy_items(
    order: DetailModel, session: Session, *, has_journal: bool = False
) -> list[CopyItem]:
    """Everything that can be copied of an order, as far as it is known."""
    order_id, detail = order.facts.id, order.detail or OrderDetail(order.facts.id)
    items = [CopyItem("i", "id", order_id)]
    if order.failure_reason:
        items.append(CopyItem("e", "reason", order.failure_reason))
    more = " and the actions on it" if has_journal else ""
    items.append(CopyItem("t", "text", order_text(order), more))
    if raw := detail.raw_json:
        omitted = detail.raw_omitted
        name = f"JSON without {omitted} characters" if omitted else "JSON"
        indented = CopyItem("j", name, pretty_text(raw))
        items.append(indented if indented.size <= MAX_BYTES else CopyItem("j", name, raw))
    if session.orders_url:
        url = f"{session.orders_url}/{quote(order_id, safe='')}/"
        header = '-H "Authorization: Bearer $TOKEN"'
        items.append(CopyItem("c", "curl", f"curl {header} {shlex.quote(url)}"))
    if detail.source is not None and detail.source.url:
        items.append(CopyItem("s", "source", detail.source.url))
    urls = [upload.url for upload in detail.uploads if upload.url]
    keys = chain("d" if len(urls) == 1 else "123456789", repeat(""))
    items += (CopyItem(key, "destination", url) for url, key in zip(urls, keys, strict=False))
    if session.order_url:
        link = order_link(session.order_url, order_id, session.company)
        items.append(CopyItem("l", "link", link))
    return items


def order_link(template: str, order_id: str, company: str) -> str:
    """The URL of an order's page. `quote` escapes braces, so no value is taken for a name."""
    link = template.replace("{id}", quote(order_id, safe=""))
    return link.replace("{company}", quote(company, safe=""))


def copied_lines(item: CopyItem, width: int) -> list[Line]:
    """The report of a copy. A text of one line is shown in full, to be copied by hand."""
    first, *others = item.text.split("\n")
    lines = wrap_exact(((first, "plain"),), width)
    if others:
        lines.append(((f"and {len(others)} more lines, {formatting.size(item.size)}", "dim"),))
    hint = "Not in your clipboard? The terminal refuses it; in tmux: set -g set-clipboard on"
    return [*lines, (), *(((part, "dim"),) for part in wrap(hint, width, 4))]


def too_long_lines(item: CopyItem, width: int) -> list[Line]:
    text = (
        f"The {item.name} is {formatting.size(item.size)} long. A terminal takes "
        f"{formatting.size(MAX_BYTES)} at most, so nothing was copied."
    )
    return [((part, "warning"),) for part in wrap(text, width, 6)]


class CopyMenu(ChoiceDialog[CopyItem]):
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,Y", "close", "Close", id="copy.close"),
    ]

    def __init__(self, items: Sequence[CopyItem]) -> None:
        choices = [(_menu_line(item), item) for item in items]
        super().__init__("Copy", choices, close_id="copy.close")


def _menu_line(item: CopyItem) -> str:
    first, *others = item.text.split("\n")
    text = f"{len(others) + 1} lines{item.more}" if others else first
    return f"{item.key or ' '}  {fit(item.name, _NAME_WIDTH)}{text}"


def copy_reason(screen: Screen[None], order: DetailModel | None) -> None:
    """Copy why an order failed, or say why there is nothing to copy."""
    if order is not None and order.failure_reason:
        screen.app.copy_to_clipboard(order.failure_reason)
        text = f"Sent to the clipboard: {order.failure_reason}"
    else:
        text = f"Nothing copied: {no_reason_text(order)}"
    screen.notify(text, markup=False)


def no_reason_text(order: DetailModel | None) -> str:
    """Why there is no reason of a failure."""
    if order is None:
        return "no order is selected"
    if order.facts.phase is not Phase.ERROR:
        return "this order has not failed"
    return (
        "the details are not loaded yet" if order.detail is None else "the server gives no reason"
    )


def copy_id(screen: Screen[None], order_id: str | None) -> None:
    if order_id is not None:
        screen.app.copy_to_clipboard(order_id)
        screen.notify(f"Sent to the clipboard: {order_id}", markup=False)


def open_copy_menu(
    screen: Screen[None], order: DetailModel | None, session: Session, journal: Journal | None
) -> None:
    """Let the user choose what to copy of an order. Its text ends with the actions on it."""

    async def on_choice(item: CopyItem | None) -> None:
        if item is None or order is None:
            return
        if item.more and journal is not None:
            actions = await journal.of_order(order.facts.id)
            item = msgspec.structs.replace(item, text=order_text(order, actions))
        title, lines = f"Sent to the clipboard: {item.name}", partial(copied_lines, item)
        if item.size > MAX_BYTES:
            title, lines = "Not copied", partial(too_long_lines, item)
        else:
            screen.app.copy_to_clipboard(item.text)
        screen.app.push_screen(TextDialog(title, lines))

    if order is not None:
        items = copy_items(order, session, has_journal=journal is not None)
        screen.app.push_screen(CopyMenu(items), on_choice)
