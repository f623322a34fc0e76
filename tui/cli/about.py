"""What does not change while the program runs, and is asked for first when something is wrong."""

import platform
from collections.abc import Mapping
from pathlib import Path

from tui import __version__
from tui.model.text import sanitize


def environment_info(
    environ: Mapping[str, str], colours: int, signs: str, log: str, config_file: Path | None
) -> list[tuple[str, str]]:
    """Names and values, to show: versions, terminal, and where log and config file are. `log`
    is what `tui.cli.log` says of itself, or empty.
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
