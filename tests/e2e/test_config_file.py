"""The program with key overrides and views of its config file."""

import base64
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.support.changing_server import BackgroundServer, Service, detail, row
from tests.support.terminal import Terminal


def test_the_program_runs_with_colliding_overrides(tmp_path: Path) -> None:
    service = Service()
    service.rows = [row(2), row(1)]
    config = tmp_path / "transcode-tui" / "config.toml"
    config.parent.mkdir()
    config.write_text('[keys]\n"watch.pause" = ["f8", "O"]\n"watch.refresh" = "y"\n')
    with (
        BackgroundServer(service) as server,
        Terminal((), server.environ, tmp_path, size=(300, 40)) as terminal,
    ):
        terminal.wait_for("● live")
        terminal.wait_for('keys."watch.refresh": y is already used by watch.copy-id')
        terminal.wait_for("f8 Pause")
        assert "r Refresh" in terminal.lines[-1]
        terminal.send("p")
        terminal.read_for(0.2)
        assert "paused" not in terminal.lines[0]
        terminal.send("\x1b[19~")
        terminal.wait_for("f8: resume")
        terminal.send("O")
        terminal.wait_for("● live")
        asked = len(service.lists())
        terminal.send("r")
        terminal.wait_for(lambda _: len(service.lists()) > asked)
        terminal.send("q")
        assert terminal.wait_exit(5) == 0


def eight_orders() -> tuple[Service, dict[int, str]]:
    """Serve eight orders, all but the first of today, every second one failed; ids by number."""
    service = Service()
    now = int(time.time())
    made = {number: now - 60 * (9 - number) for number in range(2, 9)} | {1: 1_760_000_000}
    id_of = {number: f"{at}-{number:04}" for number, at in made.items()}
    names = {1: "HLS", 3: "HLS", 4: "HLS", 5: "HLS", 7: "HLS"}
    for number in range(8, 0, -1):
        each = {
            "id": id_of[number],
            "created_on": datetime.fromtimestamp(made[number], UTC).isoformat(" "),
            "status": "ERROR" if number % 2 else "FINISHED",
        }
        result = detail(each, 10.0, duration=float(number * 13 % 50), filename=f"of-{number}.mov")
        result["transcodingjob_set"][0]["profile"]["name"] = names.get(number, "other")
        service.rows.append(each)
        service.details[each["id"]] = result
    return service, id_of


@pytest.mark.slow
def test_a_view_is_created_saved_and_restored_by_keys(tmp_path: Path) -> None:
    service, id_of = eight_orders()
    noon = f"XXX{datetime.now(UTC).hour - 12:+d}"  # a time zone where it is about noon

    def shown(text: str, start: str = "") -> list[int]:
        """Return the numbers of the table's rows that start with `start`, from the top."""
        rows = [line.partition("│")[0] for line in text.splitlines()[3:] if line.startswith(start)]
        return [
            number
            for line in rows
            for number, each in id_of.items()
            if each in line or f"of-{number}.mov" in line
        ]

    with BackgroundServer(service) as server:
        environ = {**server.environ, "XDG_STATE_HOME": str(tmp_path / "state"), "TZ": noon}
        with Terminal((), environ, tmp_path, size=(120, 30)) as terminal:
            terminal.wait_for("● live")
            terminal.send("/status:error profile:hls created:today\r")
            terminal.wait_for("created:today  3 of 8", 15)
            terminal.wait_for(lambda text: "indexing" not in text, 15)
            terminal.send("sd")
            terminal.wait_for("longest first")
            terminal.wait_for(lambda text: shown(text) == [7, 3, 5])
            terminal.send("S")
            terminal.wait_for(lambda text: shown(text) == [5, 3, 7])
            terminal.send("j")
            terminal.wait_for(lambda text: shown(text, "▌") == [3])
            terminal.send("\x10")
            terminal.wait_for("Search")
            terminal.send("save view")
            terminal.wait_for("Save current view as…")
            terminal.send("\r")
            terminal.wait_for("─ Save current view as")
            terminal.send("failed hls\r")
            terminal.wait_for("6 failed hls")
            terminal.send("q")
            assert terminal.wait_exit(5) == 0
        with Terminal(("--export-dir", "~"), environ, tmp_path, size=(120, 30)) as terminal:
            terminal.wait_for("6 failed hls", 10)
            terminal.wait_for(lambda text: shown(text) == [5, 3, 7], 15)
            terminal.wait_for(lambda text: shown(text, "▌") == [3])
            terminal.send("2")
            terminal.wait_for(lambda text: shown(text) == [8, 7, 6, 5, 4, 3, 2, 1])
            assert shown(terminal.text, "▌") == [3]
            terminal.send("v")
            terminal.wait_for("6  failed hls")
            terminal.send("6")
            terminal.wait_for(lambda text: shown(text) == [5, 3, 7])
            terminal.send("ec")
            terminal.wait_for("Exported 3 orders to")
            terminal.send("y")
            copied = base64.b64encode(id_of[3].encode()).decode()
            terminal.wait_for(lambda _: f"\x1b]52;c;{copied}".encode() in terminal.raw)
            terminal.send("q")
            assert terminal.wait_exit(5) == 0
    (path,) = tmp_path.glob("orders-*.csv")
    rows = path.read_text("utf-8").splitlines()[1:]
    assert [row.partition(",")[0] for row in rows] == [id_of[number] for number in (5, 3, 7)]


@pytest.mark.slow
def test_the_program_starts_with_a_mostly_invalid_file(tmp_path: Path) -> None:
    service, id_of = eight_orders()
    config = tmp_path / "transcode-tui" / "config.toml"
    config.parent.mkdir()
    config.write_text(
        """\
[keys]
"watch.pause" = "r"
"watch.filter" = "B"

[views.mixed]
filter = "status:error ("
sort = ["age"]
columns = ["id", "colour", "size"]
"""
    )
    with (
        BackgroundServer(service) as server,
        Terminal((), server.environ, tmp_path, size=(320, 30)) as terminal,
    ):
        terminal.wait_for("● live")
        terminal.wait_for('keys."watch.pause": r is already used by watch.refresh')
        terminal.wait_for('views."mixed".filter is invalid: Type a')
        terminal.wait_for("""views."mixed".columns names 'colour'""")
        terminal.wait_for("p Pause")
        terminal.wait_for("B Filter")
        terminal.send("6")  # the view is valid but for its filter and a column
        terminal.wait_for("▌6 mixed 8")
        terminal.wait_for("newest first")
        names = [f"of-{number}.mov" for number in id_of]
        terminal.wait_for(lambda text: all(each in text for each in names))
        terminal.send("Bstatus:error\r")
        terminal.wait_for("status:error  4 of 8")
        terminal.send("p")
        terminal.wait_for("p: resume")
        terminal.send("q")
        assert terminal.wait_exit(5) == 0
