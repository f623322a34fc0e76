"""What the run of a plan, and the settling of unknown outcomes, are handed."""

import asyncio
import secrets
import time
from collections.abc import Awaitable, Callable
from typing import NamedTuple

from tui.model.actions import Actions, Journal
from tui.model.ports import Api, Failure
from tui.model.profiles import CompanyApi


def new_plan_id() -> str:
    return secrets.token_hex(4)


class Wording(NamedTuple):
    """How failures and times (UTC epoch seconds) read: the words of both are `tui.formatting`'s."""

    failure: Callable[[Failure], str]
    time: Callable[[float], str]


async def _not_recorded(_: str, __: float) -> bool:
    return False


class ActionPorts(NamedTuple):
    """`who` is the user's name and host. `wall` is UTC epoch seconds. `has_run_since` returns
    whether the history saw an order run after a time. Without `company` no profiles can be read.
    """

    api: Api
    writes: Actions
    journal: Journal
    who: str
    wording: Wording
    wall: Callable[[], float] = time.time
    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep
    has_run_since: Callable[[str, float], Awaitable[bool]] = _not_recorded
    company: CompanyApi | None = None
