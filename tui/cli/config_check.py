"""`transcode-tui config check`: report every mistake in the settings, then log in."""

import argparse
import asyncio
import os
from collections.abc import Mapping, Sequence

from tui.cli.logging_setup import configure_logging
from tui.cli.options import config_path, resolve
from tui.cli.output import complain, write_line
from tui.config.loader import ResolvedSetting, account_of, place, problems_of, read_views
from tui.config.settings import DEFAULT_THEME, SETTINGS, ConfigError
from tui.files import expand_home
from tui.formatting import describe_login_failure
from tui.model.account import Account, field_at_fault
from tui.model.key_overrides import BindingInfo, Keymap, KeyOverride
from tui.sanitize import sanitize


def check(options: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """Return 0, 2 if a setting is wrong or missing, or 1 if only the login fails. It logs in as
    soon as the settings of the account are complete. Raises `ConfigError`.
    """
    resolved = resolve(options, environ)
    account = account_of(resolved)
    problems = [
        *problems_of(resolved),
        *missing_settings(resolved),
        *_theme_problems(resolved["theme"]),
        *_file_problems(resolved),
        *table_problems(options, resolved),
    ]
    code = complain_all(problems)
    if code == 0:
        write_line("settings   no mistakes")
    if account is None or account.missing:
        return code
    is_failed = _log_in(account, read_only=bool(resolved["read_only"].value))
    return code or 1 if is_failed else code


def complain_all(problems: Sequence[str]) -> int:
    """Write a line for each problem; return 2 if there are any, else 0."""
    for problem in problems:
        complain(problem)
    return 2 if problems else 0


def table_problems(
    options: argparse.Namespace, resolved: Mapping[str, ResolvedSetting]
) -> list[str]:
    """Return the problems of views, guards and keys. Only key overrides need Textual's import."""
    _, view_problems = read_views(config_path(options))
    guards = [guard.problem for guard in resolved["guard"].value if guard.problem]
    overrides = resolved["keys"].value
    keys = keymap_of(overrides)[1].problems if overrides else ()
    return [*view_problems, *guards, *keys]


def keymap_of(overrides: Sequence[KeyOverride]) -> tuple[Sequence[BindingInfo], Keymap]:
    """Return all bindings, and their keys with `overrides`."""
    from tui.ui.app import TranscodeApp
    from tui.ui.keymap import apply_overrides, binding_infos, load_key_owners

    bindings = binding_infos(TranscodeApp, load_key_owners())
    return bindings, apply_overrides(overrides, bindings)


def missing_settings(resolved: Mapping[str, ResolvedSetting]) -> list[str]:
    """Say of each setting without which no account is complete how to set it."""
    return [
        f"{setting.key} is missing: {setting.how_to_set()}"
        for setting in SETTINGS
        if setting.required and resolved[setting.key] == ResolvedSetting(setting.default, "")
    ]


def _theme_problems(theme: ResolvedSetting) -> list[str]:
    if theme.problem is not None or theme.value == DEFAULT_THEME:
        return []
    from tui.ui.theme.colors import ColorDepth
    from tui.ui.theme.themes import available_themes, parse_theme

    if parse_theme(theme.value) is not None:
        return []
    names = ", ".join(available_themes(ColorDepth.TRUE_COLOR))
    return [f"{place('theme', theme.origin)}: unknown theme; the themes are {names}"]


def _file_problems(resolved: Mapping[str, ResolvedSetting]) -> list[str]:
    problems = []
    level, file = resolved["log_level"].value, resolved["log_file"].value
    try:
        if level is not None and file is not None and (file or level != "off"):
            configure_logging(level, file)
    except ConfigError as error:
        problems.append(str(error))
    export = resolved["export_dir"]
    if export.value and not _is_writable_folder(export.value):
        where = place("export_dir", export.origin)
        problems.append(f"{where}: {sanitize(export.value)} is not a folder that you can write to")
    return problems


def _is_writable_folder(name: str) -> bool:
    try:
        folder = expand_home(name)
        return folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)
    except (OSError, ValueError):
        return False


def _log_in(account: Account, *, read_only: bool) -> bool:
    """Log in, and write what came of it; return whether it failed."""
    from tui.api.login_check import check_login

    result = asyncio.run(check_login(account, read_only=read_only))
    host = sanitize(account.api_url)
    if result.companies:
        names = [f"{company.id} {company.name}".strip() for company in result.companies]
        write_line(f"companies  {', '.join(names)}")
    if result.failure is None:
        write_line(f"login      works at {host}")
        write_line(f"company    {account.company} works")
        return False
    why = describe_login_failure(result.failure, host, account.company)
    complain(f"{field_at_fault(result.failure)}: {why}")
    return True
