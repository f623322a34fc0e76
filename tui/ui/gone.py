"""What Textual keeps of widgets that are gone."""

from contextlib import suppress

from textual.screen import Screen


def let_go(screen: Screen[object]) -> None:
    """Free what is left of widgets that are gone, those of `screen` among them.

    Textual 8 remembers two styles for each pair of backgrounds, and by mistake for each widget:
    it so holds on to 1,024 of them, every palette and toast, with all that they showed. And of a
    toast whose time ran out below another screen it leaves the frame, for good.
    """
    with suppress(ImportError, AttributeError):  # another Textual may remember otherwise
        from textual._styles_cache import StylesCache  # noqa: PLC0415 - it may not be there

        StylesCache.get_inner_outer.cache_clear()
    for frame in screen.query("ToastHolder"):
        if frame.is_mounted and not frame.children:
            frame.remove()
