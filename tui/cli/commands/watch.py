"""`transcode-tui`: the terminal program."""

import argparse
import signal
import sys
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tui import config
from tui.cli.demo import Demo
from tui.cli.late import LateApi
from tui.cli.lifeline import give_a_size, lifeline, terminal_is_gone
from tui.config import Config, ConfigError
from tui.model.ports import Api
from tui.model.text import clean

if TYPE_CHECKING:
    from tui.ui.app import TranscodeApp

_FLAGS = ("company", "client_id", "api_url", "refresh", "read_only", "theme", "glyphs")


def watch(options: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """Run the screen; 2 and a sentence where a setting is missing or bad."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        sys.stderr.write("transcode-tui: this needs a terminal for its screen and its keys\n")
        return 2
    # ctrl+c while the screen is being loaded ends the program, and not with a traceback.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    flags = {name: getattr(options, name) for name in _FLAGS}
    demo = Demo() if options.demo else None
    try:
        if demo is not None:
            settings = demo.settings(flags)
        else:
            settings = config.load(flags, environ, options.config or _config_path())
    except ConfigError as error:
        sys.stderr.write(f"transcode-tui: {error}\n")
        return 2
    give_a_size()
    app = _app(settings, demo, environ)
    with demo or nullcontext(), lifeline(f"transcode-tui {app.who.company}", _ender(app)):
        app.run()
    return app.return_code or 0


def _app(settings: Config, demo: Demo | None, environ: Mapping[str, str]) -> "TranscodeApp":
    from tui.ui.app import TranscodeApp
    from tui.ui.banner import Identity
    from tui.ui.glyphs import choose

    return TranscodeApp(
        LateApi(lambda: _client(demo.start(settings) if demo is not None else settings)),
        Identity(
            company=clean(settings.company, 40),
            host=clean(urlsplit(settings.api_url).hostname or "", 80),
            refresh=settings.refresh,
            demo=demo is not None,
            read_only=settings.read_only,
        ),
        theme=settings.theme,
        glyphs=choose(settings.glyphs, environ),
        no_color=bool(environ.get("NO_COLOR")),
        terminal_is_gone=terminal_is_gone,
    )


def _client(settings: Config) -> Api:
    from tui.api.client import Client

    return Client(
        settings.api_url,
        settings.company,
        settings.client_id,
        settings.client_secret,
        read_only=settings.read_only,
    )


def _ender(app: "TranscodeApp") -> Callable[[], None]:
    """End the app from any thread."""
    return lambda: app.call_from_outside(app.exit)


def _config_path() -> Path:
    from platformdirs import user_config_path

    return user_config_path("transcode-tui") / "config.toml"
