"""The whole program in a real terminal, against a real server."""

import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.support import seed
from tests.support.changing_server import (
    LIST_PATH,
    TOKEN_PATH,
    BackgroundServer,
    Service,
    detail,
    row,
)
from tests.support.paths import ROOT
from tests.support.terminal import Terminal
from tests.support.tiers import slow_after
from tui.model.order_facts import DETAIL_CADENCE

ALTERNATE, MAIN = b"\x1b[?1049h", b"\x1b[?1049l"
HIDE, SHOW = b"\x1b[?25l", b"\x1b[?25h"
POP_TITLE = b"\x1b[23;2t"
SEQUENCE = re.compile(rb"\x1b\[[0-?]*[ -/]*[@-~]")

Run = Callable[..., Terminal]


@pytest.fixture
def service() -> Service:
    return Service()


@pytest.fixture
def server(service: Service) -> Iterator[BackgroundServer]:
    with BackgroundServer(service) as background:
        yield background


@pytest.fixture
def run(server: BackgroundServer, tmp_path: Path) -> Run:
    def start(*arguments: str, **options: Any) -> Terminal:
        return Terminal(arguments, server.environ, tmp_path, **options)

    return start


def fill(service: Service, count: int, status: str = "FINISHED") -> list[str]:
    """Serve `count` orders whose file names contain their ids; return the ids."""
    service.rows = [row(number, status) for number in range(count, 0, -1)]
    service.details = {
        listed["id"]: detail(listed, 10.0, filename=f"of-{listed['id']}.mp4")
        for listed in service.rows
    }
    return [listed["id"] for listed in service.rows]


def test_the_documented_calls_are_enough(service: Service, run: Run) -> None:
    service.slashes = False
    service.list_body, service.any_detail = seed.LIST, seed.DETAIL
    with run(size=(200, 60)) as terminal:
        terminal.wait_for("Prueba escalado")
        terminal.wait_for("live")
        terminal.wait_for("Test HLS")
        is_read = re.compile(r"^[▌ ] nombre\.mp4 ", re.MULTILINE)
        terminal.wait_for(lambda text: len(is_read.findall(text)) == 7)
        text = terminal.text
        ids = re.findall(rb'"id": "([0-9-]+)"', seed.LIST)
        assert len(ids) == 7
        table = [line.partition("│")[0] for line in terminal.lines]
        shown = [line for line in table if is_read.match(line)]
        assert [line.split()[-1] for line in shown] == [each.decode() for each in ids]
        assert all(re.search("✔|✖ ERROR", line) for line in shown)
        for word in ("Test HLS", "prioridad alta", "prioridad media"):
            assert word in text
        for name in ("average (2", "nombre2.mp4"):
            assert "100 %" in terminal.line_with(name), text
        assert len(re.findall("100 %", text)) == 3
        assert "correo@tuservidor.com" in text
        assert "ftp://ftp.tuservidor.com/otro.mp4" in text


def test_progress_is_on_screen_at_its_next_read(service: Service, run: Run) -> None:
    newest = fill(service, 3, "TRANSCODING")[0]
    listed = service.rows[0]
    service.details[newest] = detail(listed, 10.0, 0.0)
    with run() as terminal:
        terminal.wait_for(lambda text: re.search(r"job-1\.mp4 .* 10 %", text))
        for percent in (55, 90):
            service.details[newest] = detail(listed, float(percent), 0.0)
            shown = re.compile(rf"job-1\.mp4 .* {percent} %")
            terminal.wait_for(shown.search, DETAIL_CADENCE + 1)


def test_cursor_and_detail_stay_on_their_order(service: Service, run: Run) -> None:
    ids = fill(service, 12)
    with run("--refresh", "1") as terminal:
        terminal.wait_for(f"of-{ids[0]}.mp4")
        terminal.send("\x1b[B" * 4)
        terminal.wait_for(f"of-{ids[4]}.mp4")
        newer = [row(number, "QUEUED") for number in (15, 14, 13)]
        service.rows = [*newer, *service.rows]
        terminal.wait_for(newer[0]["id"])
        terminal.wait_for(lambda _: ids[4] in terminal.line_with("▌ "))
        terminal.wait_for(f"of-{ids[4]}.mp4")
        terminal.send("\x1b[B")
        terminal.wait_for(f"of-{ids[5]}.mp4")


