"""An app that sends its terminal the cells that are to be drawn, and no others."""

import time
from collections.abc import Callable
from typing import Any

from rich.control import Control
from textual._compositor import ChopsUpdate
from textual.app import App
from textual.screen import Screen

_WAY = 0.001
"""Seconds, once."""


class FrugalApp(App[None]):
    """Draws parts of lines as they are asked for."""

    after_first_frame: Callable[[], None] | None = None
    _has_drawn = False

    def _display(self, screen: Screen[Any], renderable: Any) -> None:
        if type(renderable) is ChopsUpdate:
            renderable = CroppedUpdate(renderable.chops, renderable.spans, renderable.chop_ends)
        super()._display(screen, renderable)
        if renderable is not None and not self._has_drawn:
            self._has_drawn = True
            # Textual writes in a thread. It would wait until this one has nothing more to do, up
            # to 5 ms a time, and at a start there is much.
            time.sleep(_WAY)
            if self.after_first_frame is not None:
                self.after_first_frame()


class CroppedUpdate(ChopsUpdate):
    """Parts of lines. Textual 8 begins each at the left edge of its widget, and ends it with the
    first cell of the next one.
    """

    def render_segments(self, console: Any) -> str:
        drawn: list[str] = []
        for y, first, last in self.spans:
            for end, (x, strip) in zip(self.chop_ends[y], self.chops[y].items(), strict=False):
                left, right = max(x, first), min(end, last)
                if strip is not None and left < right:
                    drawn.append(Control.move_to(left, y).segment.text)
                    drawn.append(strip.crop(left - x, right - x).simplify().render(console))
        return "".join(drawn)
