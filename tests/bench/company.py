"""Companies of any size whose orders change on command.

Each is served by a separate process, whose CPU time is not counted.
"""

import asyncio
import json
import multiprocessing
import threading
import time
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from typing import Any, NamedTuple, Self

from tests.support.changing_server import LIST_PATH, TOKEN_PATH
from tui.demo.http_server import Request, Response, http_server

_FIRST = 1_700_000_000
_IN_VIEW = 10


class Asked(NamedTuple):
    """A request; `at` is in seconds of the monotonic clock, which all processes share."""

    at: float
    path: str
    offset: int = 0

    @property
    def is_list(self) -> bool:
        return self.path.rstrip("/") == LIST_PATH

    @property
    def is_detail(self) -> bool:
        return self.path.startswith(LIST_PATH) and not self.is_list


def order_id(number: int) -> str:
    return f"{_FIRST + number * 60}-{number % 10_000:04}"


class Book:
    """The orders of a company, newest first, with their JSON.

    Some change at each read of the list, by `mode`: `still` none, `spread` 1 % all over the list,
    `view` ten visible ones and as many others as make 1 %.
    """

    def __init__(self, size: int, status: str = "FINISHED", active: int = 0) -> None:
        self.mode = "still"
        self._statuses = ["TRANSCODING"] * active + [status] * (size - active)
        self._rows = [self._row(place) for place in range(size)]
        self._turn = 0

    def __len__(self) -> int:
        return len(self._rows)

    def body(self) -> bytes:
        self._change()
        return b"[" + b",".join(self._rows) + b"]"

    def page(self, limit: int, offset: int) -> bytes:
        """The envelope of `output=std`."""
        self._change()
        rows = b",".join(self._rows[offset : offset + limit])
        return b'{"count":%d,"next":null,"previous":null,"results":[%b]}' % (len(self), rows)

    def add(self, count: int) -> None:
        """Add new orders at the head."""
        self._statuses[:0] = ["QUEUED"] * count
        self._rows[:0] = [self._row(place) for place in range(count)]

    def detail(self, wanted: str) -> dict[str, Any] | None:
        second, _, _ = wanted.partition("-")
        place = len(self) - 1 - (int(second) - _FIRST) // 60
        if not 0 <= place < len(self):
            return None
        # An active order takes 500 seconds, so every read of its detail shows another progress.
        progress = round((time.monotonic() / 5 + place * 7) % 100, 1)
        jobs = [
            {"profile": {"id": n, "name": name}, "filename": f"{n}.mp4", "progress": progress}
            for n, name in enumerate(("1080p", "720p", "480p", "audio"))
        ]
        return {
            "order_id": wanted,
            "status": self._statuses[place],
            "filename": f"of-{wanted}.mp4",
            "transcodingjob_set": jobs,
        }

    def _change(self) -> None:
        if self.mode == "still":
            return
        self._turn += 1
        size = len(self)
        places = list(range(self._turn * 37 % 100, size, 100))
        if self.mode == "view":
            first = self._turn * _IN_VIEW % 30
            places = [*range(first, first + _IN_VIEW), *(p for p in places[_IN_VIEW:] if p > 100)]
        for place in places:
            ended = self._statuses[place] == "FINISHED"
            self._statuses[place] = "ERROR" if ended else "FINISHED"
            self._rows[place] = self._row(place)

    def _row(self, place: int) -> bytes:
        number = len(self._statuses) - 1 - place
        at = datetime.fromtimestamp(_FIRST + number * 60 + 0.875827, UTC)
        row = {"id": order_id(number), "created_on": str(at), "status": self._statuses[place]}
        return json.dumps(row, separators=(",", ":")).encode()


class _Api:
    """The documented list, detail and token calls."""

    def __init__(self, book: Book, *, paging: bool) -> None:
        self.book, self.paging = book, paging
        self.asked: list[Asked] = []

    def __call__(self, request: Request) -> Response:
        asked = Asked(time.monotonic(), request.path, int(request.query.get("offset", "0")))
        self.asked.append(asked)
        if request.path == TOKEN_PATH:
            return Response(body=b'{"access_token":"a-token","expires_in":36000}')
        if asked.is_list:
            return Response(body=self._list(request))
        if not request.path.startswith(LIST_PATH):  # the company's name
            return Response(404)
        detail = self.book.detail(request.path.removeprefix(LIST_PATH).strip("/"))
        return Response(404) if detail is None else Response(body=json.dumps(detail).encode())

    def _list(self, request: Request) -> bytes:
        query = request.query
        if not self.paging or "limit" not in query:
            return self.book.body()
        if "filters" in query:  # no order is active
            return b'{"count":0,"next":null,"previous":null,"results":[]}'
        return self.book.page(int(query["limit"]), int(query.get("offset", "0")))


async def _serve(commands: Connection, book: Book, paging: bool) -> None:
    api = _Api(book, paging=paging)
    async with http_server(api) as server:
        commands.send(server.port)
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()

        def listen() -> None:
            while command := commands.recv():
                if command == "asked":
                    commands.send(list(api.asked))
                elif command == "page":
                    api.paging = True
                else:
                    api.book.mode = command
            loop.call_soon_threadsafe(stop.set)

        threading.Thread(target=listen, daemon=True).start()
        await stop.wait()


def _run(commands: Connection, book: tuple[int, str, int], paging: bool) -> None:
    asyncio.run(_serve(commands, Book(*book), paging))


class Company:
    """A `Book` behind HTTP: the first `active` orders are TRANSCODING, the others `status`.

    Without `paging` the parameters of a list call are ignored.
    """

    def __init__(
        self, size: int, *, status: str = "FINISHED", active: int = 0, paging: bool = False
    ) -> None:
        self.size = size
        spawn = multiprocessing.get_context("spawn")
        self._wishes, theirs = spawn.Pipe()
        book = (size, status, active)
        self._process = spawn.Process(target=_run, args=(theirs, book, paging), daemon=True)

    def __enter__(self) -> Self:
        self._process.start()
        self.port = int(self._wishes.recv())
        return self

    def __exit__(self, *_: object) -> None:
        self._wishes.send(None)
        self._process.join(5)
        self._process.kill()

    @property
    def environ(self) -> dict[str, str]:
        return _environ(f"http://127.0.0.1:{self.port}", "42", "an-id", "a-secret")

    def id_at(self, place: int) -> str:
        return order_id(self.size - 1 - place)

    def change(self, mode: str) -> None:
        self._wishes.send(mode)

    def page(self) -> None:
        """Honour paging parameters from now on."""
        self._wishes.send("page")

    def asked(self) -> list[Asked]:
        self._wishes.send("asked")
        return [Asked(*each) for each in self._wishes.recv()]


def _environ(url: str, company: str, client: str, secret: str) -> dict[str, str]:
    return {
        "TRANSPARENT_API_URL": url,
        "TRANSPARENT_COMPANY_ID": company,
        "TRANSPARENT_CLIENT_ID": client,
        "TRANSPARENT_CLIENT_SECRET": secret,
    }
