"""`transcode-tui config`: where the settings are, what they are, whether they work."""

import argparse
import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path

from tui import config, formatting
from tui.cli import options as cli
from tui.cli.output import complain, write_line
from tui.config import NO_HOME, ConfigError, ResolvedSetting
from tui.config.tables import read_views
from tui.model.account import Account, LoginResult, field_at_fault
from tui.model.key_overrides import BindingInfo, Keymap, KeyOverride
from tui.model.secret import Secret
from tui.sanitize import sanitize


def run(options: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """Run `config path`, `show`, `check` or `keys`; 0, 1 where a login fails, or 2."""
    try:
        if options.action == "path":
            return _path(cli.path_of(options))
        if options.action == "keys":
            return _keys(cli.find(options, environ, config.PREFERENCES)["keys"].value)
        if options.action == "show":
            found = cli.find(options, environ, reveal=False)
            return max(_show(found), _complain_of(_other_problems(options, found["keys"].value)))
        settings = config.build_config(cli.find(options, environ))
        return _check(settings.account) or _complain_of(_other_problems(options, settings.keys))
    except ConfigError as error:
        return complain(str(error))


def _path(path: Path | None) -> int:
    if path is None:
        raise ConfigError(NO_HOME)
    write_line(str(path))
    return 0


def _show(found: Mapping[str, ResolvedSetting]) -> int:
    rows = [(key, _value(each), each.origin or "not set") for key, each in found.items()]
    widths = [max(len(row[column]) for row in rows) for column in (0, 1)]
    for key, value, origin in rows:
        write_line(f"{key:{widths[0]}}  {value:{widths[1]}}  {origin}".rstrip())
    return _complain_of([each.problem for each in found.values() if each.problem is not None])


def _complain_of(problems: Sequence[str]) -> int:
    for problem in problems:
        complain(problem)
    return 2 if problems else 0


def _other_problems(options: argparse.Namespace, wishes: Sequence[KeyOverride]) -> list[str]:
    """What is no setting: views and keys. Only who wishes other keys waits for Textual, whose
    keys they are.
    """
    _, of_views = read_views(cli.path_of(options))
    of_keys = _keymap(wishes)[1].problems if wishes else ()
    return [*of_views, *of_keys]


def _keymap(wishes: Sequence[KeyOverride]) -> tuple[Sequence[BindingInfo], Keymap]:
    from tui.ui.keymap import apply_overrides, bindings, load_all

    load_all()
    bound = bindings()
    return bound, apply_overrides(wishes, bound)


def _keys(wishes: Sequence[KeyOverride]) -> int:
    """Each id, its keys, what it does, and its keys by default where they are others."""
    bound, keymap = _keymap(wishes)
    bound = sorted(bound, key=lambda each: each.id)
    rows = [(each.id, ", ".join(keymap.keys[each.id]), each.text) for each in bound]
    widths = [max(len(row[column]) for row in rows) for column in (0, 1)]
    for each, (name, keys, text) in zip(bound, rows, strict=True):
        other = f"  (was {', '.join(each.keys)})" if each.id in keymap.changed else ""
        write_line(f"{name:{widths[0]}}  {keys:{widths[1]}}  {text}{other}")
    return _complain_of(keymap.problems)


def _value(found: ResolvedSetting) -> str:
    if found.problem is not None:
        return "?"
    if isinstance(found.value, Secret):
        return str(found.value) if found.value else ""
    if isinstance(found.value, tuple):
        return f"{len(found.value)} set" if found.value else "none"
    return str(found.value).lower() if isinstance(found.value, bool) else f"{found.value}"


def _check(account: Account) -> int:
    if account.missing:
        missing = next(each for each in config.SETTINGS if each.key == account.missing[0])
        raise ConfigError(f"{missing.key} is missing: {missing.how_to_set()}")
    from tui.api.login_check import check_login

    outcome = asyncio.run(check_login(account))
    for line in _lines(account, outcome):
        write_line(line)
    return 1 if outcome.failure else 0


def _lines(account: Account, outcome: LoginResult) -> list[str]:
    host = sanitize(account.api_url)
    told = [f"{company.id} {company.name}".strip() for company in outcome.companies]
    companies = [f"companies  {', '.join(told)}"] if told else []
    if outcome.failure is None:
        return [f"login      works at {host}", *companies, f"company    {account.company} works"]
    why = formatting.describe_failure(outcome.failure, host, account.company)
    return [*companies, f"{field_at_fault(outcome.failure)}: {why}"]
