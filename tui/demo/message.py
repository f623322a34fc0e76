"""What passes between the sockets and the application: requests, responses, and who answers."""

from collections.abc import AsyncIterable, Awaitable, Callable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Request:
    """One request, its body read to the end. Header names are in lower case."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Response:
    """One answer. A body of bytes gets its Content-Length, any other is sent as it comes.

    A Content-Length among the headers is sent as given; where the body is shorter, the client sees
    it cut off.
    """

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | AsyncIterable[bytes] = b""


class CutError(ConnectionAbortedError):
    """Raised by a handler: the connection is to be cut without an answer."""


Handler = Callable[[Request], Response | Awaitable[Response]]
