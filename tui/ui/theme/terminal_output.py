"""The signs of the screen, in two sets. Each stands beside its word or a legend."""
# FOLD """What is done to every line on its way to the terminal, whichever widget drew it."""

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

from tui.model.order import Phase
from tui.sanitize import REPLACEMENT
from tui.ui.theme.colors import ColorDepth, nearest


class Glyphs(msgspec.Struct, frozen=True):
    phases: dict[Phase, str]
    gone: str
    live: str
    stale: str
    waiting: str
    paused: str
    cursor: str
    bar_filled: str
    bar_empty: str
    rule: str
    dot: str
    ascending: str
    descending: str


UNICODE = Glyphs(
    phases={
        Phase.QUEUED: "◌",
        Phase.DOWNLOADING: "↓",
        Phase.TRANSCODING: "▶",
        Phase.UPLOADING: "↑",
        Phase.FINISHED: "✔",
        Phase.ERROR: "✖",
        Phase.UNKNOWN: "?",
    },
    gone="⌀",
    live="●",
    stale="▲",
    waiting="◌",
    paused="‖",
    cursor="▌",
    bar_filled="━",
    bar_empty="─",
    rule="─",
    dot="·",
    ascending="▴",
    descending="▾",
)

ASCII = Glyphs(
    phases={
        Phase.QUEUED: ".",
        Phase.DOWNLOADING: "v",
        Phase.TRANSCODING: ">",
        Phase.UPLOADING: "^",
        Phase.FINISHED: "+",
        Phase.ERROR: "x",
        Phase.UNKNOWN: "?",
    },
    gone="-",
    live="*",
    stale="!",
    waiting=".",
    paused="=",
    cursor=">",
    bar_filled="=",
    bar_empty="-",
    rule="-",
    dot="-",
    ascending="^",
    descending="v",
)


def select_glyphs(setting: str, environ: Mapping[str, str]) -> Glyphs:
    """The set that was asked for; `auto` goes by the locale that the terminal was given.

    `LC_CTYPE=C.UTF-8` says nothing: Python sets it by itself under the C locale.
    """
    if setting == "auto":
        kind = environ.get("LC_CTYPE", "")
        locale = environ.get("LC_ALL") or (kind if kind != "C.UTF-8" else "")
        locale = (locale or environ.get("LANG", "")).lower().replace("-", "")
        return UNICODE if "utf8" in locale else ASCII
    return ASCII if setting == "ascii" else UNICODE


_ALIKE = str.maketrans(
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


def line_filters(glyphs: Glyphs, depth: ColorDepth) -> Sequence[LineFilter]:
    """What a terminal of these signs and colours needs."""
    ascii_only = [AsciiOnly()] if glyphs is ASCII else []
    return [
        StripControls(),
        *ascii_only,
        *([Map256Colors()] if depth is ColorDepth.ANSI_256 else []),
    ]


_CONTROLS = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


class StripControls(LineFilter):
    """Nothing that a terminal obeys leaves for it within a line. What is remote is clean long
    before; what was pasted into a widget of Textual's own is not.
    """

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002
        if all(segment.text.isprintable() for segment in segments):
            return segments
        return [
            segment if segment.control else Segment(without_controls(segment.text), segment.style)
            for segment in segments
        ]


@lru_cache(1024)
def without_controls(text: str) -> str:
    """`text` in as many cells."""
    return "".join(
        REPLACEMENT * cell_len(char)
        if unicodedata.category(char) in _CONTROLS and char not in "\u200c\u200d"
        else char
        for char in text
    )


@lru_cache(4096)
def to_ascii(text: str) -> str:
    """`text` in ASCII and as many cells: a look-alike, the letter below an accent, or `?`.

    A terminal that knows no UTF-8 would show each byte of a character in a cell of its own.
    """
    if text.isascii():
        return text
    return "".join(
        _cluster(text[start:end], width) for start, end, width in split_graphemes(text)[0]
    )


def _cluster(cluster: str, width: int) -> str:
    alike = cluster.translate(_ALIKE)
    if not alike.isascii():
        parts = unicodedata.normalize("NFKD", cluster)
        alike = "".join(part for part in parts if not unicodedata.combining(part))
    return alike if alike.isascii() and len(alike) == width else "?" * width


class AsciiOnly(LineFilter):
    """Nothing above 0x7e leaves for the terminal, neither ours nor a server's nor Textual's."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002
        return [Segment(to_ascii(text), style, control) for text, style, control in segments]


class Map256Colors(LineFilter):
    """Colours that look like what they stand for: Rich alone makes dark blues teal."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002
        return [
            Segment(text, None if style is None else _of_256(style), control)
            for text, style, control in segments
        ]


@lru_cache(1024)
def _of_256(style: Style) -> Style:
    return style + Style(color=_number(style.color), bgcolor=_number(style.bgcolor))


def _number(colour: RichColor | None) -> RichColor | None:
    if colour is None or colour.triplet is None:
        return colour
    return RichColor.from_ansi(nearest(tuple(colour.triplet))[0])
