"""Exports: content, formats and files."""

import csv
import io
import json
import os
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tests.support.app_stage import (
    CREATED,
    SESSION,
    FakeApi,
    order,
    orders,
    run_command,
    stage,
    text_of,
    toasts,
)
from tui.cli.stores import ExportFolder
from tui.files import new_file
from tui.model.events import ClockReading, DataInvalidated, DetailRead, ListLoaded
from tui.model.export import (
    FIELDS,
    ExportFormat,
    ExportRequest,
    escape_formula,
    export,
    iso,
    rows_of,
)
from tui.model.order import OrderDetail, OrderSummary, Profile, Snapshot, SubJob
from tui.model.pages import Coverage
from tui.model.ports import ExportResult
from tui.model.state import State, reduce
from tui.ui.actions import screen_under_palette
from tui.ui.app import TranscodeApp
from tui.ui.dialogs.export_dialog import ExportDialog
from tui.ui.main_screen.screen import MainScreen
from tui.ui.services import AppServices
from tui.ui.text import fit
from tui.ui.widgets.line_view import LineView

AT = ClockReading(1_760_100_000.0, 1000.0)
LATER = ClockReading(1_760_100_002.0, 1002.0)
READ = ListLoaded(
    Snapshot(
        (
            OrderSummary("3", "TRANSCODING", 1_631_092_555.875827, 40.0),
            OrderSummary("2", "ERROR", None),
            OrderSummary("1", ""),
        )
    ),
    AT,
    5.0,
)
DETAIL = OrderDetail(
    "2",
    "ERROR",
    filename="=cmd.mp4",
    label="prioridad, «alta»",
    comment="no\u200creply of 日本語",
    size=12_118_497,
    duration=95.143,
    jobs=(SubJob(Profile("92", "Test HLS")), SubJob(Profile("93"))),
)


def sheet(state: State, *, now: ClockReading = LATER, filter_: str = "") -> ExportRequest:
    return ExportRequest(state, state.orders, filter_, "api.example", "42", now)


def state_of(*events: ListLoaded | DetailRead | DataInvalidated) -> State:
    state = State()
    for event in events:
        state = reduce(state, event)
    return state


def lines_of(shown: ExportRequest, kind: ExportFormat) -> list[str]:
    text = b"".join(export(shown, kind, cell_len, fit)).decode()
    assert text.endswith("\n")
    return text[:-1].split("\n")


def rows(request: ExportRequest) -> list[Any]:
    """Return the exported rows with fields as attributes."""
    return [SimpleNamespace(**row) for row in rows_of(request)]


def test_each_fact_has_its_own_time_and_unknown_facts_are_absent() -> None:
    first, second, third = rows(sheet(state_of(READ, DetailRead(DETAIL, LATER))))
    assert (first.created, first.progress) == ("2021-09-08T09:15:55.875827Z", 40.0)
    assert first.read_at == first.progress_read_at == iso(AT.wall)
    assert (first.file, first.profiles, first.detail_read_at) == (None, None, None)
    assert (second.status, second.read_at, second.detail_read_at) == (
        "ERROR",
        iso(LATER.wall),
        iso(LATER.wall),
    )
    assert (second.created, second.progress, second.progress_read_at) == (None, None, None)
    assert second.profiles == ("Test HLS", "")
    assert (third.status, third.gone) == ("", False)


def test_a_detail_older_than_the_list_gives_no_time() -> None:
    early = ClockReading(AT.wall - 60, AT.mono - 60)
    at_work = OrderDetail("3", "QUEUED", filename="a.mp4", jobs=(SubJob(Profile(), None, None, 7),))
    listed = msgspec.structs.replace(
        READ, snapshot=Snapshot((OrderSummary("3", "TRANSCODING", CREATED),))
    )
    (only,) = rows(sheet(state_of(listed, DetailRead(at_work, early))))
    assert (only.status, only.read_at) == ("TRANSCODING", iso(AT.wall))
    assert (only.progress, only.progress_read_at) == (7, iso(early.wall))
    assert only.detail_read_at == iso(early.wall)


def test_a_gone_order_has_no_time_of_listing() -> None:
    later = ListLoaded(Snapshot(READ.snapshot.orders[1:]), LATER, 5.0)
    (first, *others) = rows(sheet(state_of(READ, later)))
    assert (first.gone, first.status, first.progress) == (True, "TRANSCODING", 40.0)
    assert (first.read_at, first.progress_read_at) == (None, None)
    assert not any(other.gone for other in others)


def test_a_row_outside_the_last_poll_has_its_own_time() -> None:
    seen = {"3": AT.mono, "2": AT.mono - 100, "1": float("-inf")}
    state = state_of(msgspec.structs.replace(READ, coverage=Coverage(seen, 9, 3, None)))
    assert [each.read_at for each in rows(sheet(state))] == [
        iso(AT.wall),
        iso(AT.wall - 100),
        None,
    ]
    (first, *_) = lines_of(sheet(state), ExportFormat.TABLE)
    assert ", 3 of 9 read," in first


