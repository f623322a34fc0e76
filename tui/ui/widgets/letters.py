"""A line that asks for one letter."""

from collections.abc import Callable, Mapping, Sequence

from textual.events import Resize

from tui.ui.bound import keys_by_id
from tui.ui.glyphs import Glyphs
from tui.ui.keys import Alone
from tui.ui.spans import Line
from tui.ui.widgets.lines import LineView

Asked = Callable[[int, Mapping[str, str]], Sequence[Line]]
"""The lines for a width in cells, and the keys by the id of their binding."""


class LetterPrompt(LineView, Alone, can_focus=True):
    """Each kind of it binds its letters. They are done at once, for of keys in one burst the next
    may be the screen's own.
    """

    DEFAULT_CSS = "LettersBar { height: 1; scrollbar-size: 0 0; scrollbar-gutter: auto; }"

    def __init__(self, name: str, asked: Asked, glyphs: Glyphs) -> None:
        super().__init__(id=name)
        self._asked = asked
        self._glyphs = glyphs

    def check_consume_key(self, key: str, character: str | None) -> bool:  # noqa: ARG002 - Textual's
        """No character is anybody else's meanwhile: a priority of the screen's would come first."""
        return character is not None and character.isprintable()

    def on_resize(self, event: Resize) -> None:
        lines = self._asked(event.size.width, keys_by_id(self.screen, self._glyphs))
        self.styles.height = len(lines)
        self.show(lines)
