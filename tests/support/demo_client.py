"""Addresses, bodies, a settable clock and a recording server for tests of the demo server."""

import json
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from typing import Any

import httpx

from tui.demo.http_server import Request, Response
from tui.demo.server import DemoServer
from tui.demo.world import World

EPOCH = 1_750_000_000.0
TOKEN_PATH = "/v1/oauth2/access_token/"
LIST_PATH = "/v1/media/42/transcode/"
LIST = LIST_PATH.rstrip("/")
PROFILES = "/v1/media/42/transcoding_profiles"
MINUTES = "/v1/media/42/transcoding/consumed_minutes"
TOKEN_FORM = {
    "client_id": "demo",
    "client_secret": "demo-secret",
    "grant_type": "client_credentials",
}
ORDER: dict[str, Any] = {
    "priority": 5,
    "origin": "ftp://usuario:clave@ftp.com/published/un%20v%C3%ADdeo.mp4",
    "destinations": ["ftp://usuario:clave@ftp.tudireccionftp.com", "s3://bucket-name"],
    "jobs": [
        {"label": "iphone", "filename": "watermark.mp4", "profile_id": 34, "thumbnails": []},
        {"filename": "hls.m3u8", "profile_id": 86},
    ],
    "notifications": [{"email": "micorreo@misitio.com", "call": "https://api.cliente.com/notify"}],
}
NEW_PROFILE: dict[str, Any] = {
    "name": "東京 360p",
    "video_format": "mp4",
    "video_codec": "h264",
    "video_width": None,
    "video_height": 360,
    "video_bitrate": 800,
    "video_aspect": "16:9",
    "audio_bitrate": 96,
    "audio_codec": "aac",
}


class SettableClock:
    """A clock that stands at `now`."""

    now = EPOCH

    def __call__(self) -> float:
        return self.now


class RecordingDemoServer(DemoServer):
    """A demo server that keeps the requests it gets."""

    def __init__(self, world: World, **options: Any) -> None:
        super().__init__(world, **options)
        self.requests: list[Request] = []

    def handle(self, request: Request) -> Response | Awaitable[Response]:
        self.requests.append(request)
        return super().handle(request)


def list_json(world: World, now: float) -> bytes:
    """Return what the list call answers."""
    return b"[%b]" % b",".join(world.rows(now))


@asynccontextmanager
async def signed_in(server: DemoServer) -> AsyncIterator[httpx.AsyncClient]:
    """Connect with a token."""
    async with httpx.AsyncClient(base_url=server.url, trust_env=False) as client:
        token = (await client.post(TOKEN_PATH, data=TOKEN_FORM)).json()["access_token"]
        client.headers["Authorization"] = f"Bearer {token}"
        yield client


async def ids(client: httpx.AsyncClient, **parameters: Any) -> list[str]:
    """Return the ids in a list call."""
    response = await client.get(LIST_PATH, params=parameters)
    assert response.status_code == 200, response.text
    return [row["id"] for row in response.json()]


async def filtered_ids(client: httpx.AsyncClient, **filters: str) -> list[str]:
    return await ids(client, filters=json.dumps(filters))
