"""The diagnostics dialog: its lines, and the screen in Textual's test harness."""

import asyncio
import re
from pathlib import Path

import httpx
import msgspec
import pytest
import textual
from hypothesis import given
from hypothesis import strategies as st

from tests.support.app_stage import Stage, order, orders, run_command, stage, text_of
from tui import __version__
from tui.cli.run_app import environment_info
from tui.model.account import Session
from tui.model.events import ClockReading, ListLoaded
from tui.model.history import Accuracy
from tui.model.ports import Failure, FailureKind
from tui.model.state import State, reduce
from tui.model.telemetry import Diagnosis, PollingStatus, RequestRecord, Telemetry, TokenInfo
from tui.polling.loop import Poller
from tui.sanitize import sanitize
from tui.ui.dialogs.diagnostics import DiagnosticsDialog, diagnostics_lines
from tui.ui.text import width_of
from tui.ui.widgets.line_view import LineView

NOON = 1_631_102_400.0  # 2021-09-08 12:00:00 UTC
NOW = ClockReading(NOON, 5000.0)
QUIET = PollingStatus(
    paused=False,
    requests_used=14,
    requests_limit=120,
    is_fetching_list=False,
    details_in_flight=0,
    next_list_at=5003.0,
    paused_until=float("-inf"),
    pause_failure=None,
)
SEEN = Diagnosis(NOW, Telemetry(NOON - 3600), QUIET, Session("42", "api.example"), (), State())


def diagnosis_text(seen: Diagnosis, width: int = 80) -> str:
    lines = diagnostics_lines(seen, width)
    return "\n".join("".join(text for text, _ in line).rstrip() for line in lines)


def value(name: str, text: str) -> str:
    """Return the value beside a label."""
    line = next(line for line in text.splitlines() if line.startswith(f"{name} "))
    return line.removeprefix(name).strip()


@pytest.mark.parametrize(
    ("accuracy", "result"),
    [
        (Accuracy(), "none has come true yet"),
        (
            Accuracy(1, 1.0, 0.004),
            "100 % of the last one in range (meant: 80 %), median error 0 %",
        ),
        (
            Accuracy(500, 0.814, 0.12),
            "81 % of the last 500 in range (meant: 80 %), median error 12 %",
        ),
    ],
)
def test_how_the_estimates_came_true(accuracy: Accuracy, result: str) -> None:
    assert value("estimates", diagnosis_text(SEEN._replace(accuracy=accuracy))) == result
    assert "estimates" not in diagnosis_text(SEEN)


def test_why_the_history_is_not_saved() -> None:
    problem = "History has stopped: its disk does not answer"
    assert value("history", diagnosis_text(SEEN._replace(history_problem=problem))) == problem
    assert "history" not in diagnosis_text(SEEN)


@pytest.mark.parametrize(
    ("outlook", "result"),
    [
        ({}, "list poll 12:00:03"),
        ({"details_in_flight": 2}, "list poll 12:00:03; 2 detail requests in flight"),
        ({"details_in_flight": 1}, "list poll 12:00:03; 1 detail request in flight"),
        ({"is_fetching_list": True}, "list request in flight"),
        ({"next_list_at": float("-inf")}, "list poll as soon as the rate limit allows"),
        ({"paused": True, "paused_until": 5060.0}, "none: polling is paused"),
        (
            {"pause_failure": Failure(FailureKind.CREDENTIALS), "paused_until": 5300.0},
            "none before 12:05:00: client id or secret rejected",
        ),
        (
            {"pause_failure": Failure(FailureKind.CREDENTIALS), "paused_until": 4999.0},
            "list poll 12:00:03",
        ),
        (
            {
                "details_pause_failure": Failure(FailureKind.LIMITED, 429),
                "details_paused_until": 5060.0,
            },
            "list poll 12:00:03; no details before 12:01:00: too many requests",
        ),
    ],
)
def test_current_wait_is_shown(outlook: dict[str, object], result: str, utc: None) -> None:
    seen = SEEN._replace(polling=msgspec.structs.replace(QUIET, **outlook))
    assert value("next request", diagnosis_text(seen)) == result


@pytest.mark.parametrize(
    ("token", "result"),
    [
        (None, "none"),
        (
            TokenInfo(ClockReading(NOON - 360, 4640.0), 36_000, 32_400),
            "from 11:54:00; renews 20:54:00",
        ),
        (
            TokenInfo(ClockReading(NOON - 360, 4640.0), None, 32_400),
            "from 11:54:00; renews 20:54:00 (a guess: no lifetime from the server)",
        ),
        (
            TokenInfo(ClockReading(NOON - 60, 4940.0), 60, 54),
            "from 11:59:00; renews with the next request",
        ),
    ],
)
def test_token_age_is_shown(token: TokenInfo | None, result: str, utc: None) -> None:
    vitals = Telemetry(NOON)
    vitals.set_token(token)
    assert value("token", diagnosis_text(SEEN._replace(telemetry=vitals), 120)) == result


