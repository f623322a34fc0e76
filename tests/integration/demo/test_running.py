"""The demo server in a thread and as a command."""

import json
import socket
import ssl
import subprocess
import sys
import threading
import time

import httpx
import pytest

from tests.support.demo_client import LIST_PATH, TOKEN_FORM, TOKEN_PATH
from tui.demo import DemoOptions
from tui.demo.server import serve_in_thread


def test_the_server_runs_in_a_thread(trust: ssl.SSLContext) -> None:
    with (
        serve_in_thread(DemoOptions(orders=20)) as url,
        httpx.Client(base_url=url, verify=trust) as client,
    ):
        token = client.post(TOKEN_PATH, data=TOKEN_FORM).json()["access_token"]
        listed = client.get(LIST_PATH, headers={"Authorization": f"Bearer {token}"})
        assert len(listed.json()) == 20
        started = time.perf_counter()
    assert time.perf_counter() - started < 1
    with pytest.raises(httpx.TransportError):
        httpx.get(url, verify=trust)
    assert "demo-server" not in {thread.name for thread in threading.enumerate()}


def test_a_thread_reports_why_it_could_not_start() -> None:
    with pytest.raises(ValueError, match="a world has"), serve_in_thread(DemoOptions(orders=-1)):
        pass


PROGRAM = (
    "import asyncio; from tui.demo.server import serve_forever; from tui.demo import DemoOptions;"
    "asyncio.run(serve_forever(0, DemoOptions(orders=5), lambda line: print(line, flush=True)))"
)


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_the_demo_server_command_runs_until_interrupted(trust: ssl.SSLContext) -> None:
    with subprocess.Popen(
        [sys.executable, "-W", "error", "-c", PROGRAM],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as program:
        assert program.stdout
        assert program.stderr
        result = json.loads(program.stdout.readline())
        assert result.keys() == {"url", "client_id", "client_secret", "company_id"}
        assert httpx.get(result["url"], verify=trust).status_code == 404
        with socket.create_connection(("127.0.0.1", int(result["url"].rpartition(":")[2]))):
            program.terminate()
            assert program.wait(5) == 0
        assert program.stdout.read() == program.stderr.read() == ""


def test_the_demo_imports_nothing_else_of_the_project() -> None:
    code = (
        "import sys, tui.demo.server, tui.demo.server;"
        "print([name for name in sys.modules"
        " if name.startswith('tui.') and not name.startswith('tui.demo')"
        " or name in {'textual', 'httpx', 'rich'}])"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == "[]"