@pytest.mark.slow
def test_holding_a_key_requests_few_details(service: Service, run: Run) -> None:
    ids = fill(service, 250)
    with run() as terminal:
        terminal.wait_for(f"of-{ids[0]}.mp4")
        before = len(service.details_asked())
        start = time.monotonic()
        for number in range(1, 201):
            terminal.send("\x1b[B")
            terminal.read_for(start + number * 0.02 - time.monotonic())
        asked = len(service.details_asked()) - before
        held = time.monotonic() - start
        terminal.wait_for(f"of-{ids[200]}.mp4", 3)
        assert ids[200] in terminal.line_with("▌ ")
        assert held < 6
        assert asked <= 5  # one at once, then none until the cursor rests
        # The last order was not queued behind others.
        assert len(service.details_asked()) - before <= 14


@pytest.mark.slow
def test_an_outage_is_shown_and_survived(
    service: Service, server: BackgroundServer, run: Run
) -> None:
    ids = fill(service, 5)
    with run() as terminal:
        terminal.wait_for("● live")
        terminal.wait_for(f"of-{ids[0]}.mp4")
        server.stop()
        down = time.monotonic()
        terminal.wait_for("stale", 10)
        terminal.wait_for("refuses the connection", down + 10 - time.monotonic())
        assert re.search(r"updated \d\d:\d\d:\d\d, \d+ s ago", terminal.lines[0]), terminal.text
        assert "Next try" in terminal.text
        assert all(order_id in terminal.text for order_id in ids)
        while (left := down + 7 - time.monotonic()) > 0:
            terminal.read(left)
            assert "live" not in terminal.lines[0]
        assert all(order_id in terminal.text for order_id in ids)
        server.start()
        terminal.wait_for("● live", 15)
        assert "refuses" not in terminal.text


ENDINGS: dict[str, Callable[[Terminal], None]] = {
    "q": lambda terminal: terminal.send("q"),
    "ctrl+c": lambda terminal: terminal.send("\x03"),
    "SIGTERM": lambda terminal: terminal.signal(signal.SIGTERM),
    "SIGHUP": lambda terminal: terminal.signal(signal.SIGHUP),
    "SIGINT": lambda terminal: terminal.signal(signal.SIGINT),
}


@pytest.mark.parametrize("ending", slow_after(3, ENDINGS))
def test_the_terminal_is_restored(service: Service, run: Run, ending: str) -> None:
    fill(service, 3, "TRANSCODING")
    service.silent_details = True
    with run() as terminal:
        terminal.wait_for("● live")
        terminal.wait_for(lambda _: service.details_asked())
        assert terminal.attributes != terminal.attributes_before
        assert terminal.alive
        start = time.monotonic()
        ENDINGS[ending](terminal)
        code = terminal.wait_exit(3)
        took = time.monotonic() - start
        assert terminal.attributes == terminal.attributes_before
        raw = terminal.raw
        assert raw.rfind(MAIN) > raw.rfind(ALTERNATE) > -1
        assert raw.rfind(SHOW) > raw.rfind(HIDE) > -1
        assert raw.startswith(b"\x1b[22;2t\x1b]2;transcode-tui 42\x07")
        assert raw.rfind(POP_TITLE) > raw.rfind(MAIN)
        after = raw[raw.rfind(MAIN) :]
        assert SEQUENCE.sub(b"", after) == b""  # no text is left
        assert took < 1
        assert code == 0


def test_a_burst_of_keys_makes_one_choice(service: Service, run: Run) -> None:
    """After a stalled link all keys arrive at once."""
    fill(service, 1)
    with run() as terminal:
        terminal.wait_for("● live")
        terminal.send("\x10")
        terminal.wait_for("Search for commands")
        terminal.send("pause")
        terminal.wait_for(lambda text: "Pause or resume" in text and "Ask the API now" not in text)
        terminal.send("\r" * 4)
        terminal.wait_for("‖ paused")
        terminal.send("?")  # handled after everything that earlier keys started
        terminal.wait_for("esc closes")
        terminal.send("q")
        terminal.wait_for(lambda text: "‖ paused" in text and "esc closes" not in text)


