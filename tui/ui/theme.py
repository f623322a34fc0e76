"""Colours: two themes of our own, one for terminals without, and the inks' fallbacks.

One accent; status colours are used for status alone.
"""

from dataclasses import replace

from textual.theme import BUILTIN_THEMES, Theme

_DARK_INKS = {
    "ink-plain": "#c8ccd4",
    "ink-dim": "#7d8590",
    "ink-accent": "#82aaff",
    "ink-warning": "#e5b567",
    "ink-rest": "#3b424d",
    "ink-old": "#6b7480",
    "ink-queued": "#9aa3b0",
    "ink-downloading": "#56b6c2",
    "ink-transcoding": "#4fd6be",
    "ink-uploading": "#c099ff",
    "ink-finished": "#8fb573",
    "ink-error": "#ff757f",
    "ink-unknown": "#e0c080",
    "ink-cursor": "#24304a",
    "ink-cursor-blurred": "#1d232d",
}
_LIGHT_INKS = {
    "ink-plain": "#24292f",
    "ink-dim": "#656d76",
    "ink-accent": "#2f5fc4",
    "ink-warning": "#8a5a00",
    "ink-rest": "#c4cad1",
    "ink-old": "#8c959f",
    "ink-queued": "#57606a",
    "ink-downloading": "#0b7285",
    "ink-transcoding": "#00796b",
    "ink-uploading": "#7b3fbf",
    "ink-finished": "#2f7d32",
    "ink-error": "#c62828",
    "ink-unknown": "#8a5a00",
    "ink-cursor": "#d3e0fb",
    "ink-cursor-blurred": "#e6eaf0",
}
_ANSI_INKS = {
    "ink-plain": "ansi_default",
    "ink-dim": "ansi_default",
    "ink-accent": "ansi_blue",
    "ink-warning": "ansi_yellow",
    "ink-rest": "ansi_default",
    "ink-old": "ansi_default",
    "ink-queued": "ansi_default",
    "ink-downloading": "ansi_cyan",
    "ink-transcoding": "ansi_cyan",
    "ink-uploading": "ansi_magenta",
    "ink-finished": "ansi_green",
    "ink-error": "ansi_red",
    "ink-unknown": "ansi_yellow",
    "ink-cursor": "ansi_default",
    "ink-cursor-blurred": "ansi_default",
}

DARK = Theme(
    name="transcode-dark",
    primary="#82aaff",
    accent="#82aaff",
    warning="#e5b567",
    error="#ff757f",
    success="#8fb573",
    foreground="#c8ccd4",
    background="#11151c",
    surface="#11151c",
    panel="#1d232d",
    variables={**_DARK_INKS, "footer-background": "#11151c", "footer-key-foreground": "#82aaff"},
)
LIGHT = Theme(
    name="transcode-light",
    primary="#2f5fc4",
    accent="#2f5fc4",
    warning="#8a5a00",
    error="#c62828",
    success="#2f7d32",
    foreground="#24292f",
    background="#fafbfc",
    surface="#fafbfc",
    panel="#e6eaf0",
    dark=False,
    variables={**_LIGHT_INKS, "footer-background": "#fafbfc", "footer-key-foreground": "#2f5fc4"},
)
_ANSI_BASE = BUILTIN_THEMES["ansi-dark"]
ANSI = replace(_ANSI_BASE, name="transcode-ansi", variables={**_ANSI_BASE.variables, **_ANSI_INKS})
THEMES = {"dark": DARK, "light": LIGHT}


def ink_defaults(*, dark: bool) -> dict[str, str]:
    """The inks under a theme that does not know them."""
    return _DARK_INKS if dark else _LIGHT_INKS
