"""An API server in a thread; a test changes its answers while it runs."""

import asyncio
import json
import time
from collections.abc import Awaitable
from datetime import UTC, datetime
from typing import Any, NamedTuple, Self

from tests.support.loop_thread import LoopThread
from tui.demo.http_server import Listener, Request, Response, http_server

TOKEN_PATH = "/v1/oauth2/access_token/"
LIST_PATH = "/v1/media/42/transcode"


class Asked(NamedTuple):
    at: float
    path: str


class Service:
    """The documented list, detail and token calls of company 42; anything else is a 404.

    `list_body` and `any_detail` replace the answers made of `rows` and `details`. Without
    `slashes` a path with a trailing slash is unknown; with `silent_details` details never answer.
    """

    def __init__(self, *, token: str = "a-token", secret: str = "a-secret") -> None:
        self.token, self.secret = token, secret
        self.list_body: bytes | None = None
        self.rows: list[dict[str, Any]] = []
        self.details: dict[str, dict[str, Any]] = {}
        self.any_detail: bytes | None = None
        self.slashes = True
        self.silent_details = False
        self.asked: list[Asked] = []

    def __call__(self, request: Request) -> Response | Awaitable[Response]:
        self.asked.append(Asked(time.monotonic(), request.path))
        if request.method == "POST" and request.path == TOKEN_PATH:
            if f"client_secret={self.secret}".encode() not in request.body:
                return Response(401)
            return _json({"access_token": self.token, "expires_in": 36000})
        path = request.path.removesuffix("/") if self.slashes else request.path
        if (
            request.method != "GET"
            or request.headers.get("authorization") != f"Bearer {self.token}"
        ):
            return Response(401)
        if path == LIST_PATH:
            return _json(self.rows) if self.list_body is None else Response(body=self.list_body)
        order_id = path.removeprefix(LIST_PATH + "/")
        if not order_id or "/" in order_id:
            return Response(404)
        if self.silent_details:
            return _never()
        if self.any_detail is not None:
            return Response(body=self.any_detail)
        return _json(self.details[order_id]) if order_id in self.details else Response(404)

    def lists(self) -> list[Asked]:
        return [asked for asked in self.asked if asked.path.rstrip("/") == LIST_PATH]

    def details_asked(self) -> list[Asked]:
        return [
            asked
            for asked in self.asked
            if len(asked.path) > len(LIST_PATH) + 1 and asked.path.startswith(LIST_PATH)
        ]


class BackgroundServer:
    """Serves a `Service` from a thread; `stop` and `start` make an outage."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.port = 0
        self._loop = LoopThread()
        self._server: Listener | None = None

    def __enter__(self) -> Self:
        self._loop.__enter__()
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        self._loop.__exit__()

    @property
    def environ(self) -> dict[str, str]:
        port = self.port or 9  # before `start` nothing listens
        return {
            "TRANSPARENT_API_URL": f"http://127.0.0.1:{port}",
            "TRANSPARENT_COMPANY_ID": "42",
            "TRANSPARENT_CLIENT_ID": "an-id",
            "TRANSPARENT_CLIENT_SECRET": self.service.secret,
        }

    def start(self) -> None:
        """Listen on the same port as before."""
        server = http_server(self.service, port=self.port)
        self._loop.run(server.__aenter__())
        self._server, self.port = server, server.port

    def stop(self) -> None:
        """Close the listener and drop every connection."""
        server, self._server = self._server, None
        if server is not None:
            self._loop.run(server.__aexit__(None, None, None))


def row(number: int, status: str = "FINISHED") -> dict[str, Any]:
    """Return a list row; a higher number is newer by a minute."""
    made = 1_760_000_000 + number * 60
    at = datetime.fromtimestamp(made, UTC)
    return {
        "id": f"{made}-{number:04}",
        "created_on": f"{at:%Y-%m-%d %H:%M:%S}+00:00",
        "status": status,
    }


def detail(
    listed: dict[str, Any], *progress: float, filename: str = "file.mp4", **more: Any
) -> dict[str, Any]:
    """Return the detail of a row, with a sub-job (`job-1.mp4`, ...) for each progress."""
    jobs = [
        {
            "profile": {"id": number, "name": f"Profile {number}"},
            "filename": f"job-{number}.mp4",
            "label": None,
            "progress": percent,
        }
        for number, percent in enumerate(progress, 1)
    ]
    return {
        "order_id": listed["id"],
        "status": listed["status"],
        "timestamp": listed["created_on"],
        "filename": filename,
        "transcodingjob_set": jobs,
        **more,
    }


def three_orders() -> Service:
    """Serve an active, a failed and a finished order, newest first."""
    service = Service()
    service.rows = [row(3, "TRANSCODING"), row(2, "ERROR"), row(1)]
    service.details = {each["id"]: detail(each, 10.0) for each in service.rows}
    return service


def _json(value: object) -> Response:
    return Response(headers={"Content-Type": "application/json"}, body=json.dumps(value).encode())


async def _never() -> Response:
    await asyncio.Event().wait()
    return Response(503)
