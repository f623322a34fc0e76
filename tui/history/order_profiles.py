"""Reads which profiles recent orders have. It takes the store's connection."""

from collections import defaultdict
from contextlib import suppress
from sqlite3 import Connection

import msgspec

from tui.model.order import Phase, Profile
from tui.model.profile_uses import MAX_ORDERS, OrderProfiles
from tui.model.statistics import TIMED_PHASES

_READ_ORDERS = """
    SELECT key, id, created, detail FROM orders WHERE created >= ?
    ORDER BY created DESC LIMIT ?"""
_READ_RUNS = "SELECT order_key, times FROM runs WHERE before >= ?"
_TRANSCODING = TIMED_PHASES.index(Phase.TRANSCODING)


class _Job(msgspec.Struct, gc=False):
    profile: Profile = Profile()


class _Jobs(msgspec.Struct, gc=False):
    """What an `OrderDetail` says of the profiles."""

    jobs: tuple[_Job, ...] = ()


_decode_jobs = msgspec.msgpack.Decoder(_Jobs).decode
_decode_times = msgspec.json.Decoder(tuple[int | None, ...]).decode


def read_order_profiles(connection: Connection, start: float) -> tuple[OrderProfiles, ...]:
    """Return the newest orders that were made since `start`."""
    seconds = defaultdict[int, list[int]](list)
    for key, times in connection.execute(_READ_RUNS, (start,)):
        with suppress(msgspec.MsgspecError, IndexError):  # counts as not observed
            if (spent := _decode_times(times)[_TRANSCODING]) is not None:
                seconds[key].append(spent)
    return tuple(
        OrderProfiles(order_id, created, _profiles(detail), tuple(seconds.get(key, ())))
        for key, order_id, created, detail in connection.execute(_READ_ORDERS, (start, MAX_ORDERS))
    )


def _profiles(blob: bytes | None) -> tuple[Profile, ...] | None:
    """Return the profiles in an order's detail; None if it was not read, or can't be decoded."""
    if blob is not None:
        with suppress(TypeError, msgspec.MsgspecError):
            return tuple(job.profile for job in _decode_jobs(blob).jobs)
    return None