def filled() -> Telemetry:
    """An hour with a list every minute and some failures."""
    vitals = Telemetry(NOON - 3600)
    path = "/v1/media/42/transcode/"
    login = "/v1/oauth2/access_token/"
    vitals.record_request(RequestRecord("token", "POST", login, NOON - 3600, 80, 200, size=90))
    for minute in range(60):
        at = NOON - 3600 + minute * 60
        ms = 900 if minute in (7, 8, 9) else 40 + minute % 3
        failed = FailureKind.SERVER if minute in (20, 21) else None
        size = None if failed else 35_000
        status = 502 if failed else 200
        vitals.record_request(RequestRecord("orders", "GET", path, at, ms, status, failed, size))
    late = NOON - 3
    vitals.record_request(RequestRecord("order", "GET", f"{path}1631092552-1237/", late, 10_000))
    vitals.log_event("first list loaded: 823 orders", NOON - 86_400)
    for second in range(3):
        vitals.log_event("order list: server error 502", NOON - 60 + second)
    return vitals


def test_the_complete_dialog(utc: None) -> None:
    result = (("httpx", "0.28.1"), ("config file", "/home/me/.config/transcode-tui/config.toml"))
    text = diagnosis_text(SEEN._replace(telemetry=filled(), about=result), 85)
    recent = [
        f"11:{minute}:00  list      200               {40 + minute % 3} ms  34.2 KiB"
        "  /v1/media/42/transcode/"
        for minute in range(59, 50, -1)
    ]
    assert text.splitlines() == [
        "Status at 12:00:00",
        "list          connecting, not loaded yet",
        "last failure  11:59:57 order: ended early",
        "rate limit    14 of 120 requests in the last minute",
        "next request  list poll 12:00:03",
        "token         none",
        "",
        "Failures since 11:00:00",
        "list      2 x the server failed",
        "order     1 x ended early",
        "",
        "Requests since 11:00:00",
        "              sent      ok  failed  p50 ms  p95 ms",
        "token            1       1       0      80      80",
        "list            60      58       2      41      42",
        "order            1       0       1       ?       ?",
        "latency over the last 500 requests",
        "",
        "Last events",
        "11:59:02          order list: server error 502 (3 times since 11:59:00)",
        "2021-09-07 12:00  first list loaded: 823 orders",
        "",
        "Last requests",
        "11:59:57  order     ended early    10000 ms         -  …42/transcode/1631092552-1237/",
        *recent,
        "",
        "Versions and files",
        "httpx        0.28.1",
        "config file  /home/me/.config/transcode-tui/config.toml",
    ]


def test_unknown_values_say_so() -> None:
    lines = diagnosis_text(SEEN).splitlines()
    assert [line.split() for line in lines if line.startswith(("list ", "order ", "token "))] == [
        ["list", "connecting,", "not", "loaded", "yet"],
        ["token", "none"],
        ["token", "0", "0", "0", "?", "?"],
        ["list", "0", "0", "0", "?", "?"],
        ["order", "0", "0", "0", "?", "?"],
    ]
    titles = [line.partition(" since")[0] for line in lines]
    for title in ("Failures", "Last events", "Last requests"):
        assert lines[titles.index(title) + 1] == "none"
    assert value("last failure", "\n".join(lines)) == "none"


@pytest.mark.parametrize(
    ("age", "text"),
    [(1, "live, updated 11:59:59"), (60, "stale, updated 11:59:00")],
)
def test_the_age_of_the_list_is_shown(age: float, text: str, utc: None) -> None:
    read_at = ClockReading(NOON - age, NOW.mono - age)
    state = reduce(State(), ListLoaded(orders(1), read_at, 5.0))
    assert value("list", diagnosis_text(SEEN._replace(state=state))) == text


def test_the_last_failure_is_shown(utc: None) -> None:
    telemetry = Telemetry(NOON)
    for size, failure in ((None, FailureKind.SERVER), (9, None)):
        path = "/v1/media/42/transcode/"
        telemetry.record_request(
            RequestRecord("orders", "GET", path, NOON - 9, 5, 502, failure, size)
        )
    text = diagnosis_text(SEEN._replace(telemetry=telemetry))
    assert value("last failure", text) == "11:59:51 list: the server failed (502)"


