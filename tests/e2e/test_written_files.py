"""The files that the program writes: exports and logs."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.support.changing_server import BackgroundServer, Service, detail, row
from tests.support.terminal import Terminal


def test_the_whole_program_exports(tmp_path: Path) -> None:
    service = Service()
    service.rows = [row(3, "TRANSCODING"), row(2, "ERROR"), row(1)]
    service.details = {
        each["id"]: detail(each, 10.0, filename="ftp://me:hunter2@host/é.mp4")
        for each in service.rows
    }
    (tmp_path / "out").mkdir()
    with (
        BackgroundServer(service) as server,
        Terminal(("--export-dir", "~/out"), server.environ, tmp_path) as terminal,
    ):
        terminal.wait_for("é.mp4")
        terminal.send("ec")  # in one burst
        terminal.wait_for("Exported 3 orders to")
        terminal.send("\x10export")
        terminal.wait_for("Export the rows to a file")
        terminal.send("\r")
        terminal.wait_for("JSON Lines, for programs")
        (tmp_path / "out").rename(tmp_path / "away")
        terminal.send("t")
        terminal.wait_for("Not exported: ~/out: No such file or directory")
        terminal.send("q")
        assert terminal.wait_exit(5) == 0
    (path,) = (tmp_path / "away").glob("orders-*.csv")
    text = path.read_text("utf-8")
    header, *lines = text.splitlines()
    assert header.startswith("id,status,")
    assert [line.partition(",")[0] for line in lines] == [each["id"] for each in service.rows]
    meta = path.with_name(f"{path.name}.meta.json")
    about = json.loads(meta.read_bytes())
    assert (about["orders"], about["company"], about["list"]) == (3, "42", "live")
    assert meta.stat().st_mode & 0o777 == 0o600
    assert "hunter2" not in text
    assert "ftp://me:•••@host/é.mp4" in text
    assert path.stat().st_mode & 0o777 == 0o600


def requests_in(path: Path) -> list[dict[str, Any]]:
    records = (json.loads(line) for line in path.read_text("utf-8").splitlines())
    return [record for record in records if "ms" in record]


@pytest.mark.slow
def test_the_program_logs_to_the_configured_file(tmp_path: Path) -> None:
    environ = {"TRANSCODE_TUI_LOG_LEVEL": "info", "XDG_STATE_HOME": str(tmp_path / "state")}
    with Terminal(("--demo",), environ, tmp_path, size=(160, 60)) as terminal:
        terminal.wait_for("● live")
        (log,) = tmp_path.rglob("log.jsonl")
        terminal.send("p\x0c")
        terminal.wait_for("none: polling is paused")
        terminal.wait_for(f"info and above, in {log}"[:60])

        def counted(text: str) -> list[int]:
            rows = re.findall(r"│ (?:token|list|order|companies) +(\d+) +(\d+) +0 ", text)
            return [int(sent) for sent, good in rows if sent == good]

        def agree(text: str) -> bool:
            counts = counted(text)
            return len(counts) == 4 and sum(counts) == len(requests_in(log))

        terminal.wait_for(agree)  # calls in flight have ended
        token, listed, details, companies = counted(terminal.text)
        assert token == companies == 1
        assert listed >= 1
        assert details >= 1
        terminal.send("\x0cq")
        assert terminal.wait_exit(3) == 0
    assert {record["status"] for record in requests_in(log)} == {200}
    with Terminal(("--demo", "--log-file", "/dev/null/x"), {}, tmp_path) as terminal:
        assert terminal.wait_exit(3) == 2
        assert "the log /dev/null/x cannot be written" in terminal.text
