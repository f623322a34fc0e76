"""The spans of time in which the list was polled, and in which it was not."""

import math

from tui.model.events import ListLoaded
from tui.model.history import Span, SpanKind

_SAVE_INTERVAL = 60.0
"""Seconds between two records of a span that grows: each costs a write to the disk."""


class PollSpans:
    """Turns the polls of one run into spans. A poll after the list was stale ends a gap.

    `unpolled` is how many seconds of this run were in gaps.
    """

    def __init__(self) -> None:
        self.unpolled = 0.0
        self._last: ListLoaded | None = None
        self._span: Span | None = None
        self._was_paused = False
        self._saved_at = -math.inf

    def on_pause(self) -> None:
        self._was_paused = True

    def restart(self) -> None:
        """Begin another span with the next poll, for the wall clock was set."""
        self._span = None

    def on_poll(self, load: ListLoaded, wall: float, *, is_paused: bool) -> list[Span]:
        """Return the spans to record. The list was requested at `wall`; `is_paused` if polling was
        paused before the answer came.
        """
        last, self._last = self._last, load
        was_paused, self._was_paused = self._was_paused, is_paused
        ended: list[Span] = []
        if last is not None and load.sent.mono > last.fresh_until:
            seconds = load.sent.mono - last.sent.mono
            self.unpolled += seconds
            kind = SpanKind.PAUSED if was_paused else SpanKind.STALE
            ended = [] if self._span is None else [self._span]
            ended.append(Span(wall - seconds, wall, kind))
            self._span = None
        start = wall if self._span is None else self._span.start
        self._span = Span(start, max(start, wall), SpanKind.POLLED)
        if not ended and load.sent.mono - self._saved_at < _SAVE_INTERVAL:
            return []
        self._saved_at = load.sent.mono
        return [*ended, self._span]

    def current(self) -> list[Span]:
        """Return the span that still grows, if there is one."""
        return [] if self._span is None else [self._span]
