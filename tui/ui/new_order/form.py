"""The form of a new order as a tree of texts: which fields there are, and how parts are added and
removed. Pure.

The tree has the members of api.md (D), with every one of a part. It has secrets.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from enum import Enum
from typing import Any

import msgspec

from tui.model.order_fields import ENCRYPTION_SCHEMES

_STEP = re.compile(r"[^.\[\]]+")
_LIST_ITEM = re.compile(r"(.*)\[(\d+)\](?!.*\[)")

_THUMBNAIL = ("filename", "label", "width", "height", "time")
_DRM = ("key", "key_id", "key_iv", "pssh", "encryption_scheme")

Tree = dict[str, Any]


class FieldKind(Enum):
    TEXT = "text"
    URL = "url"
    """Its password and its signed parameters are hidden."""
    SECRET = "secret"  # noqa: S105 - no secret
    """It is hidden as a whole."""
    PROFILE = "profile"
    CHOICE = "choice"


class FormField(msgspec.Struct, frozen=True):
    """A field: the path of its text in the tree, its label, and its kind."""

    path: str
    label: str
    kind: FieldKind = FieldKind.TEXT
    choices: tuple[str, ...] = ()


class Heading(msgspec.Struct, frozen=True):
    """Begins a section, or a part of one."""

    text: str
    is_section: bool = False


class OrderForm:
    """The texts of a draft. `draft` is a JSON value that `check_draft` can read."""

    def __init__(self, draft: Mapping[str, object] | None = None) -> None:
        self._tree = _whole(draft or {})

    def text(self, path: str) -> str:
        parent, name = self._find(path)
        return str(parent[name])

    def set_text(self, path: str, text: str) -> None:
        parent, name = self._find(path)
        parent[name] = text

    def value(self) -> Tree:
        """Return the draft as a JSON value, without the parts at the end in which nothing is
        typed. What remains keeps its place, so that the paths of problems fit.
        """
        value: Tree = {**self._tree}
        for name in ("notifications", "post_process"):
            items = list(value[name])
            while items and not _is_typed(items[-1]):
                items.pop()
            value[name] = items
        return value

    @property
    def is_empty(self) -> bool:
        """Nothing is typed in it."""
        return not _is_typed(self._tree)

    def rows(self) -> Iterator[FormField | Heading]:
        """Yield the fields and what they are headed by, from top to bottom."""
        yield Heading("Source", is_section=True)
        yield FormField("origin", "URL", FieldKind.URL)
        yield Heading("Destinations", is_section=True)
        for path in self._items("destinations"):
            yield FormField(path, "URL", FieldKind.URL)
        yield Heading("Sub-jobs", is_section=True)
        for number, path in enumerate(self._items("jobs"), 1):
            yield Heading(f"sub-job {number}")
            yield FormField(f"{path}.profile_id", "profile", FieldKind.PROFILE)
            yield FormField(f"{path}.filename", "file name")
            yield FormField(f"{path}.label", "label")
            for count, thumbnail in enumerate(self._items(f"{path}.thumbnails"), 1):
                yield Heading(f"thumbnail {count} of sub-job {number}")
                for name in _THUMBNAIL:
                    yield FormField(f"{thumbnail}.{name}", _label(name))
        yield Heading("Notifications", is_section=True)
        for path in self._items("notifications"):
            yield FormField(f"{path}.email", "e-mail")
            yield FormField(f"{path}.call", "URL to call", FieldKind.URL)
        yield Heading("Priority", is_section=True)
        yield FormField("priority", "priority")
        yield Heading("DRM", is_section=True)
        for path in self._items("post_process"):
            for name in _DRM[:-1]:
                yield FormField(f"{path}.drm.{name}", _label(name), FieldKind.SECRET)
            choices = ("", *ENCRYPTION_SCHEMES)
            yield FormField(f"{path}.drm.{_DRM[-1]}", "scheme", FieldKind.CHOICE, choices)

    def fields(self) -> list[FormField]:
        return [row for row in self.rows() if isinstance(row, FormField)]

    def add(self, path: str) -> str:
        """Add a part after the one that the field of `path` belongs to; return the path of its
        first field. Empty if no part can be added there.
        """
        if path in ("origin", "priority"):
            return ""
        if (found := _LIST_ITEM.match(path)) is None or found[1] == "post_process":
            return ""
        name, number = found[1], int(found[2]) + 1
        self._list(name).insert(number, _new_item(name))
        return self._first(f"{name}[{number}]")

    def add_thumbnail(self, path: str) -> str:
        """Add a thumbnail to the sub-job of the field of `path`, or to the first one; return the
        path of its first field.
        """
        found = re.match(r"jobs\[\d+\]", path)
        name = f"{found[0] if found else 'jobs[0]'}.thumbnails"
        thumbnails = self._list(name)
        thumbnails.append(_new_item(name))
        return self._first(f"{name}[{len(thumbnails) - 1}]")

    def part_of(self, path: str) -> tuple[str, bool]:
        """Return the name of the part that `remove` removes at `path`, empty if there is none; and
        whether anything is typed in it.
        """
        found = _LIST_ITEM.match(path)
        if found is None:
            return "", False
        parent, name = self._find(f"{found[1]}[{found[2]}]")
        kind = {
            "destinations": "destination",
            "notifications": "notification",
            "post_process": "DRM",
        }.get(found[1], "thumbnail" if found[1].endswith("thumbnails") else "sub-job")
        number = "" if kind == "DRM" else f" {int(found[2]) + 1}"
        return f"{kind}{number}", _is_typed(parent[name])

    def remove(self, path: str) -> str:
        """Remove the part that the field of `path` belongs to; return the path of the field that is
        then in its place. The last one of a list that has one at least is only emptied.
        """
        found = _LIST_ITEM.match(path)
        if found is None:
            return path
        name, number = found[1], int(found[2])
        items = self._list(name)
        del items[number]
        is_thumbnail = name.endswith("thumbnails")
        if not items and not is_thumbnail:
            items.append(_new_item(name))
        if not items:
            return self._first(name.removesuffix(".thumbnails"))
        return self._first(f"{name}[{min(number, len(items) - 1)}]")

    def _first(self, prefix: str) -> str:
        return next(each.path for each in self.fields() if each.path.startswith(prefix))

    def _items(self, path: str) -> list[str]:
        return [f"{path}[{number}]" for number in range(len(self._list(path)))]

    def _list(self, path: str) -> list[Any]:
        parent, name = self._find(path)
        items: list[Any] = parent[name]
        return items

    def _find(self, path: str) -> tuple[Any, Any]:
        """Return what has the member or item that `path` leads to, and its name or number."""
        *way, last = [int(each) if each.isdecimal() else each for each in _STEP.findall(path)]
        parent: Any = self._tree
        for each in way:
            parent = parent[each]
        return parent, last


def _whole(draft: Mapping[str, object]) -> Tree:
    """Return a tree with every member of `draft`, and an empty text for each that it hasn't."""
    processes = _objects(draft.get("post_process", draft.get("post-process")))
    jobs = [
        _texts(job, ("label", "filename", "profile_id"))
        | {"thumbnails": [_texts(each, _THUMBNAIL) for each in _objects(job.get("thumbnails"))]}
        for job in _objects(draft.get("jobs"))
    ] or [_new_item("jobs")]
    # P's form; in D they belong to a sub-job.
    loose = _objects(draft.get("thumbnails"))
    jobs[0]["thumbnails"] += [_texts(each, _THUMBNAIL) for each in loose]
    destinations = draft.get("destinations")
    return {
        "priority": _text(draft.get("priority")),
        "origin": _text(draft.get("origin")),
        "destinations": [_text(each) for each in destinations or [""]]
        if isinstance(destinations, list | None)
        else [""],
        "jobs": jobs,
        "notifications": [
            _texts(each, ("email", "call")) for each in _objects(draft.get("notifications"))
        ]
        or [_new_item("notifications")],
        "post_process": [
            {"drm": _texts(drm if isinstance(drm := each.get("drm"), dict) else {}, _DRM)}
            for each in processes
        ]
        or [_new_item("post_process")],
    }


def _new_item(path: str) -> Any:
    match path.rpartition(".")[2]:
        case "jobs":
            return {"label": "", "filename": "", "profile_id": "", "thumbnails": []}
        case "thumbnails":
            return dict.fromkeys(_THUMBNAIL, "")
        case "notifications":
            return {"email": "", "call": ""}
        case "post_process":
            return {"drm": dict.fromkeys(_DRM, "")}
        case _:
            return ""


def _objects(value: object) -> list[dict[str, object]]:
    items = value if isinstance(value, list) else [value]
    return [each for each in items if isinstance(each, dict)]


def _texts(members: Mapping[str, object], names: Sequence[str]) -> Tree:
    return {name: _text(members.get(name)) for name in names}


def _text(value: object) -> str:
    return str(value) if isinstance(value, str | int | float) else ""


def _label(name: str) -> str:
    return {"filename": "file name"}.get(name, name.replace("_", " "))


def _is_typed(value: Any) -> bool:
    if isinstance(value, dict):
        return any(map(_is_typed, value.values()))
    if isinstance(value, list):
        return any(map(_is_typed, value))
    return bool(value)
