"""Views in the config file, and how the screen was left."""

import base64
import json
import stat
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.support.changing_server import BackgroundServer, Service, detail
from tests.support.terminal import Terminal
from tui.cli.main import main
from tui.cli.stores import FileViewStore
from tui.config import ConfigError, build_config, read_views, resolve_settings, save_view
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
    assert filter_problem.startswith('views."bad filter".filter at 15: expected')
    assert columns.startswith("""views."other".columns names 'nothing', which is none of id, """)
    assert colour.startswith('views."other".colour is no key of a view')
    assert name == 'views."\ufffd[31m": its name must be plain text'
    assert not any("\x1b" in problem for problem in problems)
    assert build_config(resolve_settings({}, {"TRANSPARENT_COMPANY_ID": "1"}, path)).refresh == 10


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("views = 5", "views must be a table"),
        ("[views]\nx = 5", 'views."x" must be a table'),
        ("[views.x]\nfilter = 5", 'views."x".filter must be a text'),
        ("views.x.filter = 5", 'views."x".filter must be a text'),
        ("[views.'a b']\nsort = 5", 'views."a b".sort must be a list of columns'),
    ],
)
def test_other_invalid_views(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "config.toml"
    path.write_text(text, "utf-8")
    [problem] = FileViewStore(path, None).problems
    assert told in problem


def test_config_commands_report_bad_views(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TRANSPARENT_COMPANY_ID", raising=False)
    path = tmp_path / "config.toml"
    path.write_text(BAD, "utf-8")
    assert main(["--config", str(path), "config", "show"]) == 2
    shown = capsys.readouterr().err.splitlines()
    assert len(shown) == 4
    assert shown[0].startswith('transcode-tui: views."bad filter".filter at 15: ')
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
    left = ScreenState(MINE, "1631092552-1237")
    FileViewStore(config, state, "a 42").save_screen_state(left)
    assert stat.S_IMODE(state.stat().st_mode) == 0o600
    assert stat.S_IMODE(state.parent.stat().st_mode) == 0o700
    assert FileViewStore(config, state, "a 42").screen_state == left
    assert FileViewStore(config, state, "b 42").screen_state == ScreenState(MINE)
    FileViewStore(config, state, "a 42").save_screen_state(ScreenState())
    assert FileViewStore(config, state, "a 42").screen_state == ScreenState()
    FileViewStore(config, tmp_path / "config.toml" / "x", "a").save_screen_state(
        left
    )  # nobody is to be told


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


def eight_orders() -> tuple[Service, dict[int, str]]:
    """All but the first of today, and the odd ones failed; their ids by number."""
    service = Service()
    now = int(time.time())
    made = {number: now - 60 * (9 - number) for number in range(2, 9)} | {1: 1_760_000_000}
    id_of = {number: f"{at}-{number:04}" for number, at in made.items()}
    names = {1: "HLS", 3: "HLS", 4: "HLS", 5: "HLS", 7: "HLS"}
    for number in range(8, 0, -1):
        each = {
            "id": id_of[number],
            "created_on": datetime.fromtimestamp(made[number], UTC).isoformat(" "),
            "status": "ERROR" if number % 2 else "FINISHED",
        }
        told = detail(each, 10.0, duration=float(number * 13 % 50), filename=f"of-{number}.mov")
        told["transcodingjob_set"][0]["profile"]["name"] = names.get(number, "other")
        service.rows.append(each)
        service.details[each["id"]] = told
    return service, id_of


def test_a_view_is_created_saved_and_restored_by_keys(tmp_path: Path) -> None:
    service, id_of = eight_orders()
    noon = f"XXX{datetime.now(UTC).hour - 12:+d}"  # where it is about noon, all day long

    def shown(text: str) -> list[int]:
        """The orders in the table, from the top."""
        rows = [line.partition("│")[0] for line in text.splitlines()[4:]]
        return [number for line in rows for number, each in id_of.items() if each in line]

    with BackgroundServer(service) as server:
        environ = {**server.environ, "XDG_STATE_HOME": str(tmp_path / "state"), "TZ": noon}
        with Terminal((), environ, tmp_path, size=(120, 30)) as terminal:
            terminal.wait_for("● live")
            terminal.send("/status:error profile:hls created:today\r")
            terminal.wait_for("created:today  3 of 8", 15)
            terminal.wait_for(lambda text: "not yet read" not in text, 15)
            terminal.send("sd")
            terminal.wait_for("longest first")
            terminal.wait_for(lambda text: shown(text) == [7, 3, 5])
            terminal.send("S")
            terminal.wait_for(lambda text: shown(text) == [5, 3, 7])
            terminal.send("k")
            terminal.wait_for(f"▌ {id_of[3]}")
            terminal.send("\x10")
            terminal.wait_for("Search")
            terminal.send("save view")
            terminal.wait_for("Keep filter, order")
            terminal.send("\r")
            terminal.wait_for("Save this view as")
            terminal.send("failed hls\r")
            terminal.wait_for("─ failed hls: ")
            terminal.send("q")
            assert terminal.wait_exit(5) == 0
        with Terminal(("--export-dir", "~"), environ, tmp_path, size=(120, 30)) as terminal:
            terminal.wait_for("─ failed hls: ", 10)
            terminal.wait_for(lambda text: shown(text) == [5, 3, 7], 15)
            terminal.wait_for(lambda text: f"▌ {id_of[3]}" in text)
            terminal.send("1")
            terminal.wait_for(lambda text: shown(text) == [8, 7, 6, 5, 4, 3, 2, 1])
            assert f"▌ {id_of[3]}" in terminal.text
            terminal.send("v")
            terminal.wait_for("5  failed hls")
            terminal.send("5")
            terminal.wait_for(lambda text: shown(text) == [5, 3, 7])
            terminal.send("ec")
            terminal.wait_for("exported 3 orders to")
            terminal.send("y")
            told = base64.b64encode(id_of[3].encode()).decode()
            terminal.wait_for(lambda _: f"\x1b]52;c;{told}".encode() in terminal.raw)
            terminal.send("q")
            assert terminal.wait_exit(5) == 0
    (path,) = tmp_path.glob("orders-*.csv")
    rows = path.read_text("utf-8").splitlines()[2:]
    assert [row.partition(",")[0] for row in rows] == [id_of[number] for number in (5, 3, 7)]


def test_the_program_starts_with_a_mostly_invalid_file(tmp_path: Path) -> None:
    service, id_of = eight_orders()
    config = tmp_path / "transcode-tui" / "config.toml"
    config.parent.mkdir()
    config.write_text(
        """\
[keys]
"watch.pause" = "r"
"watch.filter" = "F"

[views.odd]
filter = "status:error ("
sort = ["age"]
columns = ["id", "colour", "size"]
"""
    )
    with (
        BackgroundServer(service) as server,
        Terminal((), server.environ, tmp_path, size=(120, 30)) as terminal,
    ):
        terminal.wait_for("● live")
        terminal.wait_for('keys."watch.pause" wants r, which watch.refresh has')
        terminal.wait_for('views."odd".filter at 15: expected')
        terminal.wait_for("""views."odd".columns names 'colour'""")
        terminal.wait_for("p Pause")
        terminal.wait_for("F Filter")
        terminal.send("5")  # what is right in it: the order of the rows
        terminal.wait_for("─ odd ── youngest first")
        terminal.wait_for(lambda text: all(each in text for each in id_of.values()))
        terminal.send("Fstatus:error\r")
        terminal.wait_for("status:error  4 of 8")
        terminal.send("p")
        terminal.wait_for("p resumes")
        terminal.send("q")
        assert terminal.wait_exit(5) == 0
