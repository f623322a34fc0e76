"""Whose orders are watched, and by which credentials."""

from typing import Protocol

import msgspec

from tui.model.ports import Api, Failure, FailureKind, ListCache
from tui.model.secret import Secret


class Account(msgspec.Struct, frozen=True):
    """A company of one server and the client that speaks for it. An empty text is not
    known yet.
    """

    company: str
    client_id: str
    client_secret: Secret
    api_url: str

    @property
    def missing(self) -> tuple[str, ...]:
        """The keys that are not known yet."""
        return tuple(key for key in ACCOUNT_KEYS if not getattr(self, key))


ACCOUNT_KEYS = ("api_url", "client_id", "client_secret", "company")
"""In the order in which a login tries them."""


class Company(msgspec.Struct, frozen=True):
    """A company that the credentials may see; both have passed the sanitiser."""

    id: str
    name: str = ""


class LoginResult(msgspec.Struct, frozen=True):
    """How a login went: why it failed, if it did, and the companies that it told of."""

    failure: Failure | None = None
    companies: tuple[Company, ...] = ()


def field_at_fault(failure: Failure) -> str:
    """The key of an account that is to be looked at after `failure`."""
    if failure.kind is FailureKind.CREDENTIALS:
        return "client_secret"  # or the id: no server tells which
    if failure.kind in (FailureKind.FORBIDDEN, FailureKind.MISSING):
        return "company"
    return "api_url"


class AccountStore(Protocol):
    """Where accounts are tried, kept and put to use."""

    config_path: str
    """Where `save` writes, as text to show; empty where it can't."""

    def overridden_by(self, key: str) -> str:
        """What sets a key more strongly than what is kept: a flag, a variable; else empty."""

    async def try_login(self, account: Account) -> LoginResult:
        """Log in with `account`; keeps nothing."""

    async def save(self, account: Account) -> str | None:
        """Save for the next start; the sentence of why not, where it cannot be."""

    def open_api(self, account: Account) -> Api:
        """What is to be asked from now on."""

    def open_cache(self, account: Account) -> ListCache | None:
        """Where its last list is kept; None where nothing is to be."""


class ThemeStore(Protocol):
    """Where it is kept how the user likes the screen."""

    async def save_theme(self, name: str) -> str | None:
        """Save for the next start; the sentence of why not, where it cannot be."""
