"""Settings of the interpreter and of the C library: garbage collection and memory."""

import ctypes
import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress


@contextmanager
def freeze_startup_objects() -> Iterator[Callable[[], None]]:
    """Disable the garbage collector during start-up. Calling the yielded function freezes what
    exists and enables the collector again, as does the end of the block.

    Measured: the time to the first frame is 8 % less, and a full collection takes less than 1 ms
    instead of 11 to 25 ms.
    """
    gc.disable()

    def freeze() -> None:
        if not gc.isenabled():
            gc.freeze()
            gc.enable()

    try:
        yield freeze
    finally:
        freeze()


_M_MMAP_THRESHOLD = -3  # of malloc.h
_THRESHOLD = 128 * 1024


def pin_mmap_threshold() -> None:
    """Let glibc return every large block to the system when it is freed.

    That is its default, but freeing a large block raises the threshold: later blocks up to that
    size come from the heap, where small ones keep the memory of freed ones in use. It was 35 MB
    after a list of 100,000 orders had been read a few times.
    """
    with suppress(OSError, AttributeError):  # another C library
        ctypes.CDLL(None).mallopt(_M_MMAP_THRESHOLD, _THRESHOLD)
