"""What the keys do on a screen, as its bindings have it now."""

from typing import Any, NamedTuple

from textual.dom import DOMNode
from textual.screen import Screen

from tui.ui.glyphs import Glyphs
from tui.ui.keys import key_name


class Deed(NamedTuple):
    """One action and every key that leads to it. `node` is where it acts."""

    node: DOMNode
    action: str
    name: str
    text: str
    keys: list[str]


def deeds(screen: Screen[Any], glyphs: Glyphs) -> list[Deed]:
    """What works on `screen` now. Ours carry an id; what Textual brings along beside them is not
    worth a line.
    """
    found: dict[tuple[DOMNode, str], Deed] = {}
    for active in screen.active_bindings.values():
        binding, node = active.binding, active.node
        if binding.id is None or not binding.description or not active.enabled:
            continue
        text = binding.tooltip or binding.description
        deed = Deed(node, binding.action, binding.description, text, [])
        shown = key_name(screen.app.get_key_display(binding), glyphs)
        found.setdefault((node, binding.action), deed).keys.append(shown)
    return list(found.values())
