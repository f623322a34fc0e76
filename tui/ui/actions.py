"""What the keys do on a screen, as its bindings have it now."""
# FOLD """The keys that sentences on screen name, as they are called now."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, Protocol, runtime_checkable

import msgspec
from textual.binding import ActiveBinding
from textual.dom import DOMNode
from textual.keys import key_to_character
from textual.screen import Screen
from textual.widget import Widget

from tui.ui.theme.terminal_output import ASCII, Glyphs

_NAMES = {"⏎": "enter", "⌫": "backspace"}


_ARROWS = {"↑": "up", "↓": "down", "←": "left", "→": "right"}


def key_name(shown: str, glyphs: Glyphs) -> str:
    """A key as the README calls it; arrows are words where there are no arrows."""
    return {**_NAMES, **(_ARROWS if glyphs is ASCII else {})}.get(shown, shown)


class AvailableAction(NamedTuple):
    """One action and every key that leads to it. `node` is where it acts."""

    node: DOMNode
    action: str
    name: str
    text: str
    keys: list[str]


def active_bindings(screen: Screen[Any]) -> Iterator[ActiveBinding]:
    """The bindings that work on `screen` now. What the focus takes for itself, as a text that is
    typed takes letters, leads nowhere; Textual knows that of keys by default alone.
    """
    focus = screen.focused
    for key, active in screen.active_bindings.items():
        heard_first = focus is None or active.binding.priority or active.node is focus
        if active.enabled and (heard_first or not _takes(focus, key)):
            yield active


def _takes(focus: Widget | None, key: str) -> bool:
    return focus is not None and focus.check_consume_key(key, key_to_character(key))


def keys_by_id(screen: Screen[Any], glyphs: Glyphs) -> dict[str, str]:
    """By id, the first key of what works on `screen` now, as it is called on screen."""
    found: dict[str, str] = {}
    for active in active_bindings(screen):
        if active.binding.id is not None:
            shown = key_name(screen.app.get_key_display(active.binding), glyphs)
            found.setdefault(active.binding.id, shown)
    return found


def available_actions(screen: Screen[Any], glyphs: Glyphs) -> list[AvailableAction]:
    """What works on `screen` now. Ours carry an id; what Textual brings along beside them is not
    worth a line.
    """
    found: dict[tuple[DOMNode, str], AvailableAction] = {}
    for active in active_bindings(screen):
        binding, node = active.binding, active.node
        if binding.id is None or not binding.description:
            continue
        text = binding.tooltip or binding.description
        deed = AvailableAction(node, binding.action, binding.description, text, [])
        shown = key_name(screen.app.get_key_display(binding), glyphs)
        found.setdefault((node, binding.action), deed).keys.append(shown)
    return list(found.values())


_IDS = {
    "account": "app.account",
    "refresh": "watch.refresh",
    "pause": "watch.pause",
    "dismiss": "watch.dismiss",
    "unreadable": "watch.unreadable",
    "clear": "filter.clear",
    "close": "list.close",
    "close_copy": "copy.close",
    "pause_on_order": "order.pause",
    "dismiss_on_order": "order.dismiss",
    "leave": "setup.leave",
}


class KeyLabels(msgspec.Struct, frozen=True):
    account: str = "a"
    refresh: str = "r"
    pause: str = "p"
    dismiss: str = "x"
    unreadable: str = "u"
    clear: str = "esc"
    close: str = "esc"
    close_copy: str = "esc"
    pause_on_order: str = "p"
    dismiss_on_order: str = "x"
    leave: str = "esc"

    @property
    def on_order(self) -> "KeyLabels":
        """The same where an order is open, which has keys of its own."""
        return msgspec.structs.replace(
            self, pause=self.pause_on_order, dismiss=self.dismiss_on_order
        )


DEFAULTS = KeyLabels()


def hints_of(keys: Mapping[str, Sequence[str]], name: Callable[[str], str]) -> KeyLabels:
    """The first of each one's `keys`, which are by the id of the binding; `name` is how a key is
    called on screen.
    """
    return KeyLabels(**{each: name(keys[its][0]) for each, its in _IDS.items() if its in keys})


@runtime_checkable
class HasKeyLabels(Protocol):
    """An app whose keys a person may have changed."""

    hints: KeyLabels


def hints_for(app: object) -> KeyLabels:
    return app.hints if isinstance(app, HasKeyLabels) else DEFAULTS
