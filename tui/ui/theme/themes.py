"""The themes: two of our own, one of the terminal's own colours, one of none, and Textual's.

One accent; status colours are used for status alone.
"""

from dataclasses import replace

from textual.theme import BUILTIN_THEMES, Theme

from tui.ui.theme.colors import ColorDepth, Rgb, nearest, role_colors

DEFAULT, ANSI, MONO = "dark", "ansi", "mono"

_ROLE_COLORS = {
    "dark": {
        "role-plain": "#c8ccd4",
        "role-dim": "#7d8590",
        "role-accent": "#82aaff",
        "role-warning": "#e5b567",
        "role-faint": "#3b424d",
        "role-stale": "#6b7480",
        "role-number": "#d8b4e2",
        "role-queued": "#9aa3b0",
        "role-downloading": "#56b6c2",
        "role-transcoding": "#4fd6be",
        "role-uploading": "#c099ff",
        "role-finished": "#8fb573",
        "role-error": "#ff757f",
        "role-unknown": "#e0c080",
        "role-cursor": "#24304a",
        "role-cursor-blurred": "#1d232d",
    },
    "light": {
        "role-plain": "#24292f",
        "role-dim": "#656d76",
        "role-accent": "#2f5fc4",
        "role-warning": "#8a5a00",
        "role-faint": "#c4cad1",
        "role-stale": "#8c959f",
        "role-number": "#8a3a6b",
        "role-queued": "#57606a",
        "role-downloading": "#0b7285",
        "role-transcoding": "#00796b",
        "role-uploading": "#7b3fbf",
        "role-finished": "#2f7d32",
        "role-error": "#c62828",
        "role-unknown": "#8a5a00",
        "role-cursor": "#d3e0fb",
        "role-cursor-blurred": "#e6eaf0",
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
    return name if name in available_themes(ColorDepth.TRUE_COLOR) else None


def theme_for(setting: str, depth: ColorDepth) -> str:
    """The theme to show for a setting on a terminal of `depth`."""
    name = parse_theme(setting) or DEFAULT
    return name if name in available_themes(depth) else ANSI


def role_variables(theme: Theme, depth: ColorDepth) -> dict[str, str]:
    """The stylesheet's role-* variables under `theme`."""
    return role_colors(
        theme, _ROLE_COLORS.get(theme.name), _of_256 if depth is ColorDepth.ANSI_256 else _as_it_is
    )


def _of_256(colour: Rgb) -> Rgb:
    return nearest(colour)[1]


def _as_it_is(colour: Rgb) -> Rgb:
    return colour
