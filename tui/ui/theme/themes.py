"""The themes: two of our own, one of the terminal's own colours, one of none, and Textual's.

One accent; status colours are used for status alone.
"""

from dataclasses import replace

from textual.theme import BUILTIN_THEMES, Theme

from tui.ui.theme.colors import ColorDepth, Rgb, inks_of, nearest

DEFAULT, ANSI, MONO = "dark", "ansi", "mono"

_INKS = {
    "dark": {
        "ink-plain": "#c8ccd4",
        "ink-dim": "#7d8590",
        "ink-accent": "#82aaff",
        "ink-warning": "#e5b567",
        "ink-rest": "#3b424d",
        "ink-old": "#6b7480",
        "ink-number": "#d8b4e2",
        "ink-queued": "#9aa3b0",
        "ink-downloading": "#56b6c2",
        "ink-transcoding": "#4fd6be",
        "ink-uploading": "#c099ff",
        "ink-finished": "#8fb573",
        "ink-error": "#ff757f",
        "ink-unknown": "#e0c080",
        "ink-cursor": "#24304a",
        "ink-cursor-blurred": "#1d232d",
    },
    "light": {
        "ink-plain": "#24292f",
        "ink-dim": "#656d76",
        "ink-accent": "#2f5fc4",
        "ink-warning": "#8a5a00",
        "ink-rest": "#c4cad1",
        "ink-old": "#8c959f",
        "ink-number": "#8a3a6b",
        "ink-queued": "#57606a",
        "ink-downloading": "#0b7285",
        "ink-transcoding": "#00796b",
        "ink-uploading": "#7b3fbf",
        "ink-finished": "#2f7d32",
        "ink-error": "#c62828",
        "ink-unknown": "#8a5a00",
        "ink-cursor": "#d3e0fb",
        "ink-cursor-blurred": "#e6eaf0",
    },
}
_OWN = (
    Theme(
        name="dark",
        primary="#82aaff",
        accent="#82aaff",
        warning="#e5b567",
        error="#ff757f",
        success="#8fb573",
        foreground="#c8ccd4",
        background="#11151c",
        surface="#11151c",
        panel="#1d232d",
    ),
    Theme(
        name="light",
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
    ),
    replace(BUILTIN_THEMES["ansi-dark"], name=ANSI),
    replace(BUILTIN_THEMES["ansi-dark"], name=MONO),
)


def available_themes(depth: ColorDepth) -> dict[str, Theme]:
    """The themes that can be read at `depth`, by the names that settings know them by."""
    themes = {theme.name: theme for theme in (*_OWN, *BUILTIN_THEMES.values())}
    return {name: theme for name, theme in themes.items() if theme.ansi or not depth.ansi}


def parse_theme(setting: str) -> str | None:
    """The theme that a setting means; None where there is none of that name."""
    name = setting.strip().lower()
    return name if name in available_themes(ColorDepth.TRUE) else None


def theme_for(setting: str, depth: ColorDepth) -> str:
    """The theme to show for a setting on a terminal of `depth`."""
    name = parse_theme(setting) or DEFAULT
    return name if name in available_themes(depth) else ANSI


def theme_inks(theme: Theme, depth: ColorDepth) -> dict[str, str]:
    """The stylesheet's ink-* variables under `theme`."""
    return inks_of(theme, _INKS.get(theme.name), _of_256 if depth is ColorDepth.MANY else _as_it_is)


def _of_256(colour: Rgb) -> Rgb:
    return nearest(colour)[1]


def _as_it_is(colour: Rgb) -> Rgb:
    return colour
