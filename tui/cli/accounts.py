"""The accounts of the setup screen: tried over the wire, kept in the config file."""
# FOLD """An `Api` that is made when it is first asked: httpx and the authorities of TLS take
# FOLD longer to load than the first paint may wait.
# FOLD """

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

from tui import config
from tui.clock import boottime
from tui.config import ConfigError, ResolvedSetting
from tui.folders import cache_folder
from tui.list_cache import FileListCache
from tui.model.account import Account, LoginResult
from tui.model.pages import PageRequest
from tui.model.ports import Api, DetailAnswer, ListAnswer, ListCache
from tui.model.telemetry import RequestRecord, Telemetry
from tui.rate_limit import RateLimiter
from tui.sanitize import sanitize


class LazyApi:
    """Makes the real one with `make`, in a thread, on the first call; a failure to make it
    is the call's, and the next call tries again.
    """

    def __init__(self, make: Callable[[], Api]) -> None:
        self._make = make
        self._made: Api | None = None
        self._lock = asyncio.Lock()

    async def orders(self) -> ListAnswer:
        return await (await self._api()).orders()

    async def page(self, part: PageRequest) -> ListAnswer:
        return await (await self._api()).page(part)

    async def order(self, order_id: str) -> DetailAnswer:
        return await (await self._api()).order(order_id)

    async def aclose(self) -> None:
        if self._made is not None:
            await self._made.aclose()

    async def _api(self) -> Api:
        async with self._lock:
            if self._made is None:
                self._made = await asyncio.to_thread(self._make)
            return self._made


# What would outrank a secret that is saved in the file, or lie beside it.
_OTHER_SECRETS = ("secret_command", "client_secret_file", "keyring")


class ConfigAccountStore:
    """Implements `AccountStore`. `found` is where the settings in force came from; `vitals` is
    told of every request; without `cache` no list is kept.
    """

    def __init__(
        self,
        path: Path | None,
        found: Mapping[str, ResolvedSetting],
        vitals: Telemetry,
        *,
        read_only: bool,
        cache: bool,
    ) -> None:
        self.config_path = "" if path is None else sanitize(str(path))
        self._path = path
        self._found = found
        self._read_only = read_only
        self._vitals = vitals
        self._cache = cache
        self._kept_secret = found["client_secret"].value
        self._turnstiles: dict[tuple[str, str], RateLimiter] = {}

    def overridden_by(self, key: str) -> str:
        origin = self._found[key].origin
        return origin if origin.startswith(("$", "--")) else ""

    async def try_login(self, account: Account) -> LoginResult:
        attempt = await asyncio.to_thread(_attempt)
        return await attempt(account, self._vitals.record_request, self._turnstile(account))

    async def save(self, account: Account) -> str | None:
        try:
            await asyncio.to_thread(self._save, account)
        except ConfigError as error:
            return str(error)
        return None

    def _save(self, account: Account) -> None:
        values = {key: getattr(account, key) for key in ("company", "client_id", "api_url")}
        drop: tuple[str, ...] = ()
        # A secret that came from elsewhere and is as it was stays where it is.
        if account.client_secret != self._kept_secret:
            values["client_secret"] = account.client_secret.reveal()
            drop = _OTHER_SECRETS
        config.save_values(self._path, values, drop)
        self._kept_secret = account.client_secret

    def open_api(self, account: Account) -> Api:
        self._vitals.set_token(None)  # not the one of the account before
        turnstile = self._turnstile(account)
        return LazyApi(
            lambda: create_client(account, self._vitals, turnstile, read_only=self._read_only)
        )

    def _turnstile(self, account: Account) -> RateLimiter:
        """What a server asked of these credentials holds for another company of theirs, too."""
        key = (account.api_url, account.client_id)
        return self._turnstiles.setdefault(key, RateLimiter(boottime))

    def open_cache(self, account: Account) -> ListCache | None:
        folder = cache_folder() if self._cache and not account.missing else None
        if folder is None:
            return None
        return FileListCache(
            folder, account.api_url, account.company, wall=time.time, mono=boottime
        )


def _attempt() -> Callable[
    [Account, Callable[[RequestRecord], None], RateLimiter], Awaitable[LoginResult]
]:
    """Loaded in a thread: httpx takes its time, and the screen must not wait."""
    from tui.api.login_check import check_login

    return check_login


def create_client(
    account: Account, vitals: Telemetry, turnstile: RateLimiter | None = None, *, read_only: bool
) -> Api:
    """A client that tells `vitals` of what it does. Its token ages in suspend, too."""
    from tui.api.client import Client
    from tui.cli.process_tuning import pin_mmap_threshold

    pin_mmap_threshold()  # before there is any
    return Client(
        account,
        read_only=read_only,
        monotonic=boottime,
        rate_limiter=turnstile,
        on_request=vitals.record_request,
        on_token=vitals.set_token,
    )
