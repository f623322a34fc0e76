"""What of an order can be copied, and what is said of it afterwards. Pure.

Nothing here is a secret: what a server sent was masked where it entered.
"""

import shlex
from urllib.parse import quote

import msgspec

from tui import phrase
from tui.model.order import OrderDetail
from tui.model.packed import unpack
from tui.ui.banner import Session
from tui.ui.raw_lines import text_laid_out
from tui.ui.spans import Line, wrap_exact, wrap

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
    if detail is not None and detail.raw:
        made.append(CopyItem("j", _json_name(detail), _json(unpack(detail.raw))))
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
    return f"JSON without {detail.left_out} characters" if detail.left_out else "JSON"


def _json(raw: str) -> str:
    """Laid out, where that is not too long."""
    text = text_laid_out(raw)
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
        lines.append(((f"and {len(others)} more lines, {formatting.size(size_of(copy.text))}", "dim"),))
    hint = "Not in your clipboard? The terminal refuses it; in tmux: set -g set-clipboard on"
    return [*lines, (), *(((part, "dim"),) for part in wrap(hint, max(8, width), 4))]


def too_long_lines(copy: CopyItem, width: int) -> list[Line]:
    told = (
        f"The {copy.name} is {formatting.size(size_of(copy.text))} long. A terminal takes "
        f"{formatting.size(LIMIT)} at most, so nothing was copied."
    )
    return [((part, "warning"),) for part in wrap(told, max(8, width), 6)]
