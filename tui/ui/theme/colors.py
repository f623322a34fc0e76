"""Color depths, the 256-color palette, and the color roles of a theme. Pure.

A theme of ours names the color of each role; for other themes they are blended from the theme's
colors. Each color is then moved towards black or white until its contrast suffices.

Roles become Rich styles by a table. With a stylesheet Textual would create a node for each role of
each widget, and style it before the first paint and at each change of focus.
"""

from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from functools import lru_cache, partial
from itertools import product

from rich.style import Style
from textual.color import Color
from textual.theme import Theme

from tui.model.order import STATUSES

Rgb = tuple[int, int, int]

_FORCED_DEPTHS = {
    "standard": "ANSI_16",
    "windows": "ANSI_16",
    "256": "ANSI_256",
    "truecolor": "TRUE_COLOR",
}


class ColorDepth(Enum):
    """How many colors the terminal has."""

    NONE = 0
    ANSI_16 = 16
    ANSI_256 = 256
    TRUE_COLOR = 16_777_216

    @property
    def ansi(self) -> bool:
        """True if only the terminal's own palette is available."""
        return self in (ColorDepth.NONE, ColorDepth.ANSI_16)


def detect_depth(environ: Mapping[str, str]) -> ColorDepth:
    """Detect the depth from the variables that Rich, which writes the colors, reads too.

    An empty `NO_COLOR` counts as unset (https://no-color.org).
    """
    if environ.get("NO_COLOR"):
        return ColorDepth.NONE
    forced = environ.get("TEXTUAL_COLOR_SYSTEM", "auto")
    if forced in _FORCED_DEPTHS:
        return ColorDepth[_FORCED_DEPTHS[forced]]
    if environ.get("COLORTERM", "").strip().lower() in ("truecolor", "24bit"):
        return ColorDepth.TRUE_COLOR
    suffix = environ.get("TERM", "").strip().lower().rpartition("-")[2]
    return ColorDepth.ANSI_256 if suffix in ("256color", "kitty") else ColorDepth.ANSI_16


_CUBE_LEVELS = (0, 95, 135, 175, 215, 255)
_GRAY_LEVELS = range(8, 239, 10)
_HUE_WEIGHT = 8
_LumaChroma = tuple[float, float, float]


@lru_cache(1024)
def nearest(color: Rgb) -> tuple[int, Rgb]:
    """The color of the 256-color palette that looks most like `color`: its number and its RGB.

    The first sixteen are left out, because every terminal defines its own.
    """
    levels = [sorted(range(6), key=partial(_level_distance, part))[:2] for part in color]
    candidates: list[tuple[int, Rgb]] = [
        (16 + 36 * r + 6 * g + b, (_CUBE_LEVELS[r], _CUBE_LEVELS[g], _CUBE_LEVELS[b]))
        for r, g, b in product(*levels)
    ]
    target = _luma_chroma(color)
    # Grays differ in luma only, so the nearest is the one with the same luma.
    number, level = min(enumerate(_GRAY_LEVELS), key=lambda gray: abs(gray[1] - target[0]))
    candidates.append((232 + number, (level, level, level)))
    return min(candidates, key=lambda each: _difference(_luma_chroma(each[1]), target))


def _level_distance(part: int, level: int) -> int:
    return abs(_CUBE_LEVELS[level] - part)


def _luma_chroma(color: Rgb) -> _LumaChroma:
    """The Y, Cb and Cr of `color` (ITU-R BT.601)."""
    red, green, blue = color
    luma = 0.299 * red + 0.587 * green + 0.114 * blue
    return luma, (blue - luma) * 0.564, (red - luma) * 0.713


def _difference(one: _LumaChroma, two: _LumaChroma) -> float:
    """How different two colors look: a change of hue weighs more than one of brightness."""
    luma, blue, red = (a - b for a, b in zip(one, two, strict=True))
    return luma**2 + _HUE_WEIGHT * (blue**2 + red**2)


def contrast(one: Rgb, two: Rgb) -> float:
    """The contrast ratio of WCAG 2, from 1 to 21."""
    darker, lighter = sorted((_luminance(one), _luminance(two)))
    return (lighter + 0.05) / (darker + 0.05)


@lru_cache(1024)
def _luminance(color: Rgb) -> float:
    parts = [part / 255 for part in color]
    red, green, blue = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def blend(one: Rgb, two: Rgb, part: float) -> Rgb:
    """Mix `one` with `part` (0 to 1) of `two`."""
    red, green, blue = (round(a + (b - a) * part) for a, b in zip(one, two, strict=True))
    return red, green, blue


CURSOR, CURSOR_BLURRED, FAINT = "cursor", "cursor-blurred", "faint"
"""The backgrounds of the cursor's row, and the color of rules and of the empty part of bars."""
_BACKGROUNDS = (CURSOR, CURSOR_BLURRED)

