"""The garbage collector around the start."""
# FOLD """Memory that is free goes back to the system."""

import ctypes
import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress


@contextmanager
def freeze_startup_objects() -> Iterator[Callable[[], None]]:
    """What is made until the block calls what it is given stays until the end, as modules do: the
    collector does not look through it, neither now (a tenth of the time to the first paint) nor
    ever again.
    """
    gc.disable()

    def end() -> None:
        if not gc.isenabled():
            gc.freeze()
            gc.enable()

    try:
        yield end
    finally:
        end()


_M_MMAP_THRESHOLD = -3
_LARGE = 128 * 1024


def pin_mmap_threshold() -> None:
    """Have the C library map each large block by itself: so it leaves with the block.

    glibc begins like that. But after it has freed a large one it makes all that are no larger
    in its heap, where what is small holds on to the room of those that are gone: 35 MB of it,
    when a list of 100,000 orders has been read a few times.
    """
    with suppress(OSError, AttributeError):  # another C library
        ctypes.CDLL(None).mallopt(_M_MMAP_THRESHOLD, _LARGE)
