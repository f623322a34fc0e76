"""Key overrides of the config file: which are accepted, and what the keys do then."""

import importlib
import os
import pkgutil
import re
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.binding import Binding
from textual.dom import DOMNode
from textual.pilot import Pilot

import tui.ui
from tests.support.app_stage import SESSION, FakeApi, orders, text_of, toasts
from tests.support.paths import ROOT
from tui.cli.main import main
from tui.config.loader import build_config, resolve_settings
from tui.config.tables import parse_key_overrides
from tui.model.key_overrides import (
    PROTECTED_KEYS,
    BindingInfo,
    KeyOverride,
    resolve_overrides,
    scopes_overlap,
)
from tui.model.order import Snapshot
from tui.model.ports import Failure, FailureKind
from tui.ui import keymap
from tui.ui.actions import own_bindings, screen_under_palette
from tui.ui.app import TranscodeApp
from tui.ui.dialogs.dialog import TextDialog
from tui.ui.keymap import for_textual, is_printable_key, load_key_owners, normalize_key
from tui.ui.main_screen.screen import MainScreen
from tui.ui.order_screen.detail_pane import DetailPane
from tui.ui.services import AppServices
from tui.ui.widgets.line_view import LineView

BOUND = keymap.binding_infos(TranscodeApp, load_key_owners())
BY_ID = {each.id: each for each in BOUND}


def in_force(*overrides: tuple[str, str]) -> tuple[dict[str, str], tuple[str, ...]]:
    """Return the accepted overrides, and the problems with the others."""
    asked = [KeyOverride(name, tuple(keys.split())) for name, keys in overrides]
    found = keymap.apply_overrides(asked, BOUND)
    unchanged = {each.id: each.keys for each in BOUND if each.id not in found.changed}
    assert found.keys.items() >= unchanged.items()
    return {name: " ".join(found.keys[name]) for name in found.changed}, found.problems


@pytest.mark.parametrize(
    ("overrides", "accepted", "expected"),
    [
        ([("watch.refresh", "f5 ctrl+r")], {"watch.refresh": "f5 ctrl+r"}, ""),
        (  # a binding without an override keeps its key
            [("watch.refresh", "p")],
            {},
            'keys."watch.refresh": p is already used by watch.pause',
        ),
        (
            [("watch.refresh", "p"), ("watch.pause", "p")],
            {"watch.pause": "p"},
            'keys."watch.refresh": p is already used by watch.pause',
        ),
        (  # a key that another override frees is free
            [("watch.refresh", "p"), ("watch.pause", "r")],
            {"watch.refresh": "p", "watch.pause": "r"},
            "",
        ),
        (  # of two overrides the first in the file wins
            [("watch.copy-id", "f7"), ("watch.refresh", "f6 f7")],
            {"watch.copy-id": "f7"},
            'keys."watch.refresh": f7 is already used by watch.copy-id',
        ),
        (  # a rejected override keeps its default key, which another then can't have
            [("watch.pause", "r"), ("watch.refresh", "q")],
            {},
            """keys."watch.pause": r is already used by watch.refresh|\
keys."watch.refresh": q is already used by app.quit""",
        ),
        ([("app.help", "k")], {}, 'keys."app.help": k is already used by *.up'),
        ([("orders.up", "w")], "all", ""),  # a key of another screen
        (
            [("detail.down", "w")],
            {},
            'keys."detail.down": w is already used by order.raw',
        ),
        # Table and detail pane are never active at once; modal dialogs exclude the app's keys.
        ([("orders.up", "m"), ("detail.down", "m")], "all", ""),
        ([("list.close", "a")], {"list.close": "a"}, ""),
        (  # a priority binding of the app is active over a dialog, too
            [("list.close", "ctrl+p")],
            {},
            'keys."list.close": ctrl+p is already used by app.palette',
        ),
        # Bindings that share a default key can share another one.
        ([("filter.complete", "f6"), ("watch.next-pane", "f6")], "all", ""),
        (
            [("watch.refersh", "f5")],
            {},
            'keys."watch.refersh": no action has this id: did you mean watch.refresh?',
        ),
        ([("zzz", "f5")], {}, 'keys."zzz": no action has this id'),
        ([("watch.pause", "spcae")], {}, 'keys."watch.pause": spcae is not the name of a key'),
        (
            [("filter.clear", "c")],
            {},
            'keys."filter.clear": c types a character, and this key also works in text fields',
        ),
        (
            [("setup.leave", "slash")],
            {},
            'keys."setup.leave": slash types a character, and this key also works in text fields',
        ),
        ([("watch.filter", "b")], {"watch.filter": "b"}, ""),
        (
            [("app.quit", "Q")],
            {},
            'keys."app.quit": must include q, so that you can always leave',
        ),
        ([("app.quit", "q Q")], {"app.quit": "q Q"}, ""),
        (
            [("watch.refresh", "ctrl+c")],
            {},
            'keys."watch.refresh": ctrl+c is already used by app.interrupt',
        ),
    ],
)
def test_accepted_and_rejected_overrides(
    overrides: list[tuple[str, str]], accepted: dict[str, str] | str, expected: str
) -> None:
    found, problems = in_force(*overrides)
    assert found == (dict(overrides) if accepted == "all" else accepted)
    said = "|".join(problems)
    for place in ("orders", "detail", "list", "changes"):
        said = said.replace(f"{place}.up", "*.up")
    assert said == expected


