"""Tries an account against the server, for the setup dialog and `config check`."""

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
    """Log in, read the companies, and request one order of the account's company, if it has one.
    `on_request` is called after every request.
    """
    client = Client(account, read_only=True, on_request=on_request, rate_limiter=rate_limiter)
    try:
        if failure := await client.log_in():
            return LoginResult(failure)
        # A server may forbid this call, so only the list decides.
        answer = await client.companies()
        companies = () if isinstance(answer, Failure) else answer
        failure = await client.probe() if account.company else None
        return LoginResult(failure, companies)
    finally:
        await client.aclose()
