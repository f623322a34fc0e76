"""`config check` reports everything that is wrong at once."""

from pathlib import Path

import pytest

from tui.cli.main import main
from tui.config.settings import SETTINGS


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for setting in SETTINGS:
        for variable in setting.variables:
            monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[str]:
    assert main(["config", "check", *arguments]) == 2
    outcome = capsys.readouterr()
    assert outcome.out == ""
    return [line.removeprefix("transcode-tui: ") for line in outcome.err.splitlines()]


def test_all_mistakes_are_reported(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(
        """
        company = 42
        themes = "dark"
        reload = 5
        refresh = 0
        glyphs = "emoji"
        theme = "neon"
        export_dir = "/none/such"
        log_file = "/dev/null/log"
        [keys]
        "watch.refresh" = "q"
        [views.mine]
        filter = "("
        [[guard]]
        filter = "profile:4k"
        denny = true
        """,
        "utf-8",
    )
    lines = said(capsys, "--config", str(path))
    beginnings = [
        f"{path}: unknown key 'themes'",
        f"{path}: unknown key 'reload'",
        f"{path}: refresh: 1 to 3600 seconds",
        f"{path}: glyphs: one of auto, unicode, ascii",
        "client_id is missing: set --client-id, $TRANSPARENT_CLIENT_ID or ",
        "client_secret is missing: set $TRANSPARENT_CLIENT_SECRET or ",
        f"{path}: theme: unknown theme; the themes are dark, light, ansi, mono",
        "the log /dev/null/log cannot be written: ",
        f"{path}: export_dir: /none/such is not a folder that you can write to",
        'views."mine".filter is invalid: ',
        "guard 1: 'denny' is no key of a guard",
        'keys."watch.refresh": q is already used by app.quit',
    ]
    assert len(lines) == len(beginnings)
    for line, beginning in zip(lines, beginnings, strict=True):
        assert line.startswith(beginning)


def test_an_unknown_theme_alone_fails(capsys: pytest.CaptureFixture[str]) -> None:
    (theme,) = [line for line in said(capsys, "--theme", "neon") if "missing" not in line]
    assert theme.startswith("--theme: unknown theme; the themes are dark, light, ansi, mono")
    assert all("missing" in line for line in said(capsys, "--theme", "nord"))
