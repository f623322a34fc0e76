"""Edit the config file. Comments, formatting and all other keys stay as they are."""

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tui.config.loader import NO_HOME, parse, read_text
from tui.config.settings import ConfigError
from tui.files import replace_file
from tui.filtering.views import View, view_to_dict


def save_values(path: Path | None, values: Mapping[str, str], drop: Iterable[str] = ()) -> None:
    """Set `values` and remove the keys `drop`. Raises `ConfigError`."""
    with _edited(path) as document:
        for key in drop:
            document.pop(key, None)
        document.update(values)


def save_view(path: Path | None, view: View) -> None:
    """Save `view`, replacing the one of its name. Raises `ConfigError`."""
    with _edited(path) as document:
        _put_view(document, view)


def rename_view(path: Path | None, name: str, view: View) -> None:
    """Give the view `name` the name of `view`, in place of one of that name; its comments and the
    order of the views stay. If there is none, save `view`. Raises `ConfigError`.
    """
    with _edited(path) as document:
        tables = document.get("views")
        if not isinstance(tables, dict) or name not in tables:
            _put_view(document, view)
            return
        if view.name != name:
            tables.pop(view.name, None)
        names = list(tables)
        for each in names[names.index(name) :]:  # tomlkit adds at the end
            tables = document["views"]  # again: one of separate tables is not updated
            table = tables[each]
            del tables[each]
            if each == name:
                table.display_name = None  # the header that was read
            tables[view.name if each == name else each] = table


def delete_view(path: Path | None, name: str) -> None:
    """Delete the view `name`, if there is one. Raises `ConfigError`."""
    with _edited(path) as document:
        tables = document.get("views")
        if isinstance(tables, dict):
            tables.pop(name, None)


def _put_view(document: dict[str, Any], view: View) -> None:
    import tomlkit  # noqa: PLC0415 - needed only for saving

    tables = document.get("views")
    if not isinstance(tables, dict):
        document["views"] = tables = tomlkit.table(is_super_table=True)
    tables[view.name] = tomlkit.item(view_to_dict(view))


@contextmanager
def _edited(path: Path | None) -> Iterator[dict[str, Any]]:
    """Yield the parsed file, and write it at the end of the block: it is replaced atomically, and
    readable by its owner only. Raises `ConfigError`.
    """
    if path is None:
        raise ConfigError(NO_HOME)
    target = Path(os.path.realpath(path))  # a link stays a link
    try:
        text, _ = read_text(target)
        parse(path, text)  # rejects what tomlkit would take too long for
        import tomlkit  # noqa: PLC0415 - needed only for saving

        try:
            # tomlkit 0.15 appends to the line of a dotted key if the line has no end.
            document = tomlkit.parse(text + "\n" * (text != "" and not text.endswith("\n")))
            yield document
            edited = tomlkit.dumps(document)
            parse(path, edited)
        except Exception:  # noqa: BLE001 - tomlkit raises various errors for unusual tables
            raise ConfigError(f"{path} cannot be changed here: edit it by hand") from None
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        replace_file(target, [edited.encode()], sync=True)
    except OSError as error:
        raise ConfigError(f"{path} cannot be written: {error.strerror}") from None
