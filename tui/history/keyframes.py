"""The codec of keyframes: the state of all orders at one moment. Pure."""

import zlib
from collections.abc import Mapping

import msgspec

from tui.model.history import Progress
from tui.model.order import OrderSummary

_LEVEL = 1
"""Of zlib. A higher one takes twice as long or more, and saves 3 %."""


class Keyframe(msgspec.Struct, frozen=True, array_like=True):
    """All orders at a moment: the changes with `before` up to it are in it, later ones are not.

    The mappings are by order id. Of a finished order `progress` and `comments` need not be known:
    its progress is 100 %, and its last detail has the comment.
    """

    orders: tuple[OrderSummary, ...] = ()
    """In the order of the list; each with its latest status, of the list or of its detail."""
    attempts: Mapping[str, int] = {}
    """Of the orders with more than one."""
    progress: Mapping[str, Progress] = {}
    comments: Mapping[str, str] = {}


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Keyframe)


def encode_keyframe(keyframe: Keyframe) -> bytes:
    return zlib.compress(_encoder.encode(keyframe), _LEVEL)


def decode_keyframe(state: bytes) -> Keyframe | None:
    """Return the keyframe of the column `state`; None if it can't be decoded."""
    try:
        return _decoder.decode(zlib.decompress(state))
    except (zlib.error, msgspec.MsgspecError):
        return None
