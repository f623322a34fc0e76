"""Hostile texts in every place that shows remote text: the bytes sent to the terminal."""

import asyncio
import base64
import json
import re
import ssl
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
import trustme

from tests.support.changing_server import BackgroundServer, Service, row
from tests.support.hostile_text import PAYLOADS, controls, dangerous, kinds
from tests.support.loop_thread import LoopThread
from tests.support.paths import ROOT
from tests.support.terminal import Terminal
from tui.api.client import Client
from tui.demo.http_server import HOST, Request, Response, http_server
from tui.formatting import describe_failure
from tui.model.account import Account, Secret
from tui.model.ports import Failure
from tui.rate_limit import RateLimiter

pytestmark = pytest.mark.slow

HARMLESS = dict.fromkeys(PAYLOADS, "plain.mp4")
USABLE = "[@click=app.quit]a[b]c $s {} 界"
"""As an order's or a company's id: hostile, and yet it is what it looks like."""
SIZE = (200, 70)


def everywhere(listed: dict[str, object], number: int, text: str) -> dict[str, object]:
    """Return a detail with `text` in every member."""
    text = f"{text} end"
    place = {
        f"{kind}_{name}": f"{number:02}{before}{text}"
        for kind in ("upload", "download")
        for name, before in (("url", "ftp://host/"), ("protocol", ""), ("user", ""))
    }
    return {
        "order_id": text,
        "status": text,
        "timestamp": text,
        "filename": f"F{number:02}{text}",
        "label": f"L{number:02}{text}",
        "comment": f"C{number:02}{text}",
        "transcodingdownload": place,
        "transcodingupload_set": [place, place],
        "transcodingnotification_set": [
            {"email": f"E{number:02}{text}", "callback_url": f"https://host/{text}"},
            {"email": f"E{number:02}{text}@host", "callback_url": text},
        ],
        "transcodingjob_set": [
            {
                "profile": {"id": f"#{text}", "name": f"P{number:02}{text}"},
                "filename": f"J{number:02}{text}",
                "label": f"K{number:02}{text}",
                "progress": progress,
            }
            for progress in (10, text, 100)
        ],
        text: text,
    }


def straight(cells: list[list[str]]) -> bool:
    """Return whether all columns are aligned."""
    lines = ["".join(cell[:1] or "\0" for cell in line) for line in cells]
    edge, body = next((line.find("│"), lines[3:-1]) for line in lines if "│" in line)
    if any([at for at, char in enumerate(line) if char in "│┃"] != [edge] for line in body):
        return False
    header = body[0]
    rows = [line[:edge] for line in body if re.match(r"[▌ ] F\d\d", line)]
    words = [re.match(r" \S ", line[header.index("STATUS") - 1 :]) for line in rows]
    ids = [re.match(r" \d{10}-\d{4} ", line[header.index("ORDER") - 1 :]) for line in rows]
    bars = [re.search(r"[█▉-▏░]{4} +(?:\d+ %|\?) ", line[edge:]) for line in body]
    ends = [bar.end() for bar in bars if bar is not None]
    return (
        header.index("FILE") == 2
        and len(rows) > 1
        and all(words)
        and all(ids)
        and len(ends) == 4  # in the detail
        and len(set(ends)) == 1
    )


