"""What the program holds at one moment of rest."""

from typing import NamedTuple


class Held(NamedTuple):
    """As the program tells it itself."""

    tasks: dict[str, int]
    """By what they run."""
    connections: int
    busy: int
    """Connections that are not idle: at rest these are leaked slots of the pool."""
    waiting: int
    """Requests in the pool."""
    threads: int
    objects: int


class Seen(NamedTuple):
    """As it is seen from outside, beside what it tells."""

    taken: int
    """Bytes of resident memory."""
    rss: int
    """The same when the allocator has given back what is free. How much glibc keeps of an answer
    of 200 MB, for use again, depends on the byte at which a deadline cut it: up to 64 MB.
    """
    files: int
    """Descriptors, connections apart: those come and go with the polls."""
    held: Held
