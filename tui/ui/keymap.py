"""The key bindings of the app and its screens, and what the user's overrides make of them.

Textual 8.2's `App.set_keymap` needs help. Overriding one binding removes every other binding of the
old key in the same class, so those have to be named, too. It doesn't notice clashes between
widgets, nor keys that an input consumes. So overrides are resolved here, and only the result is
handed to Textual.
"""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from importlib import import_module
from typing import Any

from textual.app import App
from textual.binding import Binding
from textual.dom import DOMNode
from textual.keys import KEY_ALIASES, REPLACED_KEYS, Keys, key_to_character
from textual.screen import ModalScreen, Screen

from tui.model.key_overrides import BindingInfo, Keymap, KeyOverride, resolve_overrides
from tui.sanitize import REPLACEMENT
from tui.ui.actions import own_bindings
from tui.ui.notices import notify_problems
from tui.ui.widgets.key_bar import ExclusiveKeys

_SCREEN_PACKAGES = (
    "tui.ui.main_screen",
    "tui.ui.order_screen",
    "tui.ui.statistics",
    "tui.ui.activity",
    "tui.ui.minutes",
    "tui.ui.profiles",
    "tui.ui.dialogs",
    "tui.ui.new_order",
    "tui.ui.requeue",
)
_MODIFIERS = frozenset({"alt", "ctrl", "hyper", "meta", "shift", "super"})
_KEY_SYNONYMS = {
    "esc": "escape",
    "return": "enter",
    "del": "delete",
    "pgup": "pageup",
    "pgdn": "pagedown",
    ",": "comma",
    "": "plus",  # what splitting `+` or `ctrl++` at the plus signs leaves
}
# Keys for which a terminal sends the same bytes.
_CANONICAL_KEYS = {alias: key for key, aliases in KEY_ALIASES.items() for alias in aliases}
_NAMED_KEYS = {key.value for key in Keys if "+" not in key.value and not key.value.startswith("<")}

Owner = type[DOMNode]


def load_key_owners() -> list[Owner]:
    """Import and return every screen, and the prompts whose keys exclude all others."""
    import pkgutil  # 3 ms, and only for users who override keys

    for package in map(import_module, _SCREEN_PACKAGES):
        for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            import_module(module.name)
    return [*_subclasses(Screen), *_subclasses(ExclusiveKeys)]


def _subclasses(base: type[Any]) -> Iterator[type[Any]]:
    for each in base.__subclasses__():
        if each.__module__.startswith("tui.ui."):
            yield each
        yield from _subclasses(each)


def binding_infos(app: type[App[None]], owners: Iterable[Owner]) -> list[BindingInfo]:
    """Return every binding of `app`, of `owners` (screens and exclusive prompts) and of the
    widgets that these declare in `KEY_WIDGETS`.
    """
    overlapping: dict[Owner, set[Owner]] = defaultdict(set)
    for owner in owners:
        # The app's bindings are inactive below a modal screen and beside an exclusive prompt.
        outer = [] if issubclass(owner, (ModalScreen, ExclusiveKeys)) else _declaring_classes(app)
        screen = [*_declaring_classes(owner), *outer]
        widgets: Sequence[Owner] = getattr(owner, "KEY_WIDGETS", ())
        for chain in (screen, *([*_declaring_classes(each), *screen] for each in widgets)):
            for each in chain:
                overlapping[each].update(chain)
    infos: dict[str, BindingInfo] = {}
    for owner in sorted(overlapping, key=lambda each: (each.__module__, each.__qualname__)):
        for binding in own_bindings(owner):
            is_global = binding.priority and issubclass(owner, App)
            scopes = overlapping if is_global else overlapping[owner]
            name = binding.id or ""
            infos[name] = BindingInfo(
                name,
                (*(infos[name].keys if name in infos else ()), binding.key),
                owner.__qualname__,
                frozenset(each.__qualname__ for each in scopes),
                _is_active_in_inputs(owner, binding),
                binding.tooltip or binding.description,
            )
    return list(infos.values())


def _declaring_classes(owner: Owner) -> list[Owner]:
    return [each for each in owner.__mro__ if issubclass(each, DOMNode) and own_bindings(each)]


def _is_active_in_inputs(owner: Owner, binding: Binding) -> bool:
    """True for a binding that must work while the user types: it has no printable default key, and
    either has priority or belongs to a class without any printable key.
    """
    bindings = [each for base in _declaring_classes(owner) for each in own_bindings(base)]
    if any(is_printable_key(each.key) for each in bindings if each.id == binding.id):
        return False
    return binding.priority or not any(is_printable_key(each.key) for each in bindings)


