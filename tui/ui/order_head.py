"""What stands above an order that is shown in full: which one, and how far it can be believed.
Pure.
"""

import msgspec

from tui.model.state import State
from tui.ui.banner import Session, list_notice
from tui.ui.detail_lines import DetailModel, jobs_shown, staleness_note
from tui.ui.glyphs import Glyphs
from tui.ui.hints import DEFAULTS, KeyLabels
from tui.ui.rows import status_span
from tui.ui.spans import Line, justify, clip, width_of, wrap

TABS = {"facts": "Facts", "raw": "Raw JSON"}


class OrderModel(msgspec.Struct, frozen=True):
    """The order under the cursor: its place in the list, from 1, and how many the list has.
    `view` is None where there is no order any more. `now` is wall and monotonic time.
    """

    state: State
    who: Session
    view: DetailModel | None
    place: tuple[int, int]
    now: tuple[float, float]
    keys: KeyLabels = DEFAULTS


def head_lines(
    shown: OrderModel, tab: str, told: str, size: tuple[int, int], glyphs: Glyphs
) -> list[Line]:
    """The rule with the order, the tabs with what is `told` of the one that is open, and what
    stands between all this and the truth.
    """
    width, height = size
    most = 1 if height < 15 else 3
    notes = [list_notice(shown.state, shown.who, shown.now[1], shown.keys)]
    if shown.view is not None:
        notes.append(staleness_note(shown.view, shown.now))
        notes.append(_left_out(shown.view) if tab == "raw" else _not_shown(shown.view))
    said = [part for note in notes if note for part in wrap(note, width - 2, most)]
    return [
        _rule(shown, width, glyphs),
        _tabs(tab, told, width, glyphs),
        *(((" ", "plain"), (part, "warning")) for part in said),
    ]


def _left_out(view: DetailModel) -> str | None:
    count = view.reading.detail.left_out if view.reading is not None else 0
    return f"the answer is long: {count} characters of it are left out" if count else None


def _not_shown(view: DetailModel) -> str | None:
    """Above the table, which is too long to end on the screen."""
    detail = view.reading.detail if view.reading is not None else None
    return jobs_shown(detail) if detail is not None and detail.more_jobs else None


def _rule(shown: OrderModel, width: int, glyphs: Glyphs) -> Line:
    number, count = shown.place
    known = " known" if shown.state.is_partly_read else ""
    right: Line = ((f" {number} of {count}{known} ", "dim"), (glyphs.rule, "rest"))
    left: Line = ((f"{glyphs.rule} ", "rest"), ("no order", "strong"), (" ", "plain"))
    if shown.view is not None:
        facts = shown.view.facts
        gap = f" {glyphs.rule} "
        status = status_span(facts, glyphs, uncovered=shown.view.uncovered)
        left = (left[0], (facts.id, "strong"), (gap, "rest"), status, (" ", "plain"))
    if width_of(left) + width_of(right) > width:
        right = ()
    left = clip(left, width)
    rest = width - width_of(left) - width_of(right)
    return (*left, (glyphs.rule * rest, "rest"), *right)


def _tabs(tab: str, told: str, width: int, glyphs: Glyphs) -> Line:
    line: Line = ()
    for number, (name, title) in enumerate(TABS.items(), 1):
        mark = glyphs.cursor if name == tab else " "
        ink = "strong" if name == tab else "dim"
        line = (*line, (mark, "accent"), (f"{number} {title}", ink), ("  ", "plain"))
    return justify(line, clip(((f"{told} ", "dim"),), width // 2), width)
