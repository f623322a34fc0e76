"""Links, files and folders planted where the program writes."""

import logging
import os
from collections.abc import Callable
from logging.handlers import RotatingFileHandler
from pathlib import Path

import pytest

from tui.cli.logging_setup import configure_logging
from tui.cli.stores import FileViewStore
from tui.config.settings import ConfigError
from tui.crash_report import crash_report, saved_crash_report
from tui.files import make_own_folder, open_own, read_own
from tui.filtering.views import BUILT_IN_VIEWS, ScreenState, View


@pytest.fixture
def thing(tmp_path: Path) -> Path:
    return tmp_path / "thing"


def _other_user(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path.write_text("theirs", "utf-8")
    path.chmod(0o600)
    me = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: me + 1)


def _public(path: Path, _: pytest.MonkeyPatch) -> None:
    path.write_text("theirs", "utf-8")
    path.chmod(0o666)


def _linked(path: Path, _: pytest.MonkeyPatch) -> None:
    target = path.with_name("authorized_keys")
    target.write_text("theirs", "utf-8")
    target.chmod(0o640)
    path.symlink_to(target)


def _second_name(path: Path, _: pytest.MonkeyPatch) -> None:
    target = path.with_name("authorized_keys")
    target.write_text("theirs", "utf-8")
    target.chmod(0o600)
    path.hardlink_to(target)


PLANTED = [_other_user, _public, _linked, _second_name]


@pytest.mark.parametrize("plant", PLANTED)
def test_planted_files_are_neither_written_nor_changed(
    plant: Callable[[Path, pytest.MonkeyPatch], None], thing: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(thing, monkeypatch)
    mode = thing.stat().st_mode
    with pytest.raises(ConfigError, match="cannot be written: "):
        configure_logging("info", str(thing))
    with pytest.raises(OSError, match=r"it |others|symbolic"):
        read_own(thing, 1000)
    assert thing.read_text("utf-8") == "theirs"
    assert thing.stat().st_mode == mode


def test_a_log_does_not_rotate_into_a_planted_link(thing: Path) -> None:
    target = thing.with_name("authorized_keys")
    target.write_text("theirs", "utf-8")
    for number in (1, 2, 3):
        thing.with_name(f"thing.{number}").symlink_to(target)

    def rotate_and_plant(source: str, destination: str) -> None:
        Path(source).rename(destination)
        Path(source).symlink_to(target)

    logger = logging.getLogger("tui")
    before = (logger.level, logger.propagate, logging.raiseExceptions)
    configure_logging("info", str(thing))
    handler = logger.handlers[-1]
    assert isinstance(handler, RotatingFileHandler)
    try:
        handler.maxBytes = 1
        logger.info("rotated before this")
        assert not thing.with_name("thing.1").is_symlink()
        handler.rotator = rotate_and_plant
        logger.info("lost, for there is a link now")
    finally:
        logger.removeHandler(handler)
        handler.close()
        logger.setLevel(before[0])
        logger.propagate, logging.raiseExceptions = before[1:]
    assert target.read_text("utf-8") == "theirs"
    assert thing.is_symlink()


def _a_link(folder: Path) -> None:
    other = folder.with_name("other")
    other.mkdir(0o755)
    folder.symlink_to(other)


def _for_a_group(folder: Path) -> None:
    folder.mkdir()
    folder.chmod(0o770)


def _for_all(folder: Path) -> None:
    folder.mkdir()
    folder.chmod(0o1777)


def _dangling(folder: Path) -> None:
    folder.symlink_to(folder.with_name("nowhere"))


def _a_file(folder: Path) -> None:
    folder.touch()


@pytest.mark.parametrize("make", [_a_link, _for_a_group, _for_all, _dangling, _a_file])
def test_a_folder_of_another_user_is_not_used(
    make: Callable[[Path], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "transcode-tui"
    make(folder)
    mode = folder.lstat().st_mode
    with pytest.raises(OSError):  # noqa: PT011 - the errors differ
        make_own_folder(folder)
    FileViewStore(None, folder / "left.json").save_screen_state(
        ScreenState(View("", "status:error"))
    )
    for name in ("HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, str(tmp_path))
    assert saved_crash_report(None) == crash_report(None)
    with pytest.raises(ConfigError, match="cannot be written"):
        configure_logging("info", "")
    assert folder.lstat().st_mode == mode
    assert not [each for each in tmp_path.rglob("*") if each.is_file() and each != folder]


def test_state_in_a_world_writable_folder_is_not_read(tmp_path: Path) -> None:
    state = tmp_path / "state" / "left.json"
    left = ScreenState(View("", "status:error"))
    FileViewStore(None, state).save_screen_state(left)
    assert FileViewStore(None, state).screen_state == left
    state.parent.chmod(0o770)
    assert FileViewStore(None, state).screen_state == ScreenState()
    assert FileViewStore(None, state).views == BUILT_IN_VIEWS


async def test_the_demo_reads_views_and_saves_nothing(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text('[views.hls]\nfilter = "hls"\n')
    before = config.read_bytes()
    store = FileViewStore(config, None, saves=False)
    assert [view.name for view in store.views][-1] == "hls"
    assert await store.save_view(View("mine", "x")) is None
    assert await store.rename_view("hls", View("m3u8", "hls")) is None
    assert await store.delete_view("hls") is None
    assert await store.save_theme("light") is None
    assert config.read_bytes() == before


def test_an_existing_folder_keeps_its_mode(tmp_path: Path) -> None:
    folder = tmp_path / "x"
    folder.mkdir(0o755)
    make_own_folder(folder)
    assert folder.stat().st_mode & 0o777 == 0o755
    make_own_folder(tmp_path / "a" / "b")
    assert (tmp_path / "a" / "b").stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("umask", [0, 0o077])
def test_a_new_file_is_private_whatever_the_umask(umask: int, thing: Path) -> None:
    before = os.umask(umask)
    try:
        os.close(open_own(thing, os.O_WRONLY | os.O_CREAT))
    finally:
        os.umask(before)
    assert thing.stat().st_mode & 0o777 == 0o600
