"""The line of keys at the bottom: what works now, as far as there is room."""

from collections.abc import Sequence

import msgspec
from textual.events import Click, Resize
from textual.screen import ModalScreen, Screen

from tui.ui.actions import active_bindings
from tui.ui.bindings import PROGRAM
from tui.ui.text import Line, width_of, wrap
from tui.ui.widgets.line_view import LineView
from tui.ui.widgets.responsive_screen import FRAMED

_GAP = 2
_MAX_MESSAGE_LINES = 3


class ExclusiveKeys:
    """Mixin for a widget that prompts for one key. Its bindings come first, so that they conflict
    with no others.
    """

    def check_consume_key(self, key: str, character: str | None) -> bool:  # noqa: ARG002 - Textual's
        """Consume every character, so that no priority binding of the screen gets it."""
        return character is not None and character.isprintable()


class KeyHint(msgspec.Struct, frozen=True):
    key: str
    """Textual's name of the key."""
    label: str
    """The name on screen."""
    description: str
    always: bool = False
    """It is shown whatever the width: help and quit."""

    @property
    def width(self) -> int:
        return width_of(((f"{self.label} {self.description}", "plain"),))


def layout_keys(hints: Sequence[KeyHint], width: int) -> list[tuple[int, KeyHint]]:
    """The hints that fit in `width` cells, each with its column. Those that always lead somewhere
    else come last, and before all others if there is not room for all.
    """
    always = [hint for hint in hints if hint.always]
    room = width - 1
    kept: list[KeyHint] = []
    for hint in (*always, *(each for each in hints if not each.always)):
        if hint.width <= room:
            kept.append(hint)
            room -= hint.width + _GAP
    placed: list[tuple[int, KeyHint]] = []
    x = 1
    for hint in sorted(kept, key=lambda each: each.always):
        placed.append((x, hint))
        x += hint.width + _GAP
    return placed


def keys_line(placed: Sequence[tuple[int, KeyHint]]) -> Line:
    line: Line = ()
    for x, hint in placed:
        gap = " " * (x - width_of(line))
        line = (*line, (gap, "plain"), (hint.label, "accent"), (f" {hint.description}", "dim"))
    return line


class KeyBar(LineView):
    """Like Textual's `Footer`, but one widget, and it never cuts a word. A message takes the place
    of the keys, and more lines if it needs them.
    """

    def __init__(self) -> None:
        super().__init__(id="keys")
        self._placed: list[tuple[int, KeyHint]] = []
        self._message = self._role = ""

    def on_mount(self) -> None:
        # The keys of a dialog cover those of the screen below, within its frame.
        is_framed = any(each.has_class(FRAMED) for each in self.app.screen_stack)
        self.set_class(is_framed and isinstance(self.screen, ModalScreen), FRAMED)
        self.screen.bindings_updated_signal.subscribe(self, self._on_bindings_updated)

    def _on_bindings_updated(self, screen: Screen[object]) -> None:
        if self.is_attached and self.size and screen is self.screen:
            self._update()

    def on_resize(self, _: Resize) -> None:
        self._update()

    def show_message(self, text: str, role: str) -> None:
        """Show `text` in place of the keys, until `hide_message`."""
        self._message, self._role = text, role
        self._update()

    def hide_message(self) -> None:
        self._message = ""
        if self.is_attached:
            self._update()

    def _update(self) -> None:
        lines = self._message_lines() if self._message else [keys_line(self._place_keys())]
        if self.styles.height is None or self.styles.height.value != len(lines):
            self.styles.height = len(lines)
        self.set_lines(lines)

    def _message_lines(self) -> list[Line]:
        self._placed = []
        texts = wrap(self._message, max(1, self.size.width - 2), _MAX_MESSAGE_LINES)
        return [((f" {text}", self._role),) for text in texts]

    def _place_keys(self) -> list[tuple[int, KeyHint]]:
        hints: dict[str, KeyHint] = {}
        for active in active_bindings(self.screen):
            binding = active.binding
            if binding.show:
                label, name = self.app.get_key_display(binding), binding.description
                always = binding.group is PROGRAM
                hints.setdefault(name, KeyHint(binding.key, label, name, always))
        self._placed = layout_keys(list(hints.values()), self.size.width)
        return self._placed

    def on_click(self, event: Click) -> None:
        for x, hint in self._placed:
            if x <= event.x < x + hint.width:
                self.app.simulate_key(hint.key)
