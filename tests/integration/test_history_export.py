"""Exporting the history of orders from the palette."""

import asyncio
import json
import os
from collections.abc import Sequence
from pathlib import Path

from tests.support.app_stage import (
    Stage,
    message_line,
    order,
    orders,
    run_command,
    stage,
    type_filter,
)
from tests.support.history_rows import POLLED, comment, progress, status
from tests.support.memory_history import MemoryHistory
from tui.cli.stores import ExportFolder
from tui.model.history import Change, Span, SpanKind
from tui.model.history_export import FIELDS, change_lines

START = 1_700_000_000.0  # of the manual clock: 2023-11-14T22:13:20Z
LISTED = orders(3, 2, 1, status="TRANSCODING")
A, B, C = (order(number).id for number in (3, 2, 1))
SPANS = [
    Span(START - 1000, START - 500, POLLED),
    Span(START - 500, START - 400, SpanKind.PAUSED),
    Span(START - 400, START, POLLED),
]


def recorded() -> MemoryHistory:
    return MemoryHistory(
        [
            status(A, None, "QUEUED", START - 60),
            status(B, "QUEUED", "TRANSCODING", START - 50, after=START - 200),
            status(A, "QUEUED", "TRANSCODING", START - 40),
            progress(A, None, (3.0, None), START - 30),
            comment(B, "hi", START - 20),
        ],
        SPANS,
    )


def exported(folder: Path) -> tuple[list[dict[str, object]], dict[str, object]]:
    (path,) = folder.glob("*.jsonl")
    (meta,) = folder.glob("*.meta.json")
    assert meta.name == f"{path.name}.meta.json"
    return [json.loads(line) for line in path.read_text().splitlines()], json.loads(
        meta.read_text()
    )


async def run(on: Stage, words: str) -> None:
    """Run an export, and wait until it is written."""
    await run_command(on, words)
    await on.app.workers.wait_for_complete(w for w in on.app.workers if w.group == "export")


def test_a_line_has_both_bounds_and_null_is_unknown() -> None:
    first = Change("a", 1, status("a", None, "x", 0).field, None, "QUEUED", None, START + 0.5)
    gone = status("a", "QUEUED", None, START + 9, START + 4, attempt=2)
    lines = [json.loads(line) for line in change_lines([first, gone])]
    assert [tuple(each) for each in lines] == [tuple(FIELDS)] * 2
    assert list(lines[0].values()) == [
        *("a", 1, "status", None, "QUEUED", None, "2023-11-14T22:13:20.500000Z"),
    ]
    assert list(lines[1].values()) == [
        *("a", 2, "status", "QUEUED", None, "2023-11-14T22:13:24Z", "2023-11-14T22:13:29Z"),
    ]


async def test_the_history_of_the_order_at_the_cursor(tmp_path: Path) -> None:
    async with stage(LISTED, history=recorded(), exports=ExportFolder(str(tmp_path))) as on:
        await run(on, "history of this")
        lines, meta = exported(tmp_path)
        assert [(each["id"], each["changed"], each["new"]) for each in lines] == [
            (A, "status", "QUEUED"),
            (A, "status", "TRANSCODING"),
            (A, "progress", [3.0, None]),
        ]
        assert meta["orders"] == 1
        assert meta["fields"] == dict(FIELDS)
        assert meta["recorded_since"] == "2023-11-14T21:56:40Z"
        assert meta["not_polled"] == [
            {"start": "2023-11-14T22:05:00Z", "end": "2023-11-14T22:06:40Z", "why": "paused"}
        ]
        assert "Exported 3 changes to" in message_line(on.app)


async def test_the_history_of_the_orders_that_match_the_filter(tmp_path: Path) -> None:
    async with stage(LISTED, history=recorded(), exports=ExportFolder(str(tmp_path))) as on:
        await type_filter(on, f"{B}|{C}")
        await on.press("enter")
        await run(on, "history of 2")
        lines, meta = exported(tmp_path)
        assert [each["id"] for each in lines] == [B, B]
        assert (meta["orders"], meta["filter"]) == (2, f"{B}|{C}")


async def test_without_a_history_there_is_nothing_to_export(tmp_path: Path) -> None:
    for history, exports in ((None, ExportFolder(str(tmp_path))), (recorded(), None)):
        async with stage(LISTED, history=history, exports=exports) as on:
            names = [each.title for each in on.app.get_system_commands(on.app.screen)]
            assert "Activity" in names
            assert not any("history" in each for each in names)


class SlowHistory(MemoryHistory):
    """Never answers which changes there are."""

    async def changes_of(self, _: Sequence[str]) -> Sequence[Change]:
        self.reads.append("changes")
        await asyncio.Event().wait()
        raise AssertionError


async def test_quitting_ends_an_export_and_leaves_no_file(tmp_path: Path) -> None:
    history = SlowHistory([status(A, None, "QUEUED", START - 60)])
    async with stage(LISTED, history=history, exports=ExportFolder(str(tmp_path))) as on:
        await run_command(on, "history of this")
        while "changes" not in history.reads:
            await on.pilot.pause()
        await on.press("ctrl+c")
    await asyncio.get_running_loop().shutdown_default_executor()  # as at the end of the program
    assert os.listdir(tmp_path) == []  # noqa: PTH208 - ASYNC240 forbids `Path`


async def test_a_failed_export_is_reported(tmp_path: Path) -> None:
    exports = ExportFolder(str(tmp_path / "away"))
    async with stage(LISTED, history=recorded(), exports=exports) as on:
        await run(on, "history of this")
        assert "Not exported" in message_line(on.app)
