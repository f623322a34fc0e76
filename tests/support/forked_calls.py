"""Call one function many times, each time in a fork of one process that imported it once.

A call can crash, hang, exit or use up its memory without any effect on the others, and costs
milliseconds instead of the start of an interpreter.
"""

import importlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.support.paths import ROOT

_TIMEOUT = 30
"""Seconds for one call; SIGALRM then kills it."""


@dataclass(frozen=True)
class Call:
    arguments: Sequence[str]
    environ: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Outcome:
    returncode: int
    """Negative: the signal that ended the call, as in `subprocess`."""
    stdout: str
    stderr: str


def call_forked(function: str, calls: Sequence[Call]) -> list[Outcome]:
    """Call `module:function` with each of the argument lists; it exits as `sys.exit` would.

    The environment is what the call names, and nothing else.
    """
    done = subprocess.run(
        (sys.executable, "-m", __name__, function),
        input=json.dumps([[*_as_pair(call)] for call in calls]),
        cwd=ROOT,
        env={"LANG": "C.UTF-8"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return [Outcome(*outcome) for outcome in json.loads(done.stdout)]


def _as_pair(call: Call) -> tuple[list[str], dict[str, str]]:
    return list(call.arguments), dict(call.environ)


def _run(function: Callable[[list[str]], object], call: Any) -> tuple[int, str, str]:
    with tempfile.TemporaryFile() as stdout, tempfile.TemporaryFile() as stderr:
        pid = os.fork()
        if pid == 0:
            os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
            os.dup2(stdout.fileno(), 1)
            os.dup2(stderr.fileno(), 2)
            signal.alarm(_TIMEOUT)
            _call_and_exit(function, *call)
        code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        stdout.seek(0)
        stderr.seek(0)
        return code, stdout.read().decode(), stderr.read().decode()


def _call_and_exit(
    function: Callable[[list[str]], object], arguments: list[str], environ: dict[str, str]
) -> None:
    os.environ.update(environ)
    code: object = 1
    try:
        code = function(arguments)
    except SystemExit as exited:
        code = exited.code
    except BaseException:  # noqa: BLE001 - as the interpreter does at the top
        traceback.print_exc()
    if isinstance(code, str):
        sys.stderr.write(f"{code}\n")
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code if isinstance(code, int) else int(code is not None))


def main() -> None:
    module, name = sys.argv[1].split(":")
    function = getattr(importlib.import_module(module), name)
    json.dump([_run(function, call) for call in json.load(sys.stdin)], sys.stdout)


if __name__ == "__main__":
    main()
