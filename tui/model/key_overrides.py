"""Which key does what, after what a person wishes. Pure.

Two actions may not have one key where both are heard. Of two that want it, the one keeps it that
has it already: an action that is not in the file (or whose wish is refused), then the one whose
key it is by default, then the first in the file. The other one keeps the keys it has by default.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations

import msgspec

PROTECTED_KEYS: Mapping[str, str] = {
    "app.quit": "q",
    "app.interrupt": "ctrl+c",
    "app.suspend": "ctrl+z",
}
"""What can get more keys and not lose this one: nobody is to be locked in."""


class BindingInfo(msgspec.Struct, frozen=True):
    """An action's id and its keys by default. `place` is where it is heard, `beside` has the
    places that are heard together with that, itself among them. What is heard while a text is
    typed cannot have a key that types.
    """

    id: str
    keys: tuple[str, ...]
    place: str
    overlapping_scopes: frozenset[str]
    active_in_inputs: bool = False
    text: str = ""


class KeyOverride(msgspec.Struct, frozen=True):
    """The keys that the config file gives to an id. Where they cannot be read `problem` says so,
    as the end of a sentence; without an id that is about the whole table.
    """

    id: str
    keys: tuple[str, ...] = ()
    problem: str = ""

    @property
    def path(self) -> str:
        """The key in the config file, as TOML writes it."""
        return f'keys."{self.id}"' if self.id else "keys"


class Keymap(msgspec.Struct, frozen=True):
    """The keys in force of every id, the ids whose wish was granted, and what was refused."""

    keys: Mapping[str, tuple[str, ...]]
    changed: frozenset[str] = frozenset()
    problems: tuple[str, ...] = ()


def resolve_overrides(
    bound: Sequence[BindingInfo], wishes: Sequence[KeyOverride], types: Iterable[str] = ()
) -> Keymap:
    """The keys in force; `types` are those that type a character."""
    known = {each.id: each for each in bound}
    typed = frozenset(types)
    refused: dict[str, str] = {}
    for wish in wishes:
        if why := _refused(wish, known, typed):
            refused[wish.path] = f"{wish.path} {why}"
    wanted = {wish.id: wish for wish in wishes if wish.path not in refused}
    keys = {each.id: each.keys for each in bound} | {w.id: w.keys for w in wanted.values()}
    while (clash := _first_clash(bound, keys, wanted)) is not None:
        one, other, key = clash
        winner, loser = sorted((one, other), key=lambda each: _rank(each, key, wanted))
        path = wanted.pop(loser.id).path
        refused[path] = f"{path} wants {key}, which {winner.id} has"
        keys[loser.id] = loser.keys
    in_file_order = dict.fromkeys(wish.path for wish in wishes)
    problems = tuple(refused[path] for path in in_file_order if path in refused)
    return Keymap(keys, frozenset(wanted), problems)


def _refused(wish: KeyOverride, known: Mapping[str, BindingInfo], types: frozenset[str]) -> str:
    if wish.problem:
        return wish.problem
    if wish.id not in known:
        from difflib import get_close_matches  # noqa: PLC0415 - for who mistypes alone

        near = get_close_matches(wish.id, known, 1)
        return "is not the id of a key" + (f"; is it {near[0]}?" if near else "")
    kept = PROTECTED_KEYS.get(wish.id)
    if kept is not None and kept not in wish.keys:
        return f"keeps {kept}, so that there is always a way out"
    typed = [key for key in wish.keys if key in types]
    if typed and known[wish.id].active_in_inputs:
        return f"is heard while a text is typed, and {typed[0]} types"
    return ""


def _first_clash(
    bound: Sequence[BindingInfo],
    keys: Mapping[str, tuple[str, ...]],
    wanted: Mapping[str, KeyOverride],
) -> tuple[BindingInfo, BindingInfo, str] | None:
    """Two that want one key where both are heard. Such as share a key by default are made for
    that, each for its time.
    """
    by_key: dict[str, list[BindingInfo]] = {}
    for each in bound:
        for key in keys[each.id]:
            by_key.setdefault(key, []).append(each)
    for key, several in by_key.items():
        for one, other in combinations(several, 2):
            new = one.id in wanted or other.id in wanted
            if new and scopes_overlap(one, other) and not set(one.keys) & set(other.keys):
                return one, other, key
    return None


def scopes_overlap(one: BindingInfo, other: BindingInfo) -> bool:
    return one.place in other.overlapping_scopes or other.place in one.overlapping_scopes


def _rank(each: BindingInfo, key: str, wanted: Mapping[str, KeyOverride]) -> tuple[int, int]:
    if each.id not in wanted:
        return 0, 0
    return (1, 0) if key in each.keys else (2, list(wanted).index(each.id))
