"""A theme that was chosen is there at the next start."""

from dataclasses import dataclass, field
from pathlib import Path

from tests.test_app import WHO, FakeApi, orders
from tui.cli.looks import FileLooks
from tui.config import look_up, settle
from tui.ui.app import TranscodeApp


@dataclass
class FakeLooks:
    kept: list[str] = field(default_factory=list)
    problem: str | None = None

    async def keep_theme(self, name: str) -> str | None:
        self.kept.append(name)
        return self.problem


async def test_only_a_theme_that_was_chosen_is_kept() -> None:
    looks = FakeLooks()
    app = TranscodeApp(FakeApi(orders(1)), WHO, looks=looks, theme="nord")
    async with app.run_test() as pilot:
        await pilot.pause()
        assert looks.kept == []
        await pilot.press("ctrl+p", *"theme", "enter")
        await pilot.pause()
        await pilot.press(*"gruvb", "down", "enter")
        await pilot.pause()
        assert (app.theme, looks.kept) == ("gruvbox", ["gruvbox"])


async def test_where_it_cannot_be_kept_it_is_said() -> None:
    app = TranscodeApp(FakeApi(orders(1)), WHO, looks=FakeLooks(problem="[no] room"))
    async with app.run_test() as pilot:
        app.theme = "light"
        await pilot.pause()
        assert [told.message for told in app._notifications] == ["not saved: [no] room"]


async def test_a_theme_is_kept_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    assert await FileLooks(path).keep_theme("nord") is None
    assert settle(look_up({}, {}, path)).theme == "nord"
    assert "cannot be written" in (await FileLooks(path / "x").keep_theme("nord") or "")
