"""A server with three orders that answers at random while `hostile`."""

import gzip
import json
import time
from collections.abc import Callable
from random import Random
from typing import Any

from tests.support.changing_server import three_orders
from tests.support.raw_server import LIST_PATH, TOKEN, TOKEN_PATH, RawRequest, RawServer, answer

STATUSES = (200, 200, 200, 201, 204, 206, 301, 304, 400, 401, 403, 404, 418, 429, 431, 500, 503)
ENCODINGS = ("gzip", "gzip, gzip", "deflate", "br", "identity", "\x00", "x" * 100)
VALUES: tuple[object, ...] = (
    None,
    [],
    {},
    -1,
    1e308,
    10**400,
    "",
    "\x1b[2J\x9b6n",
    "[/]",
    "é" * 400,
    True,
    [[]],
)
NAMES = (
    "ETag", "Last-Modified", "Set-Cookie", "Date", "Age", "Warning", "Location", "Content-Type",
    "Content-Encoding", "Content-Length", "Transfer-Encoding", "Connection", "X-Cache", "Link",
)  # fmt: skip


class FuzzServer(RawServer):
    """`answered` is the monotonic time of the last list sent with status 200."""

    def __init__(self, random: Random) -> None:
        super().__init__({})
        self._random = random
        self._orders = three_orders()
        self.hostile = False
        self.answered = float("-inf")
        self.sent = 0

    def _answer(self, request: RawRequest) -> bytes:
        self.sent += 1
        path = request.path.partition("?")[0]
        sent = self._hostile(path) if self.hostile else self._good(path)
        if path.rstrip("/") == LIST_PATH.rstrip("/") and sent.startswith(b"HTTP/1.1 200"):
            self.answered = time.monotonic()
        return sent

    def _good(self, path: str) -> bytes:
        body = self._body(path)
        return TOKEN if path == TOKEN_PATH else answer(json.dumps(body).encode())

    def _body(self, path: str) -> Any:
        if path.rstrip("/") == LIST_PATH.rstrip("/"):
            return self._orders.rows
        return self._orders.details.get(path.rstrip("/").rpartition("/")[2], {})

    def _hostile(self, path: str) -> bytes:
        kinds: list[Callable[[str], bytes]] = [
            self._good, self._headers, self._mutated, self._structure, self._status, self._noise,
            self._encoded, self._cut,
        ]  # fmt: skip
        return self._random.choice(kinds)(path)

    def _headers(self, path: str) -> bytes:
        """Return the good body with invalid headers."""
        headers = [self._header() for _ in range(self._random.randint(1, 5))]
        return answer(json.dumps(self._body(path)).encode(), *headers)

    def _header(self) -> bytes:
        chance = self._random
        values: list[Callable[[], bytes]] = [
            lambda: chance.randbytes(chance.randint(0, 60)).replace(b"\n", b""),
            "ñandú, año".encode,
            lambda: str(chance.randint(-(10**30), 10**30)).encode(),
            lambda: b"x" * chance.choice([100, 5_000, 90_000]),
            lambda: b"chunked, gzip; q=0",
        ]
        return chance.choice(NAMES).encode() + b": " + chance.choice(values)()

    def _mutated(self, path: str) -> bytes:
        """Return the good body with bytes changed, lost or repeated."""
        body = bytearray(json.dumps(self._body(path)).encode())
        for _ in range(self._random.randint(1, 8)):
            at = self._random.randrange(len(body))
            match self._random.randrange(3):
                case 0:
                    body[at] = self._random.randrange(256)
                case 1:
                    del body[at : at + self._random.randint(1, 40)]
                case _:
                    body[at:at] = body[at : at + 40] * self._random.randint(1, 50)
            body = body or bytearray(b"[]")
        return answer(bytes(body))

    def _structure(self, path: str) -> bytes:
        """Return the good body with values replaced by others of any type."""
        return answer(json.dumps(self._scrambled(self._body(path))).encode())

    def _scrambled(self, value: Any) -> Any:
        chance = self._random
        if chance.random() < 0.15:
            return chance.choice(VALUES)
        if isinstance(value, dict):
            return {key: self._scrambled(each) for key, each in value.items()}
        if isinstance(value, list):
            return [self._scrambled(each) for each in value] * chance.choice([0, 1, 1, 1, 30])
        return value

    def _status(self, path: str) -> bytes:
        # Statuses that stop calls until the user acts are tested elsewhere.
        status = self._random.choice(STATUSES if path != TOKEN_PATH else (200, 500, 503))
        reason = self._random.randbytes(5).hex()
        headers = [self._header()] if self._random.random() < 0.5 else []
        if status in (429, 503) and self._random.random() < 0.5:
            headers.append(b"Retry-After: 1")
        return answer(self._good(path), *headers, status=f"{status} {reason}".encode())

    def _noise(self, _: str) -> bytes:
        head = self._random.choice([b"", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\n\r\n"])
        self.is_cut = True
        return head + self._random.randbytes(self._random.randint(0, 2000))

    def _encoded(self, path: str) -> bytes:
        body = json.dumps(self._body(path)).encode()
        for _ in range(self._random.randint(0, 3)):
            body = gzip.compress(body)
        header = f"Content-Encoding: {self._random.choice(ENCODINGS)}"
        return answer(body[: self._random.choice([20, 10_000])], header.encode())

    def _cut(self, path: str) -> bytes:
        self.is_cut = True
        good = self._good(path)
        return good[: self._random.randrange(len(good))]
