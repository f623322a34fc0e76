"""What an ink looks like: a colour of the theme and how its text stands, as Rich's style. Pure.

A table and no stylesheet: Textual would make a node of every ink for every widget, and style it
with each of them, before the first paint and at each change of the focus.
"""

from collections.abc import Mapping

from rich.style import Style
from textual.color import Color

CURSOR, CURSOR_BLURRED = "cursor", "cursor-blurred"

# Drawn in the colour of another.
_LIKE = {
    "strong": "plain",
    "bar": "transcoding",
    "gone": "dim",
    "key": "accent",
    "text": "plain",
    "literal": "number",
    "match": "plain",
    "found": "plain",
}

_BOLD, _DIM = Style(bold=True), Style(dim=True)
_TEXT = {
    "strong": _BOLD,
    "warning": _BOLD,
    "gone": Style(italic=True),
    "error": _BOLD,
    "literal": Style(italic=True),
    "match": Style(bold=True, underline=True),
    "found": Style(bold=True, reverse=True),
    CURSOR: _BOLD,
}
# Where the terminal's own colours are all there is, they cannot tell one ink from another.
_ANSI_TEXT = _TEXT | {
    "dim": _DIM,
    "rest": _DIM,
    "old": _DIM,
    "gone": Style(dim=True, italic=True),
    "accent": _BOLD,
    "key": _BOLD,
    "unknown": _BOLD,
    "warning": Style(bold=True, underline=True),
    CURSOR_BLURRED: _BOLD,
}
# Of two colours only, or the row would be a patchwork; dim and reversed is illegible.
_ANSI_CURSOR = Style(color="default", bgcolor="default", reverse=True, dim=False)


def ink_style(ink: str, colours: Mapping[str, str], *, ansi: bool) -> Style:
    """The style of a span; `colours` are the theme's variables."""
    colour = Color.parse(colours[f"ink-{_LIKE.get(ink, ink)}"]).rich_color
    return Style(color=colour) + (_ANSI_TEXT if ansi else _TEXT).get(ink, Style.null())


def cursor_style(colours: Mapping[str, str], *, focus: bool, ansi: bool) -> Style:
    """What goes over the inks of the row that the cursor is on; their colours stay."""
    if ansi and focus:
        return _ANSI_CURSOR
    name = CURSOR if focus else CURSOR_BLURRED
    ground = Color.parse(colours[f"ink-{name}"]).rich_color
    return Style(bgcolor=ground) + (_ANSI_TEXT if ansi else _TEXT).get(name, Style.null())
