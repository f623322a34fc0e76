"""The codec of keyframes: the orders of the list at one moment. Pure.

A keyframe at a moment has every change with `before` up to it, and none later. Each order has its
latest status, of the list or of its detail.
"""

import zlib
from collections.abc import Iterable

import msgspec

from tui.model.order import OrderSummary
from tui.model.pages import recency_key

_LEVEL = 1
"""Of zlib. A higher one takes twice as long or more, and saves 3 %."""

_ARRAY = b"\xdd"
"""MessagePack's mark of an array; its length follows in four bytes."""

_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(tuple[OrderSummary, ...])


def encode_keyframe(orders: Iterable[OrderSummary], count: int) -> bytes:
    """Return the column `state` of so many orders, which are not in memory together."""
    compressor = zlib.compressobj(_LEVEL)
    pieces = [compressor.compress(_ARRAY + count.to_bytes(4, "big"))]
    pieces += [compressor.compress(_encoder.encode(order)) for order in orders]
    return b"".join([*pieces, compressor.flush()])


def decode_keyframe(state: bytes) -> tuple[OrderSummary, ...] | None:
    """Return the orders of the column `state`, newest first; None if they can't be decoded."""
    try:
        return tuple(sorted(_decoder.decode(zlib.decompress(state)), key=recency_key))
    except (zlib.error, msgspec.MsgspecError):
        return None
