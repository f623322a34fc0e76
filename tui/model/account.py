"""Accounts: whose orders are watched, and with which credentials."""

from typing import Protocol, final
from urllib.parse import urlsplit

import msgspec

from tui.masking import DOTS
from tui.model.actions import Journal
from tui.model.api_url import company_path
from tui.model.history import History
from tui.model.ports import Failure, FailureKind, ListCache
from tui.model.server_api import ServerApi
from tui.sanitize import sanitize

_KEYS = ("api_url", "client_id", "client_secret", "company")
"""In the order in which a login checks them."""


@final
class Secret:
    """A secret text whose `str`, `format` and `repr` are dots. It can't be pickled or encoded.

    `reveal` is the only access, so every use can be found by searching for that word.
    """

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        return self._value

    def __str__(self) -> str:
        return DOTS

    def __repr__(self) -> str:
        return f"Secret({DOTS!r})"

    def __bool__(self) -> bool:
        return bool(self._value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash(self._value)

    def __reduce__(self) -> str | tuple[object, ...]:
        raise TypeError("a secret is not pickled")


class Account(msgspec.Struct, frozen=True):
    """A company on one server, and the API client's credentials. An empty text is not set."""

    company: str
    client_id: str
    client_secret: Secret
    api_url: str

    @property
    def missing(self) -> tuple[str, ...]:
        return tuple(key for key in _KEYS if not getattr(self, key))


class Session(msgspec.Struct, frozen=True):
    """The account as the screens show it. `company` (its id) and `host` are sanitised, as is
    `company_name`, which is empty until the login tells it. `orders_url` is the address of the
    orders in the API, empty if unknown; `order_url` the template of a web page.
    """

    company: str
    host: str
    demo: bool = False
    read_only: bool = False
    orders_url: str = ""
    order_url: str = ""
    company_name: str = ""

    def for_account(self, account: Account) -> "Session":
        """Return the session with another account's company and host; the name isn't known yet."""
        orders_url = ""
        if account.company and not self.demo:  # the demo's port is unknown until its server runs
            orders_url = account.api_url.rstrip("/") + company_path(account.company, "transcode")
        return msgspec.structs.replace(
            self,
            company=sanitize(account.company, 40),
            host=sanitize(urlsplit(account.api_url).hostname or "", 80),
            orders_url=orders_url,
            company_name="",
        )


class Company(msgspec.Struct, frozen=True):
    """A company that the credentials have access to; both texts are sanitised."""

    id: str
    name: str = ""


class LoginResult(msgspec.Struct, frozen=True):
    """The outcome of a login: its failure, if any, and the companies that it listed."""

    failure: Failure | None = None
    companies: tuple[Company, ...] = ()


def field_at_fault(failure: Failure) -> str:
    """Return the account key to check after `failure`."""
    match failure.kind:
        case FailureKind.CREDENTIALS:
            return "client_secret"  # or the id: no server says which
        case FailureKind.FORBIDDEN | FailureKind.MISSING:
            return "company"
        case _:
            return "api_url"


class AccountStore(Protocol):
    """Tests, saves and opens accounts."""

    config_path: str
    """The file that `save` writes, as text to show; empty if it can't save."""

    def overridden_by(self, key: str) -> str:
        """Return the flag or variable that takes precedence over the saved value, or ``""``."""

    async def try_login(self, account: Account) -> LoginResult:
        """Log in with `account` without saving it."""

    async def save(self, account: Account) -> str | None:
        """Save `account` for the next start. Return a sentence if that fails."""

    def open_api(self, account: Account) -> ServerApi:
        """Return the API client to use from now on."""

    def open_cache(self, account: Account) -> ListCache | None:
        """Return the cache of the account's last list; None if nothing may be stored."""

    def open_history(self, account: Account) -> History | None:
        """Return the history of the account's orders; None if it is incomplete."""

    def open_journal(self, account: Account) -> Journal | None:
        """Return the journal of the account's actions; None if there is no place for it."""


class ThemeStore(Protocol):
    """Saves the theme."""

    async def save_theme(self, name: str) -> str | None:
        """Save for the next start. Return a sentence if that fails."""
