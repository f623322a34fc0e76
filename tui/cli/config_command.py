"""`transcode-tui config`: print where the settings are, what they are and which keys there are."""

import argparse
from collections.abc import Mapping, Sequence

from tui.cli.config_check import check, complain_all, keymap_of, table_problems
from tui.cli.options import config_path, resolve
from tui.cli.output import write_line
from tui.config.loader import NO_HOME, ResolvedSetting, problems_of
from tui.config.settings import PREFERENCES, ConfigError
from tui.model.account import Secret
from tui.model.key_overrides import KeyOverride


def run(options: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """Run `config path`, `show`, `check` or `keys`; return 0, 1 after a failed login, or 2 after
    other problems. Raises `ConfigError`.
    """
    match options.action:
        case "path":
            path = config_path(options)
            if path is None:
                raise ConfigError(NO_HOME)
            write_line(str(path))
            return 0
        case "show":
            return _show(options, environ)
        case "keys":
            return _keys(resolve(options, environ, PREFERENCES)["keys"].value)
        case _:
            return check(options, environ)


def _show(options: argparse.Namespace, environ: Mapping[str, str]) -> int:
    resolved = resolve(options, environ, reveal=False)
    rows = [(key, _value_text(each), each.origin or "not set") for key, each in resolved.items()]
    _write_table(rows)
    problems = table_problems(options, resolved)
    return complain_all([*problems_of(resolved), *problems])


def _value_text(setting: ResolvedSetting) -> str:
    value = setting.value
    if setting.problem is not None:
        return "?"
    if isinstance(value, Secret):
        return str(value) if value else ""
    if isinstance(value, tuple):
        return f"{len(value)} set" if value else "none"
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:g}" if isinstance(value, float) else f"{value}"


def _keys(overrides: Sequence[KeyOverride]) -> int:
    """List each id, its keys and what it does, and its default keys if they are overridden."""
    bindings, keymap = keymap_of(overrides)
    rows = []
    for each in sorted(bindings, key=lambda each: each.id):
        default = f"  (was {', '.join(each.keys)})" if each.id in keymap.changed else ""
        rows.append((each.id, ", ".join(keymap.keys[each.id]), each.text + default))
    _write_table(rows)
    return complain_all(keymap.problems)


def _write_table(rows: Sequence[tuple[str, str, str]]) -> None:
    widths = [max(len(row[column]) for row in rows) for column in (0, 1)]
    for first, second, third in rows:
        write_line(f"{first:{widths[0]}}  {second:{widths[1]}}  {third}".rstrip())