def test_an_unread_terminal_does_not_delay_the_exit(service: Service, run: Run) -> None:
    fill(service, 300)
    with run(size=(200, 60)) as terminal:
        terminal.wait_for("● live")
        for _ in range(3):  # each redraws the whole table: more than the terminal buffers
            terminal.send("\x1b[6~\x1b[5~" * 20)
            terminal.wait_death(0.2)
        terminal.signal(signal.SIGTERM)
        assert terminal.wait_death(1.5)
        assert terminal.attributes == terminal.attributes_before


def test_suspend_and_resume(service: Service, run: Run) -> None:
    ids = fill(service, 3)
    with run("--refresh", "60") as terminal:
        terminal.wait_for(f"of-{ids[0]}.mp4")
        terminal.send("\x1a")
        terminal.wait_stopped(3)
        assert terminal.raw.rfind(MAIN) > terminal.raw.rfind(ALTERNATE)
        assert terminal.raw.rfind(SHOW) > terminal.raw.rfind(HIDE)
        assert terminal.attributes == terminal.attributes_before
        asked = len(service.lists())
        terminal.resize(120, 40)  # the shell wrote over the screen
        terminal.signal(signal.SIGCONT)
        terminal.wait_for(lambda text: all(order_id in text for order_id in ids), 3)
        terminal.wait_for(lambda _: len(service.lists()) > asked, 2)
        terminal.wait_for("● live", 2)
        terminal.send("q")
        assert terminal.wait_exit(2) == 0
        assert terminal.attributes == terminal.attributes_before


@pytest.mark.parametrize("deaf", [False, True], ids=["with SIGHUP", "without SIGHUP"])
def test_a_closed_terminal_ends_the_program(service: Service, run: Run, deaf: bool) -> None:
    fill(service, 3, "TRANSCODING")
    with run(deaf_leader=deaf) as terminal:
        terminal.wait_for("● live")
        terminal.vanish()
        assert terminal.wait_death(4)


def test_every_terminal_size_works(service: Service, run: Run) -> None:
    ids = fill(service, 50, "TRANSCODING")
    with run() as terminal:
        terminal.wait_for(f"of-{ids[0]}.mp4")
        for size in ((80, 24), (120, 40), (200, 60), (40, 10), (10, 4), (1, 1), (2, 200)):
            terminal.resize(*size)
            terminal.wait_for(more_than(terminal, len(terminal.raw)))
            if size[0] >= 40:
                terminal.wait_for(f"{ids[0][-4:]}.mp4")  # the end of a name is never cut
            terminal.send("\x1b[B\x1b[A")
            assert terminal.alive
        terminal.resize(120, 40)
        terminal.wait_for(lambda text: all(order_id in text for order_id in ids[:30]))
        terminal.send("g")  # the first key may have come before there were rows
        terminal.wait_for(f"of-{ids[0]}.mp4")
        terminal.wait_for(lambda _: ids[0] in terminal.line_with("▌ "))


@pytest.mark.slow
def test_a_terminal_without_a_size_gets_a_default_size(service: Service, run: Run) -> None:
    ids = fill(service, 3)
    with run(size=(0, 0)) as terminal:
        terminal.wait_for(f"of-{ids[0]}.mp4")
        drawn, polled = len(terminal.raw), len(service.lists())
        terminal.wait_for(lambda _: len(service.lists()) > polled, 7)
        assert len(terminal.raw) - drawn < 20_000


def more_than(terminal: Terminal, size: int) -> Callable[[str], bool]:
    return lambda _: len(terminal.raw) > size


HOSTILE = (
    "\x1b]0;EVIL-0\x07",
    "\x1b[31mEVIL-1",
    "\x1b[6nEVIL-2",
    "\x1b]52;c;RVZJTA==\x07",
    "\u202eEVIL-4",
    "[red]a[/]b",
    "a[/]b",
    "[@click=app.quit]x",
    "\x9b31mEVIL-8",
    "\x90EVIL-9\x9c",
    "\x1bcEVIL-10",
    "EVIL-11\r\n\x08\x7f\x00\u2028\U000e0041",
)


