"""How many colours the terminal takes, and what a colour becomes where that is 256. Pure."""
# FOLD """The roles' colours under any theme, readable whatever the theme's author chose. Pure.
# FOLD
# FOLD A theme of ours says its roles; those of another are mixed from its own colours. All are then
# FOLD moved towards black or white until they stand out from what they are drawn on.
# FOLD """
# FOLD """What a role looks like: a colour of the theme and how its text stands, as Rich's style.
# FOLD Pure.
# FOLD
# FOLD A table and no stylesheet: Textual would make a node of every role for every widget, and
# FOLD style it
# FOLD with each of them, before the first paint and at each change of the focus.
# FOLD """

from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from functools import lru_cache, partial
from itertools import product

from rich.style import Style
from textual.color import Color
from textual.theme import Theme

from tui.model.order import Phase

Rgb = tuple[int, int, int]

_Parts = tuple[float, float, float]

_STEPS = (0, 95, 135, 175, 215, 255)
_GREYS = range(8, 239, 10)
_HUE = 8
_FORCED = {
    "standard": "ANSI_16",
    "windows": "ANSI_16",
    "256": "ANSI_256",
    "truecolor": "TRUE_COLOR",
}


class ColorDepth(Enum):
    NONE = 0
    ANSI_16 = 16
    ANSI_256 = 256
    TRUE_COLOR = 16_777_216

    @property
    def ansi(self) -> bool:
        """True where the terminal's own colours are all there is."""
        return self in (ColorDepth.NONE, ColorDepth.ANSI_16)


def detect_depth(environ: Mapping[str, str]) -> ColorDepth:
    """What the terminal is said to take; Rich, which writes the colours, reads it the same way.

    https://no-color.org: an empty `NO_COLOR` is none.
    """
    if environ.get("NO_COLOR"):
        return ColorDepth.NONE
    forced = environ.get("TEXTUAL_COLOR_SYSTEM", "auto")
    if forced in _FORCED:
        return ColorDepth[_FORCED[forced]]
    if environ.get("COLORTERM", "").strip().lower() in ("truecolor", "24bit"):
        return ColorDepth.TRUE_COLOR
    kind = environ.get("TERM", "").strip().lower().rpartition("-")[2]
    return ColorDepth.ANSI_256 if kind in ("256color", "kitty") else ColorDepth.ANSI_16


@lru_cache(1024)
def nearest(colour: Rgb) -> tuple[int, Rgb]:
    """The one of the 256 that looks most like `colour`: its number and what it is.

    The first sixteen are left out, for every terminal has its own.
    """
    around = [sorted(range(6), key=partial(_off, part))[:2] for part in colour]
    candidates: list[tuple[int, Rgb]] = [
        (16 + 36 * red + 6 * green + blue, (_STEPS[red], _STEPS[green], _STEPS[blue]))
        for red, green, blue in product(*around)
    ]
    parts = _parts(colour)
    # Of the greys, which are of one hue, the one as bright.
    number, level = min(enumerate(_GREYS), key=lambda grey: abs(grey[1] - parts[0]))
    candidates.append((232 + number, (level, level, level)))
    return min(candidates, key=lambda candidate: _difference(_parts(candidate[1]), parts))


def _off(part: int, step: int) -> int:
    return abs(_STEPS[step] - part)


def _difference(one: _Parts, two: _Parts) -> float:
    """How unlike two colours look; a hue that is lost counts more than a shade."""
    (light, blue, red), (other_light, other_blue, other_red) = one, two
    hue = (blue - other_blue) ** 2 + (red - other_red) ** 2
    return (light - other_light) ** 2 + _HUE * hue


def _parts(colour: Rgb) -> _Parts:
    """Brightness, and how far towards blue and red."""
    red, green, blue = colour
    light = 0.299 * red + 0.587 * green + 0.114 * blue
    return light, (blue - light) * 0.564, (red - light) * 0.713


def contrast(one: Rgb, two: Rgb) -> float:
    """The contrast of two colours as WCAG 2 has it, from 1 to 21."""
    darker, lighter = sorted((_luminance(one), _luminance(two)))
    return (lighter + 0.05) / (darker + 0.05)


@lru_cache(1024)
def _luminance(colour: Rgb) -> float:
    parts = [part / 255 for part in colour]
    red, green, blue = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def blend(one: Rgb, two: Rgb, part: float) -> Rgb:
    """`one` with `part` (0 to 1) of `two` in it."""
    red, green, blue = (round(a + (b - a) * part) for a, b in zip(one, two, strict=True))
    return red, green, blue


Seen = Callable[[Rgb], Rgb]
"""What the terminal makes of a colour."""

BACKGROUNDS = ("role-cursor", "role-cursor-blurred")
FAINT = "role-faint"
"""Rules and the empty part of bars: no text."""

# Contrasts: with the background, and for what the cursor is drawn over, with the cursor's.
_TEXT_FLOORS, _TRACE_FLOORS, _CURSOR_FLOOR = (4.5, 3.5), (3.0, 2.5), 1.2
_CONTRAST_STEPS = 40

