"""The order screen in a real terminal, against a real server."""

import base64
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.changing_server import BackgroundServer, Service, detail, row
from tests.support.hostile_text import PAYLOADS
from tests.support.terminal import Terminal

SECRET = "hunter2-hunter2"
_OSC_52 = re.compile(rb"\x1b\]52;c;([A-Za-z0-9+/=]*)\x07")


@pytest.fixture
def service() -> Service:
    service = Service()
    service.rows = [row(number, "TRANSCODING") for number in (3, 2, 1)]
    service.details = {
        listed["id"]: detail(
            listed,
            *[10.0] * 30,
            filename=f"of-{listed['id']}.mp4",
            transcodingdownload={"download_url": f"ftp://user:{SECRET}@host/in.mp4"},
            transcodingupload_set=[{"upload_url": "ftp://host/one"}, {"upload_url": "ftp://two"}],
            upload_password=SECRET,
            extra={"needle": 1.50, "hostile": list(PAYLOADS.values())},
        )
        for listed in service.rows
    }
    return service


@pytest.fixture
def terminal(service: Service, tmp_path: Path) -> Iterator[Terminal]:
    with BackgroundServer(service) as server:
        link = {"TRANSCODE_TUI_ORDER_URL": "https://cms.example/{company}/{id}"}
        with Terminal((), {**server.environ, **link}, tmp_path, size=(100, 30)) as running:
            running.wait_for(f"of-{service.rows[0]['id']}.mp4")
            yield running


def copied(terminal: Terminal) -> list[str]:
    """Return the texts sent to the clipboard (OSC 52)."""
    return [base64.b64decode(found).decode() for found in _OSC_52.findall(terminal.raw)]


@pytest.mark.slow
def test_open_search_copy_and_return(service: Service, terminal: Terminal) -> None:
    first, second, _ = (listed["id"] for listed in service.rows)
    terminal.send("\r")
    terminal.wait_for("1 of 3")
    terminal.wait_for("average (30 sub-jobs)")
    terminal.send("G")  # the facts are below 30 sub-jobs
    terminal.wait_for("ftp://user:•••@host/in.mp4")
    terminal.wait_for("UTC)")

    service.details[first] |= {"filename": "another.mp4"}
    terminal.wait_for("another.mp4", 5)

    terminal.send("]")
    terminal.wait_for("2 of 3")
    terminal.wait_for(f"of-{second}.mp4")
    terminal.send("/needle\rn")  # in one burst, as over a slow link
    terminal.wait_for("1 of 1: needle")
    terminal.wait_for('"needle": 1.5')

    terminal.send("y")
    terminal.wait_for(f"Sent to the clipboard: {second}")
    assert copied(terminal) == [second]
    terminal.send("Y")
    for key, wanted in (
        ("c", "$TOKEN"),
        ("s", "ftp://user:•••@host/in.mp4"),
        ("2", "ftp://two"),
        ("l", f"https://cms.example/42/{second}"),
    ):
        terminal.wait_for("1  destination")
        terminal.send(key)
        terminal.wait_for("set-clipboard on")
        assert wanted in copied(terminal)[-1]
        terminal.send("qY")
    assert f"/v1/media/42/transcode/{second}/" in copied(terminal)[1]

    terminal.wait_for("1  destination")
    terminal.send("j")
    terminal.wait_for("more lines")
    answer = json.loads(copied(terminal)[-1])
    assert answer["order_id"] == second
    assert answer["upload_password"] == "•••"
    terminal.send("q")
    terminal.wait_for("esc Back")
    terminal.send("q")
    terminal.wait_for(lambda _: second in terminal.line_with("▌ "))
    assert " 2/3 " in terminal.line_with("1 Now ")
    terminal.send("q")
    assert terminal.wait_exit(3) == 0
    assert SECRET.encode() not in terminal.raw
    assert SECRET not in "".join(copied(terminal))
    assert b"\x1b]52;c;cHduZWQ=" not in terminal.raw  # clipboard sequences sent by the server


def test_details_work_on_the_smallest_screen(service: Service, terminal: Terminal) -> None:
    terminal.send("\r")
    terminal.wait_for("1 of 3")
    for size in ((40, 8), (39, 8), (100, 30), (40, 8)):
        terminal.resize(*size)
        terminal.wait_for("too small" if size[0] < 40 else "─ ▶ TRANSCODING")
    terminal.wait_for("live")
    terminal.wait_for("esc Back")
    terminal.send("\x1b")
    terminal.wait_for("enter Open")
