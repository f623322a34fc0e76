"""A field of a form whose value is one of a few."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.events import Click, Key
from textual.message import Message

from tui.ui.bindings import ACT
from tui.ui.text import Line
from tui.ui.textual_fixes.key_order import run_own_binding
from tui.ui.widgets.line_view import LineView

_NONE = "none"


class ChoiceField(LineView, can_focus=True):
    """Shows one of `choices`, sanitised texts; an empty one is none. The arrows go through them,
    and a letter to the next one that begins with it.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right", "step(1)", "Next value", id="choice.next", group=ACT),
        Binding("left", "step(-1)", "Previous value", id="choice.previous", show=False, group=ACT),
    ]

    @dataclass
    class Changed(Message):
        """Another value is chosen."""

        key: str
        value: str

    def __init__(self, key: str, value: str, choices: Sequence[str]) -> None:
        super().__init__(id=key)
        self._choices = choices if value in choices else (value, *choices)
        self._index = self._choices.index(value)
        self._draw(focus=False)

    @property
    def value(self) -> str:
        return self._choices[self._index]

    def _draw(self, *, focus: bool) -> None:
        text = self.value or _NONE
        line: Line = ((f"< {text} >" if focus else text, "plain"),)
        self.set_lines((line,))

    def on_focus(self) -> None:
        self._draw(focus=True)

    def on_blur(self) -> None:
        self._draw(focus=False)

    def action_step(self, by: int) -> None:
        self._choose((self._index + by) % len(self._choices))

    def _choose(self, index: int) -> None:
        self._index = index
        self._draw(focus=self.has_focus)
        self.post_message(self.Changed(str(self.id), self.value))

    async def on_key(self, event: Key) -> None:
        letter = (event.character or "").casefold()
        if not event.is_printable or not letter.strip():
            await run_own_binding(self, event)
            return
        event.stop()
        count = len(self._choices)
        order = [(self._index + step) % count for step in range(1, count + 1)]
        begins = (each for each in order if self._choices[each].casefold().startswith(letter))
        if (found := next(begins, None)) is None:
            self.notify(f"No value begins with {letter}", markup=False)
        else:
            self._choose(found)

    def check_consume_key(self, key: str, character: str | None) -> bool:  # noqa: ARG002 - Textual's
        return character is not None and character.isprintable()

    def on_click(self, _: Click) -> None:
        self.action_step(1)
