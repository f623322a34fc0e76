"""Render only the rows that a partial update draws.

Fix: a refresh of one row renders every visible row of every widget. Textual: `_compositor.py`,
`Compositor._get_renders` passes the whole visible part of a widget to `render_lines`, whatever
`crop` is. At 120x40 that took a third of the time of an update. Version: 8.2.8. Delete this module
when `_get_renders` crops the region.
"""

from collections.abc import Iterator
from functools import partial
from typing import Any

from textual.geometry import Region
from textual.screen import Screen
from textual.strip import Strip


def render_only_updated_rows(screen: Screen[Any]) -> None:
    """Make the compositor of `screen` ask its widgets for the rows of an update only."""
    compositor: Any = getattr(screen, "_compositor", None)
    if hasattr(compositor, "_get_renders") and hasattr(compositor, "visible_widgets"):
        # Not a method of a subclass: the base is private and may be missing.
        compositor._get_renders = partial(_renders_of_rows, compositor)  # noqa: SLF001 - no other way


def _renders_of_rows(
    compositor: Any, crop: Region | None = None
) -> Iterator[tuple[Region, Region, list[Strip]]]:
    """Yield the region, the clip region and the rendered rows of each visible widget."""
    for widget, (region, clip) in compositor.visible_widgets.items():
        if crop is not None:
            if not crop.overlaps(region):
                continue
            # Whole rows: the compositor cuts the strips at the borders of other widgets.
            clip = clip.intersection(Region(clip.x, crop.y, clip.width, crop.height))  # noqa: PLW2901
        visible = region.intersection(clip)
        if visible.area:
            lines = Region(
                visible.x - region.x, visible.y - region.y, visible.width, visible.height
            )
            yield region, clip, widget.render_lines(lines)
            if crop is not None and visible.contains_region(crop):
                return  # the widgets come front to back: the others are hidden
