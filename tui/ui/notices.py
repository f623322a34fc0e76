"""Messages to the user. One of a single line takes the place of the keys, and covers nothing; those
of several lines, about the config file at the start, are toasts. The next key removes both.
"""

from collections.abc import Sequence

from textual.app import App
from textual.notifications import SeverityLevel

from tui.ui.actions import screen_under_palette
from tui.ui.widgets.key_bar import KeyBar

_MAX_PROBLEMS = 3
_PROBLEM_TIMEOUT = 20.0
"""Seconds; the problems are shown once."""
_TIMEOUTS: dict[SeverityLevel, float] = {"information": 5.0, "warning": 15.0, "error": 15.0}
"""Seconds for which a message is shown if no key is pressed."""


class MessageLine:
    """Shows one message at a time, in the key bar of the screen in front. Times are of the
    monotonic clock.
    """

    def __init__(self, app: App[None]) -> None:
        self._app = app
        self._bar: KeyBar | None = None
        self._until = 0.0

    def show(self, text: str, severity: SeverityLevel, now: float) -> bool:
        """Show `text` until `hide`, or until its time is over. Return False if it has several
        lines, or the screen in front has no key bar.
        """
        self.hide()
        screen = screen_under_palette(self._app)
        bar = next(iter(screen.query(KeyBar)), None)
        if bar is None or "\n" in text:
            return False
        bar.show_message(text, "strong" if severity == "information" else "warning")
        self._bar, self._until = bar, now + _TIMEOUTS[severity]
        return True

    def hide(self) -> None:
        if self._bar is not None:
            self._bar.hide_message()
            self._bar = None

    def tick(self, now: float) -> None:
        """Hide a message whose time is over. To be called once a second."""
        if now >= self._until:
            self.hide()


def notify_problems(app: App[None], table: str, problems: Sequence[str], command: str) -> None:
    """Show the first problems with a table of the config file; `command` prints all."""
    if not problems:
        return
    lines = [f"{table} in the config file:", *problems[:_MAX_PROBLEMS]]
    if more := problems[_MAX_PROBLEMS:]:
        lines.append(f"and {len(more)} more: transcode-tui config {command}")
    app.notify("\n".join(lines), severity="warning", timeout=_PROBLEM_TIMEOUT, markup=False)


def notify_not_saved(app: App[None], reason: str | None) -> None:
    """Show why something could not be saved, if it could not."""
    if reason is not None:
        app.notify(f"Not saved: {reason}", severity="warning", markup=False)
