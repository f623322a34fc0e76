"""`transcode-tui`: the terminal program."""
# FOLD """What does not change while the program runs, and is asked for first when something is
# FOLD wrong."""

import argparse
import os
import platform
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from tui import __version__, config
from tui.cli import demo_command
from tui.cli import options as cli
from tui.cli.accounts import ConfigAccountStore, LazyApi, create_client
from tui.cli.output import complain
from tui.cli.process_tuning import freeze_startup_objects
from tui.cli.stores import ConfigThemeStore, ExportFolder, FileViewStore
from tui.cli.terminal_guard import TerminalGuard, is_terminal_closed, set_fallback_size
from tui.config import Config, ConfigError, ResolvedSetting
from tui.crash_report import save_report
from tui.files import remove_leftovers
from tui.folders import cache_folder, state_folder
from tui.model.account import AccountStore
from tui.model.ports import Api
from tui.model.telemetry import Telemetry
from tui.sanitize import sanitize


def environment_info(
    environ: Mapping[str, str], colours: int, signs: str, log: str, config_file: Path | None
) -> list[tuple[str, str]]:
    """Names and values, to show: versions, terminal, and where log and config file are. `log`
    is what `tui.cli.logging_setup` says of itself, or empty.
    """
    from importlib.metadata import PackageNotFoundError, version

    def version_of(package: str) -> str:
        try:
            return version(package)
        except PackageNotFoundError:
            return "?"

    terminal = environ.get("TERM") or "not named"
    depth = f"{colours} colours" if colours else "no colours"
    return [
        ("transcode-tui", __version__),
        ("Python", platform.python_version()),
        ("Textual", version_of("textual")),
        ("httpx", version_of("httpx")),
        ("system", sanitize(f"{platform.system()} {platform.release()} {platform.machine()}", 120)),
        ("terminal", f"{sanitize(terminal, 60)}, {depth}, {signs} signs"),
        ("log", log or "none; --log-file FILE writes one"),
        ("config file", sanitize(str(config_file or "none: there is no home folder"), 500)),
    ]


if TYPE_CHECKING:
    from tui.ui.app import TranscodeApp


def run(options: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """Run the screen; 2 and a sentence where a setting is bad."""
    if problem := _terminal_problem(environ):
        return complain(problem)
    simulated = demo_command.DemoLauncher.from_options(options) if options.demo else None
    wanted = config.PREFERENCES if simulated else config.SETTINGS
    log = ""
    try:
        found = cli.find(options, environ, wanted)
        settings = config.build_config(found, demo_command.ACCOUNT if simulated else None)
        if settings.log_level != "off" or settings.log_file:
            from tui.cli.logging_setup import configure_logging

            log = configure_logging(settings.log_level, settings.log_file)
    except ConfigError as error:
        return complain(str(error))
    set_fallback_size()
    with freeze_startup_objects() as until_now:
        app = _app(settings, found, options, simulated, environ, log)
        app.after_first_frame = lambda: _finish_start(app, until_now, options)
        with TerminalGuard(app), simulated or nullcontext():
            app.run(mouse=settings.mouse)
    return app.return_code or 0


def _finish_start(
    app: "TranscodeApp", until_now: Callable[[], None], options: argparse.Namespace
) -> None:
    """Do after the first frame what it need not wait for."""
    until_now()
    if notice := _not_saved(options):
        app.notify(notice, severity="warning", timeout=15, markup=False)
    path = cli.path_of(options)
    config_folder = path and Path(os.path.realpath(path)).parent
    for folder in (config_folder, *(() if options.demo else (state_folder(), cache_folder()))):
        if folder is not None:
            remove_leftovers(folder)


def _not_saved(options: argparse.Namespace) -> str:
    """What isn't there at the next start, as there is no home folder; empty where all is."""
    if cli.path_of(options) is None:
        return "No home folder: settings and views are not saved."
    if not options.demo and None in (state_folder(), cache_folder()):
        return "No home folder: the last list and view are not saved."
    return ""


def _terminal_problem(environ: Mapping[str, str]) -> str | None:
    # Textual 8.2 draws on standard error, but asks standard output for the size: without a terminal
    # there it would draw for 80x24 and for the real size in turns. A closed stream is None.
    streams = (sys.stdin, sys.stdout, sys.stderr)
    if not all(stream is not None and stream.isatty() for stream in streams):
        return "this needs a terminal for its screen and its keys"
    if environ.get("TERM") == "dumb":
        return "a terminal with TERM=dumb cannot show a screen"
    return None


def _app(
    settings: Config,
    found: Mapping[str, ResolvedSetting],
    options: argparse.Namespace,
    simulated: demo_command.DemoLauncher | None,
    environ: Mapping[str, str],
    log: str,
) -> "TranscodeApp":
    from tui.model.session import Session
    from tui.ui.app import TranscodeApp
    from tui.ui.theme.colors import detect_depth
    from tui.ui.theme.terminal_output import ASCII, select_glyphs

    if not environ.get("NO_COLOR"):
        os.environ.pop("NO_COLOR", None)  # Textual would heed an empty one as well
    path = cli.path_of(options)
    vitals = Telemetry(time.time())
    signs, colours = select_glyphs(settings.glyphs, environ), detect_depth(environ)
    named = "ascii" if signs is ASCII else "unicode"
    who = Session(
        "",
        "",
        simulated is not None,
        settings.read_only,
        order_url=settings.order_url,
    )
    accounts: AccountStore | None = None
    if simulated is not None:
        api: Api = LazyApi(
            lambda: create_client(simulated.start(), vitals, read_only=settings.read_only)
        )
    else:
        accounts = ConfigAccountStore(
            path, found, vitals, read_only=settings.read_only, cache=settings.cache
        )
        api = accounts.open_api(settings.account)
    app = TranscodeApp(
        api,
        who.for_account(settings.account),
        refresh=settings.refresh,
        account=settings.account,
        accounts=accounts,
        shelf=accounts.open_cache(settings.account) if accounts is not None else None,
        looks=ConfigThemeStore(path),
        desk=_desk(path, settings, demo=simulated is not None),
        exports=ExportFolder(settings.export_dir),
        theme=settings.theme,
        glyphs=signs,
        keys=settings.keys,
        depth=colours,
        is_terminal_closed=is_terminal_closed,
        vitals=vitals,
        about=lambda: environment_info(environ, colours.value, named, log, path),
    )
    app.save_report = save_report
    return app


def _desk(path: Path | None, settings: Config, *, demo: bool) -> FileViewStore:
    """The demo leaves nothing behind."""
    folder = None if demo else state_folder()
    if folder is None:
        return FileViewStore(path, None)
    account = settings.account
    owner = f"{account.api_url} {account.company}"
    return FileViewStore(path, folder / "left.json", owner)
