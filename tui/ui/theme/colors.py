"""Color depths, the palette of 256 colors, and how different two colors look. Pure."""

from collections.abc import Mapping
from enum import Enum
from functools import lru_cache
from itertools import product

Rgb = tuple[int, int, int]


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


_FORCED_DEPTHS = {
    "standard": ColorDepth.ANSI_16,
    "windows": ColorDepth.ANSI_16,
    "256": ColorDepth.ANSI_256,
    "truecolor": ColorDepth.TRUE_COLOR,
}


def detect_depth(environ: Mapping[str, str]) -> ColorDepth:
    """Detect the depth from the variables that Rich, which writes the colors, reads too.

    An empty `NO_COLOR` counts as unset (https://no-color.org).
    """
    if environ.get("NO_COLOR"):
        return ColorDepth.NONE
    if forced := _FORCED_DEPTHS.get(environ.get("TEXTUAL_COLOR_SYSTEM", "auto")):
        return forced
    if environ.get("COLORTERM", "").strip().lower() in ("truecolor", "24bit"):
        return ColorDepth.TRUE_COLOR
    suffix = environ.get("TERM", "").strip().lower().rpartition("-")[2]
    return ColorDepth.ANSI_256 if suffix in ("256color", "kitty") else ColorDepth.ANSI_16


_CUBE_LEVELS = (0, 95, 135, 175, 215, 255)
_GRAY_LEVELS = range(8, 239, 10)
_HUE_WEIGHT = 8

_PALETTE: list[Rgb] = [
    *product(_CUBE_LEVELS, _CUBE_LEVELS, _CUBE_LEVELS),
    *((level, level, level) for level in _GRAY_LEVELS),
]
PALETTE_NUMBERS = {color: number for number, color in enumerate(_PALETTE, 16)}
"""The 256-color palette without its first sixteen, because every terminal defines its own."""


@lru_cache(1024)
def nearest(color: Rgb) -> Rgb:
    """The color of the 256-color palette that looks most like `color`."""
    red, green, blue = (
        sorted(_CUBE_LEVELS, key=lambda level: abs(level - part))[:2] for part in color
    )
    target = _luma_chroma(color)
    # Grays differ in luma only, so the nearest is the one with the same luma.
    gray = min(_GRAY_LEVELS, key=lambda level: abs(level - target[0]))
    candidates = [*product(red, green, blue), (gray, gray, gray)]
    return min(candidates, key=lambda each: _difference(_luma_chroma(each), target))


_LumaChroma = tuple[float, float, float]


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
