"""Views: a filter, a sort, columns and groups under a name. Pure."""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

import msgspec

from tui.filtering.sorting import MAX_SORT_KEYS, NEWEST_FIRST, Sort, SortKey
from tui.model.columns import COLUMNS
from tui.sanitize import REPLACEMENT, sanitize

REQUIRED_COLUMNS = ("file", "status")
"""These name the order and show whether the row is stale."""

MAX_COLUMN_WIDTH = 200
MAX_NAME_LENGTH = 40


class ColumnSpec(NamedTuple):
    """A column and its width in cells; 0 is automatic."""

    name: str
    width: int = 0


class View(msgspec.Struct, frozen=True):
    """No `columns` means automatic columns. With `groups`, active and recently failed orders come
    first, each under a heading.
    """

    name: str = ""
    filter: str = ""
    sort: Sort = NEWEST_FIRST
    columns: tuple[ColumnSpec, ...] = ()
    groups: bool = False

    def is_like(self, other: "View") -> bool:
        """Return whether both are equal but for their names."""
        return msgspec.structs.replace(self, name=other.name) == other


_FAILED_COLUMNS = (
    ColumnSpec("file"), ColumnSpec("status", 2), ColumnSpec("reason"), ColumnSpec("finished"),
    ColumnSpec("age"), ColumnSpec("id"),
)  # fmt: skip

BUILT_IN_VIEWS = (
    View("Now", groups=True),
    View("All"),
    View("Active", "status:active"),
    View("Failed", "status:error", columns=_FAILED_COLUMNS),
    View("Failed today", "status:error created:today", columns=_FAILED_COLUMNS),
)


def with_views(views: Sequence[View], *others: View) -> tuple[View, ...]:
    """Return `views` with each of `others` in place of the one of its name, or appended."""
    return tuple({each.name: each for each in (*views, *others)}.values())


DETAIL_SIZES = ("normal", "wide", "off")


class ScreenState(msgspec.Struct, frozen=True):
    """The view, the cursor, the size of the detail pane and the filters' history when the program
    ended. There is no cursor if the user had not moved it.
    """

    view: View = BUILT_IN_VIEWS[0]
    cursor: str | None = None
    detail: str = "normal"
    """One of `DETAIL_SIZES`."""
    filters: tuple[str, ...] = ()
    """The filters that were used, the newest first."""


class ViewStore(Protocol):
    """Stores the views, and the state of the screen for the next start."""

    views: Sequence[View]
    problems: Sequence[str]
    """A sentence for each stored view that is invalid."""
    screen_state: ScreenState

    async def save_view(self, view: View) -> str | None:
        """Save for the next start. Return a sentence if that fails."""

    async def rename_view(self, name: str, view: View) -> str | None:
        """Replace the view of this name by `view`, which has another one."""

    async def delete_view(self, name: str) -> str | None:
        """Delete a view that was saved."""

    def save_screen_state(self, state: ScreenState) -> None:
        """Save for the next start."""


def parse_view_name(text: str) -> str:
    """Return `text` as the name of a view. Raises `ValueError` (`must …`)."""
    name = text.strip()
    if not name:
        raise ValueError("must not be empty")
    if len(name) > MAX_NAME_LENGTH:
        raise ValueError(f"must have at most {MAX_NAME_LENGTH} characters")
    if sanitize(name) != name or REPLACEMENT in name:
        raise ValueError("must be plain text")
    return name


def view_from_dict(name: str, values: object) -> tuple[View, list[tuple[str, str]]]:
    """Return the view of a table of the config file, with defaults for invalid values, and the
    keys of these with the reasons.
    """
    if not isinstance(values, Mapping):
        return View(name), [("", "must be a table")]
    view, problems = View(name), []
    for key, value in values.items():
        if key not in _READERS:
            known = ", ".join(_READERS)
            problems.append((sanitize(str(key), 40), f"is no key of a view: those are {known}"))
            continue
        try:
            view = msgspec.structs.replace(view, **{key: _READERS[key](value)})
        except ValueError as error:
            problems.append((key, str(error)))
    return view, problems


def view_to_dict(view: View) -> dict[str, str | list[str] | bool]:
    """Return the table of the config file that `view_from_dict` reads as `view`."""
    values: dict[str, str | list[str] | bool] = {}
    if view.filter:
        values["filter"] = view.filter
    if view.sort != NEWEST_FIRST:
        values["sort"] = ["-" * key.descending + key.column for key in view.sort]
    if view.columns:
        values["columns"] = [f"{n}:{width}" if width else n for n, width in view.columns]
    if view.groups:
        values["groups"] = True
    return values


def _filter(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("must be a text")  # noqa: TRY004 - reported like any invalid value
    # 10 ms at start-up, and few users store a filter.
    from tui.filtering.lexer import QueryError  # noqa: PLC0415 - see above
    from tui.filtering.parser import parse  # noqa: PLC0415 - see above

    text = sanitize(value, 2000).strip()
    try:
        parse(text)
    except QueryError as error:
        raise ValueError(f"is invalid: {error.message}") from None
    return text


def _sort(value: object) -> Sort:
    keys: dict[str, SortKey] = {}
    for text in _texts(value):
        name = text.removeprefix("-")
        keys.setdefault(_column(name), SortKey(name, text != name))
    if len(keys) > MAX_SORT_KEYS:
        raise ValueError(f"must name at most {MAX_SORT_KEYS} columns")
    return tuple(keys.values()) or NEWEST_FIRST


def _columns(value: object) -> tuple[ColumnSpec, ...]:
    specs: dict[str, ColumnSpec] = {}
    for text in _texts(value):
        name, _, width = text.partition(":")
        if width and not (
            re.fullmatch("[0-9]{1,3}", width) and 1 <= int(width) <= MAX_COLUMN_WIDTH
        ):
            raise ValueError(f"must have widths from 1 to {MAX_COLUMN_WIDTH}, as in file:40")
        specs.setdefault(_column(name), ColumnSpec(name, int(width or 0)))
    missing = [ColumnSpec(name) for name in REQUIRED_COLUMNS if name not in specs]
    return (*missing, *specs.values()) if specs else ()


def _texts(value: object) -> list[str]:
    texts = [value] if isinstance(value, str) else value
    if not isinstance(texts, list) or not all(isinstance(each, str) for each in texts):
        raise ValueError("must be a list of columns")
    return texts


def _column(name: str) -> str:
    if name not in COLUMNS:
        raise ValueError(f"names {sanitize(name, 40)!r}, which is none of {', '.join(COLUMNS)}")
    return name


def _groups(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError("must be true or false")  # noqa: TRY004 - reported like any invalid value
    return value


_READERS = {"filter": _filter, "sort": _sort, "columns": _columns, "groups": _groups}
