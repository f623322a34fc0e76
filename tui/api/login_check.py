"""Tries an account for real, as the setup screen and `config check` need it."""
# FOLD """The answer of `current_user` to the companies that it tells of. Its shape is written
# FOLD nowhere (D only names the call), so whatever looks like a company is read.
# FOLD """

from collections.abc import Callable, Mapping

from tui.api.client import Client
from tui.api.json_reader import each_of, loads, text_of
from tui.model.account import Account, Company, LoginResult
from tui.model.order import is_id
from tui.model.ports import Failure
from tui.model.telemetry import RequestRecord
from tui.rate_limit import RateLimiter


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


_PLACES = ("companies", "company_set", "company", "company_id")
_MOST = 200


def read_companies(body: bytes) -> tuple[Company, ...]:
    """Return the companies that the answer names and that a path can name. Raises `InvalidJson`."""
    answer = loads(body)
    if not isinstance(answer, dict):
        return ()
    found = {
        company.id: company
        for place in _PLACES
        for item in each_of(answer.get(place))
        if (company := _company(item)) is not None
    }
    return tuple(found.values())[:_MOST]


def _company(item: object) -> Company | None:
    """A company as an object, or as its bare id."""
    if not isinstance(item, Mapping):
        item = {"id": item}
    number = next((id_ for key in ("id", "company_id") if (id_ := text_of(item.get(key)))), None)
    if number is None or not is_id(number):  # it could not be asked for
        return None
    return Company(number, text_of(item.get("name")) or "")
