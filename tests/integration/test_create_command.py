"""`transcode-tui create` as a shell runs it, against a server."""

import io
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.changing_server import LIST_PATH, BackgroundServer, row
from tests.support.creating_service import CreatingService
from tui.cli.main import main
from tui.demo.http_server import Response

PASSWORD, KEY = "hunter2", "00112233445566778899aabbccddeeff"
DRAFT = {
    "origin": f"ftp://user:{PASSWORD}@host.example/a.mp4",
    "destinations": ["s3://bucket-name"],
    "jobs": [{"label": "iphone", "filename": "out.mp4", "profile_id": 92}],
    "post_process": [{"drm": {"key": KEY, "key_id": KEY}}],
}
SHOWN = """\
New order for company 42 at 127.0.0.1:
{
  "origin": "ftp://user:•••@host.example/a.mp4",
  "destinations": [
    "s3://bucket-name"
  ],
  "jobs": [
    {
      "label": "iphone",
      "filename": "out.mp4",
      "profile_id": 92
    }
  ],
  "post_process": [
    {
      "drm": {
        "key": "•••",
        "key_id": "•••"
      }
    }
  ]
}
"""
NEW_ID = row(2)["id"]


@pytest.fixture
def service() -> CreatingService:
    return CreatingService()


@pytest.fixture
def home(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, service: CreatingService
) -> Iterator[Path]:
    """A home folder with `order.json`; the settings are those of a running server."""
    (tmp_path / "order.json").write_text(json.dumps(DRAFT))
    with BackgroundServer(service) as server:
        for name in list(os.environ):
            if name.startswith(("TRANSPARENT_", "TCDN_", "XDG_")):
                monkeypatch.delenv(name)
        for name, value in {**server.environ, "HOME": str(tmp_path)}.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr("tui.actions.creation.WAITS", (0.0, 0.0))
        monkeypatch.chdir(tmp_path)
        yield tmp_path


def create(capsys: pytest.CaptureFixture[str], *flags: str) -> tuple[int, str, str]:
    """Return exit code, output and errors; none of them has a secret."""
    code = main(["create", *flags])
    out, err = capsys.readouterr()
    assert PASSWORD not in out + err
    assert KEY not in out + err
    return code, out, err.replace("transcode-tui: ", "")


def writes(service: CreatingService) -> int:
    """How many new orders were sent; each has recorded a body."""
    return len(service.bodies)


def answer(monkeypatch: pytest.MonkeyPatch, text: str) -> list[str]:
    """Answer each question with `text`; return the questions."""
    asked: list[str] = []

    def ask(question: str) -> str:
        asked.append(question)
        return text

    monkeypatch.setattr("tui.cli.create_command.ask", ask)
    monkeypatch.setattr("tui.cli.write_command._open_terminal", lambda: (io.StringIO(),) * 2)
    return asked


@pytest.mark.usefixtures("home")
def test_order_is_shown_asked_about_and_sent(
    service: CreatingService, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = answer(monkeypatch, "yes")
    assert create(capsys, "order.json") == (0, f"{SHOWN}sent\ncreated {NEW_ID}\n", "")
    assert asked == ["To send it, type yes:"]
    assert service.bodies == [DRAFT]


@pytest.mark.usefixtures("home")
def test_nothing_is_sent_without_a_yes(
    service: CreatingService, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for text in ("", "n", "yess"):
        answer(monkeypatch, text)
        assert create(capsys, "order.json") == (1, SHOWN, "not sent\n")
    assert writes(service) == 0


@pytest.mark.usefixtures("home")
def test_dry_run_sends_nothing_also_if_it_is_read_only(
    service: CreatingService, capsys: pytest.CaptureFixture[str]
) -> None:
    for flags in ((), ("--read-only",), ("--yes",)):
        assert create(capsys, "order.json", "--dry-run", *flags) == (0, SHOWN, "")
    assert writes(service) == 0


@pytest.mark.usefixtures("home")
def test_json_from_standard_input(
    service: CreatingService, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    text = f"// a comment\n{json.dumps(DRAFT)}".encode()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text)))
    code, out, err = create(capsys, "-", "--json", "--yes")
    report = json.loads(out)
    assert (code, err) == (0, "")
    shown = json.loads(SHOWN.partition("\n")[2])
    assert report == {
        "company": "42",
        "order": shown,
        "problems": [],
        "outcome": "accepted",
        "id": NEW_ID,
        "words": "",
    }
    assert service.bodies == [DRAFT]


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (("order.json", "--json"), "--json asks nothing: add --yes to send, or --dry-run\n"),
        (
            ("order.json", "--yes", "--read-only"),
            "read-only, by --read-only or the setting read_only: nothing is sent\n",
        ),
        (("none.json", "--yes"), "none.json cannot be read: No such file or directory\n"),
        ((".", "--yes"), ". cannot be read: not a regular file\n"),
    ],
)
def test_mistakes_of_the_command_line(
    service: CreatingService,
    capsys: pytest.CaptureFixture[str],
    flags: tuple[str, ...],
    said: str,
) -> None:
    try:
        assert create(capsys, *flags) == (2, "", said)
    finally:
        assert not service.asked  # before any request


