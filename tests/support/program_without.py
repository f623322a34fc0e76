"""The program without something that it may expect: `python -m tests.support.program_without home
--demo`.
"""

import os
import pwd
import sys
from typing import NoReturn

STREAMS = ("stdin", "stdout", "stderr")


def _unknown(uid: int) -> NoReturn:
    raise KeyError(uid)


def main(what: str, arguments: list[str]) -> int:
    if what in STREAMS:
        os.close(STREAMS.index(what))
        os.execv(sys.executable, (sys.executable, "-m", "tui", *arguments))
    # As for a user id in a container that no account has.
    for name in ("HOME", *(each for each in os.environ if each.startswith("XDG_"))):
        os.environ.pop(name, None)
    pwd.getpwuid = _unknown
    from tui.cli.main import main as run  # noqa: PLC0415 - it may look for the home folder

    return run(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
