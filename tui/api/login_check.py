"""Checks an account for the account screen."""

from tui.api.client import NO_HOOKS, Client, Hooks
from tui.model.account import Account, LoginResult
from tui.model.ports import Failure
from tui.rate_limit import RateLimiter


async def check_login(
    account: Account,
    hooks: Hooks = NO_HOOKS,
    rate_limiter: RateLimiter | None = None,
    *,
    read_only: bool = False,
) -> LoginResult:
    """Log in, read the companies, and request one order of the account's company, if it has one."""
    client = Client(account, read_only=read_only, hooks=hooks, rate_limiter=rate_limiter)
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