# Minimum contrasts with the screen's background and with the cursor's.
_TEXT_CONTRASTS, _FAINT_CONTRASTS, _CURSOR_CONTRAST = (4.5, 3.5), (3.0, 2.5), 1.2
_CONTRAST_STEPS = 40

_ANSI_COLORS = {
    **dict.fromkeys(("plain", "dim", "accent", "warning", FAINT, "stale"), "ansi_default"),
    **dict.fromkeys(_BACKGROUNDS, "ansi_default"),
    "number": "ansi_magenta",
    **{phase.value: status.ansi_color for phase, status in STATUSES.items()},
}


def role_colors(
    theme: Theme, chosen: Mapping[str, str] | None, displayed: Callable[[Rgb], Rgb]
) -> Mapping[str, str]:
    """The color of each role: `chosen`, or blended from `theme`; adjusted until it is legible.

    `displayed` returns the color that the terminal shows for another.
    """
    if theme.ansi:
        return _ANSI_COLORS
    if chosen is not None and theme.background is not None:
        background = _parse(theme.background)
        wanted = {role: _parse(color) for role, color in chosen.items()}
    else:
        base = {
            name: _parse(color)
            for name, color in theme.to_color_system().generate().items()
            if name in _BASE_COLORS
        }
        background, wanted = base["background"], _blended(base)
    adjusted = {
        role: _with_contrast(wanted[role], [(background, _CURSOR_CONTRAST)], displayed)
        for role in _BACKGROUNDS
    }
    cursors = [adjusted[role] for role in _BACKGROUNDS]
    for role, color in wanted.items():
        if role not in _BACKGROUNDS:
            minimum, on_cursor = _FAINT_CONTRASTS if role == FAINT else _TEXT_CONTRASTS
            over_cursor = [(cursor, on_cursor) for cursor in cursors]
            adjusted[role] = _with_contrast(color, [(background, minimum), *over_cursor], displayed)
    return {role: "#{:02x}{:02x}{:02x}".format(*color) for role, color in adjusted.items()}


_BASE_COLORS = frozenset(
    {
        "background",
        "foreground",
        "primary",
        "secondary",
        "accent",
        "warning",
        "error",
        "success",
    }
)


def _blended(theme: Mapping[str, Rgb]) -> dict[str, Rgb]:
    background, plain, primary = theme["background"], theme["foreground"], theme["primary"]
    return {
        "plain": plain,
        "dim": blend(plain, background, 0.4),
        "accent": primary,
        "warning": theme["warning"],
        FAINT: blend(plain, background, 0.7),
        "stale": blend(plain, background, 0.4),
        "number": blend(theme["secondary"], plain, 0.3),
        **{
            phase.value: blend(theme[status.theme_color], background, status.fade)
            for phase, status in STATUSES.items()
        },
        CURSOR: blend(background, primary, 0.22),
        CURSOR_BLURRED: blend(background, plain, 0.1),
    }


def _with_contrast(
    color: Rgb, backgrounds: Sequence[tuple[Rgb, float]], displayed: Callable[[Rgb], Rgb]
) -> Rgb:
    """Move `color` towards black or white until it has its minimum contrast with each background,
    as the terminal displays both.
    """
    minimums = [(displayed(background), minimum) for background, minimum in backgrounds]
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
    CURSOR: _BOLD,
}
# With the terminal's own palette most roles share a color, and differ in these only.
_ANSI_TEXT_STYLES = _TEXT_STYLES | {
    "dim": _DIM,
    FAINT: _DIM,
    "stale": _DIM,
    "gone": Style(dim=True, italic=True),
    "accent": _BOLD,
    "key": _BOLD,
    "unknown": _BOLD,
    "warning": Style(bold=True, underline=True),
    CURSOR_BLURRED: _BOLD,
}
# One color for all spans of the row; dim text is illegible in reverse video.
_ANSI_CURSOR = Style(color="default", bgcolor="default", reverse=True, dim=False)


def role_style(role: str, variables: Mapping[str, str], *, ansi: bool) -> Style:
    """The style of a span. `variables` are the theme's, with a `role-…` for each color."""
    color = Color.parse(variables[f"role-{_SAME_COLOR.get(role, role)}"]).rich_color
    return Style(color=color) + _text_style(role, ansi=ansi)


def cursor_style(variables: Mapping[str, str], *, focus: bool, ansi: bool) -> Style:
    """The style to add to every span of the cursor's row; their text colors stay."""
    if ansi and focus:
        return _ANSI_CURSOR
    role = CURSOR if focus else CURSOR_BLURRED
    background = Color.parse(variables[f"role-{role}"]).rich_color
    return Style(bgcolor=background) + _text_style(role, ansi=ansi)


def _text_style(role: str, *, ansi: bool) -> Style:
    return (_ANSI_TEXT_STYLES if ansi else _TEXT_STYLES).get(role, Style.null())
