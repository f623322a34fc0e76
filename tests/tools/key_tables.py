"""The README's key tables, made from the bindings: `python -m tests.tools.key_tables` updates them.

A table begins with `HEADER`: first the main screen's, then those of the past, the order screen, the
activity, the statistics and the profiles.
"""

from collections.abc import Iterator

from textual.binding import Binding
from textual.dom import DOMNode
from textual.keys import key_to_character

from tests.support.paths import ROOT
from tui.ui.actions import own_bindings
from tui.ui.activity.screen import ActivityScreen
from tui.ui.app import TranscodeApp
from tui.ui.main_screen.orders_table import OrdersTable
from tui.ui.main_screen.screen import MainScreen
from tui.ui.order_screen.screen import OrderScreen
from tui.ui.profiles.screen import ProfilesScreen
from tui.ui.statistics.screen import StatisticsScreen

README = ROOT / "README.md"
HEADER = ["| key | what it does | id |", "| --- | --- | --- |"]
_NAMES = {
    "escape": "esc", "pageup": "page up", "pagedown": "page down", "slash": "/",
    "up": "↑", "down": "↓", "left": "←", "right": "→",
}  # fmt: skip
_MAX_NAMED = 3
"""Of more keys or ids for one action, the first and the last are shown."""


def key_tables() -> list[list[str]]:
    """Return the lines of each table. That of another screen has only what differs."""
    found = _bindings_by_text(MainScreen, OrdersTable, TranscodeApp)
    past = {text: each for text, each in found.items() if str(each[0].id).startswith("past.")}
    main = {text: each for text, each in found.items() if text not in past}
    others = (
        {
            text: bindings
            for text, bindings in _bindings_by_text(screen).items()
            if _keys(bindings) != _keys(main.get(text, []))
        }
        for screen in (OrderScreen, ActivityScreen, StatisticsScreen, ProfilesScreen)
    )
    return [
        [*HEADER, *(_row(text, bindings) for text, bindings in table.items())]
        for table in (main, past, *others)
    ]


def updated(readme: str) -> str:
    """Return the text of the README with its key tables replaced."""
    lines = readme.split("\n")
    places = list(_places(lines))
    for (start, end), table in reversed(list(zip(places, key_tables(), strict=True))):
        lines[start:end] = table
    return "\n".join(lines)


def _places(lines: list[str]) -> Iterator[tuple[int, int]]:
    """Yield where each key table begins and ends, as line indexes."""
    for start, line in enumerate(lines):
        if line == HEADER[0]:
            yield start, start + lines[start:].index("")


def _bindings_by_text(*owners: type[DOMNode]) -> dict[str, list[Binding]]:
    found: dict[str, list[Binding]] = {}
    for owner in owners:
        for base in owner.__mro__:
            for binding in own_bindings(base):
                found.setdefault(binding.tooltip or binding.description, []).append(binding)
    return found


def _row(text: str, bindings: list[Binding]) -> str:
    ids = list(dict.fromkeys(str(binding.id) for binding in bindings))
    return f"| {_listed(_keys(bindings))} | {text[:1].lower()}{text[1:]} | {_listed(ids)} |"


def _listed(names: list[str]) -> str:
    codes = [f"`{name}`" for name in names]
    return " ".join(codes) if len(codes) <= _MAX_NAMED else f"{codes[0]} to {codes[-1]}"


def _keys(bindings: list[Binding]) -> list[str]:
    return list(dict.fromkeys(binding.key_display or _key(binding.key) for binding in bindings))


def _key(key: str) -> str:
    character = key_to_character(key) or ""
    return _NAMES.get(key, character if character.isprintable() and character.strip() else key)


if __name__ == "__main__":
    README.write_text(updated(README.read_text("utf-8")), "utf-8")
