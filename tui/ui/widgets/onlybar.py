"""The line that asks which of the counts to show alone."""

from dataclasses import replace
from functools import partial
from typing import ClassVar

from textual.binding import Binding, BindingType

from tui.ui.counts import LETTERS
from tui.ui.glyphs import Glyphs
from tui.ui.view_lines import status_prompt_lines
from tui.ui.widgets.letters import LetterPrompt

_ONLY = Binding("o", "screen.only", "Show it alone", show=False, priority=True)


class StatusPrompt(LetterPrompt):
    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            replace(_ONLY, key=letter, action=f"screen.only('{word}')", id=f"only.{word}")
            for word, letter in LETTERS.items()
        ),
        Binding("escape", "screen.only('')", "Cancel", id="only.cancel", priority=True),
    ]

    def __init__(self, chosen: str, glyphs: Glyphs) -> None:
        super().__init__("only", partial(status_prompt_lines, chosen), glyphs)
