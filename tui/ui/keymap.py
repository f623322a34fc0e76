"""The keys of every binding, and what the config file makes of them.

What Textual 8 does with a keymap needs care. It takes all bindings of a key away with one of
them, so those beside it are to be named as well. It knows no clash of two widgets, and forgets
what an input takes for itself. So it is handed keys that are settled, in names of its own.
"""

import pkgutil
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib import import_module

from textual.app import App
from textual.binding import Binding
from textual.dom import DOMNode
from textual.keys import KEY_ALIASES, REPLACED_KEYS, Keys, key_to_character
from textual.screen import ModalScreen, Screen

from tui.model.key_overrides import BindingInfo, Keymap, KeyOverride, resolve_overrides
from tui.sanitize import REPLACEMENT
from tui.ui.widgets.key_bar import ExclusiveKeys

_PACKAGES = ("tui.ui.dialogs", "tui.ui.main_screen", "tui.ui.order_screen", "tui.ui.widgets")
_MODIFIERS = frozenset({"alt", "ctrl", "hyper", "meta", "shift", "super"})
_ALSO = {
    "esc": "escape",
    "return": "enter",
    "del": "delete",
    "pgup": "pageup",
    "pgdn": "pagedown",
    ",": "comma",
    "": "plus",  # the one is between two keys, and `+` within one
}
# A terminal sends the same for both.
_SAME = {other: key for key, others in KEY_ALIASES.items() for other in others}
_NAMED = {key.value for key in Keys if "+" not in key.value and not key.value.startswith("<")}


def load_all() -> None:
    """Import every screen and widget, so that all their bindings are known."""
    import_module("tui.ui.app")
    for package in map(import_module, _PACKAGES):
        for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            import_module(module.name)


def bindings() -> list[BindingInfo]:
    """Every binding of what is imported so far, by id."""
    classes = {each for each in _below(DOMNode) if each.__module__.startswith("tui.ui.")}
    found: dict[str, BindingInfo] = {}
    for kind in sorted(classes, key=lambda each: (each.__module__, each.__qualname__)):
        for binding in _own(kind):
            first = found.get(binding.id or "")
            keys = (binding.key,) if first is None else (*first.keys, binding.key)
            found[binding.id or ""] = BindingInfo(
                binding.id or "",
                keys,
                kind.__qualname__,
                frozenset(
                    each.__qualname__
                    for each in classes
                    if _heard_together(kind, each) or (binding.priority and issubclass(kind, App))
                ),
                _is_heard_in_inputs(kind, binding),
                binding.tooltip or binding.description,
            )
    return list(found.values())


def apply_overrides(wishes: Sequence[KeyOverride], bound: Sequence[BindingInfo]) -> Keymap:
    """The keys in force, of all that is `bound`."""
    read = [_read(wish) for wish in wishes]
    return resolve_overrides(
        bound, read, [k for wish in read for k in wish.keys if is_printable_key(k)]
    )


def for_textual(keymap: Keymap, bound: Sequence[BindingInfo]) -> Mapping[str, str]:
    """What to hand to `App.set_keymap`: what changed, and what shares a key with that."""
    named = set(keymap.changed)
    keys: set[str] = set()
    while more := [each for each in bound if each.id in named and not keys.issuperset(each.keys)]:
        keys.update(key for each in more for key in each.keys)
        named.update(each.id for each in bound if keys.intersection(each.keys))
    return {name: ",".join(keymap.keys[name]) for name in sorted(named)}


def is_printable_key(key: str) -> bool:
    """True for a key that types a character."""
    return (key_to_character(REPLACED_KEYS.get(key, key)) or "\0").isprintable()


def normalize_key(key: str) -> str | None:
    """A key by the name that Textual has for it; None where there is none."""
    if not key.strip():
        return None
    *before, name = key.strip().removesuffix("+").split("+")
    modifiers = sorted({each.lower() for each in before})
    name = _ALSO.get(name.lower(), name if len(name) == 1 else name.lower())
    if not _MODIFIERS.issuperset(modifiers) or name == REPLACEMENT:
        return None
    if len(name) == 1 and name.isprintable():
        if modifiers == ["shift"] and name.isalpha():
            modifiers, name = [], name.upper()
        (made,) = Binding.make_bindings([Binding(key=name, action="")])
        name = made.key.lower() if modifiers else made.key
    elif name not in _NAMED and not (len(name) > 1 and is_printable_key(name)):
        return None
    whole = "+".join([*modifiers, name])
    return _SAME.get(whole, whole)


def _read(wish: KeyOverride) -> KeyOverride:
    """`wish` with its keys as Textual calls them."""
    keys = {key: normalize_key(key) for key in wish.keys}
    unread = [key for key, known in keys.items() if known is None]
    problem = (
        f"wants {unread[0] or 'an empty text'}, which is not a key" if unread else wish.problem
    )
    found = tuple(dict.fromkeys(known for known in keys.values() if known is not None))
    return KeyOverride(wish.id, found, problem)


def _below(kind: type[DOMNode]) -> Iterator[type[DOMNode]]:
    for each in kind.__subclasses__():
        yield each
        yield from _below(each)


def _own(kind: type[DOMNode]) -> Iterable[Binding]:
    """The bindings that `kind` itself brings, each with one key."""
    made = Binding.make_bindings(kind.__dict__.get("BINDINGS", ()))
    return (binding for binding in made if binding.id is not None)


def _heard_together(one: type[DOMNode], other: type[DOMNode]) -> bool:
    """True where both may be on the way from the focus to the app."""
    if issubclass(one, other) or issubclass(other, one):
        return True
    if issubclass(other, App):
        one, other = other, one
    if issubclass(one, ExclusiveKeys) or issubclass(other, ExclusiveKeys):
        return False
    if issubclass(one, App):
        return not issubclass(other, ModalScreen)
    if issubclass(other, Screen):
        one, other = other, one
    return issubclass(one, Screen) and not issubclass(other, Screen) and _is_on(one, other)


def _is_on(screen: type[DOMNode], widget: type[DOMNode]) -> bool:
    """True where the module of a screen of this kind, or of what that is made from, knows it."""
    kinds = (screen, *_below(screen))
    modules = {sys.modules[base.__module__] for kind in kinds for base in kind.__mro__}
    return any(getattr(module, widget.__name__, None) is widget for module in modules)


def _is_heard_in_inputs(kind: type[DOMNode], binding: Binding) -> bool:
    """True for what must not have a key that types: it would be typed, or could not be."""
    everyone = [each for base in kind.__mro__ if issubclass(base, DOMNode) for each in _own(base)]
    if any(is_printable_key(each.key) for each in everyone if each.id == binding.id):
        return False
    return binding.priority or not any(is_printable_key(each.key) for each in everyone)
