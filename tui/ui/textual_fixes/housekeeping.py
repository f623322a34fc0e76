"""Fix: memory of removed widgets, frames of old toasts, and resizes that are not handled.

Version: 8.2.8; each function names its place in Textual's source, and can be deleted when that is
fixed. `do_housekeeping` is to be called once a second.
"""

from contextlib import suppress

from textual import events
from textual.app import App
from textual.screen import Screen


def do_housekeeping(app: App[None]) -> None:
    flush_lost_resize(app)
    release_leaks(app.screen)


def release_leaks(screen: Screen[object]) -> None:
    """Free removed widgets, and remove empty frames of toasts from `screen`.

    `_styles_cache.py`, `StylesCache.get_inner_outer`: an `lru_cache` of a method keeps 1,024
    instances alive, each with the last lines of a removed widget. `widgets/_toast.py`,
    `ToastRack.show` removes a toast that expired below another screen, but not its `ToastHolder`.
    """
    with suppress(ImportError, AttributeError):
        from textual._styles_cache import StylesCache

        StylesCache.get_inner_outer.cache_clear()
    for frame in screen.query("ToastHolder"):
        if frame.is_mounted and not frame.children:
            frame.remove()


def flush_lost_resize(app: App[None]) -> None:
    """Handle a resize whose timer was lost.

    `app.py`, `App._on_resize` waits 8 ms for another resize. `timer.py`, `Timer._run` skips the
    only tick of that timer if the process is paused at its start; then `_resize_timer` is never
    reset, and no later resize is handled.
    """
    with suppress(AttributeError):
        if app._resize_event is not None:  # noqa: SLF001 - no public way
            app._check_resize()  # noqa: SLF001
            app.screen.refresh(layout=True)  # parts of it may have been drawn at the new size


def redraw_unchanged_size(app: App[None], event: events.Resize) -> None:
    """Draw everything again if the terminal has the size that is already drawn.

    When a terminal becomes smaller and at once larger again, both signals report the last size, but
    the terminal has cut off its content. `screen.py`, `Screen._refresh_layout` draws what moved.
    """
    if app.screen_stack and event.size == app.screen.outer_size:  # `size` is that of the app
        app.refresh()
