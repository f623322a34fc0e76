"""A second start of the program shows the cached list at once."""

import gc
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.changing_server import BackgroundServer, Service, row
from tests.support.paths import ROOT
from tests.support.terminal import Terminal
from tui.cli.run_app import freeze_startup_objects


@pytest.fixture
def service() -> Service:
    return Service()


@pytest.fixture
def server(service: Service) -> Iterator[BackgroundServer]:
    with BackgroundServer(service) as background:
        yield background


def files(home: Path) -> list[Path]:
    return sorted((home / ".cache").rglob("*")) if (home / ".cache").exists() else []


def run_once(server: BackgroundServer, home: Path, *arguments: str, **environ: str) -> None:
    with Terminal(arguments, {**server.environ, **environ}, home) as terminal:
        terminal.wait_for("● live")
        terminal.send("q")
        assert terminal.wait_exit(3) == 0


def test_the_cached_list_is_shown_at_the_next_start(
    service: Service, server: BackgroundServer, tmp_path: Path
) -> None:
    service.rows = [row(3, "TRANSCODING") | {"progress": 40}, row(2), row(1, "ERROR")]
    ids = [listed["id"] for listed in service.rows]
    run_once(server, tmp_path)
    folder, file = files(tmp_path)
    assert (folder.stat().st_mode & 0o777, file.stat().st_mode & 0o777) == (0o700, 0o600)
    body = file.read_bytes()
    assert ids[0].encode() in body
    for secret in (service.secret, service.token, "an-id"):
        assert secret.encode() not in body

    server.stop()
    with Terminal((), server.environ, tmp_path) as terminal:
        terminal.wait_for(ids[0])
        terminal.wait_for("refuses the connection")
        assert re.search(r"▲ stale  updated \d\d:\d\d:\d\d, \d+ s ago", terminal.lines[0])
        assert "1 transcoding" in terminal.line_with(" queued ")
        assert "~40 %" in terminal.line_with("▌ ")
        assert all(order_id in terminal.text for order_id in ids)
        for word in ("live", "connecting"):
            assert word not in terminal.text
        service.rows.insert(0, row(4, "QUEUED"))
        server.start()
        terminal.wait_for("● live", 15)
        newest = service.rows[0]["id"]
        terminal.wait_for(lambda _: newest in terminal.line_with("▌ "))  # followed
        terminal.send("q")
        assert terminal.wait_exit(3) == 0
    assert service.rows[0]["id"].encode() in file.read_bytes()


@pytest.mark.slow
@pytest.mark.parametrize(
    "another",
    [
        {"TRANSPARENT_COMPANY_ID": "43"},
        {"host": "localhost"},
    ],
)
def test_the_cache_of_another_company_or_server_is_not_shown(
    service: Service, server: BackgroundServer, tmp_path: Path, another: dict[str, str]
) -> None:
    service.rows = [row(1)]
    run_once(server, tmp_path)
    if "host" in another:
        another = {"TRANSPARENT_API_URL": f"http://localhost:{server.port}"}
    server.stop()
    with Terminal((), {**server.environ, **another}, tmp_path) as terminal:
        terminal.wait_for("Cannot connect")
        assert service.rows[0]["id"] not in terminal.text
        assert "connecting" in terminal.lines[0]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "environ"),
    [
        (("--no-cache",), {}),
        ((), {"TRANSCODE_TUI_CACHE": "no"}),
    ],
)
def test_the_cache_can_be_disabled(
    service: Service,
    server: BackgroundServer,
    tmp_path: Path,
    arguments: tuple[str, ...],
    environ: dict[str, str],
) -> None:
    service.rows = [row(1)]
    run_once(server, tmp_path, *arguments, **environ)
    assert files(tmp_path) == []
    run_once(server, tmp_path)
    server.stop()
    with Terminal(arguments, {**server.environ, **environ}, tmp_path) as terminal:
        terminal.wait_for("Cannot connect")
        assert service.rows[0]["id"] not in terminal.text


@pytest.mark.slow
def test_the_demo_stores_no_cache(tmp_path: Path) -> None:
    with Terminal(("--demo",), {}, tmp_path) as terminal:
        terminal.wait_for("● live")
        terminal.send("q")
        assert terminal.wait_exit(3) == 0
    assert files(tmp_path) == []


@pytest.mark.slow
def test_a_corrupt_cache_file_is_ignored(
    service: Service, server: BackgroundServer, tmp_path: Path
) -> None:
    service.rows = [row(1)]
    run_once(server, tmp_path)
    (file,) = (each for each in files(tmp_path) if each.is_file())
    file.write_bytes(file.read_bytes()[:-1] + b"\0")
    server.stop()
    with Terminal((), server.environ, tmp_path) as terminal:
        terminal.wait_for("Cannot connect")
        assert service.rows[0]["id"] not in terminal.text
    server.start()
    run_once(server, tmp_path)
    server.stop()
    with Terminal((), server.environ, tmp_path) as terminal:
        terminal.wait_for(service.rows[0]["id"])


def test_modules_not_needed_for_the_first_paint_are_not_imported() -> None:
    late = {"httpx", "h11", "tomlkit", "tomllib", "tui.api.client", "tui.demo.scenarios"}
    late |= {
        "csv",
        "json",
        "sqlite3",
        "tui.history.recorder",
        "tui.history.store",
        "tui.model.export",
    }
    late |= {f"tui.ui.dialogs.{name}" for name in ("copy_menu", "help", "setup")}
    late |= {f"tui.filtering.{name}" for name in ("evaluate", "parser", "view_counts")}
    code = "import sys, tui.cli.main, tui.cli.run_app, tui.ui.app; print(*sys.modules)"
    done = subprocess.run(
        (sys.executable, "-c", code), capture_output=True, text=True, check=True, cwd=ROOT
    )
    loaded = set(done.stdout.split())
    assert "tui.ui.main_screen.screen" in loaded
    assert not late & loaded


def test_startup_objects_are_frozen() -> None:
    frozen = gc.get_freeze_count()
    gc.disable()
    try:
        made: list[list[int]] = [[] for _ in range(1000)]
        freeze_startup_objects()
        assert gc.isenabled()
        kept = gc.get_freeze_count()
        assert kept >= frozen + len(made)
        later: list[list[int]] = [[] for _ in range(1000)]
        assert gc.get_freeze_count() < kept + len(later)
    finally:
        gc.enable()
        gc.unfreeze()
