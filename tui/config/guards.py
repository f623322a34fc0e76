"""The guards of the config file: a table `[[guard]]` each.

    [[guard]]
    filter = "profile:4k"        # without it: every order
    action = "requeue"           # without it: every action
    deny = true                  # or confirm = "type-id", or max = 3
    reason = "4k jobs are relaunched by hand"

A guard with a mistake denies its action until it is corrected; if its action is not readable, every
action.
"""

from collections.abc import Callable, Mapping
from itertools import islice
from typing import Any

from tui.filtering.history import MAX_LENGTH
from tui.model.actions import ActionKind, Guard
from tui.sanitize import sanitize

_MAX_GUARDS = 100
_MAX_REASON = 200
_ACTIONS = ", ".join(kind.value for kind in ActionKind)
_EFFECTS = ("deny", "confirm", "max")


def parse_guards(tables: object) -> tuple[Guard, ...]:
    """Return the guards in the value of `guard`."""
    if not isinstance(tables, list):
        return (Guard("", None, problem="guard must be tables [[guard]]"),)
    guards = [_guard(table, number) for number, table in enumerate(tables[:_MAX_GUARDS], 1)]
    if len(tables) > _MAX_GUARDS:
        problem = f"{len(tables)} guards are too many: {_MAX_GUARDS} are possible"
        guards.append(Guard("", None, problem=problem))
    return tuple(guards)


def _guard(table: object, number: int) -> Guard:
    if not isinstance(table, Mapping):
        return Guard("", None, problem=f"guard {number} must be a table")
    values: dict[str, Any] = {}
    problems: list[str] = []
    for key, value in islice(table.items(), len(_READERS) + 1):
        if key not in _READERS:
            problems.append(f"{sanitize(str(key), 40)!r} is no key of a guard")
            continue
        try:
            values[_FIELDS.get(key, key)] = _READERS[key](value)
        except ValueError as error:
            problems.append(f"{key} {error}")
    if not problems and not any(key in table for key in _EFFECTS):
        problems.append(f"needs one of {', '.join(_EFFECTS)}")
    is_about_all = "action" in table and "action" not in values
    problem = f"guard {number}: {problems[0]}" if problems else ""
    filter_text = values.pop("filter", "")
    action = None if is_about_all else values.pop("action", None)
    return Guard(filter_text, action, problem=problem, **values)


def _filter(value: object) -> str:
    # 10 ms at start-up, and few users have a guard.
    from tui.filtering.lexer import QueryError  # noqa: PLC0415 - see above
    from tui.filtering.parser import parse  # noqa: PLC0415 - see above
    from tui.filtering.server_filters import OBSERVED_FIELDS  # noqa: PLC0415 - see above
    from tui.filtering.syntax_tree import fields_of  # noqa: PLC0415 - see above

    text = sanitize(_text(value), MAX_LENGTH).strip()
    try:
        fields = fields_of(parse(text))
    except QueryError as error:
        raise ValueError(f"is invalid: {error.message}") from None
    if unknown := sorted(fields & OBSERVED_FIELDS):
        raise ValueError(f"looks at {unknown[0]}, which only the history knows")
    return text


def _action(value: object) -> ActionKind:
    try:
        return ActionKind(value)
    except ValueError:
        raise ValueError(f"must be one of {_ACTIONS}") from None


def _deny(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError("must be true or false")  # noqa: TRY004 - reported like any invalid value
    return value


def _confirm(value: object) -> bool:
    if value != "type-id":
        raise ValueError('must be "type-id"')
    return True


def _max(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise ValueError("must be a whole number from 1 on")
    return value


def _reason(value: object) -> str:
    return sanitize(_text(value), _MAX_REASON).strip()


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("must be a text")  # noqa: TRY004 - reported like any invalid value
    return value


_READERS: Mapping[str, Callable[[object], object]] = {
    "filter": _filter,
    "action": _action,
    "deny": _deny,
    "confirm": _confirm,
    "max": _max,
    "reason": _reason,
}
_FIELDS: Mapping[str, str] = {"confirm": "type_id"}
"""The fields of `Guard` that have another name than their key."""
