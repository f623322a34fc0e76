"""How many colours the terminal takes, and what a colour becomes where that is 256. Pure."""

from collections.abc import Mapping
from enum import Enum
from functools import lru_cache, partial
from itertools import product

Rgb = tuple[int, int, int]

_Parts = tuple[float, float, float]

_STEPS = (0, 95, 135, 175, 215, 255)
_GREYS = range(8, 239, 10)
_HUE = 8
_FORCED = {"standard": "SIXTEEN", "windows": "SIXTEEN", "256": "MANY", "truecolor": "TRUE"}


class ColorDepth(Enum):
    NONE = 0
    SIXTEEN = 16
    MANY = 256
    TRUE = 16_777_216

    @property
    def ansi(self) -> bool:
        """True where the terminal's own colours are all there is."""
        return self in (ColorDepth.NONE, ColorDepth.SIXTEEN)


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
        return ColorDepth.TRUE
    kind = environ.get("TERM", "").strip().lower().rpartition("-")[2]
    return ColorDepth.MANY if kind in ("256color", "kitty") else ColorDepth.SIXTEEN


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
