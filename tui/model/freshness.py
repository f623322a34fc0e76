"""How old what is shown may be before the screen must say so. Pure; ages in seconds."""

from enum import Enum

from tui.model.events import STALE_GRACE
from tui.model.state import State

DETAIL_CADENCE = 2.0
"""Seconds between two reads of the selected order while it is active."""


class ListStatus(Enum):
    """The one word that the status line says of the list."""

    CONNECTING = "connecting"
    LIVE = "live"
    STALE = "stale"
    PAUSED = "paused"


def list_status(state: State, mono: float) -> ListStatus:
    """`live` is a promise: it holds only while the list is young, nothing has failed since
    it was read, and nothing gave reason to doubt it.
    """
    if state.paused:
        return ListStatus.PAUSED
    if state.read is None:
        return ListStatus.CONNECTING if state.restored is None else ListStatus.STALE
    fresh = mono <= state.read.fresh_until
    doubted = state.empty_unconfirmed or state.invalid_before >= state.read.sent.mono
    return ListStatus.LIVE if fresh and not doubted and state.failure is None else ListStatus.STALE


def is_outdated_row(state: State, order_id: str, mono: float) -> bool:
    """True for an order that stands beside younger ones: the last polls did not cover it, so
    that what is said of the list does not hold for it.
    """
    if state.read is None or state.coverage is None or order_id in state.gone:
        return False
    read_at = state.listed_at(order_id)
    reading = state.details.get(order_id)
    if reading is not None and reading.detail.status:
        read_at = max(read_at, reading.sent.mono)
    if read_at >= state.read.sent.mono:
        return False
    late = mono - read_at > state.read.fresh_until - state.read.sent.mono
    return late or state.invalid_before >= read_at


def is_stale(read_at: float, cadence: float, state: State, mono: float) -> bool:
    """True for a fact that changes, read at `read_at`, when it has outlived `cadence`, or
    comes from an earlier run of this program.
    """
    return (
        mono - read_at > cadence + STALE_GRACE or state.invalid_before >= read_at or state.restored is not None
    )
