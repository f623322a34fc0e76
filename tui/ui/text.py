"""Lines as values: what is drawn is compared before it is drawn. Pure.

A line is a tuple of spans, a span a text and the name of its role; `tui.ui.widgets.line_view`
turns names into styles. Texts are already clean; no span is ever markup.
"""

from collections.abc import Sequence

from rich.cells import cell_len, set_cell_size

from tui.model.order import Phase
from tui.ui.theme.terminal_output import Glyphs

Span = tuple[str, str]
Line = tuple[Span, ...]

ROLES = (
    "plain",
    "dim",
    "strong",
    "accent",
    "warning",
    "bar",
    "faint",
    "stale",
    "gone",
    "key",
    "text",
    "number",
    "literal",
    "match",
    "current-match",
    *(phase.value for phase in Phase),
)
"""Every name of a role; `tui.ui.theme.colors` says what each looks like."""


def fit(text: str, width: int) -> str:
    """`text` in exactly `width` cells: padded, or cut with an ellipsis."""
    if width <= 0:
        return ""
    if cell_len(text) <= width:
        return set_cell_size(text, width)
    # A cut may not end in a joiner: it would swallow the ellipsis.
    return set_cell_size(set_cell_size(text, width - 1).rstrip(" \u200c\u200d") + "…", width)


def fit_right(text: str, width: int) -> str:
    """`text` at the right of `width` cells."""
    return " " * (width - cell_len(text)) + text if cell_len(text) <= width else fit(text, width)


def center(text: str, width: int) -> str:
    """`text` in the middle of `width` cells."""
    return " " * max(0, (width - cell_len(text)) // 2) + text


def width_of(line: Line) -> int:
    return sum(cell_len(text) for text, _ in line)


def justify(left: Line, right: Line, width: int) -> Line:
    """`left` at the left and `right` at the right of `width` cells; the left gives way."""
    room = width - width_of(right)
    shown = clip(left, room - 1)
    return (*shown, (" " * (room - width_of(shown)), "plain"), *right)


def clip(line: Line, width: int) -> Line:
    """`line` in at most `width` cells."""
    shown: list[Span] = []
    room = width
    for text, role in line:
        if room <= 0:
            break
        size = cell_len(text)
        shown.append((text, role) if size <= room else (fit(text, room), role))
        room -= size
    return tuple(shown)


def bar(percent: float | None, width: int, glyphs: Glyphs, role: str = "bar") -> Line:
    """A bar of `width` cells; full only at 100."""
    done = 0 if percent is None else int(percent / 100 * width)
    return ((glyphs.bar_filled * done, role), (glyphs.bar_empty * (width - done), "faint"))


def wrap(text: str, width: int, most: int) -> list[str]:
    """`text` in at most `most` lines of `width` cells, broken at spaces where it can be."""
    lines: list[str] = []
    rest = text
    while rest and len(lines) < most - 1 and cell_len(rest) > width:
        head = set_cell_size(rest, width)
        cut = head.rfind(" ")
        # set_cell_size replaces half a wide character by a space, so count from the text.
        taken = cut if cut > width // 3 else len(head.rstrip(" "))
        taken = max(1, taken)
        lines.append(rest[:taken].rstrip())
        rest = rest[taken:].lstrip()
    return [*lines, fit(rest, width).rstrip()] if rest else lines


def wrap_exact(line: Line, width: int, indent: int = 0) -> list[Line]:
    """`line` on as many lines of `width` cells as it takes, those behind the first indented. No
    character is lost, so that a text can be put together again.
    """
    folded: list[Line] = []
    spans: list[Span] = []
    room = width
    for text, role in line:
        rest = text
        while rest:
            taken = _prefix(rest, room)
            if taken:
                spans.append((rest[:taken], role))
                room -= cell_len(rest[:taken])
                rest = rest[taken:]
            if rest:
                folded.append(tuple(spans))
                spans = [(" " * indent, "plain")] if indent else []
                room = width - indent
    return [*folded, tuple(spans)]


def _prefix(text: str, room: int) -> int:
    """How many characters of `text` fit in `room` cells."""
    if cell_len(text) <= room:
        return len(text)
    head = set_cell_size(text, max(0, room))
    # Half a wide character is replaced by a space.
    return len(head) if text.startswith(head) else len(head) - 1


def line_text(line: Line) -> str:
    """The text of `line`."""
    return "".join(text for text, _ in line)


def definition_list(
    said: Sequence[tuple[str, str]], names: int, width: int, role: str = "plain"
) -> list[Line]:
    """Names in `role` at the left; what is said of them beside, on as many lines as it takes."""
    return [
        ((fit("" if number else name, names), role), (part, "plain"))
        for name, text in said
        for number, part in enumerate(wrap(text, max(8, width - names), 4))
    ]
