"""The orders table's columns and rows, as values. Pure."""

from functools import lru_cache

import msgspec

from tui import phrase
from tui.model.facts import OrderFacts
from tui.model.status import Phase
from tui.ui.glyphs import Glyphs
from tui.ui.spans import Line, Span, bar, fit, fit_right

_STATUS, _PERCENT, _CREATED, _AGE, _GAP = 13, 6, 16, 4, 2


class Columns(msgspec.Struct, frozen=True):
    """Widths in cells; 0 leaves a column out."""

    id: int
    status: int = _STATUS
    bar: int = 0
    percent: int = _PERCENT
    created: int = 0
    age: int = _AGE
    file: int = 0


@lru_cache(8)
def lay_out(width: int, id_width: int) -> Columns:
    """The columns that fit in `width` cells, what people look for first."""
    id_width = min(id_width, max(8, width // 3))
    room = width - (2 + id_width + _GAP + _STATUS + _GAP + _PERCENT + _GAP + _AGE)
    if room < 0:
        # Too narrow for everything: the id and the status stay, and how far it is if it can be.
        room += _GAP + _AGE
        return Columns(id=id_width, percent=_PERCENT if room >= 0 else 0, age=0)
    bar_width = 6 if room >= 7 else 0
    room -= bar_width + 1 if bar_width else 0
    created = _CREATED if room >= _CREATED + 2 * _GAP + 20 else 0
    room -= created + _GAP if created else 0
    file = room - _GAP if room - _GAP >= 8 else 0
    if file > 30:
        bar_width, file = bar_width + 6, file - 6
    elif not file and bar_width:
        bar_width += room
    return Columns(id=id_width, bar=bar_width, created=created, file=file)


def header(columns: Columns) -> Line:
    cells = [
        ("  " + fit("ORDER", columns.id), "dim"),
        (_gap(columns.status) + fit("STATUS", columns.status), "dim"),
    ]
    if columns.percent:
        progress = columns.percent + (columns.bar + 1 if columns.bar else 0)
        word = "PROGRESS" if progress >= 8 else "DONE"
        cells.append((_gap(progress) + fit_right(word, progress), "dim"))
    cells.append((_gap(columns.created) + fit("CREATED", columns.created), "dim"))
    cells.append((_gap(columns.age) + fit_right("AGE", columns.age), "dim"))
    cells.append((_gap(columns.file) + fit("FILE", columns.file), "dim"))
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
    mark = (glyphs.cursor if cursor else " ") + " "
    status, ink = status_span(facts, glyphs, columns.status)
    if uncovered:
        status, ink = status.replace(" ", "~", 1), "old"
    cells: list[Span] = [
        (mark, "accent"),
        (fit(facts.id, columns.id), "gone" if facts.gone else "old" if uncovered else "plain"),
        (_gap(columns.status), "plain"),
        (status, ink),
        *_progress(facts, columns, glyphs, old=old or uncovered),
    ]
    if columns.created:
        text = phrase.NO_VALUE if facts.created is None else phrase.short_time(facts.created, now)
        cells.append((_gap(1) + fit(text, columns.created), "dim"))
    if columns.age:
        age = "" if facts.created is None else phrase.row_age(now - facts.created)
        cells.append((_gap(1) + fit_right(age, columns.age), "dim"))
    if columns.file:
        cells.append((_gap(1) + fit(facts.filename or "", columns.file), "plain"))
    return tuple(cells)


def status_span(facts: OrderFacts, glyphs: Glyphs, width: int | None = None) -> Span:
    """Glyph and word; a status that is unknown is shown as it came."""
    if facts.gone:
        glyph, word, ink = glyphs.gone, "GONE", "gone"
    else:
        glyph, ink = glyphs.phases[facts.phase], facts.phase.value
        word = facts.status or "no status"
    text = f"{glyph} {word}"
    return (text if width is None else fit(text, width), ink)


def _progress(facts: OrderFacts, columns: Columns, glyphs: Glyphs, *, old: bool) -> list[Span]:
    """Bar and percent of an active order; nothing where nothing is known to say."""
    if not columns.percent:
        return []
    width = columns.percent + (columns.bar + 1 if columns.bar else 0)
    active = not facts.phase.final and not facts.gone
    stopped = facts.phase is Phase.ERROR and not facts.gone and facts.progress is not None
    if not (active and facts.progress is not None) and not stopped:
        return [(_gap(1) + " " * width, "plain")]
    cells: list[Span] = [(_gap(1), "plain")]
    if columns.bar:
        ink = "old" if old or stopped else "bar"
        cells += [*bar(facts.progress, columns.bar, glyphs, ink), (" ", "plain")]
    percent = phrase.percent(facts.progress, old=old)
    cells.append((fit_right(percent, columns.percent), "old" if old or stopped else "plain"))
    return cells


def _gap(width: int) -> str:
    return " " * _GAP if width else ""
