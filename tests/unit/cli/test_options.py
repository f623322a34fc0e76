"""The command line: each mistake is one sentence, and no flag is ignored."""

from pathlib import Path

import pytest

from tui.cli.main import main
from tui.cli.options import parse_options

SERVER_HELP = "(see transcode-tui demo-server --help)"
SECRET_WAYS = "set $TRANSPARENT_CLIENT_SECRET or 'client_secret' in the config file"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ("--foo", "unknown flag --foo (see transcode-tui --help)"),
        ("--foo 3 config show", "unknown flag --foo (see transcode-tui --help)"),
        ("--foo=3", "unknown flag --foo (see transcode-tui --help)"),
        ("-x", "unknown flag -x (see transcode-tui --help)"),
        ("config --foo", "unknown flag --foo (see transcode-tui config --help)"),
        ("config check --foo", "unknown flag --foo (see transcode-tui config --help)"),
        ("--refr 3", "unknown flag --refr: did you mean --refresh? (see transcode-tui --help)"),
        ("--refr=3", "unknown flag --refr: did you mean --refresh? (see transcode-tui --help)"),
        (
            "demo-server --demo-orders 3",
            f"unknown flag --demo-orders: did you mean --orders? {SERVER_HELP}",
        ),
        (
            "--client-secret hunter2",
            f"unknown flag --client-secret: {SECRET_WAYS} (see transcode-tui --help)",
        ),
        ("--refresh", "--refresh: expected one argument (see transcode-tui --help)"),
        (
            "demo-server --port 65536",
            f"--port: '65536' is not a port, 1 to 65535 {SERVER_HELP}",
        ),
        (
            "config check foo",
            "unexpected argument 'foo' (see transcode-tui config --help)",
        ),
        ("--demo --company 3 --api-url x", "--demo does not use --api-url, --company"),
        ("--demo-seed 3 --client-id x", "--demo does not use --client-id"),
        ("--theme mono demo-server", "demo-server does not use --theme"),
        ("--demo config show", "config does not use the flags of the demo"),
        ("--demo requeue 1", "requeue does not use the flags of the demo"),
        ("--config none.toml config show", "--config: there is no file none.toml"),
        ("--config none.toml config check", "--config: there is no file none.toml"),
        ("config keys --config none.toml", "--config: there is no file none.toml"),
    ],
)
def test_a_mistake_is_one_sentence(
    arguments: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        code: object = main(arguments.split())
    except SystemExit as end:
        code = end.code
    outcome = capsys.readouterr()
    assert (code, outcome.out, outcome.err) == (2, "", f"transcode-tui: {said}\n")


@pytest.mark.parametrize("arguments", ["--refresh 7 config show", "config show --refresh 7"])
def test_a_setting_may_follow_the_command(arguments: str) -> None:
    assert parse_options(arguments.split()).refresh == "7"


def test_a_flag_after_the_command_replaces_one_before_and_keeps_others(tmp_path: Path) -> None:
    words = ["--theme", "mono", "--refresh", "7", "config", "show", "--refresh", "8"]
    options = parse_options([*words, "--config", str(tmp_path)])
    assert (options.theme, options.refresh, options.config) == ("mono", "8", tmp_path)
