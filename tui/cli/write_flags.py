"""The flags and the exit codes of the commands that write to the server."""

import argparse

ACCEPTED, NOT_ACCEPTED, WRONG, INTERRUPTED = 0, 1, 2, 130
EXIT_CODES = (
    "Exit codes: 0 everything was accepted; 1 something was refused or its outcome is unknown, or "
    "you said no; 2 the flags, the settings or the input are wrong, and nothing was sent; 130 "
    "ctrl+c."
)


def add_flags(parser: argparse.ArgumentParser) -> None:
    """Add the flags that all of them have."""
    for flag, text in (
        ("--dry-run", "show what would be sent, and send nothing"),
        ("--yes", "send without asking"),
        ("--json", "print JSON; needs --yes or --dry-run"),
    ):
        parser.add_argument(flag, action="store_true", default=False, help=text)