@pytest.mark.parametrize("kind", ExportFormat)
def test_the_first_line_gives_the_time_of_the_data(kind: ExportFormat) -> None:
    live, *_ = lines_of(sheet(state_of(READ), filter_='file:"a, b"'), kind)
    assert iso(AT.wall) in live
    assert iso(LATER.wall) in live
    assert "live" in live
    assert "stale" not in live
    late = ClockReading(AT.wall + 60, AT.mono + 60)
    for stale in (sheet(state_of(READ), now=late), sheet(state_of(READ, DataInvalidated(LATER)))):
        assert "stale" in lines_of(stale, kind)[0]
    none, *others = lines_of(sheet(State()), kind)
    assert "connecting" in none
    assert others[kind is not ExportFormat.JSON_LINES :] == []


def test_csv_round_trips() -> None:
    shown = sheet(state_of(READ, DetailRead(DETAIL, LATER)), filter_='file:"a, b"')
    (first,), header, *rows = csv.reader(lines_of(shown, ExportFormat.CSV))
    assert first.startswith("# 3 orders of company 42 at api.example as of 2025-10-10T")
    assert 'filter file:"a, b"' in first
    assert tuple(header) == FIELDS
    second = dict(zip(header, rows[1], strict=True))
    assert second["file"] == "'=cmd.mp4"
    assert second["label"] == "prioridad, «alta»"
    assert second["profiles"] == "Test HLS; "
    assert (second["size"], second["duration"], second["gone"]) == ("12118497", "95.143", "false")
    assert rows[2] == ["1", "", "false", "", iso(AT.wall), *[""] * 9]


@given(st.text(st.characters(codec="utf-8"), max_size=30))
def test_formulas_are_escaped_reversibly(text: str) -> None:
    out = io.StringIO()
    csv.writer(out).writerow([escape_formula(text), "x"])
    [[cell, _]] = list(csv.reader(io.StringIO(out.getvalue(), newline="")))
    assert not cell.startswith(("=", "+", "-", "@"))
    assert cell.removeprefix("'") == text


@given(
    st.lists(
        st.text(st.characters(exclude_categories=["C", "Zl", "Zp"], codec="utf-8"), max_size=80),
        min_size=1,
        max_size=4,
    )
)
def test_csv_keeps_every_server_value(names: list[str]) -> None:
    listed = tuple(OrderSummary(f"{n}-", f"S{name}", CREATED) for n, name in enumerate(names))
    state = reduce(State(), ListLoaded(Snapshot(listed), AT, 5.0))
    for n, name in enumerate(names):
        found = OrderDetail(f"{n}-", filename=name, label=name, comment=name)
        state = reduce(state, DetailRead(found, LATER))
    text = b"".join(export(sheet(state), ExportFormat.CSV, cell_len, fit)).decode()
    _, header, *rows = csv.reader(io.StringIO(text, newline=""))
    for name, cells in zip(names, rows, strict=True):
        result = dict(zip(header, cells, strict=True))
        assert result["status"] == f"S{name}"
        assert {result[key].removeprefix("'") for key in ("file", "label", "comment")} == {name}


def test_json_lines() -> None:
    shown = sheet(state_of(READ, DetailRead(DETAIL, LATER)), filter_="x")
    first, *rows = map(json.loads, lines_of(shown, ExportFormat.JSON_LINES))
    assert first == {
        "about": {
            "orders": 3,
            "company": "42",
            "host": "api.example",
            "as_of": iso(AT.wall),
            "list": "live",
            "exported": iso(LATER.wall),
            "filter": "x",
        }
    }
    assert [tuple(each) for each in rows] == [FIELDS] * 3
    assert rows[1]["file"] == "=cmd.mp4"
    assert rows[1]["profiles"] == ["Test HLS", ""]
    assert (rows[0]["file"], rows[2]["created"]) == (None, None)


def test_table_columns_are_aligned() -> None:
    wide = msgspec.structs.replace(DETAIL, filename="日本語.mp4", label="x" * 100)
    state = state_of(READ, DetailRead(wide, LATER))
    _, header, *rows = lines_of(sheet(state), ExportFormat.TABLE)
    at = {name: header.index(name) for name in ("STATUS", "PROGRESS READ AT", "FILE", "LABEL")}
    assert [each[at["STATUS"] :][:11].rstrip() for each in rows] == ["TRANSCODING", "ERROR", ""]
    assert rows[0][at["PROGRESS READ AT"] :].startswith("2025-10-10T")
    before = rows[1].partition("日本語")[0]
    assert cell_len(before) == at["FILE"]
    before = rows[1].partition("xx")[0]
    assert cell_len(before) == at["LABEL"]
    assert "x" * 59 + "…" in rows[1]
    assert all(line == line.rstrip() for line in rows)


