"""What the app is given when it is made: the API, the stores and the preferences."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import msgspec

from tui.clock import Clock
from tui.config.settings import DEFAULT_CONFIRM_ABOVE, DEFAULT_REFRESH, DEFAULT_THEME
from tui.filtering.views import BUILT_IN_VIEWS, ScreenState, View, ViewStore
from tui.model.account import Account, AccountStore, Session, ThemeStore
from tui.model.actions import Actions, Guard, Journal
from tui.model.drafts import DraftStore, TextEditor
from tui.model.history import History
from tui.model.key_overrides import KeyOverride
from tui.model.ports import Api, ExportTarget, ListCache
from tui.model.profiles import CompanyApi
from tui.model.telemetry import Telemetry
from tui.ui.theme.colors import ColorDepth
from tui.ui.theme.terminal_output import UNICODE, Glyphs


class ActionServices(msgspec.Struct, frozen=True):
    """What acts on the orders of one account. `journal` is None if there is no place for it: then
    nothing is sent. `who` is the user's name and host. For more than `confirm_above` orders their
    number must be typed. `sleep` waits between reads of an unknown outcome.
    """

    writes: Actions
    company: CompanyApi
    journal: Journal | None
    who: str
    guards: Sequence[Guard] = ()
    confirm_above: int = DEFAULT_CONFIRM_ABOVE
    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep


class AppServices(msgspec.Struct, frozen=True):
    """Everything from outside that the app uses. A store that is None saves nothing.

    `refresh` is the interval of the list in seconds. With `follow` the main screen goes to the
    newest active order after two minutes without a key. Without `account` the app does not check
    that there are credentials. `environment_info` returns names and values for the diagnostics.
    """

    api: Api
    session: Session
    refresh: float = DEFAULT_REFRESH
    follow: bool = True
    account: Account | None = None
    accounts: AccountStore | None = None
    cache: ListCache | None = None
    history: History | None = None
    actions: ActionServices | None = None
    themes: ThemeStore | None = None
    views: ViewStore | None = None
    exports: ExportTarget | None = None
    drafts: DraftStore | None = None
    editor: TextEditor | None = None
    theme: str = DEFAULT_THEME
    glyphs: Glyphs = UNICODE
    color_depth: ColorDepth = ColorDepth.TRUE_COLOR
    key_overrides: Sequence[KeyOverride] = ()
    clock: Clock = msgspec.field(default_factory=Clock)
    telemetry: Telemetry | None = None
    is_terminal_closed: Callable[[], bool] = lambda: False
    environment_info: Callable[[], Sequence[tuple[str, str]]] = tuple

    @property
    def screen_state(self) -> ScreenState:
        """How the main screen was left the last time."""
        return ScreenState() if self.views is None else self.views.screen_state

    @property
    def saved_views(self) -> Sequence[View]:
        return BUILT_IN_VIEWS if self.views is None else self.views.views

    @property
    def view_problems(self) -> Sequence[str]:
        return () if self.views is None else self.views.problems

    @property
    def guard_problems(self) -> Sequence[str]:
        """A sentence for each guard that denies its action because of a mistake in it."""
        guards = () if self.actions is None else self.actions.guards
        return [guard.problem for guard in guards if guard.problem]

    @property
    def is_account_complete(self) -> bool:
        return self.account is None or not self.account.missing

    def with_account(self, account: Account, telemetry: Telemetry) -> "AppServices":
        """Return the services for another account, opened by `accounts`."""
        if self.accounts is None:
            return self
        api, actions = self.accounts.open_api(account), self.actions
        if actions is not None:
            journal = self.accounts.open_journal(account)
            actions = msgspec.structs.replace(actions, writes=api, company=api, journal=journal)
        return msgspec.structs.replace(
            self,
            api=api,
            session=self.session.for_account(account),
            account=account,
            cache=self.accounts.open_cache(account),
            history=self.accounts.open_history(account),
            actions=actions,
            telemetry=telemetry,
        )