IDS = st.sampled_from(sorted(BY_ID))
KEYS = st.sampled_from(["q", "ctrl+c", "p", "r", "k", "f5", "enter", "tab", "?", "nonsense", ""])


@given(st.lists(st.tuples(IDS, st.lists(KEYS, min_size=1, max_size=3)), max_size=8))
def test_any_overrides_leave_no_clash_and_a_key_to_quit(
    overrides: list[tuple[str, list[str]]],
) -> None:
    found = keymap.apply_overrides(
        [KeyOverride(name, tuple(keys)) for name, keys in overrides], BOUND
    )
    for one, other in combinations(BOUND, 2):
        if scopes_overlap(one, other) and set(found.keys[one.id]) & set(found.keys[other.id]):
            assert set(one.keys) & set(other.keys), (one.id, other.id)
    for name, key in PROTECTED_KEYS.items():
        assert key in found.keys[name]
    assert len(found.changed) + len(found.problems) >= len({name for name, _ in overrides})
    assert (
        keymap.apply_overrides([KeyOverride(name, tuple(keys)) for name, keys in overrides], BOUND)
        == found
    )


def test_every_binding_has_an_id_and_few_share_a_key() -> None:
    assert all(each.id and each.text for each in BOUND)
    assert PROTECTED_KEYS.items() <= {each.id: each.keys[0] for each in BOUND}.items()
    shared = {
        frozenset((one.id, other.id))
        for one, other in combinations(BOUND, 2)
        if scopes_overlap(one, other)
        and set(one.keys) & set(other.keys)
        # Navigation in list, table and detail: only one has the focus.
        and not {one.id.partition(".")[0], other.id.partition(".")[0]} <= {*MOVING, "setup"}
    }
    assert {" ".join(sorted(pair)) for pair in shared} == {
        "filter.keep watch.open",
        "orders.open watch.open",
        "past.go watch.travel",  # in the past, and otherwise
        "filter.clear past.leave",
        "detail.leave past.leave",
        "past.earlier watch.left-pane",
        "past.later watch.right-pane",
        "filter.complete watch.next-pane",  # during filter input, and otherwise
        "filter.complete-back watch.pane",
        "filter.earlier orders.up",
        "detail.up filter.earlier",
        "filter.later orders.down",
        "detail.down filter.later",
        "filter.keep orders.open",
        "detail.leave filter.clear",
        "requeue.leave requeue.stop",  # while orders are sent, and otherwise
        "act.unmark-all filter.clear",  # the filter first, then the marks, then the notice
        "act.hide-notice filter.clear",
        "act.hide-notice act.unmark-all",
        "act.unmark-all detail.leave",
        "act.hide-notice detail.leave",
        "act.unmark-all past.leave",
        "act.hide-notice past.leave",
        "detail.leave order.back",
        "app.quit order.leave",  # the latter on the order screen
        "app.quit past.quit",  # the latter in the past
        "app.quit statistics.leave",
        "app.quit profiles.leave",
        "profiles.keep profiles.orders",  # the former while a search is typed
        "activity.leave app.quit",
        "activity.keep changes.open",
        "activity.earlier changes.up",
        "activity.later changes.down",
        "order.facts order.raw",  # each while the other is visible
    }