def test_hostile_texts_are_shown_as_text(service: Service, run: Run) -> None:
    ids = fill(service, len(HOSTILE) + 1, "TRANSCODING")
    everything = " ".join(HOSTILE)
    for listed, text in zip(service.rows[1:], HOSTILE, strict=True):
        listed["status"] = text
    first = detail(service.rows[0], comment=everything, label=everything)
    first["filename"] = everything
    first["transcodingjob_set"] = [
        {"profile": {"id": text, "name": text}, "filename": text, "label": text, "progress": text}
        for text in HOSTILE
    ]
    first["transcodingdownload"] = {"download_url": "ftp://h/" + everything}
    first["transcodingnotification_set"] = [{"email": text} for text in HOSTILE]
    service.details[ids[0]] = first
    service.rows.append({"id": HOSTILE[0], "status": HOSTILE[1]})
    service.rows.append({"id": "a[red]b", "created_on": HOSTILE[1], "status": "[/]"})
    with run(size=(200, 60)) as terminal:
        terminal.wait_for("[red]a[/]b")
        terminal.wait_for("[@click=app.quit]x")
        for number in (1, 2, 4, 8, 10):
            assert f"EVIL-{number}" in terminal.text
        terminal.send("\t\x1b[B\x1b[B\t\x1b[F")  # into the detail, down, back, to the last order
        terminal.wait_for(lambda text: re.search("▌ a\\[red]b", text))
        terminal.send("y")
        terminal.wait_for("Sent to the clipboard: a[red]b")
        terminal.send("u")
        terminal.wait_for("its id is not usable")
        terminal.send("\x1b")
        terminal.wait_for(lambda text: "not usable" not in text)
        assert terminal.alive
        raw = terminal.raw
        for payload in HOSTILE:
            if not payload.startswith(("[", "a")):
                assert payload.encode() not in raw
        for piece in ("\x1b]0;", "\x1b[6n", "\u202e", "\x9b", "\x90", "\x9c", "\x1bc"):
            assert piece.encode() not in raw, repr(piece)
        assert b"\x1b]52;c;RVZJTA" not in raw
        assert not re.search(rb"\x1b\[31mEVIL", raw)


def test_headless_commands_import_neither_textual_nor_httpx() -> None:
    code = (
        "import sys\nfrom tui.cli.main import main\ntry:\n    code = main(sys.argv[1:])\n"
        "except SystemExit as end:\n    code = end.code\n"
        "heavy = {'textual', 'httpx', 'rich', 'sqlite3'} & set(sys.modules)\n"
        "sys.exit(code or (f'loaded {heavy}' if heavy else 0))\n"
    )
    for flags, wanted in (
        (("--help",), "--company"),
        (("--version",), "transcode-tui 0."),
        (("config", "path"), "config.toml"),
        (("config", "show"), "api_url"),
    ):
        done = subprocess.run(
            (sys.executable, "-c", code, *flags),
            capture_output=True, text=True, check=False, cwd=ROOT,
        )  # fmt: skip
        assert (done.returncode, done.stderr) == (0, "")
        assert wanted in done.stdout


@pytest.mark.parametrize("key", slow_after(1, ["client_secret", "company", "client_id"]))
def test_a_missing_setting_is_asked_for(tmp_path: Path, key: str) -> None:
    service = Service()
    variable = "TRANSPARENT_COMPANY_ID" if key == "company" else f"TRANSPARENT_{key.upper()}"
    environ = BackgroundServer(service).environ
    del environ[variable]
    with Terminal((), environ, tmp_path) as terminal:
        terminal.wait_for("transcode-tui  account")
        terminal.send("x")
        terminal.wait_for(
            lambda text: re.search(r"^  (company|client id|secret) +(x|•) *$", text, re.MULTILINE)
        )
        terminal.send("\x03")
        assert terminal.wait_exit(3) == 0
        assert service.secret.encode() not in terminal.raw