@pytest.mark.usefixtures("home")
def test_problems_are_said_with_their_fields(
    service: CreatingService, capsys: pytest.CaptureFixture[str], home: Path
) -> None:
    bad = {**DRAFT, "priority": 11, "jobs": [{"filename": "out.mp4", "profile_id": 666}]}
    (home / "order.json").write_text(json.dumps(bad))
    said = (
        "priority: it must be a whole number, from 5 to 10\n"
        "jobs[0].profile_id: the company has no profile 666\n"
    )
    assert create(capsys, "order.json", "--yes") == (2, "", said)
    code, out, _ = create(capsys, "order.json", "--yes", "--json")
    assert (code, [each["field"] for each in json.loads(out)["problems"]]) == (
        2,
        ["priority", "jobs[0].profile_id"],
    )
    (home / "order.json").write_text('{"origin": "ftp://u:hunter2@h/a.mp4"\n')
    said = "line 2, column 1: expecting ',' delimiter\n"
    assert create(capsys, "order.json", "--yes") == (2, "", said)
    assert writes(service) == 0


@pytest.mark.usefixtures("home")
def test_profiles_that_cannot_be_read_are_a_warning(
    service: CreatingService, capsys: pytest.CaptureFixture[str]
) -> None:
    service.has_profiles = False
    code, out, err = create(capsys, "order.json", "--yes")
    assert (code, out.splitlines()[-1]) == (0, f"created {NEW_ID}")
    assert err.startswith("warning: the profiles were not read, so their ids are not checked: ")


@pytest.mark.usefixtures("home")
def test_refusal_has_the_words_of_the_server(
    service: CreatingService, capsys: pytest.CaptureFixture[str]
) -> None:
    service.creates = False
    words = f'{{"origin": ["no access to ftp://user:{PASSWORD}@host.example"]}}'
    service.answer = Response(400, {"content-type": "application/json"}, words.encode())
    code, out, _ = create(capsys, "order.json", "--yes")
    assert code == 1
    assert out.startswith(f"{SHOWN}refused: ")
    assert "no access to" in out
    assert writes(service) == 1


@pytest.mark.usefixtures("home")
def test_lost_answer_is_looked_for_in_the_list(
    service: CreatingService, capsys: pytest.CaptureFixture[str]
) -> None:
    service.answer = Response(502)
    code, out, _ = create(capsys, "order.json", "--yes")
    assert code == 0
    assert out.startswith(f"{SHOWN}outcome unknown: ")
    assert "found: created, in the list at " in out
    assert out.endswith(f"created {NEW_ID}\n")
    assert writes(service) == 1


@pytest.mark.usefixtures("home")
def test_unknown_order_is_not_sent_again(
    service: CreatingService, capsys: pytest.CaptureFixture[str]
) -> None:
    service.answer, service.creates = Response(502), False
    code, out, _ = create(capsys, "order.json", "--yes")
    assert (code, writes(service)) == (1, 1)
    assert "outcome unknown: not found in the list at" in out
    code, _, err = create(capsys, "order.json", "--yes")
    assert (code, writes(service)) == (1, 1)
    assert "was sent at" in err
    assert "may still come" in err


@pytest.mark.usefixtures("home")
def test_earlier_order_that_was_created_is_not_sent_again(
    service: CreatingService, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.actions.creation.WAITS", ())  # it ends before it looks
    service.answer = Response(502)
    assert create(capsys, "order.json", "--yes")[0] == 1
    code, _, err = create(capsys, "order.json", "--yes")
    assert (code, writes(service)) == (1, 1)
    assert f"already, as {NEW_ID}" in err
    service.answer = None
    assert create(capsys, "order.json", "--yes")[0] == 0  # settled: another one is wanted
    assert writes(service) == 2


@pytest.mark.parametrize(
    ("guard", "code", "said"),
    [
        ('filter = "profile:escalado"\ndeny = true\nreason = "ask"', 2, "denied: ask\n"),
        (
            'confirm = "type-id"\nreason = "costs"',
            1,
            "not sent: a guard asks a person (costs). Leave out --yes\n",
        ),
        ('filter = "profile:hls"\ndeny = true', 0, ""),
    ],
)
def test_guards(
    service: CreatingService,
    capsys: pytest.CaptureFixture[str],
    home: Path,
    guard: str,
    code: int,
    said: str,
) -> None:
    (home / "config.toml").write_text(f'[[guard]]\naction = "create"\n{guard}\n')
    found, _, err = create(capsys, "order.json", "--yes", "--config", "config.toml")
    assert (found, err, writes(service)) == (code, said, int(code == 0))


def test_guard_that_asks_is_answered_with_the_file_name(
    service: CreatingService,
    capsys: pytest.CaptureFixture[str],
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (home / "config.toml").write_text('[[guard]]\naction = "create"\nconfirm = "type-id"\n')
    for text, count in (("yes", 0), ("out.mp4", 1)):
        asked = answer(monkeypatch, text)
        create(capsys, "order.json", "--config", "config.toml")
        assert asked == ["A guard asks. To send it, type out.mp4:"]
        assert writes(service) == count


def test_no_secret_in_any_file(
    service: CreatingService, capsys: pytest.CaptureFixture[str], home: Path
) -> None:
    service.answer = Response(502)
    assert create(capsys, "order.json", "--yes")[0] == 0
    left = [path for path in home.rglob("*") if path.is_file() and path.name != "order.json"]
    assert any(path.name.startswith("history-") for path in left)
    for path in left:
        assert PASSWORD.encode() not in path.read_bytes()
        assert KEY.encode() not in path.read_bytes()


@pytest.mark.usefixtures("home")
def test_request_goes_to_the_list_once(
    service: CreatingService, capsys: pytest.CaptureFixture[str]
) -> None:
    create(capsys, "order.json", "--yes")
    paths: list[Any] = [asked.path for asked in service.asked]
    assert paths == ["/v1/oauth2/access_token/", f"{LIST_PATH}/"]  # `bodies` has the new order
