"""Tries an account for real, as the setup screen and `config check` need it."""

from collections.abc import Callable

from tui.api.client import Client
from tui.api.turnstile import RateLimiter
from tui.model.account import Account, LoginResult
from tui.model.ports import Failure
from tui.model.vitals import RequestRecord


async def check_login(
    account: Account,
    tell: Callable[[RequestRecord], None] = lambda _: None,
    turnstile: RateLimiter | None = None,
) -> LoginResult:
    """Log in, ask which companies there are, and read from the one that is named, if one is.
    `tell` hears of every request.
    """
    client = Client(account, read_only=True, tell=tell, turnstile=turnstile)
    try:
        if failure := await client.log_in():
            return LoginResult(failure)
        # Servers may keep this call to themselves: the list decides, not this one.
        told = await client.companies()
        companies = () if isinstance(told, Failure) else told
        failure = await client.probe() if account.company else None
        return LoginResult(failure, companies)
    finally:
        await client.aclose()
