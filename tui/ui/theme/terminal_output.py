"""What the terminal gets: the glyphs of the screen, and filters for every line that is drawn.

Each glyph is next to its word or explained by a legend.
"""

import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache

import msgspec
from rich.cells import cell_len, split_graphemes
from rich.color import Color as RichColor
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter

from tui.model.order import STATUSES, Phase
from tui.sanitize import REPLACEMENT
from tui.ui.theme.colors import PALETTE_NUMBERS, ColorDepth, nearest


class Glyphs(msgspec.Struct, frozen=True):
    """What stands for a status or draws a line. The defaults are for a terminal with Unicode."""

    phases: dict[Phase, str]
    gone: str = "⌀"
    live: str = "●"
    stale: str = "▲"
    waiting: str = "◌"
    paused: str = "‖"
    stalled: str = "‖"
    cursor: str = "▌"
    mark: str = "◆"
    bar_filled: str = "█"
    bar_parts: str = "▏▎▍▌▋▊▉"
    """From an eighth of a cell to seven."""
    bar_empty: str = "░"
    levels: str = "▁▂▃▄▅▆▇█"
    """Parts of a cell, from the bottom."""
    rule: str = "─"
    phase_line: str = "━"
    not_polled: str = "░"
    arrow: str = "→"
    dot: str = "·"
    ascending: str = "▴"
    descending: str = "▾"


UNICODE = Glyphs({phase: status.glyph for phase, status in STATUSES.items()})
ASCII = Glyphs(
    {phase: status.ascii_glyph for phase, status in STATUSES.items()},
    gone="-",
    live="*",
    stale="!",
    waiting=".",
    paused="=",
    stalled="#",
    cursor="|",
    mark="*",
    bar_filled="=",
    bar_parts="",
    bar_empty="-",
    levels=".:=#",
    rule="-",
    phase_line="=",
    not_polled="/",
    arrow="->",
    dot="-",
    ascending="^",
    descending="v",
)


def select_glyphs(setting: str, environ: Mapping[str, str]) -> Glyphs:
    """The glyphs of a setting; `auto` depends on the locale.

    `LC_CTYPE=C.UTF-8` is ignored, because Python sets it itself under the C locale (PEP 538).
    """
    if setting == "auto":
        ctype = environ.get("LC_CTYPE", "")
        locale = environ.get("LC_ALL") or (ctype if ctype != "C.UTF-8" else "")
        locale = (locale or environ.get("LANG", "")).lower().replace("-", "")
        return UNICODE if "utf8" in locale else ASCII
    return ASCII if setting == "ascii" else UNICODE


def line_filters(glyphs: Glyphs, depth: ColorDepth) -> Sequence[LineFilter]:
    """The filters for a terminal with these glyphs and colors."""
    filters: list[LineFilter] = [StripControls()]
    if glyphs is ASCII:
        filters.append(AsciiOnly())
    if depth is ColorDepth.ANSI_256:
        filters.append(Map256Colors())
    return filters


_CONTROL_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


class StripControls(LineFilter):
    """Replaces control characters, which a terminal would execute.

    The API's texts are sanitised already; text pasted into one of Textual's inputs is not.
    """

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002
        if all(segment.text.isprintable() for segment in segments):
            return segments
        return [
            segment if segment.control else Segment(_strip_controls(segment.text), segment.style)
            for segment in segments
        ]


@lru_cache(1024)
def _strip_controls(text: str) -> str:
    """Replace control characters; the width in cells stays."""
    return "".join(
        REPLACEMENT * cell_len(char)
        if unicodedata.category(char) in _CONTROL_CATEGORIES and char not in "\u200c\u200d"
        else char
        for char in text
    )


class AsciiOnly(LineFilter):
    """Replaces all but ASCII, whether it is from us, from the API or from Textual."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002
        return [Segment(to_ascii(text), style, control) for text, style, control in segments]


_LOOKALIKES = str.maketrans(
    {
        **dict.fromkeys("─╌┄┈▔", "-"),
        **dict.fromkeys("━═▀", "="),
        **dict.fromkeys("│┆┊▏▕╎", "|"),
        **dict.fromkeys("┃║▌▐█▊▍", "#"),
        **dict.fromkeys("╭╮╰╯┌┐└┘├┤┬┴┼┏┓┗┛", "+"),
        # The ends of a scrollbar's thumb, which is drawn by reversing blanks.
        **dict.fromkeys("▁▂▃▄▅▆▇", " "),
        **dict.fromkeys("•●", "*"),
        "▴": "^",
        "▾": "v",
        **dict.fromkeys("\u2018\u2019", "'"),
        **dict.fromkeys("\u201c\u201d", '"'),
        **dict.fromkeys("\u2013\u2014·", "-"),
        "…": "~",
    }
)


@lru_cache(4096)
def to_ascii(text: str) -> str:
    """Replace each character by a look-alike, by its letter without accent, or by `?`.

    The width in cells stays. A terminal without UTF-8 shows each byte as a character.
    """
    if text.isascii():
        return text
    return "".join(
        _grapheme_to_ascii(text[start:end], width) for start, end, width in split_graphemes(text)[0]
    )


def _grapheme_to_ascii(grapheme: str, width: int) -> str:
    ascii_text = grapheme.translate(_LOOKALIKES)
    if not ascii_text.isascii():
        parts = unicodedata.normalize("NFKD", grapheme)
        ascii_text = "".join(part for part in parts if not unicodedata.combining(part))
    return ascii_text if ascii_text.isascii() and len(ascii_text) == width else "?" * width


class Map256Colors(LineFilter):
    """Maps colors to the most similar ones of the palette. Rich's own mapping turns dark blue into
    teal.
    """

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002
        return [
            Segment(text, None if style is None else _to_256(style), control)
            for text, style, control in segments
        ]


@lru_cache(1024)
def _to_256(style: Style) -> Style:
    return style + Style(color=_palette_color(style.color), bgcolor=_palette_color(style.bgcolor))


def _palette_color(color: RichColor | None) -> RichColor | None:
    if color is None or color.triplet is None:
        return color
    return RichColor.from_ansi(PALETTE_NUMBERS[nearest(tuple(color.triplet))])
