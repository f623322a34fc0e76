"""`transcode-tui config`: show where the settings are and what they are, and test them."""

import argparse
import asyncio
from collections.abc import Mapping, Sequence

from tui.cli.options import config_path, resolve
from tui.cli.output import complain, write_line
from tui.config.loader import NO_HOME, ResolvedSetting, build_config, read_views
from tui.config.settings import PREFERENCES, SETTINGS, ConfigError
from tui.formatting import describe_failure
from tui.model.account import Account, LoginResult, Secret, field_at_fault
from tui.model.key_overrides import BindingInfo, Keymap, KeyOverride
from tui.sanitize import sanitize


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
            return _check(options, environ)


def _show(options: argparse.Namespace, environ: Mapping[str, str]) -> int:
    resolved = resolve(options, environ, reveal=False)
    rows = [(key, _value_text(each), each.origin or "not set") for key, each in resolved.items()]
    _write_table(rows)
    problems = [each.problem for each in resolved.values() if each.problem is not None]
    return _complain_all([*problems, *_table_problems(options, resolved["keys"].value)])


def _value_text(setting: ResolvedSetting) -> str:
    value = setting.value
    if setting.problem is not None:
        return "?"
    if isinstance(value, Secret):
        return str(value) if value else ""
    if isinstance(value, tuple):
        return f"{len(value)} set" if value else "none"
    return str(value).lower() if isinstance(value, bool) else f"{value}"


def _check(options: argparse.Namespace, environ: Mapping[str, str]) -> int:
    config = build_config(resolve(options, environ))
    account = config.account
    if account.missing:
        setting = next(each for each in SETTINGS if each.key == account.missing[0])
        raise ConfigError(f"{setting.key} is missing: {setting.how_to_set()}")
    from tui.api.client import check_login

    result = asyncio.run(check_login(account))
    for line in _login_lines(account, result):
        write_line(line)
    return 1 if result.failure else _complain_all(_table_problems(options, config.keys))


def _login_lines(account: Account, result: LoginResult) -> list[str]:
    host = sanitize(account.api_url)
    names = [f"{company.id} {company.name}".strip() for company in result.companies]
    companies = [f"companies  {', '.join(names)}"] if names else []
    if result.failure is None:
        return [f"login      works at {host}", *companies, f"company    {account.company} works"]
    why = describe_failure(result.failure, host, account.company)
    return [*companies, f"{field_at_fault(result.failure)}: {why}"]


def _keys(overrides: Sequence[KeyOverride]) -> int:
    """List each id, its keys and what it does, and its default keys if they are overridden."""
    bindings, keymap = _keymap(overrides)
    rows = []
    for each in sorted(bindings, key=lambda each: each.id):
        default = f"  (was {', '.join(each.keys)})" if each.id in keymap.changed else ""
        rows.append((each.id, ", ".join(keymap.keys[each.id]), each.text + default))
    _write_table(rows)
    return _complain_all(keymap.problems)


def _keymap(overrides: Sequence[KeyOverride]) -> tuple[Sequence[BindingInfo], Keymap]:
    from tui.ui.app import TranscodeApp
    from tui.ui.keymap import apply_overrides, binding_infos, load_key_owners

    bindings = binding_infos(TranscodeApp, load_key_owners())
    return bindings, apply_overrides(overrides, bindings)


def _table_problems(options: argparse.Namespace, overrides: Sequence[KeyOverride]) -> list[str]:
    """Return the problems of views and keys. Only key overrides need Textual's import."""
    _, view_problems = read_views(config_path(options))
    return [*view_problems, *(_keymap(overrides)[1].problems if overrides else ())]


def _write_table(rows: Sequence[tuple[str, str, str]]) -> None:
    widths = [max(len(row[column]) for row in rows) for column in (0, 1)]
    for first, second, third in rows:
        write_line(f"{first:{widths[0]}}  {second:{widths[1]}}  {third}".rstrip())


def _complain_all(problems: Sequence[str]) -> int:
    for problem in problems:
        complain(problem)
    return 2 if problems else 0