@given(st.integers(20, 200), st.text(max_size=300).map(sanitize), st.integers(0, 10**9))
def test_no_line_is_too_wide(width: int, text: str, count: int) -> None:
    vitals = filled()
    vitals.log_event(text, NOON)
    vitals.counts["orders", "answered"] = count
    seen = SEEN._replace(telemetry=vitals, about=(("log", text),))
    assert all(width_of(line) <= width for line in diagnostics_lines(seen, width))
    if width >= 60:
        assert str(count) in diagnosis_text(seen, width)


def test_versions_and_paths_are_shown() -> None:
    result = dict(
        environment_info(
            {"TERM": "xterm\x1b]0;x\x07"}, 256, "ascii", "info and above, in /l", Path("/c")
        )
    )
    assert result["transcode-tui"] == __version__
    assert (result["Textual"], result["httpx"]) == (textual.__version__, httpx.__version__)
    assert result["terminal"] == "xterm\ufffd]0;x\ufffd, 256 colours, ascii signs"
    assert (result["log"], result["config file"]) == ("info and above, in /l", "/c")
    result = dict(environment_info({}, 0, "unicode", "", Path("/c")))
    assert result["terminal"] == "not named, no colours, unicode signs"
    assert result["log"].startswith("none; --log-file")


def diagnostics(on: Stage) -> str:
    """Return the text with wrapped lines joined."""
    assert isinstance(on.app.screen, DiagnosticsDialog)
    return re.sub(r"\n {9,}", " ", text_of(on.app.screen.query_one(LineView)))


@pytest.mark.parametrize("size", [(200, 60), (120, 40), (80, 24), (60, 15), (40, 8)])
async def test_the_dialog_opens_updates_and_closes(size: tuple[int, int]) -> None:
    async with stage(orders(2, 1), size) as on:
        await on.press("ctrl+l")
        first = diagnostics(on)
        assert "first list loaded: 2 orders" in first
        assert "2 of 110 requests" in first  # the list and the order under the cursor
        lines = on.app.screen.query_one(LineView)
        assert lines.region.right <= size[0]
        assert all(width_of(line) <= lines.content_width for line in lines.lines)
        await on.list_again(Failure(FailureKind.SERVER, 503))
        assert "order list: server error 503" in diagnostics(on)
        await on.press("ctrl+l")
        assert not isinstance(on.app.screen, DiagnosticsDialog)


@pytest.mark.parametrize("key", ["escape", "q", "enter", "question_mark"])
async def test_the_dialog_closes_like_the_help(key: str) -> None:
    async with stage(orders(1)) as on:
        await on.press("ctrl+l")
        assert diagnostics(on)
        await on.press(key)
        assert not isinstance(on.app.screen, DiagnosticsDialog)


async def test_help_and_palette_list_the_dialog() -> None:
    async with stage(orders(1)) as on:
        await on.press("question_mark")
        help_text = text_of(on.app.screen.query_one(LineView))
        assert any("ctrl+l" in line or "^l" in line for line in help_text.splitlines())
        assert "Diagnostics: requests and events" in help_text
        await on.press("ctrl+l")  # nothing: it is below the help
        assert not isinstance(on.app.screen, DiagnosticsDialog)
        await on.press("escape")
        await run_command(on, "diagn")
        assert "Last events" in diagnostics(on)


async def test_only_what_changed_is_redrawn(
    redrawn: list[tuple[str, int | None]], monkeypatch: pytest.MonkeyPatch
) -> None:
    async with stage(orders(2, 1), (200, 60)) as on:
        await on.press("p")
        await on.pass_time(60)  # the minute of the request budget is over
        await on.press("ctrl+l")
        before = diagnostics(on).splitlines()
        await on.painted()
        redrawn.clear()
        await on.pass_time(3)
        after = diagnostics(on).splitlines()
        assert before[0] != after[0]
        assert before[1:] == after[1:]
        assert set(redrawn) == {("", 0)}
        await on.press("escape")
        monkeypatch.delattr(Poller, "status")  # the closed dialog requests nothing
        await on.pass_time(3)


async def test_a_failing_order_is_logged_once() -> None:
    async with stage(orders(2, 1, status="TRANSCODING")) as on:

        async def missing(order_id: str) -> Failure:
            await asyncio.sleep(0)
            return Failure(FailureKind.MISSING, 404)

        on.api.order = missing  # type: ignore[method-assign] # replaces the fake's
        await on.pass_time(30)
        await on.press("ctrl+l")
        result = f"order {order(2).id}: not found on this server (404)"
        assert diagnostics(on).count(result) == 1
