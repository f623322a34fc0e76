"""Tries an account for real, as the setup screen and `config check` need it."""

from collections.abc import Callable

from tui.api.client import Client
from tui.api.turnstile import Turnstile
from tui.model.account import Account, Attempt
from tui.model.ports import Failure
from tui.model.vitals import Exchange


async def attempt(
    account: Account,
    tell: Callable[[Exchange], None] = lambda _: None,
    turnstile: Turnstile | None = None,
) -> Attempt:
    """Log in, ask which companies there are, and read from the one that is named, if one is.
    `tell` hears of every request.
    """
    client = Client(account, read_only=True, tell=tell, turnstile=turnstile)
    try:
        if failure := await client.log_in():
            return Attempt(failure)
        # Servers may keep this call to themselves: the list decides, not this one.
        told = await client.companies()
        companies = () if isinstance(told, Failure) else told
        failure = await client.probe() if account.company else None
        return Attempt(failure, companies)
    finally:
        await client.aclose()
