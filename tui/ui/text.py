"""Lines of text as values, so that they can be compared before they are drawn. Pure.

A line is a tuple of spans; a span is a text and the name of its color role.
`tui.ui.theme.themes` turns roles into styles. Texts are sanitised already, and never markup.
"""

from collections.abc import Sequence
from functools import lru_cache

from rich.cells import cell_len, set_cell_size, split_graphemes

from tui.ui.theme.terminal_output import Glyphs

Span = tuple[str, str]
Line = tuple[Span, ...]


def fit(text: str, width: int) -> str:
    """Pad `text` to `width` cells, or cut it with an ellipsis."""
    if width <= 0:
        return ""
    if cell_len(text) <= width:
        return set_cell_size(text, width)
    # A joiner before the ellipsis would merge with it.
    return set_cell_size(set_cell_size(text, width - 1).rstrip(" \u200c\u200d") + "…", width)


@lru_cache(4096)  # the same names are drawn in each frame
def fit_middle(text: str, width: int) -> str:
    """Pad `text` to `width` cells, or cut it in the middle, so that both ends of a name show."""
    if width <= 3 or cell_len(text) <= width:
        return fit(text, width)
    graphemes, _ = split_graphemes(text)
    tail, free = len(text), (width - 1) // 2
    for start, _, cells in reversed(graphemes):
        if cells > free:
            break
        tail, free = start, free - cells
    head = fit(text, width - cell_len(text[tail:])).rstrip()
    return set_cell_size(head + text[tail:].lstrip(" \u200c\u200d"), width)


def fit_right(text: str, width: int) -> str:
    """Like `fit`, but pad at the left."""
    return " " * (width - cell_len(text)) + text if cell_len(text) <= width else fit(text, width)


def center(text: str, width: int) -> str:
    return " " * max(0, (width - cell_len(text)) // 2) + text


def line_text(line: Line) -> str:
    return "".join(text for text, _ in line)


def width_of(line: Line) -> int:
    """The width of `line` in cells."""
    return sum(cell_len(text) for text, _ in line)


def clip(line: Line, width: int) -> Line:
    """Cut `line` to at most `width` cells."""
    clipped: list[Span] = []
    rest = width
    for text, role in line:
        if rest <= 0:
            break
        size = cell_len(text)
        clipped.append((text, role) if size <= rest else (fit(text, rest), role))
        rest -= size
    return tuple(clipped)


def pad(line: Line, width: int) -> Line:
    """Cut `line` to `width - 1` cells, and fill it with spaces to `width`."""
    clipped = clip(line, width - 1)
    return (*clipped, (" " * (width - width_of(clipped)), "plain"))


def justify(left: Line, right: Line, width: int) -> Line:
    """Align `left` and `right` to the ends of `width` cells. `left` is cut if need be."""
    return (*pad(left, width - width_of(right)), *right)


def bar(percent: float | None, width: int, glyphs: Glyphs, role: str = "bar") -> Line:
    """A progress bar of `width` cells, in steps of an eighth of a cell where `glyphs` has them. It
    is full only at 100.
    """
    steps = len(glyphs.bar_parts) + 1
    filled, part = divmod(0 if percent is None else int(percent / 100 * width * steps), steps)
    drawn = glyphs.bar_filled * filled + (glyphs.bar_parts[part - 1] if part else "")
    return ((drawn, role), (glyphs.bar_empty * (width - len(drawn)), "faint"))


def wrap(text: str, width: int, max_lines: int) -> list[str]:
    """Wrap `text` at spaces if possible. What exceeds `max_lines` is cut with an ellipsis."""
    lines: list[str] = []
    rest = text
    while rest and len(lines) < max_lines - 1 and cell_len(rest) > width:
        head = set_cell_size(rest, width)
        space = head.rfind(" ")
        # `set_cell_size` replaces half a wide character by a space, so it isn't counted.
        end = max(1, space if space > width // 3 else len(head.rstrip(" ")))
        lines.append(rest[:end].rstrip())
        rest = rest[end:].lstrip()
    return [*lines, fit(rest, width).rstrip()] if rest else lines


def wrapped(
    text: str, width: int, role: str = "plain", *, indent: int = 0, most: int = 4
) -> list[Line]:
    """Return a text as indented lines, at most `most`."""
    lines = wrap(text, max(1, width - indent), most)
    return [((f"{' ' * indent}{line}", role),) for line in lines]


def wrap_exact(line: Line, width: int, indent: int = 0) -> list[Line]:
    """Wrap `line` anywhere, without losing a character. Lines after the first are indented."""
    lines: list[Line] = []
    spans: list[Span] = []
    available = width
    for text, role in line:
        rest = text
        while rest:
            end = _prefix_length(rest, available)
            if end:
                spans.append((rest[:end], role))
                available -= cell_len(rest[:end])
                rest = rest[end:]
            if rest:
                lines.append(tuple(spans))
                spans = [(" " * indent, "plain")] if indent else []
                available = width - indent
    return [*lines, tuple(spans)]


def _prefix_length(text: str, width: int) -> int:
    """How many characters of `text` fit in `width` cells."""
    if cell_len(text) <= width:
        return len(text)
    head = set_cell_size(text, max(0, width))
    # `set_cell_size` replaces half a wide character by a space.
    return len(head) if text.startswith(head) else len(head) - 1


def definition_list(
    items: Sequence[tuple[str, str]], name_width: int, width: int, role: str = "plain"
) -> list[Line]:
    """Each name in `role`, and next to it its text, wrapped to at most four lines."""
    return [
        ((fit("" if number else name, name_width), role), (part, "plain"))
        for name, text in items
        for number, part in enumerate(wrap(text, max(8, width - name_width), 4))
    ]
