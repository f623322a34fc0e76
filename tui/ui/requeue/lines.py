"""The lines of the requeue dialog: what the plan is, and what came of it. Pure."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from rich.cells import cell_len

from tui import formatting
from tui.actions.plan import Eligibility, ItemResult, PlanItem
from tui.model.actions import Outcome
from tui.model.order import Phase
from tui.ui.action_words import RESULT_ROLES
from tui.ui.requeue.run import Choice, RequeueRun, Stage
from tui.ui.text import Line, Span, fit_middle, wrap
from tui.ui.theme.terminal_output import Glyphs

_MIN_WIDTH_FOR_COLUMNS = 96
_MAX_NAME_WIDTH = 32
_MAX_WORDS_LINES = 3
_GAP = 2

_NAMES = {
    Outcome.ACCEPTED: "sent",
    Outcome.REFUSED: "refused",
    Outcome.SKIPPED: "skipped",
    Outcome.FOUND_DONE: "found queued again",
    Outcome.FOUND_NOT_DONE: "found not queued",
    Outcome.UNKNOWN: "unknown",
}
"""In the order of the summary."""
_LEFT_OUT = {
    Eligibility.FINISHED: "finished",
    Eligibility.NOT_FAILED: "not failed",
    Eligibility.GONE: "gone",
    Eligibility.UNREAD: "not read",
    Eligibility.DENIED: "denied",
}


class DialogBody(NamedTuple):
    """`current` is the line of the order that is sent now, None if none is."""

    lines: list[Line]
    current: int | None


def summary(run: RequeueRun) -> Span:
    """What the plan is, or how far its run is."""
    sent, unsent = formatting.orders(len(run.to_send)), formatting.count(len(run.unsent))
    parts = list(_counts(run))
    match run.stage:
        case Stage.READING:
            total = formatting.orders(len(run.choice.order_ids))
            return f"{len(run.items)} of {total} read; nothing is sent yet", "plain"
        case Stage.PLANNED if not run.to_send:
            return _joined(["No order to requeue", *_left_out(run)]), "warning"
        case Stage.PLANNED:
            return _joined([f"{sent} to requeue", *_left_out(run)]), "strong"
        case Stage.SENDING:
            parts.append(f"{unsent} to go")
        case Stage.STOPPING if run.unsent:
            parts.append(f"stopping after the request in flight, {unsent} not sent")
        case Stage.ENDED if run.unsent:
            parts.append(f"{unsent} not sent")
    return _joined(parts), "strong"


def _joined(parts: Sequence[str]) -> str:
    return " · ".join(parts)


def _left_out(run: RequeueRun) -> Iterator[str]:
    """How many orders are not sent, by the reason."""
    sent = frozenset(item.order_id for item in run.to_send)
    numbers = Counter(each.eligibility for each in run.items if each.order_id not in sent)
    for eligibility, name in _LEFT_OUT.items():
        if number := numbers[eligibility]:
            yield f"{formatting.count(number)} {name}"


def _counts(run: RequeueRun) -> Iterator[str]:
    """How many orders have which outcome so far."""
    numbers = Counter(result.outcome for result in run.results.values())
    for outcome, name in _NAMES.items():
        if number := numbers[outcome]:
            again = outcome is Outcome.UNKNOWN and run.stage in (Stage.SENDING, Stage.SETTLING)
            yield f"{formatting.count(number)} {name}{', reading it again' if again else ''}"


def notes(run: RequeueRun) -> list[Span]:
    """What to know of the whole plan, in a sentence each."""
    found: list[Span] = []
    if run.problem:
        found.append((f"Nothing more is sent: {run.problem}", "error"))
    if run.stage in (Stage.READING, Stage.PLANNED):
        found += [(text, "warning") for text in _choice_notes(run.choice)]
    return found


def _choice_notes(choice: Choice) -> Iterator[str]:
    places = {"hidden by the filter": choice.hidden, "no longer in the list": choice.missing}
    for place, number in places.items():
        if number:
            orders = "marked order is" if number == 1 else "marked orders are"
            yield f"{number} {orders} {place}"
    if number := choice.others:
        shown = "matches" if number == 1 else "match"
        where = f"now {shown} the filter" if choice.filter else "in the list"
        yield f"{formatting.count(number)} more in ERROR {where}: not included"


def body(run: RequeueRun, width: int, glyphs: Glyphs) -> DialogBody:
    """The notes, then each order with what becomes of it."""
    lines: list[Line] = [
        ((text, role),) for note, role in notes(run) for text in wrap(note, width, _MAX_WORDS_LINES)
    ]
    in_flight = "" if run.in_flight is None else run.in_flight.order_id
    unsent = frozenset(item.order_id for item in run.unsent)
    sent = frozenset(item.order_id for item in run.to_send)
    id_width = max((cell_len(item.order_id) for item in run.items), default=0)
    current = None
    for item in run.items:
        if item.order_id == in_flight:
            current = len(lines)
            row: _Row = (glyphs.waiting, "accent"), [("sending", "accent")]
        elif (result := run.results.get(item.order_id)) is not None:
            row = _result(result, run.stage, glyphs)
        elif item.order_id in unsent:
            row = _waiting(run.stage, glyphs)
        else:
            row = _planned(item, glyphs, is_sent=item.order_id in sent)
        lines += _item_lines(item, row, id_width, width)
    return DialogBody(lines, current)


_Row = tuple[Span, list[Span]]
"""A glyph, and what is said of the order, in paragraphs."""


def _planned(item: PlanItem, glyphs: Glyphs, *, is_sent: bool) -> _Row:
    """What the plan says of an order that is not sent yet, or never."""
    if not is_sent:
        is_routine = item.eligibility in (Eligibility.FINISHED, Eligibility.NOT_FAILED)
        role = "dim" if is_routine else "warning"
        return (glyphs.dot, role), [(f"not sent: {item.words}", role)]
    said: list[Span] = []
    if item.eligibility is Eligibility.ELIGIBLE:
        said.append((item.reason or "no reason given", "error" if item.reason else "dim"))
    if item.words:
        said.append((item.words, "warning"))
    if item.type_id:
        why = f": {item.guard_reason}" if item.guard_reason else ""
        said.append((f"a guard asks for its id{why}", "warning"))
    return (glyphs.mark, "accent"), said


def _waiting(stage: Stage, glyphs: Glyphs) -> _Row:
    if stage is Stage.SENDING:
        return (glyphs.mark, "accent"), [("waiting", "dim")]
    return (glyphs.dot, "warning"), [("not sent: stopped before its turn", "warning")]


def _result(result: ItemResult, stage: Stage, glyphs: Glyphs) -> _Row:
    outcome, role = result.outcome, RESULT_ROLES[result.outcome]
    words = formatting.describe_outcome(outcome, result.words)
    phases = {"finished": Phase.FINISHED, "error": Phase.ERROR}
    glyph = glyphs.phases[phases[role]] if role in phases else glyphs.dot
    if outcome is Outcome.UNKNOWN:
        glyph = glyphs.phases[Phase.UNKNOWN]
        if stage in (Stage.SENDING, Stage.SETTLING):
            words = f"{words}, reading it again"
    return (glyph, role), [(words, role)]


def _item_lines(item: PlanItem, row: _Row, id_width: int, width: int) -> list[Line]:
    """Glyph, file and id of an order, and what is said of it: beside them if there is room, else
    below.
    """
    (glyph, role), said = row
    name, has_columns = item.filename or "?", width >= _MIN_WIDTH_FOR_COLUMNS
    rest = width - _GAP - id_width - _GAP
    name_width = min(_MAX_NAME_WIDTH, rest // 3) if has_columns else max(8, rest)
    head: Line = (
        (f"{glyph} ", role),
        (fit_middle(name, name_width), "strong"),
        ("  ", "plain"),
        (item.order_id.ljust(id_width), "dim"),
    )
    indent = _GAP + name_width + _GAP + id_width + _GAP if has_columns else _GAP
    room = max(8, width - indent)
    texts: list[Span] = [
        (text, role) for words, role in said for text in wrap(words, room, _MAX_WORDS_LINES)
    ]
    lines = [(*head, ("  ", "plain"), texts.pop(0)) if has_columns and texts else head]
    return [*lines, *(((" " * indent, "plain"), text) for text in texts)]


def to_type(run: RequeueRun, confirm_above: int) -> list[tuple[str, str, str]]:
    """What must be typed before the plan is sent: for each text what it is for, the text, and a
    note.
    """
    plan, items = run.plan, {item.order_id: item for item in run.to_send}
    if plan is None:
        return []
    orders = formatting.orders(len(items))
    asked: list[tuple[str, str, str]] = []
    for text in plan.must_type(run.include_finished, confirm_above):
        item = items.get(text)
        if item is None:
            asked.append((f"Requeue {orders}? Type their number", text, "Nothing is sent yet"))
        else:
            reason = f": {item.guard_reason}" if item.guard_reason else ""
            asked.append((f"Type the id to requeue {item.filename or text}", text, text + reason))
    return asked


def why_no_key(action: str, run: RequeueRun, is_plan_painted: bool) -> str:
    """Why a key of the plan has no effect now; empty if it has one."""
    if action not in ("run", "finished"):
        return ""
    if run.stage is Stage.READING or not is_plan_painted:
        return "The orders are still being read. {leave}: leave, nothing is sent"
    if run.stage is not Stage.PLANNED:
        return "A plan is sent only once, and this one has begun"
    if action == "finished":
        is_any = any(item.eligibility is Eligibility.FINISHED for item in run.items)
        return "" if is_any else "No order of this plan is finished"
    return "" if run.to_send else "No order of this plan can be requeued. {leave}: leave"
