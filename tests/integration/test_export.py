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
    message_line,
    order,
    orders,
    run_command,
    stage,
    text_of,
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
    meta_json,
    metadata,
    rows_of,
)
from tui.model.order import OrderDetail, OrderSummary, Profile, Snapshot, SubJob
from tui.model.pages import Coverage
from tui.model.ports import ExportResult
from tui.model.state import State, reduce
from tui.ui.actions import screen_under_palette
from tui.ui.app import TranscodeApp
from tui.ui.dialogs.export_dialog import ExportDialog
from tui.ui.export_table import table_lines
from tui.ui.main_screen.screen import MainScreen
from tui.ui.services import AppServices
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
DETAIL_READ = DetailRead(DETAIL, LATER)


def sheet(state: State, *, now: ClockReading = LATER, filter_: str = "") -> ExportRequest:
    return ExportRequest(state, state.orders, filter_, "api.example", "42", now)


def state_of(*events: ListLoaded | DetailRead | DataInvalidated) -> State:
    state = State()
    for event in events:
        state = reduce(state, event)
    return state


def lines_of(shown: ExportRequest, kind: ExportFormat) -> list[str]:
    return list(table_lines(shown) if kind is ExportFormat.TABLE else export(shown, kind))


def rows(request: ExportRequest) -> list[Any]:
    """Return the exported rows with fields as attributes."""
    return [SimpleNamespace(**row) for row in rows_of(request)]


def test_each_fact_has_its_own_time_and_unknown_facts_are_absent() -> None:
    first, second, third = rows(sheet(state_of(READ, DETAIL_READ)))
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
    assert (metadata(sheet(state))["read"], metadata(sheet(state))["listed"]) == (3, 9)
    first, *_ = table_lines(sheet(state))
    assert ", 3 of 9 in the list read so far" in first


def test_the_metadata_gives_the_time_of_the_data() -> None:
    shown = sheet(state_of(READ, DETAIL_READ), filter_='file:"a, b"')
    assert json.loads(meta_json(shown)) == {
        "orders": 3,
        "without_details": 2,
        "company": "42",
        "host": "api.example",
        "as_of": iso(AT.wall),
        "list": "live",
        "exported": iso(LATER.wall),
        "filter": 'file:"a, b"',
    }
    late = ClockReading(AT.wall + 60, AT.mono + 60)
    for stale in (sheet(state_of(READ), now=late), sheet(state_of(READ, DataInvalidated(LATER)))):
        assert metadata(stale)["list"] == "stale"
    none = metadata(sheet(State()))
    assert (none["list"], none["as_of"], none["orders"]) == ("connecting", None, 0)


def test_csv_round_trips() -> None:
    header, *rows = csv.reader(lines_of(sheet(state_of(READ, DETAIL_READ)), ExportFormat.CSV))
    assert tuple(header) == FIELDS
    second = dict(zip(header, rows[1], strict=True))
    assert second["file"] == "'=cmd.mp4"
    assert second["label"] == "prioridad, «alta»"
    assert second["profiles"] == "Test HLS; "
    assert (second["size"], second["duration"], second["gone"]) == ("12118497", "95.143", "false")
    assert rows[2] == ["1", "", "false", "", iso(AT.wall), *[""] * (len(FIELDS) - 5)]


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
    text = "\n".join(export(sheet(state), ExportFormat.CSV))
    header, *rows = csv.reader(io.StringIO(text, newline=""))
    for name, cells in zip(names, rows, strict=True):
        result = dict(zip(header, cells, strict=True))
        assert result["status"] == f"S{name}"
        assert {result[key].removeprefix("'") for key in ("file", "label", "comment")} == {name}


def test_json_lines() -> None:
    shown = sheet(state_of(READ, DETAIL_READ), filter_="x")
    rows = [json.loads(line) for line in lines_of(shown, ExportFormat.JSON_LINES)]
    assert [tuple(each) for each in rows] == [FIELDS] * 3
    assert rows[1]["file"] == "=cmd.mp4"
    assert rows[1]["profiles"] == ["Test HLS", ""]
    assert (rows[0]["file"], rows[2]["created"]) == (None, None)


def test_the_table_is_for_people(utc: None) -> None:
    shown = sheet(state_of(READ, DETAIL_READ), filter_="status:error")
    about, times, _, header, *rows = table_lines(shown)
    assert about == (
        "# 3 orders of company 42 at api.example, filter status:error, 2 without details"
    )
    assert times == ("# list of 2025-10-10 12:40:00 (live), exported 2025-10-10 12:40:02, UTC+0000")
    assert header.split("  ")[0] == "ORDER"
    first, second, third = (" ".join(row.split()) for row in rows)
    assert first == "3 TRANSCODING 40 % 2021-09-08 09:15:55 2025-10-10 12:40:00"
    assert second == (
        "2 ERROR =cmd.mp4 prioridad, «alta» Test HLS, 93 11.6 MiB 95 s"
        " 2025-10-10 12:40:02 2025-10-10 12:40:02 no\u200creply of 日本語"
    )
    assert third == "1 2025-10-10 12:40:00"