def test_every_binding_is_declared_by_a_loaded_screen_or_one_of_its_widgets() -> None:
    for module in pkgutil.walk_packages(tui.ui.__path__, "tui.ui."):
        importlib.import_module(module.name)
    waiting, ids = [DOMNode], set()
    while waiting:
        subclasses = waiting.pop().__subclasses__()
        waiting += subclasses
        ours = (each for each in subclasses if each.__module__.startswith("tui.ui."))
        ids |= {binding.id for each in ours for binding in own_bindings(each)}
    assert ids == BY_ID.keys()


MOVING = ("list", "orders", "detail")


@pytest.mark.parametrize(
    ("written", "named"),
    [
        ("f5", "f5"),
        ("F5", "f5"),
        ("G", "G"),
        ("shift+g", "G"),
        ("ctrl+R", "ctrl+r"),
        ("Ctrl+Shift+A", "ctrl+shift+a"),
        ("?", "question_mark"),
        ("/", "slash"),
        ("slash", "slash"),
        ("-", "minus"),
        ("+", "plus"),
        ("ctrl++", "ctrl+plus"),
        (",", "comma"),
        ("é", "é"),
        ("space", "space"),
        ("esc", "escape"),
        ("pgdn", "pagedown"),
        ("ctrl+i", "tab"),
        ("ctrl+m", "enter"),
        ("alt+x", "alt+x"),
        ("", None),
        (" ", None),
        ("spcae", None),
        ("f99", None),
        ("hold+x", None),
        ("ctrl+", None),
        ("\ufffd", None),
        ("ab", None),
    ],
)
def test_keys_are_named_as_in_textual(written: str, named: str | None) -> None:
    assert normalize_key(written) == named


@given(st.text(max_size=12))
def test_an_invalid_key_is_reported_and_ignored(written: str) -> None:
    named = normalize_key(written)
    if named is not None:
        assert normalize_key(named) == named or not written.isascii()
        (made,) = Binding.make_bindings([Binding(named, "x")])
        assert made.key == named
        assert is_printable_key(named) or not named.isalnum() or len(named) > 1


def test_each_pane_is_active_on_its_own_screens() -> None:
    beside = {
        name: {other.scope for other in BOUND if scopes_overlap(BY_ID[name], other)}
        for name in ("orders.up", "detail.up", "list.up")
    }
    assert {"MainScreen"} <= beside["orders.up"] & beside["detail.up"]
    assert "OrderScreen" in beside["detail.up"] - beside["orders.up"]
    assert {"TextDialog", "ExportDialog", "DiagnosticsDialog"} <= beside["list.up"]
    assert not beside["list.up"] & {"MainScreen", "OrderScreen", "SetupScreen"}


def test_bindings_that_share_a_changed_key_follow_it() -> None:
    found = keymap.apply_overrides([KeyOverride("watch.next-pane", ("f6",))], BOUND)
    handed = for_textual(found, BOUND)
    assert handed["watch.next-pane"] == "f6"
    assert handed["filter.complete"] == "tab"
    assert for_textual(keymap.apply_overrides([], BOUND), BOUND) == {}


def test_resolving_overrides() -> None:
    here = frozenset({"here"})
    bound = [
        BindingInfo("a", ("x",), "here", here),
        BindingInfo("b", ("y",), "there", frozenset({"there"})),
    ]
    assert (
        resolve_overrides(bound, [KeyOverride("a", ("y",))]).problems == ()
    )  # never active at once
    assert resolve_overrides(bound, [KeyOverride("a", problem="is odd")]).problems == (
        'keys."a": is odd',
    )


TOML = """
refresh = 7

[keys]
"watch.refresh" = "f5"
watch.pause = ["f8", "P"]
  'app.help' = 5
"app.export" = []
"""


