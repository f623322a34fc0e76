"""Which recent orders use a profile."""

import pytest

from tests.support.app_stage import order
from tui.model import profile_uses
from tui.model.events import ClockReading, DetailRead, ListLoaded
from tui.model.order import OrderDetail, Profile, Snapshot, SubJob
from tui.model.profile_uses import OrderProfiles, ProfileUse, find_uses
from tui.model.profiles import EncodingProfile
from tui.model.state import State, reduce
from tui.model.statistics import Quantiles

WEB, HLS = Profile("92", "Web 1080p"), Profile("86", "HLS")
COMPANY = (EncodingProfile(id=92, name="Web 1080p"), EncodingProfile(id=86, name="HLS"))


def recorded(number: int, *profiles: Profile, seconds: tuple[int, ...] = ()) -> OrderProfiles:
    return OrderProfiles(f"old-{number}", float(number), profiles, seconds)


def state_of(snapshot: Snapshot, *details: OrderDetail) -> State:
    at = ClockReading(2e9, 10.0)
    state = reduce(State(), ListLoaded(snapshot, at, 0.1))
    for each in details:
        state = reduce(state, DetailRead(each, at))
    return state


def test_orders_are_counted_by_the_id_of_the_profile() -> None:
    found = find_uses(
        COMPANY,
        (recorded(9, WEB, HLS, seconds=(50,)), recorded(8, WEB, WEB, seconds=(20, 30))),
        State(),
        0.0,
    )
    assert found.of(92) == ProfileUse(
        2, 0, (("old-9", 9.0), ("old-8", 8.0)), Quantiles(3, 30, 50), Quantiles(2, 20, 30)
    )
    assert found.of(86) == ProfileUse(1, 0, (("old-9", 9.0),), Quantiles(1, 50, 50))
    assert (found.known, found.count, found.has_history) == (2, 2, True)


@pytest.mark.parametrize(
    ("used", "expected"),
    [
        (Profile("92", "its name before"), (1, 0)),
        (Profile("92", None), (1, 0)),
        (Profile(None, "HLS"), (0, 1)),
        (Profile("1", "HLS"), (0, 0)),  # another profile that had this name
        (Profile(None, None), (0, 0)),
    ],
)
def test_the_id_outranks_the_name(used: Profile, expected: tuple[int, int]) -> None:
    found = find_uses(COMPANY, (recorded(1, used),), State(), 0.0)
    assert (found.of(92).orders, found.of(86).orders) == expected


def test_a_name_of_two_profiles_says_nothing() -> None:
    twins = (EncodingProfile(id=1, name="HLS"), EncodingProfile(id=2, name="HLS"))
    found = find_uses(twins, (recorded(1, Profile(None, "HLS")),), State(), 0.0)
    assert (found.of(1).orders, found.of(2).orders) == (0, 0)


def test_an_order_without_a_detail_is_not_known() -> None:
    orders = (recorded(2, WEB), OrderProfiles("old-1", 1.0))
    found = find_uses(COMPANY, orders, State(), 0.0)
    assert (found.known, found.count) == (1, 2)


def test_the_details_of_this_run_count_without_a_history() -> None:
    running, failed, unread = order(3, "TRANSCODING"), order(2, "ERROR"), order(1)
    state = state_of(
        Snapshot((running, failed, unread)),
        OrderDetail(running.id, "TRANSCODING", jobs=(SubJob(WEB),)),
        OrderDetail(failed.id, "ERROR", jobs=(SubJob(WEB), SubJob(HLS))),
    )
    found = find_uses(COMPANY, None, state, 0.0)
    assert (found.of(92).orders, found.of(92).active, found.of(86).orders) == (2, 1, 1)
    assert (found.known, found.count, found.has_history) == (2, 3, False)


def test_a_detail_that_is_newer_than_the_history_counts_once() -> None:
    one, other = order(2), order(1)
    state = state_of(Snapshot((one, other)), OrderDetail(one.id, "FINISHED", jobs=(SubJob(HLS),)))
    kept = (
        OrderProfiles(one.id, one.created or 0.0),
        OrderProfiles(other.id, other.created or 0.0, (HLS,)),
    )
    found = find_uses(COMPANY, kept, state, 0.0)
    assert (found.of(86).orders, found.known, found.count) == (2, 2, 2)


def test_older_orders_do_not_count() -> None:
    old = order(1)
    state = state_of(Snapshot((old,)), OrderDetail(old.id, "FINISHED", jobs=(SubJob(HLS),)))
    found = find_uses(COMPANY, (), state, (old.created or 0.0) + 1)
    assert (found.of(86).orders, found.count) == (0, 0)


def test_more_than_the_limit_shortens_the_period(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(profile_uses, "MAX_ORDERS", 3)
    found = find_uses(COMPANY, [recorded(each, WEB) for each in range(9, 0, -1)], State(), 0.0)
    assert (found.start, found.count, found.of(92).orders) == (7.0, 3, 3)


def test_the_newest_orders_are_named() -> None:
    found = find_uses(COMPANY, [recorded(each, WEB) for each in range(30)], State(), 0.0)
    assert [at for _, at in found.of(92).latest] == [float(each) for each in range(29, 19, -1)]
