"""Reads the body of a response, decoded and capped."""

import zlib
from collections.abc import AsyncIterator

import httpx

from tui.model.ports import Failure, FailureKind
from tui.sanitize import sanitize

_CHUNK = 1 << 20


async def read_capped_body(response: httpx.Response, cap: int) -> bytes | Failure:
    """The decoded body, of at most `cap` bytes. Raises httpx's errors.

    Only the requested encodings are decoded, and only once: httpx itself would undo each of
    `gzip, gzip, gzip`, and 20 KB could become 6 GB.
    """
    encoding = response.headers.get("content-encoding", "").strip().lower()
    if encoding not in ("", "identity", "gzip"):
        return Failure(FailureKind.ENCODED, response.status_code, hint=sanitize(encoding, 40))
    declared = response.headers.get("content-length", "")
    if declared.isdecimal() and len(declared) < 19 and int(declared) > cap:
        return Failure(FailureKind.TOO_LARGE)
    raw = response.aiter_raw()
    # One growing block: glibc returns it to the system, unlike thousands of small ones.
    body = bytearray()
    async for chunk in _gunzipped(raw) if encoding == "gzip" else raw:
        body += chunk
        if len(body) > cap:
            return Failure(FailureKind.TOO_LARGE)
    return bytes(body)


async def _gunzipped(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Chunks of at most 1 MiB: 64 KB of gzip can contain 64 MB. Bytes after the end are ignored."""
    decoder = zlib.decompressobj(wbits=zlib.MAX_WBITS + 16)
    async for chunk in chunks:
        rest, piece = chunk, b""
        # A full piece may leave output inside the decoder after all input is used up.
        while rest or len(piece) == _CHUNK:
            try:
                piece = decoder.decompress(rest, _CHUNK)
            except zlib.error as error:
                raise httpx.DecodingError(str(error)) from error
            yield piece
            rest = decoder.unconsumed_tail
        if decoder.eof:
            return
    raise httpx.DecodingError("the gzip data ends too early")