def test_the_table_is_aligned_and_cuts_long_texts_in_the_middle() -> None:
    name = "日本語" + "x" * 100 + "_1080p.mp4"
    wide = msgspec.structs.replace(DETAIL, filename=name, label="x" * 388, comment="y" * 388)
    small = OrderDetail("3", "TRANSCODING", filename="a.mp4", size=1, comment="short")
    state = state_of(READ, DetailRead(wide, LATER), DetailRead(small, LATER))
    *_, header, first, second, _ = table_lines(sheet(state))
    at = {name: header.index(name) for name in ("STATUS", "FILE", "LABEL", "COMMENT")}
    assert first[at["STATUS"] :].startswith("TRANSCODING")
    assert first[at["FILE"] :].startswith("a.mp4 ")
    assert cell_len(second.partition("日本語")[0]) == at["FILE"]
    assert "_1080p.mp4  xxx" in second
    assert max(len(word) for word in second.split()) <= 100
    assert "x" * 40 not in second
    # Numbers end in one column: `1 B` below `11.6 MiB`, whatever the width of the name.
    sizes = [cell_len(row[: row.index(size)] + size) for row, size in
             ((first, "1 B"), (second, "11.6 MiB"))]  # fmt: skip
    assert sizes[0] == sizes[1] == header.index("SIZE") + len("SIZE")
    assert all(line == line.rstrip() for line in (header, first, second))


def test_the_table_marks_a_progress_older_than_its_status_and_gone_orders() -> None:
    early = ClockReading(AT.wall - 60, AT.mono - 60)
    at_work = OrderDetail("3", "QUEUED", jobs=(SubJob(Profile(), None, None, 7),))
    listed = msgspec.structs.replace(
        READ, snapshot=Snapshot((OrderSummary("3", "TRANSCODING", CREATED),))
    )
    *_, row = table_lines(sheet(state_of(listed, DetailRead(at_work, early))))
    assert "TRANSCODING  " in row
    assert "~7 %" in row
    later = ListLoaded(Snapshot(READ.snapshot.orders[1:]), LATER, 5.0)
    *_, gone, _, _ = table_lines(sheet(state_of(READ, later)))
    assert gone.split()[:3] == ["3", "GONE", "~40"]


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


async def test_the_metadata_is_written_beside_the_file(tmp_path: Path, utc: None) -> None:
    exports = ExportFolder(str(tmp_path), lambda: 1_760_100_000.0)
    path = tmp_path / "orders-20251010-124000.csv"
    beside = tmp_path / "orders-20251010-124000.csv.meta.json"
    assert await exports.write("csv", [b"a"], b"{}") == ExportResult(str(path))
    assert (path.read_bytes(), beside.read_bytes()) == (b"a", b"{}")
    assert beside.stat().st_mode & 0o777 == 0o600
    path.unlink()
    outcome = await exports.write("csv", [b"b"], b"[]")  # nothing is overwritten
    assert outcome == ExportResult(
        str(path), f"its .meta.json cannot be written: {os.strerror(17)}"
    )
    assert (path.read_bytes(), beside.read_bytes()) == (b"b", b"{}")


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
    meta: dict[str, bytes] = field(default_factory=dict)

    async def write(
        self, extension: str, chunks: Iterable[bytes], meta: bytes = b""
    ) -> ExportResult:
        self.written[extension] = b"".join(chunks)
        self.meta[extension] = meta
        return self.answer


async def test_e_asks_for_the_format_and_reports_the_path() -> None:
    exports = FakeExports()
    async with stage(orders(3, 2, 1), exports=exports) as on:
        await on.press("e")
        assert isinstance(on.app.screen, ExportDialog)
        text = text_of(on.app.screen.query_one(LineView))
        assert str(on.app.screen.query_one(LineView).border_title) == "Export 3 orders as"
        assert "l       JSON Lines, for programs" in text
        await on.press("c")
        await on.pilot.pause()
        assert isinstance(on.app.screen, MainScreen)
        assert message_line(on.app) == "Exported 3 orders to /there/orders.csv; 2 without details"
        ids = [cells[0] for cells in csv.reader(exports.written["csv"].decode().splitlines()[1:])]
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
        assert json.loads(exports.meta["jsonl"])["filter"] == "status:error"
        rows = [json.loads(line) for line in exports.written["jsonl"].splitlines()]
        assert [each["id"] for each in rows] == [order(3).id, order(1).id]
        assert message_line(on.app) == "Not exported: /there: [full]"


async def test_without_an_export_folder_there_is_no_key() -> None:
    app = TranscodeApp(AppServices(FakeApi(orders(1)), SESSION))
    async with app.run_test() as pilot:
        await pilot.press("e")
        assert isinstance(app.screen, MainScreen)
        assert "Export" not in {
            each.title for each in app.get_system_commands(screen_under_palette(app))
        }
