"""The garbage collector around imports."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def lasting() -> Iterator[None]:
    """What the block makes stays until the end, as modules do: the collector does not look
    through it, neither now (a tenth of the time to the first paint) nor ever again.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
