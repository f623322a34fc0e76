"""The themes, and the colors and styles of the roles of text.

There are two themes of ours, one of the terminal's palette, one without colors, and Textual's.
Themes of ours have one accent, and use the colors of a status for nothing else.

Roles become Rich styles by a table. With a stylesheet Textual would create a node for each role of
each widget, and style it before the first paint and at each change of focus.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from rich.style import Style
from textual.color import Color
from textual.theme import BUILTIN_THEMES, Theme

from tui.config.settings import DEFAULT_THEME
from tui.model.order import STATUSES
from tui.ui.theme.colors import ColorDepth, Rgb, blend, contrast, nearest

DEFAULT, ANSI, MONO = DEFAULT_THEME, "ansi", "mono"


class _RoleColor(NamedTuple):
    """The colors of a role in our dark and our light theme, and with the terminal's palette. In
    other themes it is the color named `base`, faded (0 to 1) to the one named `fades_to`.
    """

    dark: str
    light: str
    base: str
    fade: float = 0.0
    fades_to: str = "background"
    ansi: str = "ansi_default"


_CURSOR, _CURSOR_BLURRED, _FAINT = "cursor", "cursor-blurred", "faint"
"""The backgrounds of the cursor's row, and the color of rules and of the empty part of bars."""

_BACKGROUNDS = {
    _CURSOR: _RoleColor("#24304a", "#d3e0fb", "primary", 0.78),
    _CURSOR_BLURRED: _RoleColor("#1d232d", "#e6eaf0", "foreground", 0.9),
}
_ROLE_COLORS = {
    **_BACKGROUNDS,
    "plain": _RoleColor("#c8ccd4", "#24292f", "foreground"),
    "dim": _RoleColor("#7d8590", "#656d76", "foreground", 0.4),
    "accent": _RoleColor("#82aaff", "#2f5fc4", "primary"),
    "warning": _RoleColor("#e5b567", "#8a5a00", "warning"),
    _FAINT: _RoleColor("#3b424d", "#c4cad1", "foreground", 0.7),
    "stale": _RoleColor("#6b7480", "#8c959f", "foreground", 0.4),
    "number": _RoleColor("#d8b4e2", "#8a3a6b", "secondary", 0.3, "foreground", "ansi_magenta"),
    **{
        phase.value: _RoleColor(
            status.dark, status.light, status.theme_color, status.fade, ansi=status.ansi_color
        )
        for phase, status in STATUSES.items()
    },
}


def _own_theme(name: str, background: str, *, dark: bool) -> Theme:
    colors = {role: color.dark if dark else color.light for role, color in _ROLE_COLORS.items()}
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
        panel=colors[_CURSOR_BLURRED],
        dark=dark,
    )


