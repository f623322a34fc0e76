"""Tries an account for real, as the setup screen and `config check` need it."""
# FOLD """The answer of `current_user` to the companies that it tells of. Its shape is written
# FOLD nowhere (D only names the call), so whatever looks like a company is read.
# FOLD """

from collections.abc import Callable

from tui.api.client import Client
from tui.model.account import Account, LoginResult
from tui.model.ports import Failure
from tui.model.telemetry import RequestRecord
from tui.rate_limit import RateLimiter


async def check_login(
    account: Account,
    on_request: Callable[[RequestRecord], None] = lambda _: None,
    rate_limiter: RateLimiter | None = None,
) -> LoginResult:
    """Log in, ask which companies there are, and read from the one that is named, if one is.
    `on_request` is called after every request.
    """
    client = Client(account, read_only=True, on_request=on_request, rate_limiter=rate_limiter)
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
