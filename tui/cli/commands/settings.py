"""`transcode-tui config`: where the settings are, what they are, whether they work."""

import argparse
import asyncio
import sys
from collections.abc import Mapping

from tui import config, phrase
from tui.cli import options as cli
from tui.config import ConfigError, Found
from tui.model.account import Account, Attempt, key_at_fault
from tui.model.secret import Secret
from tui.model.text import clean


def settings(options: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """Run `config path`, `config show` or `config check`; 0, 1 where a login fails, or 2."""
    # typeshed says TextIO, and it is what the interpreter makes of it.
    sys.stdout.reconfigure(errors="replace")  # type: ignore[union-attr]
    try:
        if options.action == "path":
            return _say(str(cli.path_of(options)))
        if options.action == "show":
            return _show(cli.find(options, environ, reveal=False))
        return _check(config.settle(cli.find(options, environ)).account)
    except ConfigError as error:
        sys.stderr.write(f"transcode-tui: {error}\n")
        return 2


def _show(found: Mapping[str, Found]) -> int:
    rows = [(key, _value(each), each.origin or "not set") for key, each in found.items()]
    widths = [max(len(row[column]) for row in rows) for column in (0, 1)]
    for key, value, origin in rows:
        _say(f"{key:{widths[0]}}  {value:{widths[1]}}  {origin}".rstrip())
    problems = [each.problem for each in found.values() if each.problem is not None]
    for problem in problems:
        sys.stderr.write(f"transcode-tui: {problem}\n")
    return 2 if problems else 0


def _value(found: Found) -> str:
    if found.problem is not None:
        return "?"
    if isinstance(found.value, Secret):
        return str(found.value) if found.value else ""
    return str(found.value).lower() if isinstance(found.value, bool) else f"{found.value}"


def _check(account: Account) -> int:
    if account.missing:
        missing = next(each for each in config.SETTINGS if each.key == account.missing[0])
        raise ConfigError(f"{missing.key} is missing: {missing.how_to_set()}")
    from tui.api.attempt import attempt

    outcome = asyncio.run(attempt(account))
    for line in _lines(account, outcome):
        _say(line)
    return 1 if outcome.failure else 0


def _lines(account: Account, outcome: Attempt) -> list[str]:
    host = clean(account.api_url)
    told = [f"{company.id} {company.name}".strip() for company in outcome.companies]
    companies = [f"companies  {', '.join(told)}"] if told else []
    if outcome.failure is None:
        return [f"login      works at {host}", *companies, f"company    {account.company} works"]
    why = phrase.sentence(outcome.failure, host, account.company)
    return [*companies, f"{key_at_fault(outcome.failure)}: {why}"]


def _say(line: str) -> int:
    sys.stdout.write(line + "\n")
    return 0