ANSI_ROLE_COLORS = {
    "role-plain": "ansi_default",
    "role-dim": "ansi_default",
    "role-accent": "ansi_default",
    "role-warning": "ansi_default",
    "role-faint": "ansi_default",
    "role-stale": "ansi_default",
    "role-number": "ansi_magenta",
    # Of the sixteen only these two are read on black and on white alike.
    **{f"role-{phase.value}": "ansi_default" for phase in Phase},
    "role-downloading": "ansi_magenta",
    "role-transcoding": "ansi_magenta",
    "role-uploading": "ansi_magenta",
    "role-error": "ansi_red",
    "role-cursor": "ansi_default",
    "role-cursor-blurred": "ansi_default",
}


def role_colors(theme: Theme, chosen: Mapping[str, str] | None, seen: Seen) -> dict[str, str]:
    """Every role's colour: `chosen`, or mixed from `theme`, and moved until it can be read."""
    if theme.ansi:
        return ANSI_ROLE_COLORS
    if chosen is not None and theme.background is not None:
        ground = _parse(theme.background)
        drafts = {name: _parse(colour) for name, colour in chosen.items()}
    else:
        made = theme.to_color_system().generate()
        ground = _parse(made["background"])
        drafts = _mixed({name: _parse(made[name]) for name in _USED})
    roles = {name: _apart(drafts[name], [(ground, _CURSOR_FLOOR)], seen) for name in BACKGROUNDS}
    for name, draft in drafts.items():
        if name not in BACKGROUNDS:
            floor, on_cursor = _TRACE_FLOORS if name == FAINT else _TEXT_FLOORS
            over = [(roles[each], on_cursor) for each in BACKGROUNDS]
            roles[name] = _apart(draft, [(ground, floor), *over], seen)
    return {name: f"#{red:02x}{green:02x}{blue:02x}" for name, (red, green, blue) in roles.items()}


_USED = (
    "background",
    "foreground",
    "primary",
    "secondary",
    "accent",
    "warning",
    "error",
    "success",
)


def _mixed(theme: Mapping[str, Rgb]) -> dict[str, Rgb]:
    ground, plain, primary = theme["background"], theme["foreground"], theme["primary"]
    return {
        "role-plain": plain,
        "role-dim": blend(plain, ground, 0.4),
        "role-accent": primary,
        "role-warning": theme["warning"],
        "role-faint": blend(plain, ground, 0.7),
        "role-stale": blend(plain, ground, 0.4),
        "role-number": blend(theme["secondary"], plain, 0.3),
        "role-queued": blend(plain, ground, 0.25),
        "role-downloading": theme["secondary"],
        "role-transcoding": primary,
        "role-uploading": theme["accent"],
        "role-finished": theme["success"],
        "role-error": theme["error"],
        "role-unknown": theme["warning"],
        "role-cursor": blend(ground, primary, 0.22),
        "role-cursor-blurred": blend(ground, plain, 0.1),
    }


def _apart(draft: Rgb, grounds: Sequence[tuple[Rgb, float]], seen: Seen) -> Rgb:
    """`draft`, moved until it has each ground's contrast as the terminal shows both."""
    drawn_on = [(seen(ground), floor) for ground, floor in grounds]
    first = drawn_on[0][0]
    white, black = (255, 255, 255), (0, 0, 0)
    end = white if contrast(first, white) > contrast(first, black) else black
    for step in range(_CONTRAST_STEPS + 1):
        moved = blend(draft, end, step / _CONTRAST_STEPS)
        if all(contrast(seen(moved), ground) >= floor for ground, floor in drawn_on):
            return moved
    return end


def _parse(colour: str) -> Rgb:
    return Color.parse(colour).rgb


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
    "current-match": "plain",
}

_BOLD, _DIM = Style(bold=True), Style(dim=True)
_TEXT = {
    "strong": _BOLD,
    "warning": _BOLD,
    "gone": Style(italic=True),
    "error": _BOLD,
    "literal": Style(italic=True),
    "match": Style(bold=True, underline=True),
    "current-match": Style(bold=True, reverse=True),
    CURSOR: _BOLD,
}
# Where the terminal's own colours are all there is, they cannot tell one role from another.
_ANSI_TEXT = _TEXT | {
    "dim": _DIM,
    "faint": _DIM,
    "stale": _DIM,
    "gone": Style(dim=True, italic=True),
    "accent": _BOLD,
    "key": _BOLD,
    "unknown": _BOLD,
    "warning": Style(bold=True, underline=True),
    CURSOR_BLURRED: _BOLD,
}
# Of two colours only, or the row would be a patchwork; dim and reversed is illegible.
_ANSI_CURSOR = Style(color="default", bgcolor="default", reverse=True, dim=False)


def role_style(role: str, colours: Mapping[str, str], *, ansi: bool) -> Style:
    """The style of a span; `colours` are the theme's variables."""
    colour = Color.parse(colours[f"role-{_LIKE.get(role, role)}"]).rich_color
    return Style(color=colour) + (_ANSI_TEXT if ansi else _TEXT).get(role, Style.null())


def cursor_style(colours: Mapping[str, str], *, focus: bool, ansi: bool) -> Style:
    """What goes over the roles of the row that the cursor is on; their colours stay."""
    if ansi and focus:
        return _ANSI_CURSOR
    name = CURSOR if focus else CURSOR_BLURRED
    ground = Color.parse(colours[f"role-{name}"]).rich_color
    return Style(bgcolor=ground) + (_ANSI_TEXT if ansi else _TEXT).get(name, Style.null())