_OWN_THEMES = (
    _own_theme("dark", "#11151c", dark=True),
    _own_theme("light", "#fafbfc", dark=False),
)
_THEMES = {
    theme.name: theme
    for theme in (
        *_OWN_THEMES,
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


# Minimum contrasts with the screen's background and with the cursor's.
_TEXT_CONTRASTS, _FAINT_CONTRASTS, _CURSOR_CONTRAST = (4.5, 3.5), (3.0, 2.5), 1.2
_CONTRAST_STEPS = 40


def role_variables(theme: Theme, depth: ColorDepth) -> dict[str, str]:
    """The color of each role under `theme`, as the `role-…` variables of the stylesheets.

    Each color is moved towards black or white until it is legible on a terminal of `depth`.
    """
    if theme.ansi:
        return {f"role-{role}": color.ansi for role, color in _ROLE_COLORS.items()}
    is_256 = depth is ColorDepth.ANSI_256
    displayed: Callable[[Rgb], Rgb] = nearest if is_256 else lambda color: color
    base = theme.to_color_system().generate()
    background = _parse(base["background"])
    adjusted: dict[str, Rgb] = {}
    for role, color in _ROLE_COLORS.items():
        if theme in _OWN_THEMES:
            wanted = _parse(color.dark if theme.dark else color.light)
        else:
            wanted = blend(_parse(base[color.base]), _parse(base[color.fades_to]), color.fade)
        if role in _BACKGROUNDS:
            minimums = [(background, _CURSOR_CONTRAST)]
        else:
            minimum, on_cursor = _FAINT_CONTRASTS if role == _FAINT else _TEXT_CONTRASTS
            over_cursor = [(adjusted[each], on_cursor) for each in _BACKGROUNDS]
            minimums = [(background, minimum), *over_cursor]
        adjusted[role] = _with_contrast(wanted, minimums, displayed)
    return {f"role-{role}": "#{:02x}{:02x}{:02x}".format(*rgb) for role, rgb in adjusted.items()}


def _with_contrast(
    color: Rgb, minimums: Sequence[tuple[Rgb, float]], displayed: Callable[[Rgb], Rgb]
) -> Rgb:
    """Move `color` towards black or white until it has its minimum contrast with each background.

    `displayed` returns the color that the terminal shows for another.
    """
    minimums = [(displayed(background), minimum) for background, minimum in minimums]
    first = minimums[0][0]
    end = max((255, 255, 255), (0, 0, 0), key=lambda each: contrast(first, each))
    for step in range(_CONTRAST_STEPS + 1):
        moved = blend(color, end, step / _CONTRAST_STEPS)
        if all(contrast(displayed(moved), each) >= minimum for each, minimum in minimums):
            return moved
    return end


def _parse(color: str) -> Rgb:
    return Color.parse(color).rgb


_SAME_COLOR = {
    "strong": "plain",
    "bar": "transcoding",
    "gone": "dim",
    "key": "accent",
    "text": "plain",
    "literal": "number",
    "match": "plain",
    "current-match": "plain",
    "trouble": "warning",
    "past": "accent",
}
"""Roles that have no color of their own."""

_BOLD, _DIM = Style(bold=True), Style(dim=True)
_TEXT_STYLES = {
    "strong": _BOLD,
    "warning": _BOLD,
    "gone": Style(italic=True),
    "error": _BOLD,
    "literal": Style(italic=True),
    "match": Style(bold=True, underline=True),
    "current-match": Style(bold=True, reverse=True),
    "trouble": Style(bold=True, reverse=True),
    "past": Style(bold=True, reverse=True),
}
# With the terminal's own palette most roles share a color, and differ in these only.
_ANSI_TEXT_STYLES = _TEXT_STYLES | {
    "dim": _DIM,
    _FAINT: _DIM,
    "stale": _DIM,
    "gone": Style(dim=True, italic=True),
    "accent": _BOLD,
    "key": _BOLD,
    **{phase.value: _BOLD for phase in STATUSES if not phase.is_final},
    "warning": Style(bold=True, underline=True),
}
# One color for all spans of the row; dim text is illegible in reverse video.
_ANSI_CURSOR = Style(color="default", bgcolor="default", reverse=True, dim=False)


def role_style(role: str, variables: Mapping[str, str], *, ansi: bool) -> Style:
    """The style of a span. `variables` are the theme's, with a `role-…` for each color."""
    color = Color.parse(variables[f"role-{_SAME_COLOR.get(role, role)}"]).rich_color
    styles = _ANSI_TEXT_STYLES if ansi else _TEXT_STYLES
    return Style(color=color) + styles.get(role, Style.null())


def cursor_style(variables: Mapping[str, str], *, focus: bool, ansi: bool) -> Style:
    """The style to add to every span of the cursor's row; their text colors stay."""
    if ansi and focus:
        return _ANSI_CURSOR
    role = _CURSOR if focus else _CURSOR_BLURRED
    background = Color.parse(variables[f"role-{role}"]).rich_color
    return Style(bgcolor=background, bold=focus or ansi or None)
