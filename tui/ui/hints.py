"""The keys that sentences on screen name, as they are called now."""

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol, runtime_checkable

import msgspec

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
