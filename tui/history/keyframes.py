"""The codec of keyframes: the orders of the list at one moment, newest first. Pure.

A keyframe at a moment has every change with `before` up to it, and none later. Each order has its
latest status, of the list or of its detail.
"""

import zlib
from collections.abc import Sequence

import msgspec

from tui.model.order import OrderSummary

_LEVEL = 1
"""Of zlib. A higher one takes twice as long or more, and saves 3 %."""

_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(tuple[OrderSummary, ...])


def encode_keyframe(orders: Sequence[OrderSummary]) -> bytes:
    return zlib.compress(_encoder.encode(orders), _LEVEL)


def decode_keyframe(state: bytes) -> tuple[OrderSummary, ...] | None:
    """Return the orders of the column `state`; None if they can't be decoded."""
    try:
        return _decoder.decode(zlib.decompress(state))
    except (zlib.error, msgspec.MsgspecError):
        return None
