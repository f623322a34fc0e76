"""Entry point of `transcode-tui` and `python -m tui`."""

import signal
import sys


def main() -> int:
    """Run the program with the command line's arguments; returns its exit code."""
    # Python's own handler would print a traceback for a ctrl+c while modules are imported.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    from tui.cli.main import main as run  # noqa: PLC0415 - only now SIGINT is harmless

    return run()


if __name__ == "__main__":
    sys.exit(main())
