"""Runs the decoders, off the event loop where a body is large, and turns their errors into
failures.
"""

import asyncio
from collections.abc import Callable
from threading import Lock
from typing import TypeVar

from tui.api.json_reader import InvalidJson, TooManyValues, UnexpectedShape
from tui.api.transport import Body
from tui.model.ports import CachedAnswer, Failure, FailureKind

INLINE = 64 * 1024
"""Bytes of a body that is decoded at once: the way to a thread and back takes longer."""

_Content = TypeVar("_Content")


class Decoder:
    """Decodes one body at a time: the decoders of the list keep state. A decoder whose caller has
    given up, because its deadline is over, goes on to its end; the next one waits for it.
    """

    def __init__(self) -> None:
        self._lock = Lock()

    async def decode(
        self, read: Callable[[bytes], _Content], body: Body, *, inline: bool = False
    ) -> _Content | CachedAnswer[_Content] | Failure:
        """What `read` makes of a body; `inline` allows a small one to be decoded at once."""
        if inline and len(body.data) <= INLINE:
            answer = _decode(read, body.data)
        else:
            answer = await asyncio.to_thread(self._decode_alone, read, body.data)
        if isinstance(answer, Failure) or not body.age:
            return answer
        return CachedAnswer(answer, body.age)

    def _decode_alone(self, read: Callable[[bytes], _Content], body: bytes) -> _Content | Failure:
        with self._lock:
            return _decode(read, body)


def _decode(read: Callable[[bytes], _Content], body: bytes) -> _Content | Failure:
    try:
        return read(body)
    except InvalidJson as error:
        return Failure(FailureKind.NOT_THE_API, hint=str(error))
    except UnexpectedShape as error:
        return Failure(FailureKind.SHAPE, hint=str(error))
    except TooManyValues as error:
        return Failure(FailureKind.TOO_LARGE, hint=str(error))
