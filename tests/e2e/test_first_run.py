"""A first start in a new home folder, and the `config` commands, in a real terminal."""

import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.paths import ROOT
from tests.support.terminal import Terminal
from tui.demo import DemoOptions
from tui.demo.server import serve_in_thread

CTRL_U, UP, ENTER = "\x15", "\x1b[A", "\r"
SECRET = "demo-secret"


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with serve_in_thread(DemoOptions()) as url:
        yield url


def config_of(home: Path) -> Path:
    return home / "transcode-tui" / "config.toml"


def test_a_new_user_sets_up_an_account_and_quits(url: str, tmp_path: Path) -> None:
    with Terminal((), {}, tmp_path, size=(100, 30)) as terminal:
        terminal.wait_for("transcode-tui  account")
        terminal.wait_for("https://api.transparentcdn.com")

        # A dead host, a wrong secret and a wrong company: each is reported at its field.
        terminal.send(UP + CTRL_U + "http://127.0.0.1:1" + ENTER)
        terminal.send("demo" + ENTER + "wrong" + ENTER + "43" + ENTER)
        terminal.wait_for("! 127.0.0.1 refuses the connection")
        assert_under(terminal, "API URL", "refuses the connection")
        terminal.send(CTRL_U + url + ENTER)
        terminal.wait_for("! client id or secret rejected (401)")
        assert_under(terminal, "secret", "client id or secret rejected")
        terminal.send(CTRL_U + SECRET + ENTER)
        terminal.wait_for("! no permission for company 43")
        assert_under(terminal, "company", "no permission for company 43")

        # The company is chosen from those of the login.
        terminal.wait_for("42  Tu Servidor")
        terminal.send(ENTER)
        terminal.wait_for("● live")
        terminal.wait_for("company 42")
        assert SECRET.encode() not in terminal.raw
        terminal.send("q")
        assert terminal.wait_exit(2) == 0

    path = config_of(tmp_path)
    assert path.stat().st_mode & 0o777 == 0o600
    saved = {"company": "42", "client_id": "demo", "client_secret": SECRET, "api_url": url}
    assert tomllib.loads(path.read_text("utf-8")) == saved

    # The next start needs no setup; a later failure offers the dialog by one key.
    with Terminal((), {"TRANSPARENT_CLIENT_SECRET": "old"}, tmp_path) as terminal:
        terminal.wait_for("client id or secret rejected (401)")
        terminal.send("a")
        terminal.wait_for("overridden by $TRANSPARENT_CLIENT_SECRET at the next start")
        terminal.send(SECRET + ENTER)
        terminal.wait_for("● live")


def test_keys_of_one_burst_stay_in_order(tmp_path: Path) -> None:
    """After a stalled link all keys arrive at once: no secret may land in a visible field."""
    with Terminal((), {}, tmp_path, size=(100, 30)) as terminal:
        terminal.wait_for("transcode-tui  account")
        back = "\x7f"
        terminal.send(
            f"mw{back}e{ENTER}s3cret{ENTER}4x{back}3{UP * 3}{CTRL_U}http://127.0.0.1:1{ENTER}"
        )
        terminal.wait_for("! 127.0.0.1 refuses the connection")
        fields = [line.split() for line in terminal.lines if line.startswith("  ")]
        assert ["API", "URL", "http://127.0.0.1:1"] in fields
        assert ["client", "id", "me"] in fields
        assert ["secret", "•" * 6] in fields
        assert ["company", "43"] in fields
        assert b"s3cret" not in terminal.raw


def assert_under(terminal: Terminal, field: str, note: str) -> None:
    lines = terminal.lines
    at = next(number for number, line in enumerate(lines) if line.startswith(f"  {field} "))
    assert note in lines[at + 1]


def config(home: Path, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        (sys.executable, "-m", "tui", *arguments),
        env={"HOME": str(home), "XDG_CONFIG_HOME": str(home), "LANG": "C", **environ},
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=20,
        check=False,
    )


def test_config_path(tmp_path: Path) -> None:
    assert config(tmp_path, "config", "path").stdout == f"{config_of(tmp_path)}\n"
    assert config(tmp_path, "--config", "x.toml", "config", "path").stdout == "x.toml\n"


