"""The line at the top: what is watched, and the one word of the list and its time."""

from textual.app import ComposeResult
from textual.containers import Horizontal

from tui.ui.banner import StatusLine
from tui.ui.spans import width_of
from tui.ui.widgets.lines import Lines


class StatusBar(Horizontal):
    """Three parts: what changes with each poll is drawn alone."""

    def __init__(self) -> None:
        super().__init__(id="top")

    def compose(self) -> ComposeResult:
        yield Lines(id="status")
        yield Lines(id="clock")
        yield Lines(id="after")

    def show(self, status: StatusLine) -> None:
        for name, line in (
            ("status", status.before),
            ("clock", status.clock),
            ("after", status.after),
        ):
            part = self.query_one(f"#{name}", Lines)
            part.show((line,))
            if name != "status":
                part.styles.width = width_of(line)
