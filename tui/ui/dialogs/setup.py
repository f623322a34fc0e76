"""What is typed on the setup screen, read. Pure."""
# FOLD """The setup screen: an account is typed, really tried, kept, and handed back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import urlsplit

import msgspec
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.screen import Screen
from textual.widgets import OptionList  # noqa: TID251 - without markup, and given `Text`
from textual.widgets.option_list import Option  # noqa: TID251 - given `Text`

from tui import config, formatting
from tui.model.account import Account, AccountStore, Company, field_at_fault
from tui.sanitize import sanitize
from tui.ui.actions import key_label
from tui.ui.text import Line, justify, wrap
from tui.ui.textual_fixes.mounting import dismiss_if_active
from tui.ui.theme.terminal_output import Glyphs
from tui.ui.widgets.key_bar import KeyBar
from tui.ui.widgets.line_view import LineView
from tui.ui.widgets.text_field import TextField

LABELS = {
    "api_url": "host",
    "client_id": "client id",
    "client_secret": "secret",
    "company": "company",
}
"""The fields by their keys, from top to bottom."""

_SETTINGS = {setting.key: setting for setting in config.SETTINGS}


def read_form(typed: Mapping[str, str], known: Account) -> tuple[Account, dict[str, str]]:
    """The account that was typed, and what is wrong with it by key.

    A secret that was left empty is the one that is known, for it is never shown; but only for
    the host that it was given for. The company may be left empty: a login may tell it.
    """
    account = known
    problems: dict[str, str] = {}
    for key in LABELS:
        text = typed[key].strip()
        if not text and key == "client_secret" and known.client_secret:
            if account.api_url != known.api_url:
                problems[key] = "is needed again for another host"
            continue
        if not text and key == "company":
            account = msgspec.structs.replace(account, company="")
        elif not text:
            problems[key] = "is needed"
        else:
            try:
                account = msgspec.structs.replace(account, **{key: _SETTINGS[key].parse(text)})
            except ValueError as error:
                problems[key] = str(error)
    return account, problems


def hints(known: Account, origins: Mapping[str, str]) -> dict[str, str]:
    """What is said under each field as long as nothing is wrong with it."""
    said = dict.fromkeys(LABELS, "")
    said["company"] = "may be empty where the login tells it"
    if known.client_secret:
        said |= {"client_secret": "left empty, it stays as it is"}
    for key, origin in origins.items():
        if origin:
            said[key] = f"{origin} sets it at the next start, whatever is saved here"
    return said


def environment() -> str:
    """The variables that serve instead."""
    names = [_SETTINGS[key].variables[0] for key in LABELS if key != "api_url"]
    return ", ".join(f"${name}" for name in names)


_LABEL = 13
_ATTEMPT = "attempt"


@dataclass(frozen=True)
class SetupResult:
    """The account that works, and why it could not be saved, if it could not."""

    account: Account
    not_saved: str | None


