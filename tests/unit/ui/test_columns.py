"""Choice and width of columns."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.order_lines import facts, plain
from tui.filtering.views import REQUIRED_COLUMNS, ColumnSpec
from tui.model.columns import COLUMNS
from tui.model.order import OrderDetail, Phase, Profile, SubJob
from tui.ui.main_screen.rows import row_line
from tui.ui.main_screen.table_columns import DEFAULT_COLUMNS, header, lay_out
from tui.ui.order_presenter import row_model
from tui.ui.text import width_of
from tui.ui.theme.terminal_output import ASCII, UNICODE

NOW = 1_631_102_400.0


def test_every_column_has_its_own_letter() -> None:
    letters = [column.letter for column in COLUMNS.values()]
    assert len(set(letters)) == len(letters)


@pytest.mark.parametrize(
    ("width", "expected"),
    [
        (39, "file:17 status:2 progress:6 age:6"),
        (59, "file:26 status:13 progress:6 age:6"),
        (69, "file:25 status:13 progress:17 age:6"),
        (70, "file:26 status:13 progress:17 age:6"),
        (71, "file:17 status:13 progress:17 eta:8 age:6"),
        (79, "file:25 status:13 progress:17 eta:8 age:6"),
        (90, "file:29 status:13 progress:24 eta:8 age:6"),
        (95, "file:34 status:13 progress:24 eta:8 age:6"),
        (118, "file:33 status:13 progress:31 eta:8 age:6 id:15"),
        (119, "file:30 status:13 progress:24 eta:8 in-status:9 age:6 id:15"),
        (129, "file:30 status:13 progress:24 eta:8 in-status:9 elapsed:8 age:6 id:15"),
        (199, "file:72 status:13 progress:48 eta:12 in-status:9 elapsed:8 age:6 id:15"),
    ],
)
def test_default_columns_by_width(width: int, expected: str) -> None:
    assert " ".join(f"{name}:{cells}" for name, cells in lay_out(width, 15)) == expected


@pytest.mark.parametrize(
    ("width", "sorted_by", "expected"),
    [
        (72, "size", "file:16 status:13 progress:17 age:6 size:10"),
        (72, "created", "file:21 status:13 progress:6 age:6 created:16"),
        (92, "size", "file:29 status:13 progress:24 age:6 size:10"),
        (54, "duration", "file:18 status:2 progress:6 age:6 duration:12"),
        (39, "size", "file:17 status:2 progress:6 age:6"),
        (72, "status", "file:28 status:13 progress:17 age:6"),
    ],
)
def test_the_sort_column_is_always_shown(width: int, sorted_by: str, expected: str) -> None:
    columns = lay_out(width, 15, DEFAULT_COLUMNS, sorted_by)
    assert " ".join(f"{name}:{cells}" for name, cells in columns) == expected


WISHES = st.lists(
    st.builds(ColumnSpec, st.sampled_from(list(COLUMNS)), st.just(0) | st.integers(1, 40)),
    unique_by=lambda wished: wished.name,
)


@given(WISHES, st.integers(40, 200), st.sampled_from(list(Phase)))
def test_cells_are_as_wide_as_their_header_and_fit(
    others: list[ColumnSpec], width: int, phase: Phase
) -> None:
    wished = (
        *map(ColumnSpec, REQUIRED_COLUMNS),
        *(each for each in others if each.name not in REQUIRED_COLUMNS),
    )
    columns = lay_out(width, 15, wished)
    names = [name for name, _ in columns]
    assert names == [name for name, _ in wished if name in names]
    assert set(REQUIRED_COLUMNS) <= set(names)
    detail = OrderDetail("a", filename="界面" * 20, comment="c" * 300, size=10**15, duration=1e7)
    shown = facts(phase=phase, detail=detail, progress=50.0)
    line = row_line(row_model(shown, NOW), columns, UNICODE)
    assert width_of(line) == width_of(header(columns, {})) <= width


@given(st.integers(1, 40), st.integers(100, 200))
def test_a_custom_width_is_kept(cells: int, width: int) -> None:
    wished = (*DEFAULT_COLUMNS[:2], ColumnSpec("label", cells), ColumnSpec("file"))
    assert dict(lay_out(width, 15, wished))["label"] == cells


@given(st.integers(60, 300), st.lists(st.sampled_from(sorted(COLUMNS)), unique=True))
def test_the_file_name_is_never_narrow(width: int, names: list[str]) -> None:
    wished = tuple(map(ColumnSpec, dict.fromkeys((*REQUIRED_COLUMNS, *names))))
    assert dict(lay_out(width, 15, wished))["file"] >= 16


def test_unread_values_are_blank_and_missing_ones_a_dash() -> None:
    names = ("id", "status", "label", "jobs", "size", "duration", "profile")
    columns = lay_out(200, 15, tuple(map(ColumnSpec, names)))
    jobs = (SubJob(Profile("7", "HLS")), SubJob(Profile("8")), SubJob(Profile("7", "HLS")))
    detail = OrderDetail("a", size=12_118_497, duration=95.1, jobs=jobs)
    text = plain(row_line(row_model(facts(detail=detail), NOW), columns, UNICODE)).split()
    assert text[3:] == ["-", "3", "11.6", "MiB", "95", "s", "HLS,", "8"]
    assert plain(row_line(row_model(facts(), NOW), columns, UNICODE)).split()[3:] == []


@pytest.mark.parametrize("glyphs", [UNICODE, ASCII])
def test_the_header_shows_the_sort_direction(glyphs: object) -> None:
    assert glyphs in (UNICODE, ASCII)
    marks = {"age": UNICODE.ascending, "id": ASCII.descending}
    result = plain(header(lay_out(120, 15), marks))
    assert "AGE▴" in result
    assert "ORDERv" in result
