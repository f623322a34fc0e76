"""`transcode-tui`: the terminal program."""

import argparse
import gc
import os
import platform
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from platformdirs import user_cache_path, user_state_path

from tui import __version__
from tui.cli import demo_command
from tui.cli.accounts import ConfigAccountStore, LazyApi, create_client
from tui.cli.acting import history_path, who_acts
from tui.cli.demo_command import Demo
from tui.cli.drafts import FileDraftStore, SystemEditor
from tui.cli.options import config_path, resolve
from tui.cli.output import complain
from tui.cli.stores import ExportFolder, FileViewStore
from tui.cli.terminal_guard import TerminalGuard, is_terminal_closed, set_fallback_size
from tui.config.loader import ResolvedSetting, build_config
from tui.config.settings import PREFERENCES, SETTINGS, Config
from tui.crash_report import package_version, saved_crash_report
from tui.files import app_folder, remove_leftovers
from tui.history.journal import SqliteJournal
from tui.model.account import Account
from tui.model.history import History
from tui.model.server_api import ServerApi
from tui.model.telemetry import Telemetry
from tui.sanitize import sanitize

if TYPE_CHECKING:
    from sqlite3 import Connection

    from tui.ui.services import AppServices


class _Paths(NamedTuple):
    """Where the program saves things: None without a home folder, or in the demo."""

    config_file: Path | None
    state: Path | None
    cache: Path | None


