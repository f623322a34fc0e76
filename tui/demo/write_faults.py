"""The scenario `write-faults`: how a server may fail a write, chosen by what the write is about.

| last digit of the id of the order or profile | what happens                                    |
| -------------------------------------------- | ----------------------------------------------- |
| 0                                            | refused with a reason                           |
| 1                                            | 503 with a page of the CDN; nothing is done     |
| 2                                            | done, and the connection is cut without answer  |
| 3                                            | done, and not answered: cut after a minute      |
| 4 to 9                                       | done and answered                               |

A new order or profile has no id yet: the first one is done and answered, the second one as 2, the
third as 0, the fourth as 1, the fifth as 3, and so on.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable
from itertools import cycle

from tui.demo.http_server import Request, Response
from tui.demo.responses import ApiError
from tui.demo.scenarios import error_page

SILENCE = 60.0
"""Seconds without an answer, after which the connection is closed."""

_OF_NEW_ONES = "42013"
_LAST_DIGIT = re.compile(r"([0-9])/*\Z")
_REASON = "The package of minutes is blocked."


class WriteFaults:
    """Answers writes. `wait` waits for seconds."""

    def __init__(self, wait: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        self._wait = wait
        self._of_new_ones = cycle(_OF_NEW_ONES)

    def answer(
        self, request: Request, act: Callable[[], Response]
    ) -> Response | Awaitable[Response]:
        """Answer a write that `act` does. Raises `ConnectionAbortedError` instead of an answer."""
        found = _LAST_DIGIT.search(request.path)
        match found[1] if found else next(self._of_new_ones):
            case "0":
                raise ApiError(400, _REASON)
            case "1":
                return error_page()
            case "2":
                act()
                raise ConnectionAbortedError("the write is done")
            case "3":
                act()
                return self._silence()
        return act()

    async def _silence(self) -> Response:
        await self._wait(SILENCE)
        raise ConnectionAbortedError("the write is done")
