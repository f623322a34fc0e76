"""Accounts: whose orders are watched, and with which credentials."""

from typing import Protocol

import msgspec

from tui.model.ports import Api, Failure, FailureKind, ListCache
from tui.model.secret import Secret

_KEYS = ("api_url", "client_id", "client_secret", "company")
"""In the order in which a login checks them."""


class Account(msgspec.Struct, frozen=True):
    """A company on one server, and the API client's credentials. An empty text is not set."""

    company: str
    client_id: str
    client_secret: Secret
    api_url: str

    @property
    def missing(self) -> tuple[str, ...]:
        """The keys that are not set."""
        return tuple(key for key in _KEYS if not getattr(self, key))


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

    def open_api(self, account: Account) -> Api:
        """Return the API client to use from now on."""

    def open_cache(self, account: Account) -> ListCache | None:
        """Return the cache of the account's last list; None if nothing may be stored."""


class ThemeStore(Protocol):
    """Saves the theme."""

    async def save_theme(self, name: str) -> str | None:
        """Save for the next start. Return a sentence if that fails."""
