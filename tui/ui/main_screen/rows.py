"""What is known of the orders at one moment, as it is to be seen. Pure."""
# FOLD """The orders table's header and rows, as values. Pure."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from tui import formatting
from tui.filtering.sorting import profiles_of
from tui.model.order import OrderDetail, OrderSummary, Phase
from tui.model.order_facts import OrderFacts, facts_of, is_outdated_row, is_stale
from tui.ui.main_screen.columns import COLUMNS, GAP, Columns
from tui.ui.order_presenter import OrderPresenter, status_span
from tui.ui.text import Line, Span, bar, fit, fit_right
from tui.ui.theme.terminal_output import Glyphs

_PERCENT = 6
_LEAST_BAR = 2


def header(columns: Columns, marks: Mapping[str, str] = MappingProxyType({})) -> Line:
    """The names of the columns; of those that the rows are sorted by each with its mark."""
    cells: list[Span] = []
    for name, width in columns:
        column = COLUMNS[name]
        word = column.header if name != "progress" or width >= 8 else "DONE"
        mark = marks.get(name, "")
        side = fit_right if column.right or name == "progress" else fit
        text = word[: max(1, width - 1)] + mark if mark else word
        role = "accent" if mark else "dim"
        cells += [(_GAP if cells else "  ", "plain"), (side(text, width), role)]
    return tuple(cells)


def row(
    facts: OrderFacts,
    columns: Columns,
    glyphs: Glyphs,
    now: float,
    *,
    old: bool = False,
    uncovered: bool = False,
    cursor: bool = False,
) -> Line:
    """One order's line. `now` is wall time; `old` says that the progress is past its time,
    `uncovered` that the whole row is: no poll told of it.
    """
    cells: list[Span] = [((glyphs.cursor if cursor else " ") + " ", "accent")]
    for number, (name, width) in enumerate(columns):
        if number:
            cells.append((_GAP, "plain"))
        match name:
            case "id":
                role = "gone" if facts.gone else "stale" if uncovered else "plain"
                cells.append((fit(facts.id, width), role))
            case "status":
                cells.append(status_span(facts, glyphs, width, uncovered=uncovered))
            case "progress":
                cells += _progress(facts, width, glyphs, old=old or uncovered)
            case _:
                side = fit_right if COLUMNS[name].right else fit
                role = "dim" if name in ("created", "age") else "plain"
                cells.append((side(_TEXTS[name](facts, now), width), role))
    return tuple(cells)


def _progress(facts: OrderFacts, width: int, glyphs: Glyphs, *, old: bool) -> list[Span]:
    """Bar and percent of an active order; nothing where nothing is known to say."""
    active = not facts.phase.is_final and not facts.gone
    stopped = facts.phase is Phase.ERROR and not facts.gone and facts.progress is not None
    if not (active and facts.progress is not None) and not stopped:
        return [(" " * width, "plain")]
    cells: list[Span] = []
    room = width - _PERCENT - 1
    if room >= _LEAST_BAR:
        role = "stale" if old or stopped else "bar"
        cells = [*bar(facts.progress, room, glyphs, role), (" ", "plain")]
    percent = formatting.percent(facts.progress, old=old)
    cells.append(
        (
            fit_right(percent, width if not cells else _PERCENT),
            "stale" if old or stopped else "plain",
        )
    )
    return cells


def _created(facts: OrderFacts, now: float) -> str:
    return (
        formatting.NO_VALUE if facts.created is None else formatting.time_short(facts.created, now)
    )


def _age(facts: OrderFacts, now: float) -> str:
    return "" if facts.created is None else formatting.row_age(now - facts.created)


def _read(tell: Callable[[OrderDetail], str]) -> Callable[[OrderFacts, float], str]:
    """What was not read yet stays blank; what was read and is not said reads `-`."""
    return lambda facts, _: (
        "" if facts.detail is None else tell(facts.detail) or formatting.NO_VALUE
    )


_TEXTS: Mapping[str, Callable[[OrderFacts, float], str]] = MappingProxyType(
    {
        "created": _created,
        "age": _age,
        "file": lambda facts, _: facts.filename or "",
        "label": _read(lambda detail: detail.label or ""),
        "profile": _read(lambda detail: profiles_of(detail) or ""),
        "jobs": _read(lambda detail: str(detail.job_count)),
        "size": _read(lambda detail: formatting.size(detail.size)),
        "duration": _read(lambda detail: formatting.duration(detail.duration)),
        "comment": _read(lambda detail: detail.comment or ""),
    }
)
_GAP = " " * GAP


def order_line(
    presenter: OrderPresenter,
    order: OrderSummary,
    columns: Columns,
    glyphs: Glyphs,
    *,
    cursor: bool,
) -> Line:
    """Return the line of `order` in the table."""
    state, now = presenter.state, presenter.now
    facts = facts_of(state, order)
    old = (
        facts.progress_at is not None
        and not facts.is_progress_final
        and is_stale(facts.progress_at, presenter.refresh, state, now.mono)
    )
    uncovered = is_outdated_row(state, order.id, now.mono)
    return row(facts, columns, glyphs, now.wall, old=old, uncovered=uncovered, cursor=cursor)
