"""Planted secrets must appear nowhere: terminal output, clipboard, log, crash reports, cache,
other files, command lines of the program and its children, and screenshots.
"""

import base64
import html
import os
import re
import signal
import subprocess
import sys
from collections.abc import Awaitable, Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest

from tests.support.changing_server import LIST_PATH, BackgroundServer, Service, detail, row
from tests.support.creating_service import CreatingService
from tests.support.paths import ROOT
from tests.support.terminal import Terminal
from tests.support.tiers import slow_except
from tests.tools.screenshots import FOLDER
from tui.api.client import Client
from tui.demo.fixtures import PASSWORDS
from tui.demo.http_server import Request, Response
from tui.model.account import Account, Secret, Session
from tui.ui.app import TranscodeApp
from tui.ui.services import AppServices

MARK = "QZQ"
"""Part of every planted secret, and of nothing else."""

TOKEN, SECRET = f"{MARK}-token", f"{MARK}-secret"
_COPIED = re.compile(rb"\x1b\]52;[^;]*;([^\x07\x1b]*)")


def hits(*artefacts: bytes) -> list[str]:
    """Return the secrets found in the texts, plain or encoded."""
    found: list[str] = []
    for artefact in artefacts:
        copied = b" ".join(map(base64.b64decode, _COPIED.findall(artefact)))
        text = unquote(html.unescape((artefact + copied).decode("utf-8", "replace")))
        found += re.findall(rf"{MARK}[-\w]*", text.replace("\0", " "))
    return found


def left_in(home: Path, *planted: Path) -> Iterator[bytes]:
    """Return path and content of every file below `home` that the test didn't create."""
    for path in home.rglob("*"):
        yield os.fsencode(path)
        if path.is_file() and path not in planted:
            assert path.stat().st_mode & 0o077 == 0, path
            yield path.read_bytes()


def url(name: str, scheme: str = "ftp") -> str:
    return f"{scheme}://someone:{MARK}-{name}/@host.example/{name}?x=1&sig={MARK}-{name}-sig"


class Telling(Service):
    """A service with secrets in every member, and in its `refusals`, which come first."""

    def __init__(self) -> None:
        super().__init__(token=TOKEN, secret=SECRET)
        self.rows = [row(2, "TRANSCODING"), row(1, f"at {url('status')}")]
        self.rows.append({"id": url("id"), "status": url("of-unreadable")})
        first = self.rows[0]
        jobs = [
            {
                "profile": {"id": url("profile-id"), "name": url("profile")},
                "filename": url("job"),
                "label": f"a label, //me:{MARK}-label@host",
                "progress": url("progress"),
            }
        ]
        place = {"url": url("source"), "protocol": url("protocol"), "user": url("user")}
        result = {
            "filename": url("file"),
            "label": url("label"),
            "comment": f"no {url('comment')}, nor me:{MARK}-bare@host; or {url('cut')[:20]}",
            "transcodingjob_set": jobs,
            "transcodingdownload": {f"download_{name}": value for name, value in place.items()},
            "transcodingupload_set": [
                {"upload_url": url("upload"), "upload_password": f"{MARK}-member"},
                {"upload_url": f"https://host/get/{url('inner')}"},
            ],
            "transcodingnotification_set": [
                {"callback_url": url("callback", "https"), "email": url("email")},
                {"callback_url": f"https://h/?to=ftp%3A%2F%2Fme%3A{MARK}-encoded%40h"},
            ],
        }
        self.details = {each["id"]: detail(each) | result for each in (first, self.rows[1])}
        self.refusals: list[Response] = []

    def __call__(self, request: Request) -> Response | Awaitable[Response]:
        if request.path.rstrip("/") == LIST_PATH and self.refusals:
            return self.refusals[0] if len(self.refusals) == 1 else self.refusals.pop(0)
        return super().__call__(request)


BODY = f'{{"detail": "{MARK}-body", "access_token": "{MARK}-other"}}'.encode()
REFUSALS = {
    "server error 500": Response(500, {"X-Request": f"{MARK}-header"}, BODY),
    "unexpected answer 418": Response(418, {}, BODY),
    "(http://127.0.0.1)": Response(
        302, {"Location": f"/login?token={MARK}-query#{MARK}-part"}, BODY
    ),
    "(https://sso.example)": Response(
        302, {"Location": f"https://me:{MARK}-there@sso.example/{MARK}-way"}, BODY
    ),
    "an unknown shape": Response(body=BODY),
}