def watch(texts: Mapping[str, str], home: Path) -> tuple[bytes, bytes]:
    """Open an order for each of `texts`; return the output and the log."""
    home.mkdir()
    service = Service()
    service.rows = [row(number, "FINISHED") for number in range(len(texts), 0, -1)]
    for number, (listed, text) in enumerate(zip(service.rows, texts.values(), strict=True)):
        service.details[str(listed["id"])] = everywhere(listed, number, text)
        listed["status"] = text
    service.rows += [{"id": USABLE, "status": "FINISHED", "created_on": "2020-01-01 00:00:00"}]
    service.rows += [{"id": f"{text}\x7f", "status": text} for text in texts.values()]
    log = home / "log.jsonl"
    with BackgroundServer(service) as server:
        flags = ("--refresh", "600", "--log-level", "debug", "--log-file", str(log))
        with Terminal(flags, server.environ, home, size=SIZE) as terminal:
            count = len(texts)
            terminal.wait_for(
                lambda text: len(set(re.findall(r"[▌ ] F\d\d", text))) == count, 10 + count
            )
            for number in range(count):
                terminal.wait_for(f"C{number:02}")
                terminal.wait_for(lambda _: straight(terminal.cells), 2)
                if number < count - 1:
                    terminal.send("\x1b[B")
            terminal.send("G")
            terminal.wait_for("not found on this server")
            terminal.send("y")
            terminal.wait_for(f"Sent to the clipboard: {USABLE}")
            terminal.send("g")
            terminal.wait_for("C00")
            terminal.send("u")
            terminal.wait_for("row")
            terminal.send("\x1b[6~" * 4)
            terminal.wait_for(f"row {2 * count + 1}: its id is not usable")
            terminal.send("\x1b")
            terminal.wait_for(lambda text: "esc closes" not in text)
            terminal.send("?")
            terminal.wait_for("esc closes")
            terminal.send("\x1b")
            terminal.wait_for(lambda text: "esc closes" not in text)
            terminal.send("\x0c")  # ctrl+l: the diagnostics
            terminal.wait_for("Diagnostics")
            terminal.send("\x1b")
            terminal.wait_for(lambda text: "Diagnostics" not in text)
            for size in ((80, 24), (50, 18), (160, 60)):
                terminal.resize(*size)
                terminal.wait_for("P00" if size[0] > 60 else "▌ F00")
            terminal.send("q")
            assert terminal.wait_exit(3) == 0
            return terminal.raw, log.read_bytes()


def test_hostile_orders(tmp_path: Path) -> None:
    assert len(PAYLOADS) >= 50
    parts = [dict(list(PAYLOADS.items())[start::3]) for start in range(3)]
    parts.append(dict(list(HARMLESS.items())[::3]))
    with ThreadPoolExecutor(4) as pool:
        homes = (tmp_path / str(number) for number in range(4))
        *hostile, (plain, _) = pool.map(watch, parts, homes)
    for raw, log in hostile:
        assert kinds(raw) == kinds(plain)
        assert b"\x1b]52;c;%b\x07" % base64.b64encode(USABLE.encode()) in raw
        assert controls(raw) == controls(plain)
        assert controls(log) == {"\n"}
        assert all(json.loads(line) for line in log.splitlines())
        for name, text in PAYLOADS.items():
            # A lone ESC after a text may be the start of one of our sequences.
            if dangerous(text) and not name.startswith("lone"):
                assert text.encode("utf-8", "surrogatepass") not in raw
    assert all(f"F{number:02}".encode() in raw for raw, _ in hostile for number in range(18))


