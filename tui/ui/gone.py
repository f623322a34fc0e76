"""What Textual keeps of widgets that are gone."""

from contextlib import suppress


def let_go() -> None:
    """Free every line that was drawn by a widget that is gone.

    Textual 8 remembers two styles for each pair of backgrounds, and by mistake for each widget:
    it so holds on to 1,024 of them, every palette and toast, with all that they showed.
    """
    with suppress(ImportError, AttributeError):  # another Textual may remember otherwise
        from textual._styles_cache import StylesCache  # noqa: PLC0415 - it may not be there

        StylesCache.get_inner_outer.cache_clear()
