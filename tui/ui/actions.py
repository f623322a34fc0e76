"""What the keys do on a screen, read from its active bindings, and what the keys are called."""

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, NamedTuple

from textual.actions import parse
from textual.app import App
from textual.binding import ActiveBinding, Binding
from textual.dom import DOMNode
from textual.keys import key_to_character
from textual.screen import Screen, SystemModalScreen

from tui.sanitize import sanitize
from tui.ui.key_reasons import Situation, why_not
from tui.ui.theme.terminal_output import ASCII, Glyphs

VIEW = "View: "
"""Begins the text of an action that shows a view."""
_MAX_KEY_NAME = 20
_NAMES = {"⏎": "enter", "⌫": "backspace"}
_ARROW_NAMES = {"↑": "up", "↓": "down", "←": "left", "→": "right"}


def key_name(name: str, glyphs: Glyphs) -> str:
    """Return Textual's name of a key as the README writes it; in ASCII, arrows are words."""
    return {**_NAMES, **(_ARROW_NAMES if glyphs is ASCII else {})}.get(name, name)


def screen_under_palette(app: App[Any]) -> Screen[Any]:
    """Return the topmost screen except the palette, which offers what works on that screen."""
    return next(
        each for each in reversed(app.screen_stack) if not isinstance(each, SystemModalScreen)
    )


class AvailableAction(NamedTuple):
    """One action and every key that runs it on `node`."""

    node: DOMNode
    action: str
    name: str
    text: str
    keys: list[str]


def active_bindings(screen: Screen[Any]) -> Iterator[ActiveBinding]:
    """Yield the bindings that work on `screen` now.

    Keys that the focused widget consumes, such as letters in an input, are left out. Textual does
    that with default keys only.
    """
    focus = screen.focused
    for key, active in screen.active_bindings.items():
        is_first = focus is None or active.binding.priority or active.node is focus
        if active.enabled and (
            is_first or not (focus and focus.check_consume_key(key, key_to_character(key)))
        ):
            yield active


def action_text(screen: Screen[Any], binding: Binding) -> str:
    """Return what a key does, in a few words: those of the screen, or of the binding itself."""
    describe: Callable[[str], str] | None = getattr(screen, "describe_action", None)
    own = describe(binding.action) if describe is not None else ""
    return own or binding.tooltip or binding.description


def available_actions(screen: Screen[Any]) -> list[AvailableAction]:
    """Return what works on `screen` now. Bindings without an id are Textual's own; they are left
    out.
    """
    found: dict[tuple[DOMNode, str], AvailableAction] = {}
    for active in active_bindings(screen):
        binding, node = active.binding, active.node
        if binding.id is None or not binding.description:
            continue
        text = action_text(screen, binding)
        name = text if text.startswith(VIEW) else binding.description
        action = AvailableAction(node, binding.action, name, text, [])
        action = found.setdefault((node, binding.action), action)
        action.keys.append(screen.app.get_key_display(binding))
    return list(found.values())


def key_of(screen: Screen[Any], action: str) -> str:
    """Return the name of the first key that runs `action` on `screen`; empty if none does."""
    for active in screen.active_bindings.values():
        if parse(active.binding.action)[1] == action:
            return screen.app.get_key_display(active.binding)
    return ""


class _KeyNames(dict[str, str]):
    """The names of keys on `screen`, by their actions."""

    def __init__(self, screen: Screen[Any]) -> None:
        super().__init__()
        self._screen = screen

    def __missing__(self, action: str) -> str:
        return key_of(self._screen, action)


def with_keys(text: str, screen: Screen[Any]) -> str:
    """Put the keys of actions in the place of their names in braces."""
    return text.format_map(_KeyNames(screen))


def unanswered(screen: Screen[Any], key: str, situation: Situation) -> str:
    """Say why a key that nothing has handled has no effect on `screen`; empty if it has one."""
    active = screen.active_bindings.get(key)
    if active is None:
        name = sanitize(screen.app.get_key_display(Binding(key=key, action="")), _MAX_KEY_NAME)
        help_key = key_of(screen, "help")
        return f"{name} has no action here{help_key and f'. {help_key}: help'}"
    if active.enabled:
        return ""
    _, action, parameters = parse(active.binding.action)
    return with_keys(why_not(action, parameters, situation), screen)


@cache
def own_bindings(owner: type[DOMNode]) -> tuple[Binding, ...]:
    """Return the bindings with an id that `owner` itself declares, each with one default key."""
    made = Binding.make_bindings(owner.__dict__.get("BINDINGS", ()))
    return tuple(binding for binding in made if binding.id is not None)


class KeyLabels(NamedTuple):
    """The names of the keys that messages on a screen mention."""

    account: str
    refresh: str
    pause: str
    dismiss: str
    unreadable: str = ""
    clear: str = ""
    leave_past: str = ""


MAIN_SCREEN_IDS = KeyLabels(
    "app.account", "watch.refresh", "watch.pause", "watch.dismiss", "watch.unreadable",
    "filter.clear", "past.leave",
)  # fmt: skip
ORDER_SCREEN_IDS = KeyLabels("app.account", "order.refresh", "order.pause", "order.dismiss")
ACTIVITY_IDS = KeyLabels("app.account", "activity.refresh", "activity.pause", "")
"""The binding ids of the same keys."""


def key_labels(app: Any, owner: type[DOMNode], ids: KeyLabels) -> KeyLabels:
    """Return the names of the keys of `ids`, which `owner` or the app declare."""
    return KeyLabels(*(app.key_label(owner, each) if each else "" for each in ids))


def key_label(node: DOMNode, binding_id: str) -> str:
    """Return the name of the first key of a binding of `node`, whether it is active or not."""
    app: Any = node.app  # `TranscodeApp`: screens don't import it
    label: str = app.key_label(type(node), binding_id)
    return label
