"""What Textual 8 leaves undone, done once a second. All of it guarded: another Textual may not
have what is mended here.
"""

from contextlib import suppress

from textual.app import App
from textual.screen import Screen


def release_leaks(screen: Screen[object]) -> None:
    """Free what is left of widgets that are gone, those of `screen` among them.

    Textual remembers two styles for each pair of backgrounds, and by mistake for each widget:
    it so holds on to 1,024 of them, every palette and toast, with all that they showed. And of a
    toast whose time ran out below another screen it leaves the frame, for good.
    """
    with suppress(ImportError, AttributeError):
        from textual._styles_cache import StylesCache  # noqa: PLC0415 - it may not be there

        StylesCache.get_inner_outer.cache_clear()
    for frame in screen.query("ToastHolder"):
        if frame.is_mounted and not frame.children:
            frame.remove()


def flush_lost_resize(app: App[None]) -> None:
    """See a resize that is waited with.

    For 8 ms it is waited whether another one follows; but a timer that the process stands still
    at the very start of is lost, and then every later resize would be waited with, for good.
    """
    with suppress(AttributeError):
        if app._resize_event is not None:  # noqa: SLF001 - there is no other door
            app._check_resize()  # noqa: SLF001 - nor here
            app.screen.refresh(layout=True)  # parts of it may have been drawn at the new size
