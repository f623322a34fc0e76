"""The line of counts: a click on one of them chooses it."""

from textual.events import Click
from textual.message import Message

from tui.ui.counts import CountsLine
from tui.ui.widgets.lines import LineView


class CountsBar(LineView):
    """Its words, and not the room between them, can be clicked."""

    class Chosen(Message):
        """A count was chosen: a word of status, or `unreadable`."""

        def __init__(self, word: str) -> None:
            super().__init__()
            self.word = word

    def __init__(self) -> None:
        super().__init__(id="counts")
        self._counts = CountsLine((), ())

    def bind(self, counts: CountsLine) -> None:
        self._counts = counts
        self.show((counts.line,))

    def on_click(self, event: Click) -> None:
        if word := self._counts.at(event.x):
            self.post_message(self.Chosen(word))
