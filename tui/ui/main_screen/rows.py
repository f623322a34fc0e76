"""The header and the rows of the orders table, as lines. Pure."""

from collections.abc import Callable, Mapping

from tui import formatting
from tui.filtering.sorting import profiles_of
from tui.model.order import OrderDetail, Phase
from tui.model.order_facts import OrderFacts
from tui.ui.main_screen.columns import COLUMNS, GAP, Columns
from tui.ui.order_presenter import RowModel, status_span
from tui.ui.text import Line, Span, bar, fit, fit_right
from tui.ui.theme.terminal_output import Glyphs

_PERCENT = 6
_MIN_BAR = 2
_GAP = " " * GAP


def header(columns: Columns, marks: Mapping[str, str]) -> Line:
    """Return the column names; `marks` has the sort arrows by column."""
    cells: list[Span] = []
    for name, width in columns:
        column = COLUMNS[name]
        word = column.header if name != "progress" or width >= 8 else "DONE"
        mark = marks.get(name, "")
        align = fit_right if column.right or name == "progress" else fit
        text = word[: max(1, width - 1)] + mark if mark else word
        role = "accent" if mark else "dim"
        cells += [(_GAP if cells else "  ", "plain"), (align(text, width), role)]
    return tuple(cells)


def row_line(row: RowModel, columns: Columns, glyphs: Glyphs, *, cursor: bool = False) -> Line:
    facts = row.facts
    cells: list[Span] = [((glyphs.cursor if cursor else " ") + " ", "accent")]
    for number, (name, width) in enumerate(columns):
        if number:
            cells.append((_GAP, "plain"))
        match name:
            case "id":
                role = "gone" if facts.gone else "stale" if row.uncovered else "plain"
                cells.append((fit(facts.id, width), role))
            case "status":
                cells.append(status_span(facts, glyphs, width, uncovered=row.uncovered))
            case "progress":
                cells += _progress(facts, width, glyphs, old=row.old or row.uncovered)
            case _:
                align = fit_right if COLUMNS[name].right else fit
                role = "dim" if name in ("created", "age") else "plain"
                cells.append((align(_TEXTS[name](row), width), role))
    return tuple(cells)


def _progress(facts: OrderFacts, width: int, glyphs: Glyphs, *, old: bool) -> list[Span]:
    """Return bar and percent of an order that is active or in error, else blanks."""
    stopped = facts.phase is Phase.ERROR
    ended = facts.gone or (facts.phase.is_final and not stopped)
    if ended or facts.progress is None:
        return [(" " * width, "plain")]
    dim = old or stopped
    percent = formatting.percent(facts.progress, old=old)
    bar_width = width - _PERCENT - 1
    if bar_width < _MIN_BAR:
        return [(fit_right(percent, width), "stale" if dim else "plain")]
    return [
        *bar(facts.progress, bar_width, glyphs, "stale" if dim else "bar"),
        (" ", "plain"),
        (fit_right(percent, _PERCENT), "stale" if dim else "plain"),
    ]


def _created(row: RowModel) -> str:
    created = row.facts.created
    return formatting.NO_VALUE if created is None else formatting.time_short(created, row.now)


def _from_detail(text: Callable[[OrderDetail], str | None]) -> Callable[[RowModel], str]:
    """Blank until the detail was read; `-` if it has no value."""
    return lambda row: (
        "" if row.facts.detail is None else text(row.facts.detail) or formatting.NO_VALUE
    )


_TEXTS: Mapping[str, Callable[[RowModel], str]] = {
    "created": _created,
    "age": lambda row: row.age,
    "file": lambda row: row.facts.filename or "",
    "label": _from_detail(lambda detail: detail.label),
    "profile": _from_detail(profiles_of),
    "jobs": _from_detail(lambda detail: str(detail.job_count)),
    "size": _from_detail(lambda detail: formatting.size(detail.size)),
    "duration": _from_detail(lambda detail: formatting.duration(detail.duration)),
    "comment": _from_detail(lambda detail: detail.comment),
}