def test_the_keys_table_of_the_config_file(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(TOML)
    found = resolve_settings({}, {}, path, reveal=False)
    assert found["refresh"].value == 7
    assert found["keys"].value == build_config(found).keys
    first, second, third, fourth = found["keys"].value
    assert (first, second) == (
        KeyOverride("watch.refresh", ("f5",)),
        KeyOverride("watch.pause", ("f8", "P")),
    )
    assert (third.id, third.problem) == ("app.help", "must be a key or a list of keys")
    assert (fourth.path, bool(fourth.problem)) == ('keys."app.export"', True)


def test_an_invalid_table_and_hostile_texts() -> None:
    assert parse_key_overrides(5) == (KeyOverride("", problem="must be a table"),)
    (override,) = parse_key_overrides({"\x1b]0;x": "\x1b[31m"})
    assert "\x1b" not in f"{override.id}{override.keys}"
    (problem,) = keymap.apply_overrides([override], BOUND).problems
    assert problem.isprintable()


@asynccontextmanager
async def running(
    *overrides: tuple[str, str], listed: Snapshot | Failure | None = None
) -> AsyncIterator[tuple[TranscodeApp, Pilot[None], FakeApi]]:
    asked = [KeyOverride(name, tuple(keys.split())) for name, keys in overrides]
    api = FakeApi(orders(3, 2, 1) if listed is None else listed)
    app = TranscodeApp(AppServices(api, SESSION, key_overrides=asked))
    async with app.run_test(size=(160, 40), notifications=True) as pilot:
        while not api.asked:  # the first call follows the first paint
            await pilot.pause()
        settling = [each for each in app.workers if each.group == "keys"]
        if settling:  # without orders it would wait for the poller
            await app.workers.wait_for_complete(settling)
        await pilot.pause()
        yield app, pilot, api


async def test_an_override_replaces_the_default_key() -> None:
    async with running(("watch.pause", "f8"), ("app.help", "f3")) as (app, pilot, _):
        keys = text_of(app.screen.query_one("#keys", LineView))
        assert "f8 Pause" in keys
        assert "f3 Help" in keys
        await pilot.press("p", "question_mark")
        assert not app.monitor.state.paused
        assert isinstance(app.screen, MainScreen)
        await pilot.press("f8")
        await pilot.pause()
        assert app.monitor.state.paused
        assert "f8: resume" in text_of(app.screen.query_one("#trouble", LineView))
        titles = {
            each.title: each.help for each in app.get_system_commands(screen_under_palette(app))
        }
        assert titles["Pause"] == "Pause or resume  (f8)"
        await pilot.press("f3")
        assert isinstance(app.screen, TextDialog)
        assert re.search(r"f8 +Pause or resume", text_of(app.screen.query_one(LineView)))
        assert toasts(app) == []


async def test_two_keys_can_be_swapped() -> None:
    async with running(("watch.pause", "r"), ("watch.refresh", "p")) as (app, pilot, api):
        asked = api.asked.count("list")
        await pilot.press("p")
        await pilot.pause()
        assert api.asked.count("list") == asked + 1
        assert not app.monitor.state.paused
        await pilot.press("r")
        await pilot.pause()
        assert app.monitor.state.paused


async def test_bindings_that_shared_a_key_keep_working() -> None:
    async with running(("watch.next-pane", "f6")) as (app, pilot, _):
        await pilot.press("slash", *"stat", "tab")
        bar = app.screen.query_one("#filter-text")
        assert getattr(bar, "value", "") == "status:"
        await pilot.press("escape", "tab")
        assert not isinstance(app.focused, DetailPane)
        await pilot.press("f6")
        assert isinstance(app.focused, DetailPane)


async def test_typed_letters_reach_the_input_whatever_they_are_bound_to() -> None:
    async with running(("app.diagnostics", "m"), ("watch.filter", "b")) as (app, pilot, _):
        await pilot.press("b", *"bmb")
        bar = app.screen.query_one("#filter-text")
        assert getattr(bar, "value", "") == "bmb"
        offered = {each.title for each in app.get_system_commands(screen_under_palette(app))}
        assert not offered & {"Diagnostics", "Filter"}
        await pilot.press("escape", "m")
        assert isinstance(app.screen, TextDialog)


async def test_a_prompted_letter_outranks_its_other_binding() -> None:
    overrides = [("sort.size", "v"), ("only.finished", "z"), ("watch.status", "f3")]
    async with running(*overrides) as (app, pilot, _):
        watch = app.screen
        assert isinstance(watch, MainScreen)
        await pilot.press("s", "v")
        assert len(app.screen_stack) == 1
        assert watch.screen_state.view.sort[0].column == "size"
        await pilot.press("f3")
        assert "  z finished" in text_of(watch.query_one("#only", LineView))
        await pilot.press("z")
        assert watch.screen_state.view.filter == "status:finished"


async def test_prompts_name_the_current_key() -> None:
    overrides = [("sort.age", "g"), ("columns.later", "f7"), ("views.close", "f9")]
    async with running(*overrides, ("naming.close", "f10")) as (app, pilot, _):

        def seen() -> str:
            widgets = list(app.screen.query("*"))
            lines = [text_of(each) for each in widgets if isinstance(each, LineView)]
            return " ".join([*lines, *(str(each.border_subtitle or "") for each in widgets)])

        await pilot.press("s")
        assert "  g age" in seen()
        await pilot.press("g")
        assert "newest first" in seen()
        await pilot.press("c")
        assert "f7 K move" in seen()
        await pilot.press("f7", "escape", "v")
        assert "f9 closes" in seen()
        await pilot.press("f9", "V")
        assert "enter saves, f10 closes" in seen()
        await pilot.press("f10")
        assert len(app.screen_stack) == 1


async def test_a_rejected_override_is_reported_once_and_keeps_its_default() -> None:
    overrides = [("watch.refresh", "p"), ("setup.enter", "x"), ("zzz", "x"), ("yyy", "x")]
    async with running(*overrides) as (app, pilot, api):
        (result,) = toasts(app)
        assert result.splitlines() == [
            "keys in the config file:",
            'keys."watch.refresh": p is already used by watch.pause',
            'keys."setup.enter": x types a character, and this key also works in text fields',
            'keys."zzz": no action has this id',
            "and 1 more: transcode-tui config keys",
        ]
        asked = api.asked.count("list")
        await pilot.press("r")
        await pilot.pause()
        assert api.asked.count("list") == asked + 1


async def test_messages_name_the_current_keys() -> None:
    overrides = [("app.account", "f2"), ("watch.refresh", "f5")]
    async with running(*overrides, listed=Failure(FailureKind.CREDENTIALS, 401)) as (app, _, _api):
        text = text_of(app.screen.query_one("#orders", LineView))
        assert "f2: change account f5: try now" in text


def test_config_keys_prints_the_keys(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("TRANSPARENT_API_URL", "TRANSPARENT_COMPANY_ID"):
        monkeypatch.delenv(name, raising=False)
    path = tmp_path / "config.toml"
    path.write_text('[keys]\n"watch.pause" = "f8"\n"watch.refresh" = "f8"\n')
    assert main(["--config", str(path), "config", "keys"]) == 2
    shown = capsys.readouterr()
    (line,) = [line for line in shown.out.splitlines() if line.startswith("watch.pause ")]
    assert line.split() == ["watch.pause", "f8", "Pause", "or", "resume", "(was", "p)"]
    clash = 'keys."watch.refresh": f8 is already used by watch.pause'
    assert clash in shown.err
    assert main(["--config", str(path), "config", "show"]) == 2
    shown = capsys.readouterr()
    assert clash in shown.err
    assert any(line.split()[:3] == ["keys", "2", "set"] for line in shown.out.splitlines())
    path.write_text('[keys]\n"watch.pause" = "f8"\n')
    assert main(["--config", str(path), "config", "keys"]) == 0


@pytest.mark.parametrize("action", ["keys", "path"])
def test_a_closed_pipe_ends_config_keys_quietly(tmp_path: Path, action: str) -> None:
    reads, writes = os.pipe()
    os.close(reads)
    done = subprocess.run(
        (sys.executable, "-m", "tui", "config", action),
        env={"HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path)},
        stdout=writes, stderr=subprocess.PIPE, check=False, timeout=20,
        cwd=ROOT,
    )  # fmt: skip
    os.close(writes)
    assert (done.returncode, done.stderr) == (0, b"")
    assert not list(tmp_path.rglob("crash-*"))
