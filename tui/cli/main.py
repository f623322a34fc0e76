"""`transcode-tui` and its commands. Textual and httpx are imported when they are needed."""

import gc
import os
from collections.abc import Sequence

from tui.cli.options import parse_options
from tui.cli.output import complain, open_closed_streams, write_error
from tui.config.settings import ConfigError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program; return its exit code: 0, 1 after a crash or if an action was not accepted, 2
    for invalid settings, 130 after SIGINT.
    """
    open_closed_streams()
    try:
        return _run_command(arguments)
    except ConfigError as error:
        return complain(str(error))
    except KeyboardInterrupt:  # while secret_command ran
        return 130
    except Exception as error:  # noqa: BLE001 - Python would print its message, which may be secret
        from tui.crash_report import saved_crash_report

        write_error(f"{saved_crash_report(error)}\n")
        return 1


def _run_command(arguments: Sequence[str] | None) -> int:
    options = parse_options(arguments)
    if options.command is not None:
        gc.enable()
    if options.command == "demo-server":
        from tui.cli.demo_command import serve

        return serve(options)
    if options.command == "config":
        from tui.cli import config_command

        return config_command.run(options, os.environ)
    if options.command == "create":
        from tui.cli import create_command

        return create_command.run(options, os.environ)
    if options.command == "requeue":
        from tui.cli import requeue_command

        return requeue_command.run(options, os.environ)
    from tui.cli import run_app

    return run_app.run(options, os.environ)
