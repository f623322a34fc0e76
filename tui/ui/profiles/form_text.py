"""The words of the form of a profile, and of a change before and after it is sent. Pure."""

from collections.abc import Sequence

from tui import formatting
from tui.actions.profile_change import ProfileChange
from tui.actions.profile_draft import PROFILE_FIELDS, Difference
from tui.actions.profile_settling import ChangeResult
from tui.model.actions import ActionKind, Outcome
from tui.model.profiles import AllowedValues, EncodingProfile
from tui.ui.action_words import RESULT_ROLES
from tui.ui.text import Line, fit, wrap, wrapped
from tui.ui.theme.terminal_output import Glyphs

_LABEL_WIDTH = 16
_NONE = "none"

_SENDING = "Sent to the server; its answer is awaited"
_ACCEPTED = "the server accepts it"
_NEVER_AGAIN = (
    "It may have been done. The profiles are read until that shows; it is not sent again."
)


def form_title(seen: EncodingProfile | None) -> str:
    return "New profile" if seen is None else f"Edit profile {seen.id} {seen.name}"


def field_hint(key: str, allowed: AllowedValues, note: str) -> str:
    """Return what may be said in a field."""
    field = PROFILE_FIELDS.get(key)
    if field is None:
        return ""
    if field.is_number:
        what = "a whole number" if field.required else "a whole number, or empty"
        return f"{field.label}: {what}"
    if choices := field.choices(allowed):
        return f"{field.label}: {', '.join(choices)}"
    if field.allowed:
        return f"{field.label}: {note or 'the server names no values, so anything'}"
    return f"{field.label}: as the orders show it"


def change_title(change: ProfileChange) -> str:
    if change.kind is ActionKind.DELETE_PROFILE:
        return f"Delete profile {change.profile_id}"
    return "New profile" if change.profile_id is None else f"Save profile {change.profile_id}"


def change_lines(
    change: ProfileChange, uses: Sequence[Line], width: int, glyphs: Glyphs
) -> list[Line]:
    """What would be sent, or why nothing can be. `uses` are the lines on the orders with it."""
    is_deleted = change.kind is ActionKind.DELETE_PROFILE
    is_whole = is_deleted or change.profile_id is None
    lines = wrapped(change.name, width, "strong")
    if is_deleted and uses:
        lines += [*uses, ()]
    for each in change.differences:
        if not (is_whole and each.label == PROFILE_FIELDS["name"].label):
            lines += _difference(each, width, glyphs, is_whole=is_whole)
    if change.meanwhile:
        kept = "" if is_deleted else ", and kept"
        text = f"Changed by someone else since you opened it{kept}:"
        lines += [(), *wrapped(text, width, "warning")]
        for each in change.meanwhile:
            lines += _difference(each, width, glyphs)
    if change.twin is not None:
        text = f"Profile {change.twin} has the same name: a filter by it finds the orders of both."
        lines += wrapped(text, width, "warning")
    if uses and not is_deleted:
        lines += [(), *uses]
    return [*lines, *_warnings(change, width)]


def _warnings(change: ProfileChange, width: int) -> list[Line]:
    """What to know before it is sent, and why it can't be."""
    texts: list[tuple[str, str]] = []
    if change.earlier is not None:
        at = formatting.local_time(change.earlier)
        text = f"What came of a change that was sent at {at} is unknown: it may have been done."
        texts.append((text, "warning"))
    if change.guard_reason:
        texts.append((f"Guard: {change.guard_reason}", "warning"))
    if change.problem:
        texts.append((f"Nothing can be sent. {change.problem}", "error"))
    return [line for text, role in texts for line in [(), *wrapped(text, width, role)]]


def _difference(
    each: Difference, width: int, glyphs: Glyphs, *, is_whole: bool = False
) -> list[Line]:
    """A field with its old value and its new one; if `is_whole`, with the only one it has."""
    old, new = each.old or _NONE, each.new or _NONE
    text = (each.old or each.new) if is_whole else f"{old} {glyphs.arrow} {new}"
    parts = wrap(text, max(8, width - _LABEL_WIDTH), 4)
    return [
        ((fit("" if number else each.label, _LABEL_WIDTH), "dim"), (part, "plain"))
        for number, part in enumerate(parts)
    ]


def sends_text(change: ProfileChange) -> str:
    return "deletes" if change.kind is ActionKind.DELETE_PROFILE else "saves"


def prompt_text(change: ProfileChange) -> str:
    verb = "delete" if change.kind is ActionKind.DELETE_PROFILE else "save"
    return f"Type {change.must_type} to {verb} it:"


def result_text(result: ChangeResult) -> str:
    words = _ACCEPTED if result.outcome is Outcome.ACCEPTED else ""
    words = "; ".join(filter(None, (words, result.words)))
    return formatting.describe_outcome(result.outcome, words)


def result_lines(results: Sequence[ChangeResult], width: int) -> list[Line]:
    """What became of the change: the first answer, and the last thing that a read has shown."""
    if not results:
        return wrapped(_SENDING, width, "accent")
    lines: list[Line] = []
    for each in [*results[:1], *results[1:][-1:]]:
        lines += wrapped(result_text(each), width, RESULT_ROLES[each.outcome])
    if results[-1].outcome is Outcome.UNKNOWN:
        lines += wrapped(_NEVER_AGAIN, width, "plain")
    return lines