def test_no_secret_in_the_terminal_the_log_or_any_file(tmp_path: Path) -> None:
    service = Telling()
    log = tmp_path / "log.jsonl"
    flags = ("--log-level", "debug", "--log-file", str(log), "--export-dir", "~")
    with BackgroundServer(service) as server:
        # Loopback requests bypass the proxy, but its password could be logged.
        environ = {**server.environ, "HTTPS_PROXY": f"http://me:{MARK}-proxy@proxy.example"}
        with Terminal(flags, environ, tmp_path, size=(220, 60)) as terminal:
            terminal.wait_for("source       ftp://someone:•••@host.example/…")
            command = Path(f"/proc/{terminal.pid}/cmdline").read_bytes()
            for key, wanted in (("\x1b[B", "? at ftp://s…"), ("y", "Sent to the clipboard")):
                terminal.send(key)
                terminal.wait_for(wanted)
            for kind in ("csv", "jsonl", "txt"):
                terminal.send("e" + ("l" if kind == "jsonl" else kind[0]))
                terminal.wait_for(f".{kind}")
            for key in ("u", "?", "\x0c"):
                terminal.send(key)
                terminal.wait_for("esc closes")
                terminal.send("\x1b")
                terminal.wait_for(lambda text: "esc closes" not in text)
            for wanted, refusal in REFUSALS.items():
                service.refusals = [refusal]
                terminal.send("r")
                terminal.wait_for(wanted)
            service.refusals, service.token = [], "another"
            service.secret = "another"
            terminal.send("r")
            terminal.wait_for("client id or secret rejected (401)")
            terminal.send("a")
            terminal.wait_for("SECRET at the next start")
            terminal.send("\x03")
            assert terminal.wait_exit(3) == 0
            raw = terminal.raw
    assert len(log.read_text("utf-8").splitlines()) > 10
    assert len(list(left_in(tmp_path))) > 4
    exported = {path.suffix: path.read_text("utf-8") for path in tmp_path.glob("orders-*")}
    assert set(exported) == {".csv", ".jsonl", ".txt", ".json"}
    assert "ftp://someone:•••@host" in exported[".txt"]  # it cuts long names
    for kind in (".csv", ".jsonl"):
        assert "ftp://someone:•••@host.example/file" in exported[kind]
    assert hits(raw, command, *left_in(tmp_path)) == []


def test_a_typed_secret_is_only_in_the_config_file(tmp_path: Path) -> None:
    service = Service(token=TOKEN, secret=SECRET)
    service.rows = [row(1)]
    with BackgroundServer(service) as server:
        environ = server.environ
        del environ["TRANSPARENT_CLIENT_SECRET"]
        with Terminal((), environ, tmp_path) as terminal:
            terminal.wait_for("transcode-tui  account")
            terminal.send(f"{MARK}-wrong\r")
            terminal.wait_for("client id or secret rejected")
            terminal.send("\x01\x1b[1;2F\x18\x1b[99;9u")  # select all, cut, copy
            terminal.send(f"\x15\x1b[200~{SECRET}\x1b[201~\r")
            terminal.wait_for("● live")
            terminal.send("q")
            assert terminal.wait_exit(3) == 0
            raw = terminal.raw
    (config,) = tmp_path.rglob("config.toml")
    assert hits(config.read_bytes()) == [SECRET]
    assert config.stat().st_mode & 0o777 == 0o600
    assert hits(raw, *left_in(tmp_path, config)) == []


NEW_URL = f"ftp://me:{MARK}-typed@host/a.mp4"
# The hexadecimal digits of a DRM key can't have the mark: the test looks for them, too.
DRM_KEY = "0123456789abcdef0123456789abcdef"


def send_new_order(terminal: Terminal, home: Path) -> bytes:
    """Type an order with secrets, edit it, and send it without an answer; kill the program. Return
    its output and its command line.
    """
    terminal.wait_for("● live")
    terminal.send("C")
    terminal.wait_for("New order  ")
    for character in NEW_URL:  # one by one, as a person types
        terminal.send(character)
        terminal.read_for(0.02)
    terminal.wait_for("@host/a.mp4")
    terminal.send("\x01\x1b[1;2F\x18\x1b[200~" + NEW_URL + "\x1b[201~")  # cut and paste
    terminal.send("\rs3://bucket\r92\rout.mp4")
    terminal.wait_for("out.mp4")
    terminal.send("\x1b[B" * 5 + DRM_KEY + "\x1b[B" + DRM_KEY)  # down to the DRM
    terminal.wait_for("•" * 32)
    while not list(home.rglob("draft-*.json")):
        terminal.read_for(0.1)
    terminal.send("\x0f")
    terminal.wait_for("The form is unchanged: nothing is changed")  # the editor has ended
    assert (home / "note").exists()
    terminal.send("\x13")
    terminal.wait_for("enter sends it")
    terminal.send("\r")
    terminal.wait_for("outcome unknown: ")
    command = Path(f"/proc/{terminal.pid}/cmdline").read_bytes()
    terminal.signal(signal.SIGKILL)
    terminal.wait_exit(5)
    return terminal.raw + command


