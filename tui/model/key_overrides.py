"""Which key runs which action, given the overrides of the config file. Pure.

Two actions can't share a key where both are active. If two want it, an action without an accepted
override keeps it; then the one whose default it is; then the first in the file. The other one keeps
its default keys.
"""

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from itertools import combinations

import msgspec

PROTECTED_KEYS: Mapping[str, str] = {
    "app.quit": "q",
    "app.interrupt": "ctrl+c",
    "app.suspend": "ctrl+z",
}
"""Bindings that can get more keys but never lose this one, so that the user can always leave."""


class BindingInfo(msgspec.Struct, frozen=True):
    """A binding's id, default keys and description. `scope` names the class that declares it;
    `overlapping_scopes` are those that can be active at the same time, itself among them.

    A binding that is `active_in_inputs` can't have a key that types a character.
    """

    id: str
    keys: tuple[str, ...]
    scope: str
    overlapping_scopes: frozenset[str]
    active_in_inputs: bool = False
    text: str = ""


class KeyOverride(msgspec.Struct, frozen=True):
    """The keys that the config file gives to an id. If they are invalid, `problem` says
    why; without an id it is about the whole table.
    """

    id: str
    keys: tuple[str, ...] = ()
    problem: str = ""

    @property
    def path(self) -> str:
        """The key in the config file, as TOML writes it."""
        return f'keys."{self.id}"' if self.id else "keys"


class Keymap(msgspec.Struct, frozen=True):
    """The keys of every id, the ids whose override was accepted, and why others were not."""

    keys: Mapping[str, tuple[str, ...]]
    changed: frozenset[str] = frozenset()
    problems: tuple[str, ...] = ()


def resolve_overrides(
    bindings: Sequence[BindingInfo],
    overrides: Sequence[KeyOverride],
    printable_keys: Iterable[str] = (),
) -> Keymap:
    """Return the resulting keys; `printable_keys` are those that type a character."""
    known = {binding.id: binding for binding in bindings}
    printable = frozenset(printable_keys)
    problems: dict[str, str] = {}
    for override in overrides:
        if problem := _problem_with(override, known, printable):
            problems[override.path] = f"{override.path}: {problem}"
    accepted = {each.id: each for each in overrides if each.path not in problems}
    keys = {binding.id: binding.keys for binding in bindings}
    keys |= {each.id: each.keys for each in accepted.values()}
    while (clash := _first_clash(bindings, keys, accepted)) is not None:
        one, other, key = clash
        winner, loser = sorted((one, other), key=lambda each: _rank(each, key, accepted))
        path = accepted.pop(loser.id).path
        problems[path] = f"{path}: {key} is already used by {winner.id}"
        keys[loser.id] = loser.keys
    in_file_order = dict.fromkeys(override.path for override in overrides)
    return Keymap(
        keys,
        frozenset(accepted),
        tuple(problems[path] for path in in_file_order if path in problems),
    )


def _problem_with(
    override: KeyOverride, known: Mapping[str, BindingInfo], printable: frozenset[str]
) -> str:
    if override.problem:
        return override.problem
    if override.id not in known:
        similar = get_close_matches(override.id, known, 1)
        return "no action has this id" + (f": did you mean {similar[0]}?" if similar else "")
    protected = PROTECTED_KEYS.get(override.id)
    if protected is not None and protected not in override.keys:
        return f"must include {protected}, so that you can always leave"
    typed = [key for key in override.keys if key in printable]
    if typed and known[override.id].active_in_inputs:
        return f"{typed[0]} types a character, and this key also works in text fields"
    return ""


def _first_clash(
    bindings: Sequence[BindingInfo],
    keys: Mapping[str, tuple[str, ...]],
    accepted: Mapping[str, KeyOverride],
) -> tuple[BindingInfo, BindingInfo, str] | None:
    """Return two bindings that share a key where both are active, and the key.

    Bindings that share a default key are meant to: only one of them is enabled at a time.
    """
    by_key: dict[str, list[BindingInfo]] = {}
    for binding in bindings:
        for key in keys[binding.id]:
            by_key.setdefault(key, []).append(binding)
    for key, sharing in by_key.items():
        for one, other in combinations(sharing, 2):
            is_overridden = one.id in accepted or other.id in accepted
            share_default = set(one.keys) & set(other.keys)
            if is_overridden and scopes_overlap(one, other) and not share_default:
                return one, other, key
    return None


def scopes_overlap(one: BindingInfo, other: BindingInfo) -> bool:
    return one.scope in other.overlapping_scopes or other.scope in one.overlapping_scopes


def _rank(binding: BindingInfo, key: str, accepted: Mapping[str, KeyOverride]) -> tuple[int, int]:
    """Sort key: the lowest keeps `key`."""
    if binding.id not in accepted:
        return 0, 0
    return (1, 0) if key in binding.keys else (2, list(accepted).index(binding.id))
