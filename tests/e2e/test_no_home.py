"""Without a home folder the program runs, stores nothing, and says so."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from platformdirs import user_cache_path, user_config_path, user_state_path

from tests.support.changing_server import BackgroundServer, Service, row
from tests.support.paths import ROOT
from tests.support.terminal import Terminal
from tui.cli.logging_setup import configure_logging
from tui.cli.main import main
from tui.cli.stores import ExportFolder, FileViewStore
from tui.config.editor import save_values
from tui.config.loader import resolve_settings
from tui.config.settings import ConfigError
from tui.crash_report import crash_report, saved_crash_report
from tui.files import app_folder, make_log_folder
from tui.filtering.views import BUILT_IN_VIEWS, ScreenState, View


@pytest.fixture
def homeless(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The working directory, where no file may appear; the user id has no account."""

    def unknown(uid: int) -> object:
        raise KeyError(uid)

    monkeypatch.setattr("pwd.getpwuid", unknown)
    for name in ("HOME", *(each for each in os.environ if each.startswith("XDG_"))):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def names(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir())


def run(
    cwd: Path, *arguments: str, environ: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        (sys.executable, "-m", "tests.support.program_without", "home", *arguments),
        cwd=cwd,
        env={"LANG": "C.UTF-8", "PYTHONPATH": str(ROOT), **(environ or {})},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


def test_without_a_home_there_are_no_folders(homeless: Path) -> None:
    for find in (user_config_path, user_state_path, user_cache_path):
        assert app_folder(find) is None
    assert make_log_folder() is None


@pytest.mark.parametrize("value", ["relative", "~/x", "./x"])
def test_a_relative_folder_is_ignored(
    value: str, homeless: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("CONFIG", "STATE", "CACHE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", value)
    test_without_a_home_there_are_no_folders(homeless)
    assert names(homeless) == []


async def test_nothing_is_stored(homeless: Path) -> None:
    with pytest.raises(ConfigError, match="there is no home folder"):
        save_values(None, {"theme": "mono"})
    assert resolve_settings({"company": "42"}, {}, None)["company"].value == "42"
    store = FileViewStore(None, None)
    assert (store.views, store.problems, store.screen_state) == (BUILT_IN_VIEWS, [], ScreenState())
    assert "there is no home folder" in (await store.save_view(View("mine")) or "")
    store.save_screen_state(ScreenState())
    assert configure_logging("info", "") == "none: there is no home folder"
    assert saved_crash_report(None) == crash_report(None)
    assert names(homeless) == []


async def test_a_tilde_is_rejected_in_one_sentence(homeless: Path) -> None:
    written = await ExportFolder("~/exports").write("csv", [b"x"])
    assert written.problem == "~/exports: the home folder is not known"
    with pytest.raises(ConfigError, match="the log ~/log cannot be written: the home folder is"):
        configure_logging("info", "~/log")
    path = homeless / "config.toml"
    for text, why in (
        ("client_secret_file = '~/secret'", "client_secret_file ~/secret cannot be read"),
        ("secret_command = '~/bin/secret x'", "secret_command cannot be run: is ~/bin/secret"),
    ):
        path.write_text(text, "utf-8")
        assert why in (resolve_settings({}, {}, path)["client_secret"].problem or "")
    assert names(homeless) == ["config.toml"]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("config", "path"), 2, "there is no home folder"),
        (("config", "show"), 0, ""),
        (("config", "keys"), 0, ""),
        (("config", "check"), 2, "client_id is missing"),
        (("--version",), 0, ""),
        (("--config", "mine.toml", "config", "path"), 0, ""),
        (("--config", "mine.toml", "config", "show"), 2, "there is no file mine.toml"),
    ],
)
def test_the_commands_run(arguments: tuple[str, ...], code: int, said: str, tmp_path: Path) -> None:
    done = run(tmp_path, *arguments)
    assert (done.returncode, said in done.stderr) == (code, True)
    lines = done.stderr.splitlines()
    assert bool(lines) == bool(said)
    assert all(line.startswith("transcode-tui: ") for line in lines)
    assert names(tmp_path) == []


def test_a_crash_is_reported_without_a_file(
    homeless: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("tui.cli.config_command.config_path", lambda _: 1 // 0)
    assert main(["config", "path"]) == 1
    said = capsys.readouterr().err
    assert said.splitlines()[-1] == "ZeroDivisionError"
    assert names(homeless) == []


def test_the_screen_runs_and_reports_it_once(tmp_path: Path) -> None:
    service = Service()
    service.rows = [row(1)]
    before = set(ROOT.iterdir())
    with (
        BackgroundServer(service) as server,
        Terminal(
            ("home",),
            server.environ,
            tmp_path,
            module="tests.support.program_without",
            size=(100, 30),
        ) as terminal,
    ):
        terminal.wait_for("● live")
        terminal.wait_for("No home folder: settings and views are not")
        assert terminal.text.count("No home folder") == 1
        terminal.send("q")
        assert terminal.wait_exit(3) == 0
    assert set(ROOT.iterdir()) == before
    assert names(tmp_path) == []


def test_the_setup_dialog_says_that_it_cannot_save(tmp_path: Path) -> None:
    with Terminal(
        ("home",), {}, tmp_path, module="tests.support.program_without", size=(100, 30)
    ) as terminal:
        terminal.wait_for("Not saved: there is no home folder.")
        terminal.send("\x03")
        assert terminal.wait_exit(3) == 0


@pytest.mark.slow
def test_with_only_a_config_file_nothing_else_is_saved(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.touch()
    service = Service()
    with (
        BackgroundServer(service) as server,
        Terminal(
            ("home", "--config", str(path), "--log-file", str(tmp_path / "log")),
            server.environ,
            tmp_path,
            module="tests.support.program_without",
            size=(100, 30),
        ) as terminal,
    ):
        terminal.wait_for("No home folder: the last list, the view and")
        terminal.send("q")
        assert terminal.wait_exit(3) == 0
    assert names(tmp_path) == ["log", "mine.toml"]
