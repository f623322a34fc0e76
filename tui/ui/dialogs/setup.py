"""The setup screen: reads an account, tries it against the API, saves it and returns it."""

from collections.abc import Sequence
from typing import ClassVar, NamedTuple
from urllib.parse import urlsplit

import msgspec
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.screen import Screen
from textual.widgets import Input, OptionList  # noqa: TID251 - the options without markup
from textual.widgets.option_list import Option  # noqa: TID251 - with `Text`

from tui import formatting
from tui.model.account import Account, AccountStore, Company, field_at_fault
from tui.model.ports import Failure
from tui.sanitize import sanitize
from tui.ui.actions import key_label
from tui.ui.dialogs.account_form import LABELS, field_hints, other_ways, outdated, read_form
from tui.ui.text import Line, justify, wrap
from tui.ui.textual_fixes.mounting import dismiss_if_active
from tui.ui.widgets.key_bar import KeyBar
from tui.ui.widgets.line_view import LineView
from tui.ui.widgets.text_field import TextField

_LABEL_WIDTH = 13
_WORKER_GROUP = "attempt"


class SetupResult(NamedTuple):
    """A working account, and why it could not be saved, if so."""

    account: Account
    not_saved: str | None


class SetupScreen(Screen[SetupResult | None]):
    """Asks for an account. It can't be left while `known` is incomplete. The field that
    `failure` points to gets the focus.
    """

    CSS_PATH = "setup.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        # With priority a key moves the focus before the next one is dispatched: otherwise a secret
        # that is typed ahead could land in a field that shows it.
        Binding("enter", "enter('next-field')", "Next field", id="setup.enter-next", priority=True),
        Binding("enter", "enter('log-in')", "Log in", id="setup.enter", priority=True),
        Binding(
            "enter",
            "enter('choose')",
            "Log in to this company",
            id="setup.enter-choose",
            priority=True,
        ),
        Binding("tab", "app.focus_next", "Next field", id="setup.next", priority=True),
        Binding(
            "shift+tab",
            "app.focus_previous",
            "Previous field",
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

    def __init__(self, accounts: AccountStore, known: Account, failure: Failure | None) -> None:
        super().__init__()
        self._accounts = accounts
        self._known = known
        self._start = "client_id" if failure is None else field_at_fault(failure)
        self._start = next(iter(known.missing), self._start)
        self._is_saving = False
        self._progress = ""
        self._problems: dict[str, str] = {}
        self._checked: dict[str, str] = {}
        """The texts that `_problems` are about."""
        self._hints = field_hints(known, {key: accounts.overridden_by(key) for key in LABELS})

    def compose(self) -> ComposeResult:
        yield LineView(id="title")
        with VerticalScroll(can_focus=False):
            for key, label in LABELS.items():
                with Horizontal(classes="field"):
                    yield LineView([((f"  {label}", "plain"),)], classes="label")
                    hidden = key == "client_secret"
                    value = "" if hidden else getattr(self._known, key)
                    yield TextField(key, value, hidden=hidden)
                yield LineView(id=f"{key}-note", classes="note")
                if key == "company":
                    yield OptionList(id="companies", compact=True, markup=False)
            yield LineView(id="progress", classes="note")
            yield LineView(id="ways", classes="note")
        yield KeyBar()

    def on_mount(self) -> None:
        if self.is_attached:  # False if the app exits: Textual then mounts no widgets
            self.query_one(f"#{self._start}").focus()

    def on_resize(self) -> None:
        self.call_after_refresh(self._draw)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        match action:
            case "leave":
                return None if self._known.missing or self._is_saving else True
            case "enter" if self.is_mounted:
                return parameters == (self._enter_does(),)
        return True

    def _enter_does(self) -> str:
        """Return the parameter of the binding of `enter` that the footer shows."""
        if self.focused is self.query_one(OptionList):
            return "choose"
        return "log-in" if self._next_empty_field() is None else "next-field"

    def _next_empty_field(self) -> TextField | None:
        """Return the first field below the focus that is empty, unless it may be; None if there is
        none.
        """
        fields = list(self.query(TextField))
        below = fields[fields.index(self.focused) + 1 :] if self.focused in fields else []
        optional = ["client_secret"] if self._known.client_secret else []
        return next((each for each in below if not each.value and each.id not in optional), None)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Clear the error of a field that has changed since it was checked."""
        key = str(event.input.id)
        if event.value != self._checked.get(key):
            for each in outdated(key):
                self._problems.pop(each, None)
            self._draw()
        self.refresh_bindings()

    def action_leave(self) -> None:
        self.workers.cancel_group(self, _WORKER_GROUP)  # its result would come to a closed screen
        dismiss_if_active(self)

    def action_move(self, by: int) -> None:
        """Focus the next or previous field; within the companies, move the cursor."""
        companies = self.query_one(OptionList)
        if self.focused is companies:
            companies.action_cursor_down() if by > 0 else companies.action_cursor_up()
        elif by > 0:
            self.focus_next()
        else:
            self.focus_previous()

    def action_page(self, by: int) -> None:
        scroller = self.query_one(VerticalScroll)
        before = scroller.scroll_offset.y
        scroller.scroll_relative(y=by * scroller.size.height, animate=False, immediate=True)
        if scroller.scroll_offset.y == before:
            self.notify("This is the top" if by < 0 else "This is the end", markup=False)

    async def action_enter(self, _: str) -> None:
        """Decide again: keys that were pressed before may have changed the fields."""
        companies = self.query_one(OptionList)
        if self.focused is companies:
            companies.action_select()
            return
        for field in self.query(TextField):
            await field.wait_for_input()
        empty = self._next_empty_field()
        if empty is not None:
            # `Widget.focus` is deferred, so the next key of a burst would go to the old focus.
            self.set_focus(empty)
        else:
            self._submit()

    def _submit(self) -> None:
        self.run_worker(self._log_in(), group=_WORKER_GROUP, exclusive=True)

    async def _log_in(self) -> None:
        """Try the account in the fields, with the only company of the login if none is given;
        then save it.
        """
        fields = {str(field.id): field for field in self.query(TextField)}
        texts = {key: field.value for key, field in fields.items()}
        self._checked = dict(texts)
        account, self._problems = read_form(texts, self._known)
        self._draw()
        if self._problems:
            fields[next(iter(self._problems))].focus()
            return
        host = sanitize(urlsplit(account.api_url).hostname or "", 80)
        self._show_progress(f"Logging in at {host}…")
        result = await self._accounts.try_login(account)
        if result.failure is None and not account.company and len(result.companies) == 1:
            company = result.companies[0].id
            fields["company"].value = self._checked["company"] = company
            account = msgspec.structs.replace(account, company=company)
            result = await self._accounts.try_login(account)
        self._show_progress("")
        companies = self._show_companies(result.companies)
        if result.failure is None and account.company:
            self._show_progress("Logged in. Saving…")
            self._is_saving = True
            saved = SetupResult(account, await self._accounts.save(account))
            self.pop_until_active()  # `dismiss` would close the palette if it is on top
            self.dismiss(saved)
            return
        key = "company"
        reason = (
            "choose one below" if result.companies else "required: your login lists no companies"
        )
        if result.failure is not None:
            key = field_at_fault(result.failure)
            company = sanitize(account.company, 40)
            reason = formatting.describe_login_failure(result.failure, host, company)
        self._problems[key] = reason
        self._draw()
        (companies if key == "company" and companies.display else fields[key]).focus()

    def _show_companies(self, companies: Sequence[Company]) -> OptionList:
        options = self.query_one("#companies", OptionList)
        options.clear_options()
        options.add_options(
            Option(Text(f"{company.id}  {company.name}".rstrip()), id=company.id)
            for company in companies
        )
        options.display = bool(companies)
        options.highlighted = 0 if companies else None
        return options

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        self.query_one("#company", TextField).value = event.option.id or ""
        self._submit()

    def _show_progress(self, text: str) -> None:
        self._progress = text
        self._draw()

    def _draw(self) -> None:
        title: Line = ((" transcode-tui", "strong"), ("  account", "plain"))
        leave = f"{key_label(self, 'setup.leave')}: back"
        if self._known.missing:
            leave = "ctrl+c: quit"
        views = {"title": [justify(title, ((f"{leave} ", "dim"),), self.size.width)]}
        for key, hint in self._hints.items():
            problem = self._problems.get(key)
            text, role = (hint, "dim") if problem is None else (f"! {problem}", "error")
            lines = wrap(text, self.size.width - _LABEL_WIDTH - 2, 3)
            views[f"{key}-note"] = [((line, role),) for line in lines]
        views["progress"] = [((self._progress, "accent"),)]
        texts = other_ways(self._accounts.config_path, is_new=bool(self._known.missing))
        lines = [part for text in texts for part in wrap(text, self.size.width - 4, 4)]
        views["ways"] = [((line, "dim"),) for line in lines]
        for view_id, view_lines in views.items():
            self.query_one(f"#{view_id}", LineView).set_lines(view_lines)
