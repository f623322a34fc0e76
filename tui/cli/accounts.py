"""The accounts of the account screen: logged in to over HTTP, saved in the config file."""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from importlib import import_module
from pathlib import Path

from tui.cli.acting import open_journal
from tui.cli.stores import error_of
from tui.clock import Clock, boottime
from tui.config.editor import save_values
from tui.config.loader import ResolvedSetting
from tui.list_cache import FileListCache
from tui.model.account import Account, LoginResult
from tui.model.actions import Journal, WriteAnswer, WriteFailure
from tui.model.history import History
from tui.model.pages import PageRequest
from tui.model.ports import DetailAnswer, Failure, FailureKind, ListAnswer, ListCache
from tui.model.profiles import AllowedValues, ConsumedMinutes, EncodingProfile
from tui.model.server_api import ServerApi
from tui.model.telemetry import Telemetry
from tui.rate_limit import RateLimiter
from tui.sanitize import sanitize

_M_MMAP_THRESHOLD, _THRESHOLD = -3, 128 * 1024  # of malloc.h
_OTHER_SECRET_KEYS = ("secret_command", "client_secret_file", "keyring")


class LazyApi:
    """Implements `ServerApi`. Calls `create` in a thread on the first request, and again if it
    failed. Importing httpx and loading the TLS certificates would delay the first frame by 55 ms.
    """

    def __init__(self, create: Callable[[], ServerApi]) -> None:
        self._create = create
        self._api: ServerApi | None = None
        self._lock = asyncio.Lock()

    async def orders(self) -> ListAnswer:
        return await (await self._ready()).orders()

    async def page(self, part: PageRequest) -> ListAnswer:
        return await (await self._ready()).page(part)

    async def order(self, order_id: str) -> DetailAnswer:
        return await (await self._ready()).order(order_id)

    async def company_name(self) -> str:
        return await (await self._ready()).company_name()

    async def profiles(self) -> tuple[EncodingProfile, ...] | Failure:
        api = await self._opened()
        return api if isinstance(api, Failure) else await api.profiles()

    async def profile(self, profile_id: int) -> EncodingProfile | Failure:
        api = await self._opened()
        return api if isinstance(api, Failure) else await api.profile(profile_id)

    async def allowed_values(self) -> AllowedValues | Failure:
        api = await self._opened()
        return api if isinstance(api, Failure) else await api.allowed_values()

    async def consumed_minutes(self, start: float, end: float) -> ConsumedMinutes | Failure:
        api = await self._opened()
        return api if isinstance(api, Failure) else await api.consumed_minutes(start, end)

    async def requeue(self, order_id: str) -> WriteAnswer:
        api = await self._opened()
        return _not_sent(api) if isinstance(api, Failure) else await api.requeue(order_id)

    async def create_order(self, order: bytes) -> WriteAnswer:
        api = await self._opened()
        return _not_sent(api) if isinstance(api, Failure) else await api.create_order(order)

    async def save_profile(self, profile_id: int | None, profile: bytes) -> WriteAnswer:
        api = await self._opened()
        return (
            _not_sent(api)
            if isinstance(api, Failure)
            else await api.save_profile(profile_id, profile)
        )

    async def delete_profile(self, profile_id: int) -> WriteAnswer:
        api = await self._opened()
        return _not_sent(api) if isinstance(api, Failure) else await api.delete_profile(profile_id)

    async def aclose(self) -> None:
        if self._api is not None:
            await self._api.aclose()

    async def _opened(self) -> ServerApi | Failure:
        try:
            return await self._ready()
        except Exception as error:  # noqa: BLE001 - a call may not end the program
            return Failure(FailureKind.INTERNAL, hint=type(error).__name__)

    async def _ready(self) -> ServerApi:
        async with self._lock:
            if self._api is None:
                self._api = await asyncio.to_thread(self._create)
            return self._api


