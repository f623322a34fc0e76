"""What acts on orders needs from outside: the journal of a company, and the name of who acts."""

import argparse
import os
import pwd
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from platformdirs import user_state_path

from tui.config.settings import Config
from tui.files import app_folder
from tui.history.journal import SqliteJournal
from tui.list_cache import file_id
from tui.model.account import Account
from tui.model.actions import Journal
from tui.model.server_api import ServerApi
from tui.sanitize import sanitize


def history_path(folder: Path | None, account: Account) -> Path | None:
    """Return the file of the account's history in `folder`; None if there is none."""
    if folder is None or account.missing:
        return None
    return folder / f"history-{file_id(account.api_url, account.company)}.sqlite"


def open_journal(folder: Path | None, account: Account) -> Journal | None:
    """Return the journal of the account in `folder`; None if there is no place for it."""
    path = history_path(folder, account)
    return None if path is None else SqliteJournal(path, time.time)


def who_acts(environ: Mapping[str, str]) -> str:
    """Return the user's name and host."""
    user = environ.get("LOGNAME") or environ.get("USER") or ""
    if not user:  # as in a container
        with suppress(KeyError):
            user = pwd.getpwuid(os.geteuid()).pw_name
    user = user or str(os.geteuid())
    return sanitize(f"{user}@{os.uname().nodename}", 80)


class CommandServices(NamedTuple):
    """What a command acts with. The caller closes `api`. Without a home folder there is no
    journal: then nothing may be sent.
    """

    config: Config
    api: ServerApi
    journal: Journal | None
    who: str


def command_services(options: argparse.Namespace, environ: Mapping[str, str]) -> CommandServices:
    """Open what a command acts with. Raises `ConfigError`, also if a setting of the account is
    missing.
    """
    from tui.cli.accounts import create_client
    from tui.cli.config_check import missing_settings
    from tui.cli.options import resolve
    from tui.config.loader import build_config
    from tui.config.settings import ConfigError
    from tui.model.telemetry import Telemetry

    resolved = resolve(options, environ)
    config = build_config(resolved)
    if missing := missing_settings(resolved):
        raise ConfigError(missing[0])
    api = create_client(config.account, Telemetry(time.time()), read_only=config.read_only)
    journal = open_journal(app_folder(user_state_path), config.account)
    return CommandServices(config, api, journal, who_acts(environ))