class ManyCompanies(Service):
    """A login that lists a company for each text; the one served is `USABLE`."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        super().__init__()
        self.texts = texts
        self.forbidden = False
        self.rows = [row(1)]

    def __call__(self, request: Request) -> Response | Awaitable[Response]:
        if request.path == "/v1/companies/current_user/":
            result = [{"id": f"{n:02}", "name": t} for n, t in enumerate(self.texts.values())]
            body = json.dumps({"companies": [*result, {"id": USABLE, "name": "this one"}]})
            return Response(body=body.encode())
        ours = f"/v1/media/{USABLE}/"
        if self.forbidden and request.path.startswith(ours):
            return Response(403, body=json.dumps(list(self.texts.values())).encode())
        return super().__call__(replace(request, path=request.path.replace(ours, "/v1/media/42/")))


def paste(texts: Mapping[str, str], terminal: Terminal) -> None:
    """Paste into the focused field."""
    for number, text in enumerate(texts.values()):
        pasted = text[:60].replace("\x1b", "").encode("utf-8", "replace").decode()
        terminal.send(f"\x1b[200~N-{number:02}{pasted}\x1b[201~")
        terminal.wait_for(f"N-{number:02}")
        terminal.send("\x15")
        terminal.wait_for(lambda text: "N-" not in text)


def choose(texts: Mapping[str, str], home: Path) -> bytes:
    """Log in without a company, step through all of them, choose the last, and lose access."""
    home.mkdir()
    service = ManyCompanies(texts)
    with BackgroundServer(service) as server:
        environ = server.environ
        del environ["TRANSPARENT_COMPANY_ID"]
        with Terminal((), environ, home, size=SIZE) as terminal:
            terminal.wait_for("transcode-tui  account")
            paste(texts, terminal)
            terminal.send("\r")
            terminal.wait_for("choose one below")
            for _ in range(len(texts)):
                terminal.send("\x1b[B")
            terminal.wait_for(USABLE)
            terminal.send("\r")
            terminal.wait_for("● live")
            terminal.wait_for(USABLE)
            terminal.send("\x10")
            terminal.wait_for("Search for commands")
            # Textual's palette draws zero-width characters, but sends no control characters.
            drawn = {"joiners", "a family", "skins, variants", "fillers"}
            paste({name: texts[name] for name in texts.keys() - drawn}, terminal)
            terminal.send("\x1b")
            terminal.wait_for(lambda text: "Search for commands" not in text)
            service.forbidden = True
            terminal.send("r")
            terminal.wait_for(f"no permission for company {USABLE}")
            terminal.send("a")
            terminal.wait_for("transcode-tui  account")
            terminal.send("\r")
            terminal.wait_for(f"! no permission for company {USABLE}")
            terminal.send("\x1b")
            terminal.wait_for(lambda text: "transcode-tui  account" not in text)
            terminal.send("q")
            assert terminal.wait_exit(3) == 0
            return terminal.raw


def test_hostile_companies(tmp_path: Path) -> None:
    with ThreadPoolExecutor(2) as pool:
        homes = (tmp_path / name for name in ("hostile", "plain"))
        raw, plain = pool.map(choose, (PAYLOADS, HARMLESS), homes)
    assert kinds(raw) == kinds(plain)
    assert controls(raw) == controls(plain)
    # Our own title: saved at the start and restored at the end.
    titles = re.findall(rb"\x1b\[2[23];2t|\x1b\][02];[^\x07]*\x07", raw)
    assert titles == [
        b"\x1b[22;2t",
        b"\x1b]2;transcode-tui\x07",
        f"\x1b]2;transcode-tui {USABLE}\x07".encode(),
        b"\x1b[23;2t",
    ]


def test_hostile_companies_without_a_screen(tmp_path: Path) -> None:
    with BackgroundServer(ManyCompanies(PAYLOADS)) as server:
        environ = {**server.environ, "TRANSPARENT_COMPANY_ID": USABLE, "HOME": str(tmp_path)}
        for arguments, wanted in (
            (("config", "check"), f"company    {USABLE} works"),
            (("config", "show"), USABLE),
            (("--company", PAYLOADS["title"], "config", "show"), "--company: must be plain text"),
            (("--company", PAYLOADS["C1 OSC"], "config", "check"), "--company: must be plain text"),
        ):
            done = subprocess.run(
                (sys.executable, "-X", "utf8", "-m", "tui", *arguments),
                capture_output=True, check=False, env=environ, cwd=ROOT,
            )  # fmt: skip
            said = done.stdout + done.stderr
            assert wanted in said.decode()
            assert controls(said) == {"\n"}
            assert b"\x1b" not in said


Answer = Callable[[bytes], bytes]


@asynccontextmanager
async def answering(answer: Answer) -> AsyncIterator[int]:
    """Answer each request with raw bytes that no HTTP library would send; yield the port."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        if length := re.search(rb"(?i)content-length: (\d+)", head):
            await reader.readexactly(int(length[1]))
        writer.write(answer(head))
        with suppress(OSError):
            await writer.drain()
        writer.close()

    async with await asyncio.start_server(serve, HOST) as server:
        yield server.sockets[0].getsockname()[1]


def whole(status: str, body: bytes = b"", **headers: str) -> bytes:
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    head = "\r\n".join([f"HTTP/1.1 {status}", *lines, f"Content-Length: {len(body)}", "", ""])
    return head.encode("utf-8", "surrogatepass") + body


def complaints(text: str) -> Iterator[bytes]:
    """Return failing answers with `text` wherever a server can put it."""
    body = json.dumps({"detail": text, text: text}).encode()
    plain = text.encode("utf-8", "surrogatepass")
    yield whole("302 Found", body, Location=f"/way/{text}")
    yield whole("307 Found", body, Location=f"http://{text}.example/{text}")
    yield whole("301 Found", Location=f"//user:{text}@host/?{text}#{text}")
    yield whole(f"500 {text}", plain, Retry_After=text)
    yield whole(f"400 {text}", body, WWW_Authenticate=text)
    yield whole("200 OK", body, X_Text=text, Content_Type=text, Content_Encoding=text)
    yield whole("200 OK", json.dumps([text, {"id": [text]}, {"status": 1}]).encode())
    yield whole("200 OK", json.dumps({"access_token": text, "expires_in": text}).encode())
    yield whole("200 OK", plain)
    yield plain + b"\r\n\r\n"