class SetupScreen(Screen[SetupResult | None]):
    """Asks for an account. With `known` incomplete there is nothing to go back to. `start` is
    the key of the field to begin with.
    """

    CSS_PATH = "setup.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        # With priority a key moves the focus before the next one is dealt out: a secret that
        # is typed ahead must not land in a field that shows it.
        Binding("enter", "enter", "Log in", id="setup.enter", priority=True),
        Binding("tab", "app.focus_next", "Next field", id="setup.next", priority=True),
        Binding(
            "shift+tab",
            "app.focus_previous",
            "Field before",
            id="setup.previous",
            show=False,
            priority=True,
        ),
        Binding("down", "move(1)", "Down", id="setup.down", show=False, priority=True),
        Binding("up", "move(-1)", "Up", id="setup.up", show=False, priority=True),
        Binding("pagedown", "page(1)", "Page down", id="setup.page-down", show=False),
        Binding("pageup", "page(-1)", "Page up", id="setup.page-up", show=False),
        Binding("escape", "leave", "Back", id="setup.leave"),
    ]

    def __init__(
        self, accounts: AccountStore, known: Account, glyphs: Glyphs, start: str = "client_id"
    ) -> None:
        super().__init__()
        self._glyphs = glyphs
        self._start = next(iter(known.missing), start)
        self._accounts = accounts
        self._known = known
        self._problems: dict[str, str] = {}
        self._saving = False
        self._hints = hints(known, {key: accounts.overridden_by(key) for key in LABELS})

    def compose(self) -> ComposeResult:
        yield LineView(id="title")
        with VerticalScroll(can_focus=False):
            for key, label in LABELS.items():
                with Horizontal(classes="field"):
                    name = LineView(classes="label")
                    name.set_lines((((f"  {label}", "plain"),),))
                    yield name
                    hidden = key == "client_secret"
                    value = "" if hidden else getattr(self._known, key)
                    yield TextField(key, value, hidden=hidden)
                yield LineView(id=f"{key}-note", classes="note")
                if key == "company":
                    yield OptionList(id="companies", compact=True, markup=False)
            yield LineView(id="doing", classes="note")
            yield LineView(id="ways", classes="note")
        yield KeyBar(self._glyphs)

    def on_mount(self) -> None:
        if not self.is_attached:  # the program ends, and Textual has put no widgets here
            return
        self.query_one("#companies").display = False
        self.query_one(f"#{self._start}").focus()

    def on_resize(self) -> None:
        self.call_after_refresh(self._explain)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        return action != "leave" or not (self._known.missing or self._saving)

    def action_leave(self) -> None:
        self.workers.cancel_group(self, _ATTEMPT)  # its answer would find nobody here
        dismiss_if_active(self)

    def action_move(self, fields: int) -> None:
        """The other field; in the list of companies the other company."""
        companies = self.query_one(OptionList)
        if self.focused is companies:
            companies.action_cursor_down() if fields > 0 else companies.action_cursor_up()
        elif fields > 0:
            self.focus_next()
        else:
            self.focus_previous()

    def action_page(self, pages: int) -> None:
        scroller = self.query_one(VerticalScroll)
        scroller.scroll_relative(y=pages * scroller.size.height, animate=False)

    async def action_enter(self) -> None:
        """To the next field that is needed; where there is none, log in."""
        companies = self.query_one(OptionList)
        if self.focused is companies:
            companies.action_select()
            return
        fields = list(self.query(TextField))
        for field in fields:
            await field.wait_for_input()
        later = fields[fields.index(self.focused) + 1 :] if self.focused in fields else []
        empty = next((field for field in later if not field.value and self._needs(field)), None)
        if empty is not None:
            self.set_focus(empty)  # at once: `focus` would wait its turn
        else:
            self._log_in()

    def _log_in(self) -> None:
        self.run_worker(self._read_and_try(), group=_ATTEMPT, exclusive=True)

    async def _read_and_try(self) -> None:
        """Log in with what stands in the fields, unless it can be seen that it is wrong."""
        fields = {str(field.id): field for field in self.query(TextField)}
        typed = {key: field.value for key, field in fields.items()}
        account, problems = read_form(typed, self._known)
        self._problems = problems
        for key in LABELS:
            self._note(key)
        if problems:
            fields[next(iter(problems))].focus()
        else:
            await self._try(account)

    def _needs(self, field: TextField) -> bool:
        return field.id != "client_secret" or not self._known.client_secret

    async def _try(self, account: Account) -> None:
        host = sanitize(urlsplit(account.api_url).hostname or "", 80)
        self._say(f"logging in at {host}")
        outcome = await self._accounts.try_login(account)
        self._say("")
        if outcome.failure is None and not account.company and len(outcome.companies) == 1:
            only = outcome.companies[0].id
            self.query_one("#company", TextField).value = only
            await self._try(msgspec.structs.replace(account, company=only))
            return
        self._offer(outcome.companies)
        if outcome.failure is not None:
            why = formatting.describe_login_failure(
                outcome.failure, host, sanitize(account.company, 40)
            )
            self._blame(field_at_fault(outcome.failure), why)
        elif not account.company:
            told = "choose one below" if outcome.companies else "the login does not tell it"
            self._blame("company", told)
        else:
            self._say("it works; saving it")
            self._saving = True
            done = SetupResult(account, await self._accounts.save(account))
            self.pop_until_active()  # `dismiss` would close the palette that lies over it
            self.dismiss(done)

    def _blame(self, key: str, why: str) -> None:
        self._problems[key] = why
        self._note(key)
        companies = self.query_one("#companies")
        (companies if key == "company" and companies.display else self.query_one(f"#{key}")).focus()

    def _offer(self, companies: Sequence[Company]) -> None:
        """List what the login told, to choose from."""
        choices = self.query_one("#companies", OptionList)
        choices.clear_options()
        choices.add_options(
            Option(Text(f"{company.id}  {company.name}".rstrip()), id=company.id)
            for company in companies
        )
        choices.display = bool(companies)
        choices.highlighted = 0 if companies else None

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        self.query_one("#company", TextField).value = event.option.id or ""
        self._log_in()

    def _explain(self) -> None:
        title: Line = ((" transcode-tui", "strong"), ("  account", "plain"))
        leave = (
            "ctrl+c quits" if self._known.missing else f"{key_label(self, 'setup.leave')} goes back"
        )
        line = justify(title, ((f"{leave} ", "dim"),), self.size.width)
        self.query_one("#title", LineView).set_lines((line,))
        for key in LABELS:
            self._note(key)
        ways = (
            f"What works is saved in {self._accounts.config_path}, for you alone to read."
            if self._accounts.config_path
            else "What works is not saved: there is no home folder.",
            f"Other ways: {environment()}; secret_command in the file, a program to ask.",
        )
        room = self.size.width - 4
        self._fill("ways", [((text, "dim"),) for way in ways for text in wrap(way, room, 4)])

    def _note(self, key: str) -> None:
        """What is wrong with a field, or else its hint."""
        problem = self._problems.get(key)
        text, role = (self._hints[key], "dim") if problem is None else (f"! {problem}", "error")
        room = self.size.width - _LABEL - 2
        self._fill(f"{key}-note", [((line, role),) for line in wrap(text, room, 3)] or [()])

    def _say(self, text: str) -> None:
        self._fill("doing", [((text, "accent"),)] if text else [()])

    def _fill(self, name: str, lines: Sequence[Line]) -> None:
        place = self.query_one(f"#{name}", LineView)
        place.styles.height = len(lines)
        place.set_lines(lines)
