"""Standard streams that are closed, full, or a pipe without a reader."""

import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

import pytest

from tests.support.paths import ROOT
from tests.support.terminal import Terminal
from tests.support.tiers import slow_except

COMMANDS = {
    "path": ("config", "path"),
    "show": ("config", "show"),
    "keys": ("config", "keys"),
    "check": ("config", "check"),
    "demo-server": ("demo-server",),
    "version": ("--version",),
    "help": ("--help",),
    "help of a command": ("demo-server", "--help"),
    "screen": ("--demo",),
    "bad flag": ("--nonsense",),
    "bad setting": ("--refresh", "0", "config", "check"),
}
QUICK = ("show", "screen", "bad flag")
ALL_COMMANDS = slow_except(QUICK, COMMANDS)
NO_OUTPUT = {"check": 2, "screen": 2, "bad flag": 2, "bad setting": 2}
"""Exit codes of commands that never write to standard output."""

CLOSED = "transcode-tui: standard output is closed"
FULL = "transcode-tui: standard output cannot be written: No space left on device"


def run(home: Path, command: str, redirection: str) -> subprocess.CompletedProcess[str]:
    """Run the command in a shell with a redirection."""
    program = (sys.executable, "-m", "tui", *COMMANDS[command])
    return subprocess.run(
        ("sh", "-c", f'"$@" {redirection}', "sh", *program),
        cwd=ROOT,
        env={"HOME": str(home), "LANG": "C.UTF-8", "PATH": "/usr/bin:/bin"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=30,
        check=False,
    )


@cache
def undisturbed(command: str) -> tuple[int, str, str]:
    """Return the outcome of a command with good streams; its home folder reads as `HOME`."""
    with tempfile.TemporaryDirectory() as home:
        return outcome_of(run(Path(home), command, "</dev/null"), home)


def outcome_of(done: subprocess.CompletedProcess[str], home: str) -> tuple[int, str, str]:
    return done.returncode, done.stdout.replace(home, "HOME"), done.stderr.replace(home, "HOME")


def nothing_is_left(home: Path) -> bool:
    return not [each for each in home.rglob("*") if each.is_file()]


@pytest.mark.parametrize(("redirection", "sentence"), [(">&-", CLOSED), (">/dev/full", FULL)])
@pytest.mark.parametrize("command", ALL_COMMANDS)
def test_an_unwritable_stdout_is_reported_in_sentences(
    command: str, redirection: str, sentence: str, tmp_path: Path
) -> None:
    done = run(tmp_path, command, redirection)
    said = done.stderr.splitlines()
    assert done.returncode == NO_OUTPUT.get(command, 1)
    if command in NO_OUTPUT:
        assert said
        assert all(line.startswith("transcode-tui: ") for line in said)
    else:
        assert said == [sentence]
    assert nothing_is_left(tmp_path)  # no crash report


@pytest.mark.parametrize("redirection", ["2>&-", "2>/dev/full", "<&-"])
@pytest.mark.parametrize(
    "command", slow_except(QUICK, [each for each in COMMANDS if each != "demo-server"])
)
def test_stdin_and_stderr_do_not_change_the_output(
    command: str, redirection: str, tmp_path: Path
) -> None:
    returncode, stdout, stderr = undisturbed(command)
    done = outcome_of(run(tmp_path, command, redirection), str(tmp_path))
    assert done[0] == returncode
    assert done[1] == stdout
    assert done[2] == (stderr if redirection == "<&-" else "")
    assert nothing_is_left(tmp_path)


@pytest.mark.parametrize("command", ALL_COMMANDS)
def test_without_any_stream_there_is_an_exit_code(command: str, tmp_path: Path) -> None:
    done = run(tmp_path, command, "<&- >&- 2>&-")
    assert done.returncode in (1, 2)
    assert (done.stdout, done.stderr) == ("", "")
    assert nothing_is_left(tmp_path)


@pytest.mark.parametrize("command", ["keys", "help", "demo-server"])
def test_a_closed_pipe_is_no_error(command: str, tmp_path: Path) -> None:
    done = run(tmp_path, command, "| true; :")
    assert (done.returncode, done.stderr) == (0, "")
    assert nothing_is_left(tmp_path)


def test_a_file_never_gets_the_descriptor_of_a_closed_stream(tmp_path: Path) -> None:
    """Otherwise output to standard error would go into that file."""
    code = """
import os, sys
from tui.cli.output import open_closed_streams
open_closed_streams()
with open(sys.argv[1], "w") as file:
    os.write(2, b"not into the file")
    file.write(str(file.fileno()))
"""
    path = tmp_path / "file"
    program = (sys.executable, "-c", code, str(path))
    subprocess.run(("sh", "-c", '"$@" 2>&-', "sh", *program), cwd=ROOT, timeout=30, check=True)
    assert int(path.read_text("utf-8")) > 2


@pytest.mark.parametrize("stream", ["stdin", "stdout", "stderr"])
def test_the_screen_needs_all_three_streams(stream: str, tmp_path: Path) -> None:
    with Terminal(
        (stream, "--demo"), {}, tmp_path, module="tests.support.program_without"
    ) as terminal:
        assert terminal.wait_exit(3) == 2
        said = [line for line in terminal.text.splitlines() if line.strip()]
        assert len(said) == (0 if stream == "stderr" else 1)
    assert nothing_is_left(tmp_path)
