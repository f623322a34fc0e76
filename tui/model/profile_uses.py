"""Which recent orders use each profile, and how long they were in TRANSCODING. Pure.

Only an order whose detail was read counts: which profiles the others have is not known.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

import msgspec

from tui.model import order as orders
from tui.model.profiles import Profile
from tui.model.state import State
from tui.model.statistics import Quantiles, quantiles

RECENT_DAYS = 30
MAX_ORDERS = 20_000
_LATEST = 10


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

    def of(self, profile_id: int) -> ProfileUse:
        return self.by_id.get(profile_id, ProfileUse())


class ProfileUseSource(Protocol):
    """Reads from the history."""

    async def order_profiles(self, start: float) -> Sequence[OrderProfiles]:
        """Return the orders that were made since `start` (UTC epoch seconds), the newest first, at
        most `MAX_ORDERS`.
        """


def find_uses(
    profiles: Sequence[Profile],
    recorded: Sequence[OrderProfiles] | None,
    state: State,
    start: float,
) -> ProfileUses:
    """Return the uses of `profiles` by the orders since `start` in the history (None: there is
    none) and in `state`.
    """
    recent = {each.order_id: each for each in recorded or ()}
    for order in state.orders:
        timed = state.details.get(order.id)
        before = recent.get(order.id)
        if order.created is None or order.created < start:
            continue
        if before is None or (timed is not None and before.profiles is None):
            found = None if timed is None else tuple(job.profile for job in timed.detail.jobs)
            recent[order.id] = OrderProfiles(order.id, order.created, found)
    newest = sorted(recent.values(), key=lambda each: -each.created)
    if len(newest) > MAX_ORDERS:
        newest = newest[:MAX_ORDERS]
        start = newest[-1].created
    users = _users(profiles, newest)
    known = sum(each.profiles is not None for each in newest)
    by_id = {profile_id: _use(each, state) for profile_id, each in users.items()}
    return ProfileUses(by_id, start, known, len(newest), recorded is not None)


def _users(
    profiles: Sequence[Profile], newest: Iterable[OrderProfiles]
) -> Mapping[int, Sequence[OrderProfiles]]:
    """Return the orders of each profile. A sub-job without the id of its profile is found by the
    name, if one profile alone has it.
    """
    names = Counter(each.name for each in profiles)
    by_key = {each.name: each.id for each in profiles if names[each.name] == 1}
    by_key |= {str(each.id): each.id for each in profiles}
    users = defaultdict[int, list[OrderProfiles]](list)
    for order in newest:
        found = (by_key.get(each.id or each.name or "") for each in order.profiles or ())
        for profile_id in {each for each in found if each is not None}:
            users[profile_id].append(order)
    return users


def _use(users: Sequence[OrderProfiles], state: State) -> ProfileUse:
    statuses = (state.index[each.order_id] for each in users if each.order_id in state.index)
    alone = [each for each in users if len(set(each.profiles or ())) == 1]
    return ProfileUse(
        len(users),
        sum(not each.phase.is_final for each in statuses),
        tuple((each.order_id, each.created) for each in users[:_LATEST]),
        _times(users),
        _times(alone),
    )


def _times(users: Iterable[OrderProfiles]) -> Quantiles | None:
    return quantiles(Counter(seconds for each in users for seconds in each.seconds))
