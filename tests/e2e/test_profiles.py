"""The profiles in the real program: killed while one is deleted, and with hostile names."""

import json
import os
import signal
from collections.abc import Awaitable
from functools import partial
from pathlib import Path

import pytest

from tests.support.changing_server import BackgroundServer, Service, row
from tests.support.hostile_text import PAYLOADS, kinds
from tests.support.terminal import Terminal
from tui.demo.http_server import Request, Response

pytestmark = pytest.mark.slow

_PROFILES = "/v1/media/42/transcoding_profiles/"
_ALLOWED = "/v1/media/42/allowed_values/"
_PASSWORD = "QZQ-a-password"


class ProfileService(Service):
    """Has profiles that can be deleted. If `kills`, the program `pid` is killed when that is
    done.
    """

    def __init__(self, *names: str) -> None:
        super().__init__()
        self.rows = [row(1)]
        self.profiles = {
            str(number): {"id": number, "name": name, "video_format": "mp4", "video_bitrate": 800}
            for number, name in enumerate(names, 71)
        }
        self.writes: list[str] = []
        self.pid = 0

    def __call__(self, request: Request) -> Response | Awaitable[Response]:
        if request.path == _PROFILES and request.method == "GET":
            return Response(body=json.dumps(list(self.profiles.values())).encode())
        if request.path == _ALLOWED:
            return Response(body=b"{}")
        if request.method == "DELETE":
            self.writes.append(request.path)
            del self.profiles[request.path.rstrip("/").rpartition("/")[2]]
            os.kill(self.pid, signal.SIGKILL)
            raise ConnectionAbortedError
        return super().__call__(request)


def _is_gone(wanted: str, text: str) -> bool:
    return wanted not in text


def test_a_delete_that_the_program_did_not_survive_is_settled_at_the_next_start(
    tmp_path: Path,
) -> None:
    service = ProfileService("Web 720p", "Web 1080p")
    with BackgroundServer(service) as server:
        with Terminal((), server.environ, tmp_path, size=(100, 30)) as first:
            service.pid = first.pid
            first.wait_for("FINISHED")
            first.send("P")
            first.wait_for("Web 1080p")
            first.send("d")
            first.wait_for("Type 71 to delete it:")
            first.send("71\r")
            first.wait_exit(10)
        assert service.writes == ["/v1/media/42/transcoding_profile/71/"]
        with Terminal((), server.environ, tmp_path, size=(100, 30)) as second:
            second.wait_for("Profile 71: found: deleted, not found at")
            second.send("P")
            second.wait_for("Web 1080p")
            second.send("qq")
            assert second.wait_exit(10) == 0
        with Terminal((), server.environ, tmp_path, size=(100, 30)) as third:
            third.wait_for("FINISHED")
            third.send("P")
            third.wait_for("Web 1080p")
            assert "Outcome unknown" not in third.text
    assert len(service.writes) == 1


def test_hostile_names_and_passwords_in_names_reach_neither_the_terminal_nor_a_file(
    tmp_path: Path,
) -> None:
    hostile = "".join(PAYLOADS.values())[:5000]
    service = ProfileService(f"ftp://me:{_PASSWORD}@host/x", f"b {hostile}")
    with (
        BackgroundServer(service) as server,
        Terminal((), server.environ, tmp_path, size=(100, 30)) as terminal,
    ):
        terminal.wait_for("FINISHED")
        plain = kinds(terminal.raw)
        terminal.send("P")
        terminal.wait_for("ftp://me:•••@host/x")
        terminal.send("j")
        terminal.wait_for("▌    72")
        for key, wanted in (("e", "Edit profile 72"), ("d", "Delete profile 72")):
            terminal.send(key)
            terminal.wait_for(wanted)
            terminal.send("\x1b")
            terminal.wait_for(partial(_is_gone, wanted))
        terminal.send("qq")
        assert terminal.wait_exit(10) == 0
        raw = terminal.raw
    sequences = b"".join(kinds(raw) - plain)
    assert b"pwned" not in sequences
    assert b"cHduZWQ" not in sequences
    kept = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert _PASSWORD.encode() not in raw + kept
