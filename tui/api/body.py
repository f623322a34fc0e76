"""A response's body, decoded as it comes and never beyond its cap."""

import zlib
from collections.abc import AsyncIterator

import httpx

from tui.model.ports import Failure, Trouble

_PIECE = 1 << 20


async def read_body(response: httpx.Response, cap: int) -> bytes | Failure:
    """The decoded body, of at most `cap` bytes. Raises httpx's errors."""
    declared = response.headers.get("content-length", "")
    if declared.isdecimal() and len(declared) < 19 and int(declared) > cap:
        return Failure(Trouble.TOO_LARGE)
    # One block, not many: that is given back to the system whole, thousands of pieces are not.
    body = bytearray()
    async for piece in _decoded(response):
        body += piece
        if len(body) > cap:
            return Failure(Trouble.TOO_LARGE)
    return bytes(body)


async def _decoded(response: httpx.Response) -> AsyncIterator[bytes]:
    """Pieces of at most 1 MiB: of 64 KB of gzip, httpx alone would make 64 MB at once."""
    if response.headers.get("content-encoding", "").strip().lower() != "gzip":
        async for piece in response.aiter_bytes():
            yield piece
        return
    decoder = zlib.decompressobj(wbits=zlib.MAX_WBITS + 16)
    async for raw in response.aiter_raw():
        rest, piece = raw, b""
        # What was made may be waiting within when all of what came is used up.
        while rest or len(piece) == _PIECE:
            try:
                piece = decoder.decompress(rest, _PIECE)
            except zlib.error as error:
                raise httpx.DecodingError(str(error)) from error
            yield piece
            rest = decoder.unconsumed_tail
