"""The setup dialog: input, login check, errors at fields, and the result."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
from msgspec.structs import replace
from textual.command import CommandPalette
from textual.containers import VerticalScroll
from textual.events import Key
from textual.pilot import Pilot
from textual.widgets import Input, OptionList

from tests.support.app_stage import FakeApi, message_line, order, orders, rendered_lines, text_of
from tests.support.memory_stores import MemoryListCache, MemoryViewStore, cached_list
from tui.filtering.views import ScreenState, View
from tui.history.journal import SqliteJournal
from tui.model.account import Account, Company, LoginResult, Secret, Session
from tui.model.order import Snapshot
from tui.model.ports import Failure, FailureKind, ListCache
from tui.model.telemetry import Telemetry
from tui.ui.app import TranscodeApp
from tui.ui.dialogs.account_form import field_hints, read_form
from tui.ui.dialogs.setup import SetupResult, SetupScreen
from tui.ui.main_screen.orders_table import OrdersTable
from tui.ui.main_screen.screen import MainScreen
from tui.ui.services import ActionServices, AppServices
from tui.ui.widgets.key_bar import KeyBar
from tui.ui.widgets.line_view import LineView

PLAIN = "must be plain text of at most 300 characters"
NOBODY = Account("", "", Secret(""), "https://api.example")
KNOWN = Account("42", "me", Secret("old"), "https://api.example")
GOOD = Account("42", "me", Secret("s3cret"), "https://api.example")


def typed(account: Account, **changes: str) -> dict[str, str]:
    values = {
        "api_url": account.api_url,
        "client_id": account.client_id,
        "client_secret": account.client_secret.reveal(),
        "company": account.company,
    }
    return values | changes


@pytest.mark.parametrize(
    ("known", "changes", "account", "problems"),
    [
        (NOBODY, {}, GOOD, {}),
        (NOBODY, {"company": " 42 ", "client_id": " me"}, GOOD, {}),
        (NOBODY, {"api_url": "https://api.example/"}, GOOD, {}),
        (NOBODY, {"company": ""}, replace(GOOD, company=""), {}),
        (KNOWN, {"company": ""}, replace(GOOD, company=""), {}),
        (KNOWN, {"client_secret": ""}, KNOWN, {}),
        (NOBODY, {"client_secret": ""}, None, {"client_secret": "required"}),
        (NOBODY, {"client_id": " "}, None, {"client_id": "required"}),
        (NOBODY, {"client_id": "a\x1bb"}, None, {"client_id": PLAIN}),
        (NOBODY, {"company": "4\u202e2"}, None, {"company": PLAIN}),
        (NOBODY, {"api_url": ""}, None, {"api_url": "required"}),
        (
            NOBODY,
            {"api_url": "http://api.example"},
            None,
            {
                "api_url": "must be https://; http:// is for this computer only, as in http://localhost"
            },
        ),
        (
            KNOWN,
            {"api_url": "https://elsewhere.example", "client_secret": ""},
            None,
            {"client_secret": "required again for another host"},
        ),
    ],
)
def test_the_form_is_read(
    known: Account, changes: dict[str, str], account: Account | None, problems: dict[str, str]
) -> None:
    read, said_of_it = read_form(typed(GOOD, **changes), known)
    assert said_of_it == problems
    assert account is None or read == account


def test_overriding_sources_are_shown() -> None:
    outcome = field_hints(KNOWN, {"api_url": "$TRANSPARENT_API_URL", "client_id": ""})
    assert outcome["api_url"] == "overridden by $TRANSPARENT_API_URL at the next start"
    assert outcome["client_secret"] == "leave blank to keep"
    assert field_hints(NOBODY, {})["client_secret"] == ""


@dataclass
class FakeAccounts:
    """An account store with prepared results."""

    outcomes: dict[str, LoginResult] = field(default_factory=dict)
    """Results by company."""
    config_path: str = "/home/me/config.toml"
    cannot_keep: str | None = None
    shelves: dict[str, ListCache] = field(default_factory=dict)
    journals: dict[str, SqliteJournal] = field(default_factory=dict)
    tried: list[Account] = field(default_factory=list)
    kept: list[Account] = field(default_factory=list)
    opened: list[FakeApi] = field(default_factory=list)
    listed: Snapshot = field(default_factory=lambda: orders(2, 1))

    def overridden_by(self, key: str) -> str:
        return "$TRANSPARENT_API_URL" if key == "api_url" else ""

    async def try_login(self, account: Account) -> LoginResult:
        self.tried.append(account)
        return self.outcomes.get(account.company, LoginResult())

    async def save(self, account: Account) -> str | None:
        self.kept.append(account)
        return self.cannot_keep

    def open_api(self, _: Account) -> FakeApi:
        self.opened.append(FakeApi(self.listed))
        return self.opened[-1]

    def open_cache(self, account: Account) -> ListCache | None:
        return self.shelves.get(account.company)

    def open_history(self, _: Account) -> None:
        return None

    def open_journal(self, account: Account) -> SqliteJournal:
        return self.journals.setdefault(account.company, SqliteJournal(None, time.time))


@dataclass
class Stage:
    app: TranscodeApp
    accounts: FakeAccounts
    first: FakeApi
    pilot: Pilot[None]

    async def type(self, *texts: str) -> None:
        """Type each text into the focused field, then enter."""
        for text in texts:
            assert isinstance(self.app.focused, Input)
            self.app.focused.value = text
            await self.pilot.press("enter")
        await self.pilot.pause()

    def note(self, key: str) -> str:
        return text_of(self.app.screen.query_one(f"#{key}-note", LineView))

    def value(self, key: str) -> str:
        return self.app.screen.query_one(f"#{key}", Input).value

    @property
    def focus(self) -> str | None:
        return self.app.focused.id if self.app.focused is not None else None

    @property
    def asks(self) -> bool:
        return isinstance(self.app.screen, SetupScreen)


@asynccontextmanager
async def stage(
    accounts: FakeAccounts, known: Account = NOBODY, size: tuple[int, int] = (80, 24)
) -> AsyncIterator[Stage]:
    first = FakeApi(orders(1))
    who = Session("", "").for_account(known)
    app = TranscodeApp(AppServices(first, who, account=known, accounts=accounts))
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        yield Stage(app, accounts, first, pilot)


async def test_without_an_account_the_dialog_opens_and_then_polling_starts() -> None:
    async with stage(FakeAccounts()) as it:
        assert it.asks
        assert it.focus == "client_id"
        assert it.first.asked == []
        await it.pilot.press("escape")
        assert it.asks  # there is no screen to return to
        await it.type("me", "s3cret", "42")
        assert it.accounts.tried == it.accounts.kept == [GOOD]
        assert not it.asks
        await it.pilot.pause()
        assert it.app.screen.query_one(OrdersTable).cursor_id == order(2).id
        assert "company 42" in text_of(it.app.screen.query_one("#status", LineView))
        assert it.app.terminal_title == "transcode-tui 42"


FAILURES = [
    (FailureKind.CREDENTIALS, "client_secret", "! client id or secret rejected"),
    (FailureKind.FORBIDDEN, "company", "! no permission for company 42"),
    (FailureKind.MISSING, "company", "! the server knows no company 42 (404)"),
    (FailureKind.REFUSED, "api_url", "! api.example refuses the connection"),
    (FailureKind.NAME, "api_url", "! the name api.example is not found"),
    (FailureKind.UNTRUSTED, "api_url", "! the certificate of api.example is not trusted"),
    (FailureKind.SLOW, "api_url", "! api.example did not answer in time"),
    (FailureKind.NOT_THE_API, "api_url", "! the answer is not the API's (proxy or login page?)"),
]


@pytest.mark.parametrize(("trouble", "key", "why"), FAILURES)
async def test_each_failure_is_shown_at_its_field(trouble: FailureKind, key: str, why: str) -> None:
    accounts = FakeAccounts({"42": LoginResult(Failure(trouble))})
    async with stage(accounts) as it:
        await it.type("me", "s3cret", "42")
        assert it.note(key).replace("\n", " ") == why
        assert it.focus == key
        assert accounts.kept == []
        await it.pilot.resize_terminal(70, 20)
        await it.pilot.pause()
        assert it.note(key).replace("\n", " ") == why
        accounts.outcomes.clear()
        await it.pilot.press("enter")
        await it.pilot.pause()
        assert accounts.kept == [GOOD]
        assert not it.asks


def footer(it: Stage) -> str:
    """Return what the footer says of `enter`."""
    line = text_of(it.app.screen.query_one(KeyBar))
    return next(each for each in line.strip().split("  ") if each.startswith("enter"))


async def test_enter_does_what_the_footer_says() -> None:
    companies = (Company("7", "A"), Company("42", "B"))
    async with stage(FakeAccounts({"": LoginResult(companies=companies)})) as it:
        for key in ("client_id", "client_secret"):
            assert it.focus == key
            assert footer(it).endswith(" Next field")
            await it.type("x")
        assert it.focus == "company"
        assert footer(it) == "enter Log in"
        assert it.accounts.tried == []
        await it.pilot.press("up", "up")
        assert it.focus == "client_id"
        assert footer(it).endswith(" Next field")  # the company below is still empty
        await it.pilot.press("enter")
        assert it.focus == "company"
        await it.pilot.press("enter")
        await it.pilot.pause()
        assert len(it.accounts.tried) == 1
        assert it.focus == "companies"
        assert footer(it) == "enter Log in to this company"
        await it.pilot.press("enter")
        await it.pilot.pause()
        assert [each.company for each in it.accounts.kept] == ["7"]


async def test_a_corrected_field_loses_its_error() -> None:
    failed = LoginResult(Failure(FailureKind.CREDENTIALS))
    async with stage(FakeAccounts({"42": failed})) as it:
        await it.type("me", "s3cret", "42")
        assert it.note("client_secret") == "! client id or secret rejected"
        await it.pilot.press("x")
        assert it.note("client_secret") == ""
        await it.pilot.press("enter")
        await it.pilot.pause()
        assert it.note("client_secret").startswith("! client id or")
        await it.pilot.press("up", "x")  # it may be the id that is wrong
        assert it.note("client_secret") == ""


async def test_a_corrected_field_leaves_the_errors_of_others() -> None:
    async with stage(FakeAccounts()) as it:
        await it.pilot.press("up")
        await it.type("http://api.example", "me", "s3cret", "a/b")
        assert it.note("api_url").startswith("! must be https://")
        assert it.note("company").startswith("! must not contain /")
        await it.pilot.press("end", "x")
        assert it.note("api_url") == "overridden by $TRANSPARENT_API_URL at the next start"
        assert it.note("company").startswith("! must not contain /")


@pytest.mark.parametrize("known", [NOBODY, KNOWN])
async def test_a_quit_at_the_login_saves_no_state(known: Account) -> None:
    views = MemoryViewStore()
    views.screen_state = before = ScreenState(View("left"), "1-1")
    services = AppServices(
        FakeApi(orders(1)), Session("", ""), account=known, accounts=FakeAccounts(), views=views
    )
    async with TranscodeApp(services).run_test() as pilot:
        await pilot.pause()
        assert isinstance(pilot.app.screen, SetupScreen) == (known is NOBODY)
        await pilot.press("ctrl+c")
    assert (views.screen_state is before) == (known is NOBODY)


async def test_a_single_company_is_selected_automatically() -> None:
    accounts = FakeAccounts({"": LoginResult(companies=(Company("42", "Tu Servidor"),))})
    async with stage(accounts) as it:
        await it.type("me", "s3cret", "")
        assert [account.company for account in accounts.tried] == ["", "42"]
        assert accounts.kept == [GOOD]


async def test_one_of_several_companies_can_be_chosen() -> None:
    outcome = (Company("7", "[red]A[/red]"), Company("42", "B"))
    accounts = FakeAccounts({"": LoginResult(companies=outcome)})
    async with stage(accounts) as it:
        await it.type("me", "s3cret", "")
        assert it.note("company") == "! choose one below"
        assert it.focus == "companies"
        shown = it.app.screen.query_one(OptionList)
        assert [str(shown.get_option_at_index(n).prompt) for n in (0, 1)] == [
            "7  [red]A[/red]",
            "42  B",
        ]
        await it.pilot.press("down", "enter")
        await it.pilot.pause()
        assert accounts.kept == [GOOD]


async def test_a_login_without_any_company() -> None:
    async with stage(FakeAccounts({"": LoginResult()})) as it:
        await it.type("me", "s3cret", "")
        assert it.note("company") == "! required: your login lists no companies"
        assert it.focus == "company"
        await it.type("42")
        assert it.accounts.kept == [GOOD]


async def test_invalid_input_is_not_sent() -> None:
    async with stage(FakeAccounts()) as it:
        await it.pilot.press("shift+tab")
        await it.type("http://api.example", "me", "s3cret", "42")
        assert it.accounts.tried == []
        assert it.focus == "api_url"
        assert it.note("api_url").startswith("! must be https://")


async def test_the_account_changes_without_a_restart() -> None:
    accounts = FakeAccounts(cannot_keep="the disk is full")
    async with stage(accounts, KNOWN) as it:
        assert not it.asks
        await it.pilot.pause()
        assert it.app.screen.query_one(OrdersTable).cursor_id == order(1).id
        await it.pilot.press("a")
        assert it.asks
        assert it.value("client_secret") == ""
        await it.pilot.press("escape")
        assert not it.asks
        await it.pilot.press("a")
        await it.pilot.press("shift+tab", "tab", "tab", "tab")
        assert it.focus == "company"
        await it.type("7")
        await it.pilot.pause()
        assert accounts.kept == [replace(KNOWN, company="7")]
        assert it.first.closed
        assert it.app.screen.query_one(OrdersTable).cursor_id == order(2).id
        assert "company 7" in text_of(it.app.screen.query_one("#status", LineView))
        assert message_line(it.app) == "Not saved: the disk is full"
        await it.pilot.press("ctrl+l")
        text = text_of(it.app.screen.query_one(LineView))
        assert "company 7 of api.example is watched from now on" in text


async def test_a_login_that_ends_below_the_palette_closes_the_dialog(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answered = asyncio.Event()

    async def attempt(self: FakeAccounts, account: Account) -> LoginResult:
        self.tried.append(account)
        await answered.wait()
        return LoginResult()

    monkeypatch.setattr(FakeAccounts, "try_login", attempt)
    async with stage(FakeAccounts(), KNOWN) as it:
        await it.pilot.press("a")
        await it.pilot.press("shift+tab", "tab", "tab", "tab")
        await it.type("7")
        await it.pilot.press("ctrl+p")
        assert isinstance(it.app.screen, CommandPalette)
        answered.set()
        await it.pilot.pause()
        await it.pilot.pause()
        assert it.app.monitor.session.company == "7"
        assert isinstance(it.app.screen, MainScreen)


async def test_a_login_that_ends_after_the_dialog_closed_changes_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answered, taken_down = asyncio.Event(), asyncio.Event()

    async def attempt(self: FakeAccounts, account: Account) -> LoginResult:
        self.tried.append(account)
        await answered.wait()
        return LoginResult()

    async def slowly(self: VerticalScroll) -> None:
        if isinstance(self.screen, SetupScreen):
            answered.set()  # after the first widgets were removed
            await asyncio.wait_for(taken_down.wait(), 5)

    monkeypatch.setattr(FakeAccounts, "try_login", attempt)
    monkeypatch.setattr(VerticalScroll, "on_unmount", slowly, raising=False)
    async with stage(accounts := FakeAccounts(), KNOWN) as it:
        await it.pilot.press("a", "shift+tab", "tab", "tab", "tab")
        await it.type("7")
        assert len(accounts.tried) == 1
        it.app.post_message(Key("escape", None))
        await asyncio.wait_for(answered.wait(), 5)
        for _ in range(50):
            await asyncio.sleep(0)
        taken_down.set()
        await it.pilot.pause()
        assert isinstance(it.app.screen, MainScreen)
        assert accounts.kept == []


async def test_another_account_has_another_cache() -> None:
    first, second = (MemoryListCache(cached_list(orders(n), 1e9)) for n in (7, 8))
    accounts = FakeAccounts(shelves={"43": second})
    app = TranscodeApp(
        AppServices(
            FakeApi(),
            Session("", "").for_account(GOOD),
            account=GOOD,
            accounts=accounts,
            cache=first,
        )
    )
    async with app.run_test() as pilot:
        await pilot.pause()
        assert app.screen.query_one(OrdersTable).cursor_id == order(7).id
        opened = FakeApi()
        accounts.open_api = lambda _: opened  # type: ignore[method-assign]
        app.change_account(SetupResult(replace(GOOD, company="43"), None))
        await pilot.pause()
        assert app.screen.query_one(OrdersTable).cursor_id == order(8).id
        assert "stale" in text_of(app.screen.query_one("#status", LineView))
        assert (first.closed, second.closed) == (True, False)
        app.change_account(SetupResult(replace(GOOD, company="44"), None))
        await pilot.pause()
        assert app.screen.query_one(OrdersTable).cursor_id is None
        assert second.closed
        assert first.stored == second.stored == []  # no list arrived


async def test_actions_go_to_the_other_account_and_its_journal() -> None:
    accounts, first, session = FakeAccounts(), FakeApi(), Session("", "").for_account(GOOD)
    acting = ActionServices(first, first, accounts.open_journal(GOOD), "anna@wall")
    services = AppServices(first, session, account=GOOD, accounts=accounts, actions=acting)
    other = services.with_account(replace(GOOD, company="43"), Telemetry(0))
    assert other.actions is not None
    acts_with = {id(each) for each in (other.actions.writes, other.actions.company, other.api)}
    assert acts_with == {id(accounts.opened[0])}
    assert other.actions.journal is accounts.journals["43"]
    assert other.actions.who == "anna@wall"


async def test_hidden_fields_cannot_be_copied() -> None:
    async with stage(FakeAccounts()) as it:
        await it.type("me")
        await it.pilot.press(*"s3cret", "ctrl+a", "super+c", "ctrl+x")
        assert it.app.clipboard == ""
        shown = "\n".join(rendered_lines(it.app))
        assert "s3cret" not in shown


@pytest.mark.parametrize("size", [(60, 15), (40, 10), (200, 60)])
async def test_every_field_can_be_reached_at_any_size(size: tuple[int, int]) -> None:
    async with stage(FakeAccounts(), size=size) as it:
        for key in ("client_secret", "company"):
            await it.pilot.press("tab")
            await it.pilot.pause()
            focused = it.app.screen.query_one(f"#{key}")
            assert it.focus == key
            assert it.app.screen.region.contains_region(focused.region)


async def test_in_the_demo_there_is_no_account_to_change() -> None:
    app = TranscodeApp(AppServices(FakeApi(orders(1)), Session("42", "127.0.0.1", demo=True)))
    async with app.run_test() as pilot:
        await pilot.press("a")
        assert not isinstance(app.screen, SetupScreen)
