"""A keyframe is read as it was written; a damaged one counts as absent."""

import zlib

import msgspec
import pytest

from tui.history.keyframes import decode_keyframe, encode_keyframe
from tui.model.order import OrderSummary

ORDERS = (OrderSummary("b", "TRANSCODING", 20.0), OrderSummary("a", "ERROR", None, 12.5))


def test_a_keyframe_is_read_as_it_was_written() -> None:
    assert decode_keyframe(encode_keyframe(ORDERS[::-1], 2)) == ORDERS


@pytest.mark.parametrize(
    "state",
    [
        b"",
        b"garbage",
        encode_keyframe(ORDERS, 2)[:-5],
        zlib.compress(b"\xc1"),
        zlib.compress(msgspec.msgpack.encode([["a"]])),
    ],
    ids=["empty", "garbage", "truncated", "no MessagePack", "another shape"],
)
def test_a_damaged_keyframe_counts_as_absent(state: bytes) -> None:
    assert decode_keyframe(state) is None
