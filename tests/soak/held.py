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

    rss: int
    """Bytes."""
    files: int
    """Descriptors, connections apart: those come and go with the polls."""
    held: Held
