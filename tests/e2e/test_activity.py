"""Activity and timeline of two runs in a real terminal, against a real server."""

from pathlib import Path

import pytest

from tests.support.changing_server import BackgroundServer, Service, detail, row
from tests.support.hostile_text import PAYLOADS, kinds
from tests.support.terminal import Terminal


def set_status(service: Service, status: str) -> None:
    (listed,) = service.rows
    listed["status"] = status
    name = "".join(PAYLOADS.values())
    service.details = {listed["id"]: detail(listed, 10.0, filename=f"film {name}.mp4")}


@pytest.mark.slow
def test_what_an_earlier_run_recorded_is_shown_with_what_changed_since(tmp_path: Path) -> None:
    service = Service()
    service.rows = [row(1, "TRANSCODING")]
    set_status(service, "TRANSCODING")
    with BackgroundServer(service) as server:
        with Terminal((), server.environ, tmp_path, size=(100, 30)) as first:
            first.wait_for("film ")
            first.send("A")
            first.wait_for("Nothing has changed since the history began")
            set_status(service, "UPLOADING")
            first.wait_for("TRANSCODING → ↑ UPLOADING")
            first.send("q")
            first.wait_for("film ")
            first.send("q")
            assert first.wait_exit(10) == 0
        set_status(service, "FINISHED")
        with Terminal((), server.environ, tmp_path, size=(100, 30)) as second:
            second.wait_for("FINISHED")
            second.send("A")
            second.wait_for("UPLOADING → ✔ FINISHED")
            second.wait_for("TRANSCODING → ↑ UPLOADING")
            second.send("\r")
            second.wait_for("▌3 Timeline")
            second.wait_for("first seen")
            second.wait_for("✔ FINISHED")
    # The hostile name is text, on both screens and from the history's file.
    sequences = b"".join(kinds(first.raw) | kinds(second.raw))
    assert b"pwned" not in sequences
    assert b"cHduZWQ" not in sequences