async def test_a_new_file_is_created_and_none_overwritten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, utc: None
) -> None:
    monkeypatch.chdir(tmp_path)
    exports = ExportFolder("", lambda: 1_760_100_000.0)
    first, second = [await exports.write("csv", [b"a", b"b"]) for _ in range(2)]
    path = tmp_path / "orders-20251010-124000.csv"
    assert first == ExportResult(str(path))
    assert second == ExportResult(str(tmp_path / "orders-20251010-124000-2.csv"))
    assert path.read_bytes() == b"ab"
    assert path.stat().st_mode & 0o777 == 0o600
    assert len(os.listdir(tmp_path)) == 2  # noqa: PTH208 - ASYNC240 forbids `Path`


async def test_writing_does_not_block_the_event_loop(tmp_path: Path) -> None:
    asked: list[int] = []

    def pieces() -> Iterable[bytes]:
        asked.append(threading.get_ident())
        yield b"a"

    assert (await ExportFolder(str(tmp_path)).write("csv", pieces())).path
    assert asked
    assert threading.get_ident() not in asked


async def test_a_write_failure_is_reported(tmp_path: Path) -> None:
    away = ExportFolder(str(tmp_path / "away"))
    assert (await away.write("csv", [b"x"])).problem == f"{tmp_path / 'away'}: " + os.strerror(2)
    assert (await ExportFolder("~nobody-is-it/x").write("csv", [b"x"])).problem


def test_a_failed_export_leaves_no_file(tmp_path: Path) -> None:
    def pieces() -> Iterable[bytes]:
        yield b"a"
        raise OSError(28, "full")

    with pytest.raises(OSError, match="full"):
        new_file(tmp_path, ["x"], pieces())
    (tmp_path / "x").write_text("there")
    with pytest.raises(FileExistsError):
        new_file(tmp_path, ["x"], [b"b"])
    assert [each.name for each in tmp_path.iterdir()] == ["x"]
    assert (tmp_path / "x").read_text() == "there"


def test_without_hard_links_no_file_is_overwritten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: Path, target: Path) -> None:
        raise PermissionError(1, "no links here")

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    (tmp_path / "x").write_text("there")
    assert new_file(tmp_path, ["x", "y"], [b"b"]) == tmp_path / "y"
    assert (tmp_path / "x").read_text() == "there"
    assert (tmp_path / "y").read_bytes() == b"b"
    assert (tmp_path / "y").stat().st_mode & 0o777 == 0o600
    assert len(os.listdir(tmp_path)) == 2  # noqa: PTH208 - ASYNC240 forbids `Path`


@dataclass
class FakeExports:
    """An export target that records what is written, by file extension."""

    answer: ExportResult = field(default_factory=lambda: ExportResult("/there/orders.csv"))
    written: dict[str, bytes] = field(default_factory=dict)

    async def write(self, ending: str, pieces: Iterable[bytes]) -> ExportResult:
        self.written[ending] = b"".join(pieces)
        return self.answer


async def test_e_asks_for_the_format_and_reports_the_path() -> None:
    exports = FakeExports()
    async with stage(orders(3, 2, 1), exports=exports) as on:
        await on.press("e")
        assert isinstance(on.app.screen, ExportDialog)
        text = text_of(on.app.screen.query_one(LineView))
        assert "3 orders, as the table shows them" in text
        assert "l       JSON lines, for programs" in text
        await on.press("c")
        await on.pilot.pause()
        assert isinstance(on.app.screen, MainScreen)
        assert toasts(on.app) == ["exported 3 orders to /there/orders.csv"]
        ids = [cells[0] for cells in csv.reader(exports.written["csv"].decode().splitlines()[2:])]
        assert ids == [order(n).id for n in (3, 2, 1)]
        await on.press("e", "e")
        assert isinstance(on.app.screen, MainScreen)
        assert list(exports.written) == ["csv"]


async def test_the_palette_exports_the_filtered_rows() -> None:
    mixed = Snapshot((order(3, "ERROR"), order(2), order(1, "ERROR")))
    exports = FakeExports(ExportResult(problem="/there: [full]"))
    async with stage(mixed, exports=exports) as on:
        await on.press("slash", *"status:error", "enter")
        await run_command(on, "export")
        await on.press("l")
        await on.pilot.pause()
        first, *rows = map(json.loads, exports.written["jsonl"].splitlines())
        assert first["about"]["filter"] == "status:error"
        assert [each["id"] for each in rows] == [order(3).id, order(1).id]
        assert toasts(on.app) == ["not exported: /there: [full]"]


async def test_without_an_export_folder_there_is_no_key() -> None:
    app = TranscodeApp(AppServices(FakeApi(orders(1)), SESSION))
    async with app.run_test() as pilot:
        await pilot.press("e")
        assert isinstance(app.screen, MainScreen)
        assert "Export" not in {
            each.title for each in app.get_system_commands(screen_under_palette(app))
        }
