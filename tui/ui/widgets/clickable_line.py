"""A line of which parts can be clicked."""

from dataclasses import dataclass
from typing import NamedTuple

from rich.cells import cell_len
from textual.events import Click
from textual.message import Message

from tui.ui.text import Line
from tui.ui.widgets.line_view import LineView


class TargetLine(NamedTuple):
    """`targets` has, for the first spans of the line, what a click there is for; an empty text is
    nothing.
    """

    line: Line
    targets: tuple[str, ...]

    def target_at(self, x: int) -> str:
        """Return what a click on the cell `x` is for."""
        for (text, _), target in zip(self.line, self.targets, strict=False):
            x -= cell_len(text)
            if x < 0:
                return target
        return ""


class ClickableLine(LineView):
    @dataclass
    class Clicked(Message):
        """A part of the line was clicked."""

        sender_line: "ClickableLine"
        target: str

        @property
        def control(self) -> "ClickableLine":
            return self.sender_line

    def __init__(self, id: str) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self.shown = TargetLine((), ())

    def bind(self, shown: TargetLine) -> None:
        self.shown = shown
        self.set_lines((shown.line,))

    def on_click(self, event: Click) -> None:
        if target := self.shown.target_at(event.x):
            self.post_message(self.Clicked(self, target))