GOOD = whole("200 OK", b'{"access_token": "abc"}')


@pytest.mark.parametrize("name", PAYLOADS)
async def test_a_hostile_answer_is_reported_in_our_words(name: str) -> None:
    """Redirects of the token, the list, an order and the companies."""
    for answer in complaints(PAYLOADS[name]):
        for token in (GOOD, answer):
            async with answering(partial(_by_method, token, answer)) as port:
                account = Account("42", "id", Secret("secret"), f"http://{HOST}:{port}")
                freely = RateLimiter(time.monotonic, 10**9)
                client = Client(account, deadline=5, rate_limiter=freely)
                calls = (client.orders(), client.order("1"), client.companies(), client.probe())
                for failure in [await call for call in calls]:
                    result = describe_failure(failure, HOST) if isinstance(failure, Failure) else ""
                    assert not controls(result.encode())
                    assert len(result) < 300
                await client.aclose()


def _by_method(token: bytes, other: bytes, head: bytes) -> bytes:
    return token if head.startswith(b"POST") else other


def _more_than(before: int, asked: Sequence[bytes], _: str) -> bool:
    return len(asked) > before


def redirected(texts: Sequence[str], home: Path) -> bytes:
    """Refresh until each of `texts` was a redirect target; then invalidate the token."""
    home.mkdir()
    log = home / "log.jsonl"
    answers = [whole("302 Found", Location=f"/to/{text}") for text in texts]
    answers.append(whole("302 Found", Location="/the/end"))
    left = iter(answers)
    ended = whole(f"401 {texts[0]}", texts[0].encode("utf-8", "replace"))
    asked: list[bytes] = []

    def answer(head: bytes) -> bytes:
        if head.startswith(b"POST"):
            return GOOD if len(asked) < len(answers) else ended
        asked.append(head)
        return next(left, ended)

    environ = {f"TRANSPARENT_{key}": "42" for key in ("COMPANY_ID", "CLIENT_ID", "CLIENT_SECRET")}
    with LoopThread() as loop:
        serving = answering(answer)
        environ["TRANSPARENT_API_URL"] = f"http://{HOST}:{loop.run(serving.__aenter__())}"
        flags = ("--log-level", "debug", "--log-file", str(log))
        with Terminal(flags, environ, home, size=(300, 24)) as terminal:
            while (before := len(asked)) < len(answers):
                terminal.send("r")
                terminal.wait_for(partial(_more_than, before, asked), 15)
            rejected = "client id or secret rejected (401)"
            terminal.wait_for(lambda text: rejected in text or "cut the connection" in text)
            if rejected not in terminal.text:
                # Only a GET is repeated on a connection that the server has closed meanwhile.
                terminal.send("r")
                terminal.wait_for(rejected)
            terminal.send("q")
            assert terminal.wait_exit(3) == 0
            loop.run(serving.__aexit__(None, None, None))
            assert not controls(log.read_bytes()) - {"\n"}
            return terminal.raw


def test_hostile_redirects(tmp_path: Path) -> None:
    pieces = [list(PAYLOADS.values())[start::4] for start in range(4)]
    with ThreadPoolExecutor(5) as pool:
        homes = (tmp_path / str(number) for number in range(5))
        *hostile, plain = pool.map(redirected, [*pieces, ["x", "y"]], homes)
    for raw in hostile:
        assert kinds(raw) == kinds(plain)
        assert controls(raw) == controls(plain)
        assert b"(http://127.0.0.1)" in raw
        assert b"/to/" not in raw


@pytest.mark.parametrize("trusts", [False, True], ids=["of nobody", "of another host"])
async def test_a_hostile_certificate_is_reported_in_our_words(trusts: bool) -> None:
    name = "".join(PAYLOADS[key] for key in ("title", "C1 CSI", "other way", "markup ended"))
    authority = trustme.CA(organization_name=name)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate = authority.issue_cert("other.example", common_name=name, organization_name=name)
    certificate.configure_cert(context)
    verify = ssl.create_default_context()
    if trusts:
        authority.configure_trust(verify)
    async with http_server(lambda _: Response(), ssl=context) as server:
        account = Account("42", "id", Secret("secret"), server.url)
        client = Client(account, deadline=5, verify=verify)
        failure = await client.orders()
        await client.aclose()
    assert isinstance(failure, Failure)
    result = describe_failure(failure, HOST)
    assert "certificate" in result
    assert result.isascii()
    assert result.isprintable()
