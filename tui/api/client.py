"""The one client of the API (letters as in api.md). Implements `Api` and `Actions`.

Paths are made of quoted parts here and sent to the one configured origin by `Wire`.
"""

import asyncio
import ssl
import time
from collections.abc import Callable

from tui.api.companies import read_companies
from tui.api.detail import read_detail
from tui.api.kept import Kept
from tui.api.listcall import ListCall, unreadable
from tui.api.loose import NotJson, WrongShape
from tui.api.tokens import Tokens
from tui.api.turnstile import Turnstile
from tui.api.wire import Ask, Wire
from tui.model.account import Account, Company
from tui.model.events import Moment
from tui.model.order import OrderDetail, Snapshot
from tui.model.origin import media_path
from tui.model.page import Page, Part
from tui.model.ports import Failure, Trouble
from tui.model.vitals import Exchange, Kind, TokenLife

DEADLINE = 10.0
"""Seconds for each whole call, the token's included."""

LIST_CAP = 128 * 1024 * 1024
BODY_CAP = 4 * 1024 * 1024
"""Bytes of a decoded body; a million orders are 82 MB."""


class ReadOnly(Exception):
    """A write was asked of a client that was made read-only."""


class Client:
    """Speaks to one company of one server.

    `clock` is wall time in UTC epoch seconds, `monotonic` counts seconds. Clients of the same
    account share a `turnstile`. `tell` hears of every request when it is over, `tell_token` of
    each token. The instance belongs to one event loop.
    """

    def __init__(  # noqa: PLR0913 - what tests and cli hand in, all but one with defaults
        self,
        account: Account,
        *,
        read_only: bool = False,
        deadline: float = DEADLINE,
        list_cap: int = LIST_CAP,
        verify: ssl.SSLContext | None = None,
        clock: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
        turnstile: Turnstile | None = None,
        tell: Callable[[Exchange], None] = lambda _: None,
        tell_token: Callable[[TokenLife | None], None] = lambda _: None,
    ) -> None:
        self._account = account
        self._read_only = read_only
        self._deadline = deadline
        self._list_cap = list_cap
        self._clock = clock
        self._tokens = Tokens(self._request_token, lambda: Moment(clock(), monotonic()), tell_token)
        self._list = ListCall(self._get_list, clock)
        self._slash: dict[Kind, bool] = {}
        turnstile = turnstile or Turnstile(monotonic)
        self._wire = Wire(account.api_url, deadline, verify, clock, turnstile, tell)

    async def orders(self) -> Snapshot | Page | Failure:
        """`GET /v1/media/{company}/transcode/` (S); its newest page where the server gives the
        list in pieces (O).
        """
        return await self._list.newest()

    async def page(self, part: Part) -> Snapshot | Page | Failure:
        """The same call for another piece (O)."""
        return await self._list.piece(part)

    async def order(self, order_id: str) -> OrderDetail | Failure:
        """`GET /v1/media/{company}/transcode/{order_id}/` (S)."""
        body = await self._get("order", self._path("transcode", order_id), BODY_CAP)
        if isinstance(body, Failure):
            return body
        try:
            return read_detail(body, order_id, self._clock())
        except (NotJson, WrongShape) as error:
            return unreadable(error)

    async def log_in(self) -> Failure | None:
        """Ask for a token."""
        try:
            async with asyncio.timeout(self._deadline):
                token = await self._tokens.get(self._tokens.failures)
        except TimeoutError:
            return Failure(Trouble.SLOW)
        return token if isinstance(token, Failure) else None

    async def companies(self) -> tuple[Company, ...] | Failure:
        """`GET /v1/companies/current_user/` (D): the companies that it tells, maybe none."""
        body = await self._authorised(
            Ask("companies", "GET", "/v1/companies/current_user/", BODY_CAP)
        )
        if isinstance(body, Failure):
            return body
        try:
            return read_companies(body)
        except NotJson as error:
            return unreadable(error)

    async def probe(self) -> Failure | None:
        """Ask for one order of the list: may these credentials read this company's? A server
        that knows no `limit` sends the whole array, which is as good an answer.
        """
        body = await self._get_list("?limit=1")
        answer = body if isinstance(body, Failure) else self._list.read(body)
        return answer if isinstance(answer, Failure) else None

    async def requeue(self, order_id: str) -> Failure | None:
        """`POST /v1/media/{company}/transcode_requeue/{order_id}/` (D, O). Sent once.

        Raises `ReadOnly` where the client was made so.
        """
        answer = await self._post(self._path("transcode_requeue", order_id) + "/")
        return answer if isinstance(answer, Failure) else None

    async def aclose(self) -> None:
        await self._wire.aclose()

    def _path(self, *parts: str) -> str:
        return media_path(self._account.company, *parts)

    async def _get_list(self, query: str, kept: Kept | None = None) -> bytes | Failure:
        return await self._get("orders", self._path("transcode"), self._list_cap, query, kept)

    async def _get(
        self, kind: Kind, path: str, cap: int, query: str = "", kept: Kept | None = None
    ) -> bytes | Failure:
        """GET in the form of the path that this server knows.

        The sources write paths with and without the trailing slash. Where one answers
        404 or redirects to the other, the other is tried once, and what worked is kept.
        """
        slash = self._slash.get(kind, self._slash.get("orders", True))
        ask = Ask(kind, "GET", path + "/" * slash + query, cap, kept=kept)
        answer = await self._authorised(ask)
        settled = self._slash.get(kind) is not None and kind != "orders"
        if isinstance(answer, Failure) and not settled and _wants_other_form(answer, path):
            slash = not slash
            other = await self._authorised(ask._replace(path=path + "/" * slash + query))
            # The first answer stands where the second is no better.
            answer = answer if isinstance(other, Failure) else other
        if not isinstance(answer, Failure):
            self._slash[kind] = slash
        return answer

    async def _post(self, path: str) -> bytes | Failure:
        if self._read_only:
            raise ReadOnly("this client refuses every write")
        return await self._authorised(Ask("write", "POST", path, BODY_CAP))

    async def _authorised(self, ask: Ask) -> bytes | Failure:
        """One call under one deadline, with a new token after the first 401.

        A 401 means that nothing was done, so even a write may follow it.
        """
        try:
            async with asyncio.timeout(self._deadline):
                answer: bytes | Failure = Failure(Trouble.CREDENTIALS)
                failures = self._tokens.failures
                for _ in range(2):
                    token = await self._tokens.get(failures)
                    if isinstance(token, Failure):
                        return token
                    bearer = {"Authorization": f"Bearer {token.reveal()}"}
                    answer = await self._wire.send(ask, bearer)
                    if not isinstance(answer, Failure) or answer.status != 401:
                        return answer
                    self._tokens.drop(token)
                return answer
        except TimeoutError:
            return Failure(Trouble.SLOW)

    async def _request_token(self) -> bytes | Failure:
        """`POST /v1/oauth2/access_token/` (D)."""
        form = {
            "client_id": self._account.client_id,
            "client_secret": self._account.client_secret.reveal(),
            "grant_type": "client_credentials",
        }
        ask = Ask("token", "POST", "/v1/oauth2/access_token/", BODY_CAP, form)
        answer = await self._wire.send(ask, {})
        if isinstance(answer, Failure) and answer.status in (400, 401, 403):
            return Failure(Trouble.CREDENTIALS, answer.status)
        if isinstance(answer, Failure) and answer.trouble is Trouble.MISSING:
            # Not the order that was asked for is missing, but the API itself.
            return Failure(Trouble.STATUS, answer.status)
        return answer


def _wants_other_form(failure: Failure, path: str) -> bool:
    if failure.trouble is Trouble.REDIRECTED:
        return failure.hint.rstrip("/") == path
    return failure.trouble is Trouble.MISSING
