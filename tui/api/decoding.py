"""Runs the decoders: off the event loop where a body is large, and never on a body whose values
would take many times the memory of its bytes.
"""

import asyncio
from collections.abc import Callable
from threading import Lock
from typing import TypeVar

from tui.api.loose import NotJson, WrongShape
from tui.api.wire import Body
from tui.model.ports import CachedAnswer, Failure, Trouble

INLINE = 64 * 1024
"""Bytes of a body that is decoded at once: the way to a thread and back takes longer."""

BYTES_PER_VALUE = 12
"""A listed order (S) has 25 bytes a value, a short sub-job of P 13. `[1,1,1,…` has 2: 40 MB of it
would take 3 GB.
"""

MAX_OBJECTS = 1_600_000
"""A million orders are 82 MB; orders of 20 bytes could be six million in as many."""

_UNCHECKED_VALUES = 50_000

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
    values = body.count(b",")
    if values > _UNCHECKED_VALUES and values * BYTES_PER_VALUE > len(body):
        return Failure(Trouble.TOO_LARGE, hint=f"{values} values")
    objects = body.count(b"{")
    if objects > MAX_OBJECTS:
        return Failure(Trouble.TOO_LARGE, hint=f"{objects} objects")
    try:
        return read(body)
    except NotJson as error:
        return Failure(Trouble.NOT_THE_API, hint=str(error))
    except WrongShape as error:
        return Failure(Trouble.SHAPE, hint=str(error))
