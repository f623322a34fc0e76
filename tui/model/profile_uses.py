"""Which recent orders use each profile, and how long they were in TRANSCODING. Pure.

Only an order whose detail was read counts: which profiles the others have is not known.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from operator import attrgetter
from typing import NamedTuple, Protocol

import msgspec

from tui.model import order as orders
from tui.model.order import phase_of
from tui.model.profiles import EncodingProfile
from tui.model.state import State
from tui.model.statistics import Quantiles, quantiles

RECENT_DAYS = 30
MAX_ORDERS = 20_000
_LATEST = 10
_CREATED = attrgetter("created")


class OrderProfiles(msgspec.Struct, frozen=True, gc=False):
    """The profiles of an order; None if its detail was never read. `seconds` are those of its runs
    in TRANSCODING, as far as they were observed well.
    """

    order_id: str
    created: float
    profiles: tuple[orders.Profile, ...] | None = None
    seconds: tuple[int, ...] = ()


class ProfileUse(msgspec.Struct, frozen=True):
    """The orders that use one profile. `active` have not ended. `latest` are the ids and times of
    the newest. `times` are those of all its orders, `times_alone` of the ones without another
    profile.
    """

    orders: int = 0
    active: int = 0
    latest: tuple[tuple[str, float], ...] = ()
    times: Quantiles | None = None
    times_alone: Quantiles | None = None


class ProfileUses(msgspec.Struct, frozen=True):
    """The uses by the id of the profile. `known` of `count` orders since `start` count."""

    by_id: Mapping[int, ProfileUse]
    start: float
    known: int = 0
    count: int = 0
    has_history: bool = False
    """False: only the orders of which this run has the detail are known."""

    @property
    def is_complete(self) -> bool:
        """True if the details of all orders are known: else more of them may use a profile."""
        return self.has_history and self.known == self.count

    def of(self, profile_id: int) -> ProfileUse:
        return self.by_id.get(profile_id, ProfileUse())


class _User(NamedTuple):
    """An order that uses a profile; `is_alone` if it has no other one."""

    order: OrderProfiles
    is_alone: bool


class ProfileUseSource(Protocol):
    """Reads from the history."""

    async def order_profiles(self, start: float) -> Sequence[OrderProfiles]:
        """Return the orders that were made since `start` (UTC epoch seconds), the newest first, at
        most `MAX_ORDERS`.
        """


def find_uses(
    profiles: Sequence[EncodingProfile],
    recorded: Sequence[OrderProfiles] | None,
    state: State,
    start: float,
) -> ProfileUses:
    """Return the uses of `profiles` by the orders since `start` in the history (None: there is
    none) and in `state`.
    """
    recent = {each.order_id: each for each in recorded or ()}
    details = state.details
    for order in islice(state.orders, MAX_ORDERS):
        if order.created is None or order.created < start:
            continue
        before = recent.get(order.id)
        if before is None or (before.profiles is None and order.id in details):
            timed = details.get(order.id)
            found = None if timed is None else tuple(job.profile for job in timed.detail.jobs)
            recent[order.id] = OrderProfiles(order.id, order.created, found)
    newest = sorted(recent.values(), key=_CREATED, reverse=True)
    if len(newest) > MAX_ORDERS:
        newest = newest[:MAX_ORDERS]
        start = newest[-1].created
    users = _users(profiles, newest)
    known = sum(each.profiles is not None for each in newest)
    by_id = {profile_id: _use(each, state) for profile_id, each in users.items()}
    return ProfileUses(by_id, start, known, len(newest), recorded is not None)


def _users(
    profiles: Sequence[EncodingProfile], newest: Iterable[OrderProfiles]
) -> Mapping[int, Sequence[_User]]:
    """Return the orders of each profile. A sub-job without the id of its profile is found by the
    name, if one profile alone has it.
    """
    names = Counter(each.name for each in profiles)
    by_key = {each.name: each.id for each in profiles if names[each.name] == 1}
    by_key |= {str(each.id): each.id for each in profiles}
    users = defaultdict[int, list[_User]](list)
    for order in newest:
        if order.profiles:
            keys = {each.id or each.name or "" for each in order.profiles}
            user = _User(order, len(keys) == 1)
            for profile_id in {by_key[each] for each in keys if each in by_key}:
                users[profile_id].append(user)
    return users


def _use(users: Sequence[_User], state: State) -> ProfileUse:
    index = state.index
    statuses = (index[each.order_id].status for each, _ in users if each.order_id in index)
    words = Counter(statuses)
    return ProfileUse(
        len(users),
        sum(count for word, count in words.items() if not phase_of(word).is_final),
        tuple((each.order_id, each.created) for each, _ in users[:_LATEST]),
        _times(each for each, _ in users),
        _times(each for each, is_alone in users if is_alone),
    )


def _times(users: Iterable[OrderProfiles]) -> Quantiles | None:
    return quantiles(Counter(seconds for each in users for seconds in each.seconds))