def test_config_show(tmp_path: Path) -> None:
    path = tmp_path / "c.toml"
    path.write_text(f"company = '7'\nclient_secret = '{SECRET}'\nrefresh = 9\n", "utf-8")
    ran = config(
        tmp_path, "--config", str(path), "--theme", "light", "config", "show",
        TCDN_CLIENT_ID="me", TRANSCODE_TUI_MOUSE="no",
    )  # fmt: skip
    rows = [line.split() for line in ran.stdout.splitlines()]
    assert rows == [
        ["api_url", "https://api.transparentcdn.com", "default"],
        ["client_id", "me", "$TCDN_CLIENT_ID"],
        ["client_secret", "•••", str(path)],
        ["company", "7", str(path)],
        ["refresh", "9", str(path)],
        ["read_only", "false", "default"],
        ["theme", "light", "--theme"],
        ["glyphs", "auto", "default"],
        ["log_level", "off", "default"],
        ["log_file", "default"],
        ["mouse", "false", "$TRANSCODE_TUI_MOUSE"],
        ["order_url", "default"],
        ["export_dir", "default"],
        ["keys", "none", "default"],
        ["cache", "true", "default"],
        ["follow", "true", "default"],
        ["history", "true", "default"],
        ["history_days", "90", "default"],
        ["history_mb", "200", "default"],
        ["stall_after", "600", "default"],
        ["guard", "none", "default"],
        ["confirm_above", "5", "default"],
    ]
    assert ran.returncode == 0
    empty = config(tmp_path, "config", "show")
    assert "client_secret" in empty.stdout
    assert empty.stdout.count("not set") == 3
    bad = config(tmp_path, "--refresh", "0", "config", "show")
    assert (bad.returncode, "--refresh: 1 to 3600 seconds" in bad.stderr) == (2, True)
    assert "client_id" in bad.stdout


@pytest.mark.parametrize(
    ("changes", "code", "said"),
    [
        ({}, 0, "company 42 works"),
        ({"TRANSPARENT_COMPANY_ID": "43"}, 1, "no permission for company 43"),
        (
            {"TRANSPARENT_CLIENT_SECRET": "wrong"},
            1,
            "client_secret: client id or secret rejected (401)",
        ),
        ({"TRANSPARENT_API_URL": "http://127.0.0.1:1"}, 1, "refuses the connection"),
        ({"TRANSPARENT_COMPANY_ID": ""}, 2, "company is missing: set --company"),
        ({"TRANSPARENT_API_URL": "http://h"}, 2, "must be https://"),
    ],
)
def test_config_check(
    url: str, tmp_path: Path, changes: dict[str, str], code: int, said: str
) -> None:
    good = {
        "TRANSPARENT_API_URL": url,
        "TRANSPARENT_CLIENT_ID": "demo",
        "TRANSPARENT_CLIENT_SECRET": SECRET,
        "TRANSPARENT_COMPANY_ID": "42",
    }
    ran = config(tmp_path, "config", "check", **(good | changes))
    output = " ".join((ran.stdout + ran.stderr).split())
    assert (ran.returncode, said in output) == (code, True), output
    assert SECRET not in output


def test_a_dumb_terminal_is_reported(tmp_path: Path) -> None:
    with Terminal(("--demo",), {"TERM": "dumb"}, tmp_path) as terminal:
        assert terminal.wait_exit(3) == 2
        assert "TERM=dumb cannot show a screen" in terminal.text


@pytest.mark.slow
def test_the_mouse_can_be_disabled(tmp_path: Path) -> None:
    modes = {b"\x1b[?%dh" % mode for mode in (9, 1000, 1001, 1002, 1003, 1005, 1006, 1015, 1016)}
    with Terminal(("--demo",), {}, tmp_path) as terminal:
        terminal.wait_for("● live")
        assert {mode for mode in modes if mode in terminal.raw} >= {b"\x1b[?1000h", b"\x1b[?1006h"}
    with Terminal(("--demo", "--no-mouse"), {}, tmp_path) as terminal:
        terminal.wait_for("● live")
        terminal.send("fe")  # it runs without the mouse
        terminal.wait_for("filter status:error")
        assert not {mode for mode in modes if mode in terminal.raw}