def test_a_bad_setting_is_one_sentence(tmp_path: Path) -> None:
    environ = BackgroundServer(Service()).environ | {"TRANSPARENT_API_URL": "http://api.example"}
    with Terminal((), environ, tmp_path) as terminal:
        assert terminal.wait_exit(3) == 2
        said = terminal.raw.decode().splitlines()
        assert len(said) == 1
        assert "$TRANSPARENT_API_URL: must be https://" in said[0]
        assert "\x1b" not in said[0]


@pytest.mark.parametrize(
    ("flags", "shown"),
    slow_after(
        1,
        [
            (("--demo-scene", "busy", "--demo-seed", "3"), "transcoding"),
            (("--demo-scene", "empty"), "has no orders"),
            (("--demo-orders", "5"), "0 finished"),
        ],
    ),
)
def test_the_demo_has_scenarios(tmp_path: Path, flags: tuple[str, ...], shown: str) -> None:
    with Terminal(flags, {}, tmp_path) as terminal:
        terminal.wait_for(lambda text: "● live" in text and shown in text)
        assert "DEMO" in terminal.text


def test_an_unknown_scenario_is_rejected(tmp_path: Path) -> None:
    with Terminal(("--demo-scene", "nowhere"), {}, tmp_path) as terminal:
        assert terminal.wait_exit(3) == 2
        assert "invalid choice: 'nowhere'" in terminal.text


def test_without_a_terminal_the_program_says_so() -> None:
    done = subprocess.run(
        (sys.executable, "-m", "tui", "--demo"),
        stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
        cwd=ROOT,
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    assert "terminal" in done.stderr


@pytest.mark.slow
def test_the_demo_moves(tmp_path: Path) -> None:
    with Terminal(("--demo",), {}, tmp_path, size=(200, 60)) as terminal:
        terminal.wait_for("DEMO")
        terminal.wait_for("● live")
        terminal.wait_for(lambda text: re.search(r"[█▉-▏]░* +\d+ %", text))
        before = bars(terminal.text)
        terminal.wait_for(lambda text: bars(text) != before, 10)
        assert len(re.findall(r"(?m)\d{10}-\d{4} +│", terminal.text)) > 20
        terminal.send("q")
        assert terminal.wait_exit(2) == 0


def bars(text: str) -> list[str]:
    return re.findall(r"\d+ %", text)


def test_only_documented_calls_are_made(service: Service, run: Run) -> None:
    """Only the documented calls are made, within the request budget: the three of the API, and one
    for the name of the company.
    """
    ids = fill(service, 30, "TRANSCODING")
    with run() as terminal:
        terminal.wait_for(f"of-{ids[0]}.mp4")
        terminal.read_for(4)
        paths = {asked.path for asked in service.asked}
        known = {TOKEN_PATH, LIST_PATH + "/", *(f"{LIST_PATH}/{each}/" for each in ids)}
        known |= {f"/v{version}/companies/current_user/" for version in (1, 2)}
        assert paths <= known
        assert len([asked for asked in service.asked if asked.path == TOKEN_PATH]) == 1
        times = [asked.at for asked in service.lists()]
        assert all(late - early > 4 for early, late in pairwise(times))
        assert len(service.asked) <= 4 + 1 + 2 * (time.monotonic() - service.asked[0].at) + 1


def test_an_empty_list_is_no_failure(service: Service, run: Run) -> None:
    with run() as terminal:
        terminal.wait_for("Company 42 has no orders")
        terminal.wait_for("● live")


def test_no_color_disables_colours(
    service: Service, server: BackgroundServer, tmp_path: Path
) -> None:
    ids = fill(service, 3, "ERROR")
    with Terminal((), {**server.environ, "NO_COLOR": "1"}, tmp_path) as terminal:
        terminal.wait_for(f"of-{ids[0]}.mp4")
        assert not re.search(rb"\x1b\[[0-9;]*[34]8;[25];", terminal.raw)


def test_ascii_glyphs_are_ascii(service: Service, run: Run) -> None:
    ids = fill(service, 3, "TRANSCODING")
    with run("--glyphs", "ascii", "--theme", "light") as terminal:
        terminal.wait_for(f"of-{ids[0]}.mp4")
        terminal.wait_for("* live")
        assert not set(terminal.text) & set("▌█░─●▶◌✔✖")
