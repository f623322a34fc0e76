"""A parser of the command line that reports a mistake in one line."""

import argparse
import sys
from collections.abc import Iterable, Sequence
from typing import Any, NoReturn

from tui.cli.output import complain, write_error, write_output
from tui.config.settings import SETTINGS

_MIN_SIMILARITY = 0.75  # below that, the flag that is suggested has little to do with it


class ArgumentParser(argparse.ArgumentParser):
    """Flags can't be abbreviated: a script must not depend on which other flags exist."""

    def __init__(self, **options: Any) -> None:
        super().__init__(allow_abbrev=False, **options)
        self._words: Sequence[str] = ()

    def parse_known_args(  # type: ignore[override] # typeshed has overloads for namespaces
        self, args: Sequence[str] | None = None, namespace: argparse.Namespace | None = None
    ) -> tuple[argparse.Namespace, list[str]]:
        """Parse `args`. Unlike argparse, the parser of a command rejects what it doesn't know."""
        self._words = sys.argv[1:] if args is None else args
        options, unknown = super().parse_known_args(args, namespace)
        if unknown:
            self.error(f"unexpected argument {unknown[0]!r}")
        return options, unknown

    def error(self, message: str) -> NoReturn:
        """End the program with 2. An unknown flag comes first: argparse may take its value for a
        command, and would quote it. It may be a secret.
        """
        flags = [word.partition("=")[0] for word in self._words if _is_flag(word)]
        unknown = [flag for flag in flags if flag not in self._option_string_actions]
        if unknown:
            problem = _about_unknown(unknown[0], self._option_string_actions)
        else:
            problem = message.removeprefix("argument ")
        sys.exit(complain(f"{problem} (see {self.prog} --help)"))

    def _print_message(self, message: str, file: Any = None) -> None:
        """Report a standard output that can't be written. Argparse 3.11 ignores it, and Python
        prints an exception at exit.
        """
        if file is sys.stdout and message:
            write_output(message)
        elif message:
            write_error(message)


def _is_flag(word: str) -> bool:
    """Return whether argparse takes `word` for a flag, not for a negative number or a text."""
    name = word.lstrip("-")
    return name not in ("", word) and not name[0].isdecimal() and " " not in word


def _about_unknown(flag: str, known: Iterable[str]) -> str:
    for setting in SETTINGS:
        if flag == f"--{setting.key.replace('_', '-')}" != setting.flag:
            return f"unknown flag {flag}: {setting.how_to_set()}"
    from difflib import get_close_matches

    similar = get_close_matches(flag, known, 1, _MIN_SIMILARITY)
    return f"unknown flag {flag}" + (f": did you mean {similar[0]}?" if similar else "")