def crash_in_the_form(terminal: Terminal) -> bytes:
    """Continue the draft, type a password, and crash; return the output."""
    terminal.wait_for("● live")
    terminal.send("C")
    terminal.wait_for("Continue the draft of")
    terminal.send("c")
    terminal.wait_for("out.mp4")
    terminal.send(f"{MARK}-again\x13")
    assert terminal.wait_exit(10) == 1
    return terminal.raw


@pytest.mark.slow
def test_no_secret_of_a_new_order(tmp_path: Path) -> None:
    """Neither of the form, the clipboard, the editor, the draft, the review, a refusal, the journal
    and the log, nor of a crash.
    """
    service = CreatingService()
    service.answer = Response(502, {}, f'{{"detail": "{NEW_URL} {DRM_KEY}"}}'.encode())
    service.creates = False
    note = tmp_path / "note"
    (tmp_path / "editor.sh").write_text(f'umask 077; cp "$1" {note}\n')
    (tmp_path / "sitecustomize.py").write_text(FAULTS, "utf-8")
    for path in tmp_path.iterdir():
        path.chmod(0o600)
    planted = tuple(tmp_path.iterdir())
    flags = ("--log-level", "debug", "--log-file", str(tmp_path / "log.jsonl"))
    with BackgroundServer(service) as server:
        environ = {
            **server.environ,
            "VISUAL": f"sh {tmp_path}/editor.sh",
            "XDG_STATE_HOME": str(tmp_path / "state"),
        }
        with Terminal(flags, environ, tmp_path, size=(120, 60)) as terminal:
            raw = send_new_order(terminal, tmp_path)
        environ |= {
            "FAULT": "tui.ui.new_order.screen:NewOrderScreen._show_review",
            "PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT}",
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        with Terminal(flags, environ, tmp_path, size=(120, 60)) as terminal:
            raw += crash_in_the_form(terminal)
    assert service.bodies[0]["origin"] == NEW_URL
    assert service.bodies[0]["post_process"][0]["drm"]["key"] == DRM_KEY
    assert "ftp://me:•••1•@host/a.mp4" in note.read_text("utf-8")
    (draft,) = tmp_path.rglob("draft-*.json")
    assert "ftp://me:•••@host/a.mp4" in draft.read_text("utf-8")
    assert list(tmp_path.rglob("crash-*.txt"))
    assert list(tmp_path.rglob("history-*.sqlite"))
    left = [raw, *left_in(tmp_path, *planted)]
    assert hits(*left) == []
    assert not [text for text in left if DRM_KEY.encode() in text]


# A fake password store that records its command line and parent.
PASS = """
import os, pathlib, sys
note = pathlib.Path(sys.argv[1])
parts = (f"/proc/{pid}/{of}" for pid in ("self", os.getppid()) for of in ("cmdline", "environ"))
note.write_bytes(b"".join(pathlib.Path(part).read_bytes() for part in parts))
note.chmod(0o600)
print(note.with_name("planted").read_text())
print("QZQ-second-line")
print("QZQ-on-stderr", file=sys.stderr)
sys.exit(int(sys.argv[2]))
"""

WAYS = {
    "client_secret": f"client_secret = '{SECRET}'",
    "client_secret_file": "client_secret_file = 'planted'",
    "secret_command": "secret_command = '{python} {home}/pass.py {home}/note 0'",
    "a command that fails": "secret_command = '{python} {home}/pass.py {home}/note 3'",
    "a broken file": f"client_secret = '{SECRET}\n",
    "an unknown key": f"client_secrets = '{SECRET}'",
    "no text": f"client_secret = ['{SECRET}']",
    "a refused address": f"api_url = 'https://me:{SECRET}@host.example/?token={SECRET}'",
    "an address that is none": f"api_url = 'me:{SECRET}@host.example'",
    "an address of no server": f"api_url = 'http://[{SECRET}'",
}


def run(home: Path, *arguments: str, **environ: str) -> bytes:
    done = subprocess.run(
        (sys.executable, "-m", "tui", *arguments),
        env={"HOME": str(home), "XDG_CONFIG_HOME": str(home), **environ},
        capture_output=True, check=False, timeout=20, cwd=ROOT,
    )  # fmt: skip
    assert done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.mark.parametrize("way", slow_except(["secret_command", "a broken file"], WAYS))
def test_no_secret_in_commands_and_their_children(tmp_path: Path, way: str) -> None:
    service = Service(token=TOKEN, secret=SECRET)
    config = tmp_path / "transcode-tui" / "config.toml"
    config.parent.mkdir()
    planted = {
        config: WAYS[way].replace("{python}", sys.executable).replace("{home}", str(tmp_path)),
        config.with_name("planted"): SECRET,
        tmp_path / "planted": SECRET,
        tmp_path / "pass.py": PASS,
    }
    for path, text in planted.items():
        path.write_text(text, "utf-8")
        path.chmod(0o600)
    with BackgroundServer(service) as server:
        environ = server.environ
        del environ["TRANSPARENT_CLIENT_SECRET"]
        if "address" in way:
            del environ["TRANSPARENT_API_URL"]
        said = [run(tmp_path, "config", action, **environ) for action in ("show", "check")]
    assert (b"company 42 works" in said[1] or b"company    42 works" in said[1]) == (
        way in ("client_secret", "client_secret_file", "secret_command")
    )
    assert ((tmp_path / "note").exists()) == ("command" in way)
    assert hits(*said, *left_in(tmp_path, *planted)) == []
    config.chmod(0o644)
    assert hits(run(tmp_path, "config", "check", **environ)) == []


@pytest.mark.slow
@pytest.mark.parametrize("proxy", ["http://me:{}@127.0.0.1:1", "htp://me:{}@[", "me:{}@h:port"])
def test_no_proxy_password_is_shown(tmp_path: Path, proxy: str) -> None:
    environ = {
        "HTTPS_PROXY": proxy.format(SECRET),
        "TRANSPARENT_API_URL": "https://api.example",
        **{f"TRANSPARENT_{key}": "42" for key in ("COMPANY_ID", "CLIENT_ID", "CLIENT_SECRET")},
    }
    said = run(tmp_path, "config", "check", **environ)
    assert b"api_url: " in said
    assert hits(said, *left_in(tmp_path)) == []


# In the process of the program, before it starts.
FAULTS = """
import os
from importlib import import_module
import tui.cli.run_app
import tui.ui.app
place = os.environ["FAULT"]
def fail(*given, **named):
    secret = os.environ["TRANSPARENT_CLIENT_SECRET"]
    try:
        int(secret)
    except ValueError as error:
        raise RuntimeError(f"{given} {secret}") from error
module, _, name = place.rpartition(":")
owner = import_module(module)
*way, last = name.split(".")
for each in way:
    owner = getattr(owner, each)
setattr(owner, last, fail)
"""

PLACES = {
    "while drawing": "tui.ui.main_screen.pane_binder:summary_lines",
    "in the worker": "tui.ui.monitor:OrderMonitor.apply",
    "at a key": "tui.ui.main_screen.screen:MainScreen.action_copy_id",
    "before the screen": "tui.cli.run_app:_build_services",
}


@pytest.mark.slow
@pytest.mark.parametrize("place", PLACES)
def test_no_secret_in_a_crash_report(tmp_path: Path, place: str) -> None:
    (tmp_path / "sitecustomize.py").write_text(FAULTS, "utf-8")
    (tmp_path / "sitecustomize.py").chmod(0o600)
    environ = {
        "FAULT": PLACES[place],
        "PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT}",
        "PYTHONDONTWRITEBYTECODE": "1",
        "XDG_STATE_HOME": str(tmp_path / "state"),
    }
    with BackgroundServer(Telling()) as server:
        flags = ("--log-level", "debug", "--log-file", str(tmp_path / "log.jsonl"))
        with Terminal(flags, {**server.environ, **environ}, tmp_path) as terminal:
            if place == "at a key":
                terminal.wait_for("● live")
                terminal.send("y")
            assert terminal.wait_exit(10) == 1
            raw = terminal.raw
            assert "RuntimeError" in terminal.text
            assert "in fail" in terminal.text
            assert terminal.attributes == terminal.attributes_before
    (report,) = tmp_path.rglob("crash-*.txt")
    assert report.stat().st_mode & 0o777 == 0o600
    assert "RuntimeError" in report.read_text("utf-8")
    assert hits(raw, *left_in(tmp_path)) == []


async def test_no_secret_in_a_screenshot() -> None:
    with BackgroundServer(Telling()) as server:
        account = Account("42", "an-id", Secret(SECRET), server.environ["TRANSPARENT_API_URL"])
        client = Client(account)
        app = TranscodeApp(AppServices(client, Session("42", "host"), account=account))
        async with app.run_test(size=(200, 50)) as pilot:
            while "someone:•••@host.example" not in (picture := picture_of(app)):
                await pilot.pause(0.02)
        await client.aclose()
    assert hits(picture.encode()) == []


def picture_of(app: TranscodeApp) -> str:
    return html.unescape(app.export_screenshot()).replace("\xa0", " ")


def test_no_secret_in_the_readme_screenshots() -> None:
    pictures = [html.unescape(path.read_text("utf-8")) for path in FOLDER.glob("*.svg")]
    assert len(pictures) > 5
    known = (*PASSWORDS, *map(unquote, PASSWORDS), "demo-secret", "not-the-real-one")
    assert not [secret for picture in pictures for secret in known if secret in picture]
