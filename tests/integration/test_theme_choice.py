"""A chosen theme is saved for the next start."""

from dataclasses import dataclass, field
from pathlib import Path

from tests.support.app_stage import SESSION, FakeApi, message_line, orders
from tui.cli.stores import FileViewStore
from tui.config.loader import build_config, resolve_settings
from tui.ui.app import TranscodeApp
from tui.ui.services import AppServices


@dataclass
class FakeLooks:
    kept: list[str] = field(default_factory=list)
    problem: str | None = None

    async def save_theme(self, name: str) -> str | None:
        self.kept.append(name)
        return self.problem


async def test_only_a_chosen_theme_is_saved() -> None:
    looks = FakeLooks()
    app = TranscodeApp(AppServices(FakeApi(orders(1)), SESSION, themes=looks, theme="nord"))
    async with app.run_test() as pilot:
        await pilot.pause()
        assert looks.kept == []
        await pilot.press("ctrl+p", *"theme", "enter")
        await pilot.pause()
        await pilot.press(*"gruvb", "down", "enter")
        await pilot.pause()
        assert (app.theme, looks.kept) == ("gruvbox", ["gruvbox"])


async def test_a_theme_that_cannot_be_saved_is_reported() -> None:
    app = TranscodeApp(
        AppServices(FakeApi(orders(1)), SESSION, themes=FakeLooks(problem="[no] room"))
    )
    async with app.run_test() as pilot:
        app.theme = "light"
        await pilot.pause()
        assert message_line(app) == "Not saved: [no] room"


async def test_the_theme_is_saved_in_the_config_file(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    assert await FileViewStore(path, None).save_theme("nord") is None
    assert build_config(resolve_settings({}, {}, path)).theme == "nord"
    assert "cannot be written" in (await FileViewStore(path / "x", None).save_theme("nord") or "")
