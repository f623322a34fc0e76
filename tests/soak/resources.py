"""Resources of the program at one moment of rest."""

from typing import NamedTuple


class Resources(NamedTuple):
    """As reported by the program itself."""

    tasks: dict[str, int]
    """Counts by widget class or coroutine."""
    connections: int
    busy: int
    """Connections that are not idle; at rest these are leaked pool slots."""
    waiting: int
    """Requests queued in the pool."""
    threads: int
    objects: int


class Measurement(NamedTuple):
    """As measured from outside, with the report of the program."""

    taken: int
    """Bytes of resident memory before the allocator released free memory."""
    rss: int
    """Bytes of resident memory after that. Before, glibc may keep up to 64 MB of a cut 200 MB
    answer for reuse.
    """
    files: int
    """File descriptors without connections, which come and go with the polls."""
    resources: Resources