def _not_sent(failure: Failure) -> WriteFailure:
    return WriteFailure(failure, may_have_acted=False)


class ConfigAccountStore:
    """Implements `AccountStore`. `resolved` has the origins of the settings; `telemetry` records
    every request; without a `cache_folder` no list is cached; `history` opens an account's history;
    its journal is in the `state_folder`.
    """

    def __init__(
        self,
        path: Path | None,
        resolved: Mapping[str, ResolvedSetting],
        telemetry: Telemetry,
        *,
        read_only: bool,
        cache_folder: Path | None,
        state_folder: Path | None,
        history: Callable[[Account], History | None],
    ) -> None:
        self.config_path = "" if path is None else sanitize(str(path))
        self._path = path
        self._resolved = resolved
        self._telemetry = telemetry
        self._read_only = read_only
        self._cache_folder = cache_folder
        self._state_folder = state_folder
        self._history = history
        self._saved_secret = resolved["client_secret"].value
        self._limiters: dict[tuple[str, str], RateLimiter] = {}

    def overridden_by(self, key: str) -> str:
        origin = self._resolved[key].origin
        return origin if origin.startswith(("$", "--")) else ""

    async def try_login(self, account: Account) -> LoginResult:
        # It imports httpx: in the event loop that would delay everything else by 80 ms.
        module = await asyncio.to_thread(import_module, "tui.api.login_check")
        result: LoginResult = await module.check_login(
            account,
            module.Hooks(self._telemetry.record_request),
            self._limiter(account),
            read_only=self._read_only,
        )
        return result

    async def save(self, account: Account) -> str | None:
        return await error_of(self._save, account)

    def _save(self, account: Account) -> None:
        values = {key: getattr(account, key) for key in ("company", "client_id", "api_url")}
        drop: tuple[str, ...] = ()
        # An unchanged secret of another origin stays there.
        if account.client_secret != self._saved_secret:
            values["client_secret"] = account.client_secret.reveal()
            drop = _OTHER_SECRET_KEYS
        save_values(self._path, values, drop)
        self._saved_secret = account.client_secret

    def open_api(self, account: Account) -> ServerApi:
        self._telemetry.set_token(None)  # not that of the account before
        limiter = self._limiter(account)
        return LazyApi(
            lambda: create_client(account, self._telemetry, limiter, read_only=self._read_only)
        )

    def _limiter(self, account: Account) -> RateLimiter:
        """Servers limit all companies of the same credentials together."""
        key = (account.api_url, account.client_id)
        return self._limiters.setdefault(key, RateLimiter(boottime))

    def open_cache(self, account: Account) -> ListCache | None:
        if self._cache_folder is None or account.missing:
            return None
        return FileListCache(self._cache_folder, account.api_url, account.company, Clock())

    def open_history(self, account: Account) -> History | None:
        return None if account.missing else self._history(account)

    def open_journal(self, account: Account) -> Journal | None:
        return open_journal(self._state_folder, account)


def create_client(
    account: Account, telemetry: Telemetry, limiter: RateLimiter | None = None, *, read_only: bool
) -> ServerApi:
    """Create a client that records its requests in `telemetry`."""
    from tui.api.client import Client, Hooks

    pin_mmap_threshold()  # before the first large response
    return Client(
        account,
        read_only=read_only,
        rate_limiter=limiter,
        hooks=Hooks(telemetry.record_request, telemetry.set_token),
    )


def pin_mmap_threshold() -> None:
    """Let glibc return every large block to the system when it is freed.

    That is its default, but freeing a large block raises the threshold: later blocks up to that
    size come from the heap, where small ones keep the memory of freed ones in use. It was 35 MB
    after a list of 100,000 orders had been read a few times.
    """
    import ctypes

    with suppress(OSError, AttributeError):  # another C library
        ctypes.CDLL(None).mallopt(_M_MMAP_THRESHOLD, _THRESHOLD)
