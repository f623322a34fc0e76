"""The themes: two of ours, one of the terminal's palette, one without colors, and Textual's.

Themes of ours have one accent, and use the colors of a status for nothing else.
"""

from collections.abc import Mapping
from dataclasses import replace

from textual.theme import BUILTIN_THEMES, Theme

from tui.config.settings import DEFAULT_THEME
from tui.model.order import STATUSES
from tui.ui.theme.colors import ColorDepth, Rgb, nearest, role_colors

DEFAULT, ANSI, MONO = DEFAULT_THEME, "ansi", "mono"

_ROLE_COLORS = {
    "dark": {
        "plain": "#c8ccd4",
        "dim": "#7d8590",
        "accent": "#82aaff",
        "warning": "#e5b567",
        "faint": "#3b424d",
        "stale": "#6b7480",
        "number": "#d8b4e2",
        **{phase.value: status.dark for phase, status in STATUSES.items()},
        "cursor": "#24304a",
        "cursor-blurred": "#1d232d",
    },
    "light": {
        "plain": "#24292f",
        "dim": "#656d76",
        "accent": "#2f5fc4",
        "warning": "#8a5a00",
        "faint": "#c4cad1",
        "stale": "#8c959f",
        "number": "#8a3a6b",
        **{phase.value: status.light for phase, status in STATUSES.items()},
        "cursor": "#d3e0fb",
        "cursor-blurred": "#e6eaf0",
    },
}


def _own_theme(name: str, background: str, *, dark: bool) -> Theme:
    colors = _ROLE_COLORS[name]
    return Theme(
        name=name,
        primary=colors["accent"],
        accent=colors["accent"],
        warning=colors["warning"],
        error=colors["error"],
        success=colors["finished"],
        foreground=colors["plain"],
        background=background,
        surface=background,
        panel=colors["cursor-blurred"],
        dark=dark,
    )


_THEMES = {
    theme.name: theme
    for theme in (
        _own_theme("dark", "#11151c", dark=True),
        _own_theme("light", "#fafbfc", dark=False),
        replace(BUILTIN_THEMES["ansi-dark"], name=ANSI),
        replace(BUILTIN_THEMES["ansi-dark"], name=MONO),
        *BUILTIN_THEMES.values(),
    )
}


def available_themes(depth: ColorDepth) -> Mapping[str, Theme]:
    """The themes that are legible at `depth`, by name."""
    return {name: theme for name, theme in _THEMES.items() if theme.ansi or not depth.ansi}


def parse_theme(setting: str) -> str | None:
    """The name of the theme in a setting; None if there is no such theme."""
    name = setting.strip().lower()
    return name if name in _THEMES else None


def theme_for(setting: str, depth: ColorDepth) -> str:
    """The theme to use for a setting on a terminal of `depth`."""
    name = parse_theme(setting) or DEFAULT
    return name if name in available_themes(depth) else ANSI


def role_variables(theme: Theme, depth: ColorDepth) -> dict[str, str]:
    """The `role-…` variables of the stylesheets under `theme`."""
    displayed = _in_256_colors if depth is ColorDepth.ANSI_256 else _unchanged
    colors = role_colors(theme, _ROLE_COLORS.get(theme.name), displayed)
    return {f"role-{role}": color for role, color in colors.items()}


def _in_256_colors(color: Rgb) -> Rgb:
    return nearest(color)[1]


def _unchanged(color: Rgb) -> Rgb:
    return color
