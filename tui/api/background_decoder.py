"""Decodes bodies off the event loop, and turns the decoders' exceptions into failures."""

import asyncio
from collections.abc import Callable
from threading import Lock
from typing import TypeVar

from tui.api.json_reader import InvalidJson, TooManyValues, UnexpectedShape
from tui.api.transport import Body
from tui.model.ports import CachedAnswer, Failure, FailureKind

MAX_INLINE = 64 * 1024
"""Bytes of a body that is decoded on the event loop: the way to a thread takes longer."""

_FAILURES = {
    InvalidJson: FailureKind.NOT_THE_API,
    UnexpectedShape: FailureKind.SHAPE,
    TooManyValues: FailureKind.TOO_LARGE,
}

_Content = TypeVar("_Content")


class BackgroundDecoder:
    """Decodes one body at a time, for the list decoders have state. A decoder whose call has met
    its deadline runs to its end; the next one waits for it.
    """

    def __init__(self) -> None:
        self._lock = Lock()

    async def decode(
        self, read: Callable[[bytes], _Content], body: Body, *, inline: bool = False
    ) -> _Content | CachedAnswer[_Content] | Failure:
        """Return `read(body)`. `inline` allows a small body to be decoded on the event loop."""
        if inline and len(body.data) <= MAX_INLINE:
            answer = _decode(read, body.data)
        else:
            answer = await asyncio.to_thread(self._decode_locked, read, body.data)
        if isinstance(answer, Failure) or not body.age:
            return answer
        return CachedAnswer(answer, body.age)

    def _decode_locked(self, read: Callable[[bytes], _Content], body: bytes) -> _Content | Failure:
        with self._lock:
            return _decode(read, body)


def _decode(read: Callable[[bytes], _Content], body: bytes) -> _Content | Failure:
    try:
        return read(body)
    except tuple(_FAILURES) as error:
        return Failure(_FAILURES[type(error)], hint=str(error))
