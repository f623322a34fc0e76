"""Views in the config file, and the saved screen state."""

import json
import stat
from pathlib import Path

import pytest

from tui.cli.main import main
from tui.cli.stores import FileViewStore
from tui.config.editor import save_view
from tui.config.loader import build_config, read_views, resolve_settings
from tui.config.settings import ConfigError
from tui.filtering.sorting import SortKey
from tui.filtering.views import BUILT_IN_VIEWS, ColumnSpec, ScreenState, View

MINE = View(
    "Mine, all mine",
    'status:error label:"prioridad alta"',
    (SortKey("duration", descending=True), SortKey("id")),
    (ColumnSpec("id"), ColumnSpec("status"), ColumnSpec("file", 40)),
)

BAD = """\
# what I like
refresh = 10

[views.good]
filter = "status:error"

[views."bad filter"]
sort = "-size"
filter = "status:error ("

[views.other]
columns = ["nothing"]
sort = ["size"]
colour = "red"

[views."\\u001b[31m"]
filter = ""
"""


def test_a_bad_view_setting_is_reported_and_uses_the_default(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(BAD, "utf-8")
    views, problems = read_views(path)
    assert views == [
        View("good", "status:error"),
        View("bad filter", "", (SortKey("size", descending=True),)),
        View("other", "", (SortKey("size"),)),
    ]
    filter_problem, columns, colour, name = problems
    assert filter_problem.startswith('views."bad filter".filter is invalid: Type a word')
    assert columns.startswith("""views."other".columns names 'nothing', which is none of id, """)
    assert colour.startswith('views."other".colour is no key of a view')
    assert name == 'views."\ufffd[31m": its name must be plain text'
    assert not any("\x1b" in problem for problem in problems)
    assert build_config(resolve_settings({}, {"TRANSPARENT_COMPANY_ID": "1"}, path)).refresh == 10


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("views = 5", "views must be a table"),
        ("[views]\nx = 5", 'views."x" must be a table'),
        ("[views.x]\nfilter = 5", 'views."x".filter must be a text'),
        ("views.x.filter = 5", 'views."x".filter must be a text'),
        ("[views.'a b']\nsort = 5", 'views."a b".sort must be a list of columns'),
    ],
)
def test_other_invalid_views(tmp_path: Path, text: str, result: str) -> None:
    path = tmp_path / "config.toml"
    path.write_text(text, "utf-8")
    [problem] = FileViewStore(path, None).problems
    assert result in problem


def test_config_commands_report_bad_views(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TRANSPARENT_COMPANY_ID", raising=False)
    path = tmp_path / "config.toml"
    path.write_text(BAD, "utf-8")
    assert main(["--config", str(path), "config", "show"]) == 2
    shown = capsys.readouterr().err.splitlines()
    assert len(shown) == 4
    assert shown[0].startswith('transcode-tui: views."bad filter".filter is invalid: ')
    path.write_text("[views.good]\nfilter = 'status:error'\n")
    assert main(["--config", str(path), "config", "show"]) == 0


async def test_saving_a_view_keeps_the_rest_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    store = FileViewStore(path, None)
    assert store.views == BUILT_IN_VIEWS
    assert await store.save_view(MINE) is None
    assert FileViewStore(path, None).views == (*BUILT_IN_VIEWS, MINE)
    path.write_text(BAD, "utf-8")
    assert await store.save_view(MINE) is None
    assert await store.save_view(View("good", "status:active")) is None
    text = path.read_text("utf-8")
    assert text.startswith("# what I like\nrefresh = 10\n")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    views, _ = read_views(path)
    assert MINE in views
    assert View("good", "status:active") in views
    assert [view.name for view in views] == ["good", "bad filter", "other", MINE.name]
    (tmp_path / "x").write_text("no folder", "utf-8")
    assert "cannot be written" in (
        await FileViewStore(tmp_path / "x" / "y", None).save_view(MINE) or ""
    )


def test_an_invalid_toml_file_is_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("views = [", "utf-8")
    assert FileViewStore(path, None).views == BUILT_IN_VIEWS
    with pytest.raises(ConfigError, match="is not TOML"):
        save_view(path, MINE)
    assert path.read_text("utf-8") == "views = ["


def test_screen_state_is_restored_for_its_owner(tmp_path: Path) -> None:
    config, state = tmp_path / "config.toml", tmp_path / "state" / "left.json"
    filters = ('file:"a b" \u00f1', "\U0001f600" * 2000, "status:error")
    left = ScreenState(MINE, "1631092552-1237", "wide", filters)
    FileViewStore(config, state, "a 42").save_screen_state(left)
    assert stat.S_IMODE(state.stat().st_mode) == 0o600
    assert stat.S_IMODE(state.parent.stat().st_mode) == 0o700
    assert FileViewStore(config, state, "a 42").screen_state == left
    assert FileViewStore(config, state, "b 42").screen_state == ScreenState(
        MINE, None, "wide", filters
    )
    FileViewStore(config, state, "a 42").save_screen_state(ScreenState())
    assert FileViewStore(config, state, "a 42").screen_state == ScreenState()
    FileViewStore(config, tmp_path / "config.toml" / "x", "a").save_screen_state(left)  # no message


GOOD = {"left": {"view": "", "filter": "status:error"}, "cursor": None, "owner": "me"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "5",
        "{",
        "\x00\xff",
        "[" * 100_000,
        json.dumps({**GOOD, "left": {"view": "", "filter": "status:error ("}}),
        json.dumps({**GOOD, "left": {"view": "", "sort": ["nothing"]}}),
        json.dumps({**GOOD, "left": {"view": "\x1b[31m"}}),
        json.dumps({**GOOD, "left": {"view": 5}}),
        json.dumps({**GOOD, "left": [1]}),
        json.dumps({**GOOD, "cursor": "../x y\x1b"}),
        json.dumps({**GOOD, "cursor": [1]}),
        json.dumps({**GOOD, "cursor": "x" * 30_000}),
        json.dumps({**GOOD, "filters": 5}),
        json.dumps({**GOOD, "filters": "x" * 600_000}),
    ],
)
def test_invalid_screen_state_is_ignored(tmp_path: Path, text: str) -> None:
    state = tmp_path / "left.json"
    state.write_text(json.dumps(GOOD), "utf-8")
    assert FileViewStore(tmp_path / "none", state, "me").screen_state == ScreenState(
        View("", "status:error")
    )
    state.write_text(text, "utf-8")
    assert FileViewStore(tmp_path / "none", state, "me").screen_state == ScreenState()


def test_the_history_survives_a_full_length_and_an_invalid_view(tmp_path: Path) -> None:
    state = tmp_path / "left.json"
    filters = tuple(f"{number}" + "\U0001f600" * 1990 for number in range(50))
    FileViewStore(None, state).save_screen_state(ScreenState(filters=filters))
    assert FileViewStore(None, state).screen_state.filters == filters
    invalid = {**GOOD, "left": {"view": "", "sort": ["nothing"]}, "detail": "huge"}
    state.write_text(json.dumps({**invalid, "filters": ["a", "\x1b[31m", 5]}), "utf-8")
    read = FileViewStore(None, state, "me").screen_state
    assert read == ScreenState(filters=("a", "\ufffd[31m"))