def run(options: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """Run the app; return its exit code, or 2 without a terminal. Raises `ConfigError`."""
    if problem := _terminal_problem(environ):
        return complain(problem)
    demo_options = demo_command.demo_options(options)
    demo = None if demo_options is None else Demo(demo_options)
    resolved = resolve(options, environ, PREFERENCES if demo else SETTINGS)
    config = build_config(resolved, demo_command.ACCOUNT if demo else None)
    log = _configure_logging(config)
    paths = _Paths(
        config_path(options),
        None if demo else app_folder(user_state_path),
        None if demo else app_folder(user_cache_path),
    )
    set_fallback_size()
    from tui.ui.app import TranscodeApp

    if not environ.get("NO_COLOR"):
        os.environ.pop("NO_COLOR", None)  # Textual 8.2 honours an empty one, too
    app = TranscodeApp(_build_services(environ, config, resolved, paths, demo, log))
    app.crash_report = saved_crash_report

    def after_first_frame() -> None:
        freeze_startup_objects()
        if notice := _not_saved_notice(paths, is_demo=demo is not None):
            app.notify(notice, severity="warning", markup=False)
        _remove_leftovers(paths)

    app.after_first_frame = after_first_frame
    with TerminalGuard(app), demo or nullcontext():
        app.run(mouse=config.mouse)
    return app.return_code or 0


def freeze_startup_objects() -> None:
    """Enable the garbage collector, which ignores what exists now: a full collection takes less
    than 1 ms instead of 11 to 25 ms.
    """
    gc.freeze()
    gc.enable()


def _terminal_problem(environ: Mapping[str, str]) -> str | None:
    # Textual 8.2 draws on standard error but asks standard output for the size: if that isn't a
    # terminal, it draws for 80x24 and for the real size by turns. A closed stream is None.
    streams = (sys.stdin, sys.stdout, sys.stderr)
    if not all(stream is not None and stream.isatty() for stream in streams):
        return "needs a terminal: input, output and errors can't be redirected (over ssh: ssh -t)"
    if environ.get("TERM") == "dumb":
        return "a terminal with TERM=dumb cannot show a screen"
    return None


def _configure_logging(config: Config) -> str:
    if config.log_level == "off" and not config.log_file:
        return ""
    from tui.cli.logging_setup import configure_logging

    return configure_logging(config.log_level, config.log_file)


def _build_services(
    environ: Mapping[str, str],
    config: Config,
    resolved: Mapping[str, ResolvedSetting],
    paths: _Paths,
    demo: Demo | None,
    log: str,
) -> "AppServices":
    """`log` says what is logged where; empty if nothing is. The demo has no store of accounts."""
    from tui.model.account import Session
    from tui.ui.services import ActionServices, AppServices
    from tui.ui.theme.colors import detect_depth
    from tui.ui.theme.terminal_output import ASCII, select_glyphs

    telemetry, account = Telemetry(time.time()), config.account
    accounts = None
    if demo is None:
        accounts = _account_store(config, resolved, paths, telemetry)
        api: ServerApi = accounts.open_api(account)
        history = accounts.open_history(account)
        journal = accounts.open_journal(account)
    else:
        api = LazyApi(
            lambda: create_client(demo.start_server(), telemetry, read_only=config.read_only)
        )
        history = _demo_history(config, demo)
        journal = SqliteJournal(None, time.time)
    store = FileViewStore(
        paths.config_file,
        None if paths.state is None else paths.state / "left.json",
        f"{account.api_url} {account.company}",
        saves=demo is None,
    )
    glyphs, depth = select_glyphs(config.glyphs, environ), detect_depth(environ)
    glyphs_name = "ascii" if glyphs is ASCII else "unicode"
    session = Session("", "", demo is not None, config.read_only, order_url=config.order_url)
    return AppServices(
        api,
        session.for_account(account),
        refresh=config.refresh,
        follow=config.follow,
        account=account,
        accounts=accounts,
        cache=accounts.open_cache(account) if accounts is not None else None,
        history=history,
        actions=ActionServices(
            api, api, journal, who_acts(environ), config.guard, config.confirm_above
        ),
        themes=store,
        views=store,
        exports=ExportFolder(config.export_dir),
        drafts=None if paths.state is None else FileDraftStore(paths.state),
        editor=SystemEditor(environ),
        theme=config.theme,
        glyphs=glyphs,
        key_overrides=config.keys,
        color_depth=depth,
        is_terminal_closed=is_terminal_closed,
        telemetry=telemetry,
        environment_info=lambda: environment_info(
            environ, depth.value, glyphs_name, log, paths.config_file
        ),
    )


def _account_store(
    config: Config, resolved: Mapping[str, ResolvedSetting], paths: _Paths, telemetry: Telemetry
) -> ConfigAccountStore:
    return ConfigAccountStore(
        paths.config_file,
        resolved,
        telemetry,
        read_only=config.read_only,
        cache_folder=paths.cache if config.cache else None,
        state_folder=paths.state,
        history=partial(_open_history, config, paths.state),
    )


def _open_history(config: Config, folder: Path | None, account: Account) -> History:
    """Return the account's history in `folder`, or in memory if there is none."""
    path = history_path(folder, account) if config.history else None
    return _history(config, path, lambda _: None)


def _demo_history(config: Config, demo: Demo) -> History:
    write = partial(demo.write_last_day, stall_after=config.stall_after)
    return _history(config, None, write)


def _history(config: Config, path: Path | None, prepare: "Callable[[Connection], None]") -> History:
    from tui.history.company_history import CompanyHistory

    return CompanyHistory(
        path,
        time.time,
        days=config.history_days,
        size=config.history_mb * 1_000_000,
        stall_after=config.stall_after,
        prepare=prepare,
    )


def _not_saved_notice(paths: _Paths, *, is_demo: bool) -> str:
    """Return what the next start will miss without a home folder; empty if nothing."""
    if paths.config_file is None:
        return "No home folder: settings and views are not saved."
    if not is_demo and None in (paths.state, paths.cache):
        return "No home folder: the last list, the view and the history are not saved."
    return ""


def _remove_leftovers(paths: _Paths) -> None:
    config_folder = paths.config_file and Path(os.path.realpath(paths.config_file)).parent
    for folder in (config_folder, paths.state, paths.cache):
        if folder is not None:
            remove_leftovers(folder)


def environment_info(
    environ: Mapping[str, str], colors: int, glyphs: str, log: str, config_file: Path | None
) -> list[tuple[str, str]]:
    """Return names and values to show in the diagnostics. `log` is what `configure_logging`
    returned, or empty.
    """
    terminal = environ.get("TERM") or "not named"
    depth = f"{colors} colours" if colors else "no colours"
    return [
        ("transcode-tui", __version__),
        ("Python", platform.python_version()),
        ("Textual", package_version("textual")),
        ("httpx", package_version("httpx")),
        ("system", sanitize(f"{platform.system()} {platform.release()} {platform.machine()}", 120)),
        ("terminal", f"{sanitize(terminal, 60)}, {depth}, {glyphs} signs"),
        ("log", log or "none; --log-file FILE writes one"),
        ("config file", sanitize(str(config_file or "none: there is no home folder"), 500)),
    ]
