"""SIGINT while the settings are looked up."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def keyboard_interrupts() -> Iterator[None]:
    """Let SIGINT raise `KeyboardInterrupt` within the block, so that `secret_command` is ended
    with the program. By default SIGINT ends the process at once: `tui/__main__.py`.
    """
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
