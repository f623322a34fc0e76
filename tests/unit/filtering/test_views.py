"""Views in the config file, and the column chooser."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.filter_strategies import FILTERS
from tui.filtering.sorting import MAX_SORT_KEYS, NEWEST_FIRST, SortKey
from tui.filtering.views import (
    BUILT_IN_VIEWS,
    MAX_COLUMN_WIDTH,
    ColumnSpec,
    View,
    parse_view_name,
    view_from_dict,
    view_to_dict,
    with_views,
)
from tui.model.columns import COLUMNS
from tui.ui.dialogs.columns_dialog import ColumnChoice

NAMES = st.sampled_from(list(COLUMNS))
SORTS = st.lists(
    st.builds(SortKey, st.sampled_from(list(COLUMNS)), st.booleans()),
    min_size=1,
    max_size=MAX_SORT_KEYS,
    unique_by=lambda key: key.column,
).map(tuple)
WISHES = st.lists(
    st.builds(ColumnSpec, NAMES, st.integers(0, MAX_COLUMN_WIDTH)),
    unique_by=lambda wished: wished.name,
).map(lambda wished: view_from_dict("", view_to_dict(View(columns=tuple(wished))))[0].columns)


@given(st.builds(View, st.just("x"), FILTERS, SORTS, WISHES))
def test_a_written_view_reads_back_the_same(view: View) -> None:
    assert view_from_dict("x", view_to_dict(view)) == (view, [])


@pytest.mark.parametrize(
    ("values", "key", "why"),
    [
        ({"filter": "status:error ("}, "filter", "is invalid: Type a word or a field after"),
        ({"filter": "sttaus:error"}, "filter", "Did you mean status"),
        ({"filter": 5}, "filter", "must be a text"),
        ({"sort": "lenght"}, "sort", "names 'lenght', which is none of id, status"),
        ({"sort": ["a\x1b[m"]}, "sort", "names 'a\ufffd[m'"),
        ({"sort": [5]}, "sort", "must be a list of columns"),
        ({"sort": ["id", "age", "size", "file"]}, "sort", "at most 3"),
        ({"columns": ["file:0"]}, "columns", "widths from 1 to 200"),
        ({"columns": ["file:٣"]}, "columns", "widths from 1 to 200"),
        ({"columns": {"file": 3}}, "columns", "must be a list of columns"),
        ({"columns": ["-file"]}, "columns", "names '-file'"),
        ({"colums": ["file"]}, "colums", "is no key of a view: those are filter, sort, columns"),
        ([], "", "must be a table"),
    ],
)
def test_an_unreadable_setting_is_reported_and_uses_the_default(
    values: object, key: str, why: str
) -> None:
    good = {"filter": "status:error", "sort": ["-size"], "columns": ["file:40", "id"]}
    view, problems = view_from_dict("x", {**good, **values} if isinstance(values, dict) else values)
    [(faulty, reason)] = problems
    assert faulty == key
    assert why in reason
    valid, none = view_from_dict("x", good)
    assert none == []
    if isinstance(values, dict):
        for field in ("filter", "sort", "columns"):
            default = getattr(View(), field)
            assert getattr(view, field) == (default if field == key else getattr(valid, field))


def test_required_columns_are_always_present() -> None:
    columns = view_from_dict("x", {"columns": ["id", "status"]})[0].columns
    assert [name for name, _ in columns] == ["file", "id", "status"]
    assert view_from_dict("x", {"columns": []})[0].columns == ()
    assert view_from_dict("x", {"sort": []})[0].sort == NEWEST_FIRST


@pytest.mark.parametrize("name", ["", " ", "x" * 41, "a\x1b[31m", "a\u202eb"])
def test_a_view_name_is_sanitized(name: str) -> None:
    with pytest.raises(ValueError, match="must"):
        parse_view_name(name)


def test_a_saved_view_replaces_the_one_of_the_same_name() -> None:
    mine = View("Failed", "status:error error:timeout")
    views = with_views(BUILT_IN_VIEWS, mine)
    assert [view.name for view in views] == [view.name for view in BUILT_IN_VIEWS]
    assert mine in views
    assert with_views(views, View("other"))[-1].name == "other"


def test_columns_are_toggled_moved_and_resized() -> None:
    choice = ColumnChoice((ColumnSpec("file", 30), ColumnSpec("status"), ColumnSpec("id")))
    assert [each.name for each in choice.columns[:4]] == ["file", "status", "id", "progress"]
    before = choice.selected
    choice.toggle()
    assert choice.selected == before  # the file stays
    choice.move_cursor(3)
    choice.toggle()
    assert choice.selected[-1] == ColumnSpec("progress")
    choice.move(-2)
    assert [name for name, _ in choice.selected] == ["file", "progress", "status", "id"]
    assert choice.columns[choice.cursor].name == "progress"
    choice.resize(1)
    (width,) = (cells for _, cells in COLUMNS["progress"].widths[-1:])
    assert choice.columns[choice.cursor] == ColumnSpec("progress", width + 1)
    choice.resize(0)
    assert choice.columns[choice.cursor] == ColumnSpec("progress")
    columns = list(choice.columns)
    choice.move_cursor(-99)
    choice.move(-1)
    assert choice.columns == columns
    choice.resize(-99)
    assert choice.columns[choice.cursor].width == 1
    choice.move_cursor(99)
    assert choice.cursor == len(COLUMNS) - 1
    choice.move(-1)
    choice.move(1)
    assert choice.columns[1:] == columns[1:]