def apply_overrides(overrides: Sequence[KeyOverride], bindings: Sequence[BindingInfo]) -> Keymap:
    """Return the resulting keys of `bindings`."""
    read = [_normalized(override) for override in overrides]
    printable = [key for override in read for key in override.keys if is_printable_key(key)]
    return resolve_overrides(bindings, read, printable)


def for_textual(keymap: Keymap, bindings: Sequence[BindingInfo]) -> Mapping[str, str]:
    """Return the argument of `App.set_keymap`: the changed bindings, and all that share a default
    key with them.
    """
    ids = set(keymap.changed)
    keys: set[str] = set()
    while more := [each for each in bindings if each.id in ids and not keys.issuperset(each.keys)]:
        keys.update(key for each in more for key in each.keys)
        ids.update(each.id for each in bindings if keys.intersection(each.keys))
    return {name: ",".join(keymap.keys[name]) for name in sorted(ids)}


def is_printable_key(key: str) -> bool:
    """True for a key that types a character."""
    return (key_to_character(REPLACED_KEYS.get(key, key)) or "\0").isprintable()


def normalize_key(key: str) -> str | None:
    """Return Textual's name of a key as the user writes it; None if there is no such key."""
    if not key.strip():
        return None
    *before, name = key.strip().removesuffix("+").split("+")
    modifiers = sorted({each.lower() for each in before})
    name = _KEY_SYNONYMS.get(name.lower(), name if len(name) == 1 else name.lower())
    if not _MODIFIERS.issuperset(modifiers) or name == REPLACEMENT:
        return None
    if len(name) == 1 and name.isprintable():
        if modifiers == ["shift"] and name.isalpha():
            modifiers, name = [], name.upper()
        (made,) = Binding.make_bindings([Binding(key=name, action="")])
        name = made.key.lower() if modifiers else made.key
    elif name not in _NAMED_KEYS and not (len(name) > 1 and is_printable_key(name)):
        return None
    whole = "+".join([*modifiers, name])
    return _CANONICAL_KEYS.get(whole, whole)


def _normalized(override: KeyOverride) -> KeyOverride:
    """Return `override` with Textual's names of its keys."""
    keys = {key: normalize_key(key) for key in override.keys}
    unknown = [key for key, name in keys.items() if name is None]
    problem = override.problem
    if unknown:
        problem = f"{unknown[0] or 'an empty text'} is not the name of a key"
    found = tuple(dict.fromkeys(name for name in keys.values() if name is not None))
    return KeyOverride(override.id, found, problem)


class KeymapControl:
    """Applies the user's key overrides to an app, and names the resulting keys."""

    def __init__(self, app: App[None], overrides: Sequence[KeyOverride]) -> None:
        self._app = app
        self._overrides = overrides
        self._keys: Mapping[str, Sequence[str]] = {}
        self._labels: dict[tuple[Owner, str], list[str]] = {}

    def apply(self, owners: Iterable[Owner]) -> Sequence[str]:
        """Apply the overrides to the app and `owners`. Returns the problems with them."""
        if not self._overrides:
            return ()
        bindings = binding_infos(type(self._app), owners)
        keymap = apply_overrides(self._overrides, bindings)
        self._app.set_keymap(for_textual(keymap, bindings))
        self._keys = keymap.keys
        self._labels.clear()
        return keymap.problems

    def start(self) -> None:
        """Apply the overrides to all screens, in the background."""
        if self._overrides:
            run: Callable[[], Awaitable[None]] = self._apply_to_all
            self._app.run_worker(run, group="keys")

    async def _apply_to_all(self) -> None:
        """Import all screens, apply the overrides to them, and notify about the rejected ones."""
        owners = await asyncio.to_thread(load_key_owners)
        notify_problems(self._app, "keys", self.apply(owners), "keys")

    def label(self, owner: Owner, binding_id: str) -> str:
        """Return the name of the first key of a binding of `owner` or of the app."""
        return self.labels(owner, binding_id)[0]

    def labels(self, owner: Owner, binding_id: str) -> list[str]:
        """Return the names of all keys of a binding of `owner` or of the app."""
        if (owner, binding_id) not in self._labels:
            keys = self._keys.get(binding_id) or [
                binding.key
                for each in (owner, type(self._app))
                for declaring in _declaring_classes(each)
                for binding in own_bindings(declaring)
                if binding.id == binding_id
            ]
            self._labels[owner, binding_id] = [
                self._app.get_key_display(Binding(key=key, action=""))
                for key in dict.fromkeys(keys)
            ]
        return self._labels[owner, binding_id]
