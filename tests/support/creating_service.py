"""A service that takes new orders."""

import json
from collections.abc import Awaitable
from typing import Any
from urllib.parse import parse_qs

from tests.support.changing_server import LIST_PATH, Service, detail, row
from tui.demo.http_server import Request, Response

PROFILES_PATH = "/v1/media/42/transcoding_profiles/"


class CreatingService(Service):
    """Records the JSON of new orders in `bodies`. With `creates` they come into the list, without
    the password of their source; `answer` takes the place of the usual one.
    """

    def __init__(self) -> None:
        super().__init__()
        self.rows = [row(1)]
        self.details = {row(1)["id"]: detail(row(1), 10.0)}
        self.bodies: list[dict[str, Any]] = []
        self.creates = True
        self.answer: Response | None = None
        self.has_profiles = True

    def __call__(self, request: Request) -> Response | Awaitable[Response]:
        is_authorised = request.headers.get("authorization") == f"Bearer {self.token}"
        if is_authorised and request.method == "POST" and request.path == f"{LIST_PATH}/":
            return self._create(json.loads(parse_qs(request.body.decode())["order"][0]))
        if is_authorised and request.path == PROFILES_PATH:
            profiles = [{"id": 92, "name": "Prueba escalado"}, {"id": 86, "name": "Test HLS"}]
            return (
                Response(body=json.dumps(profiles).encode()) if self.has_profiles else Response(500)
            )
        return super().__call__(request)

    def _create(self, body: dict[str, Any]) -> Response:
        self.bodies.append(body)
        new = row(len(self.rows) + 1, "QUEUED")
        if self.creates:
            self.rows.insert(0, new)
            scheme, _, rest = body["origin"].partition("://")
            jobs = [
                {
                    "profile": {"id": job["profile_id"], "name": "a profile"},
                    "filename": job["filename"],
                    "label": job.get("label"),
                    "progress": 0.0,
                }
                for job in body["jobs"]
            ]
            source = {"download_url": f"{scheme}://{rest.rpartition('@')[2]}"}
            made = detail(new, transcodingdownload=source) | {"transcodingjob_set": jobs}
            self.details[new["id"]] = made
        return self.answer or Response(201, body=f"Order #{new['id']} created".encode())
