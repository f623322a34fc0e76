"""The client that is opened by its first call."""

import pytest

from tests.support.app_stage import FakeApi, orders
from tui.cli.accounts import LazyApi
from tui.model.actions import Accepted, WriteFailure
from tui.model.ports import Failure, FailureKind
from tui.model.profiles import AllowedValues, ConsumedMinutes, EncodingProfile
from tui.model.server_api import ServerApi


async def test_every_call_reaches_the_client() -> None:
    profile = EncodingProfile(id=7, name="HD")
    fake = FakeApi(orders(1), company_profiles=(profile,), answers={"1-1": Accepted("x")})
    lazy = LazyApi(lambda: fake)
    assert await lazy.orders() == orders(1)
    assert await lazy.requeue("1-1") == Accepted("x")
    assert await lazy.create_order(b"order") == Accepted()
    assert await lazy.save_profile(None, b"new") == Accepted()
    assert await lazy.save_profile(7, b"changed") == Accepted()
    assert await lazy.delete_profile(7) == Accepted()
    assert fake.written == [
        ("requeue", "1-1", b""),
        ("create", "new", b"order"),
        ("save-profile", "new", b"new"),
        ("save-profile", "7", b"changed"),
        ("delete-profile", "7", b""),
    ]
    assert await lazy.profiles() == (profile,)
    assert await lazy.profile(7) == profile
    assert await lazy.allowed_values() == AllowedValues()
    assert await lazy.consumed_minutes(1, 2) == ConsumedMinutes(())
    assert fake.minutes_asked == [(1, 2)]
    await lazy.aclose()
    assert fake.closed


async def test_a_client_that_cannot_be_opened_has_sent_nothing() -> None:
    fake, fails = FakeApi(), [True]

    def create() -> ServerApi:
        if fails:
            raise OSError("no port is free")
        return fake

    lazy = LazyApi(create)
    failure = Failure(FailureKind.INTERNAL, hint="OSError")
    not_sent = WriteFailure(failure, may_have_acted=False)
    assert await lazy.requeue("1-1") == not_sent
    assert await lazy.create_order(b"") == not_sent
    assert await lazy.save_profile(None, b"") == not_sent
    assert await lazy.delete_profile(7) == not_sent
    assert await lazy.profiles() == failure
    assert await lazy.profile(7) == failure
    assert await lazy.allowed_values() == failure
    assert await lazy.consumed_minutes(1, 2) == failure
    with pytest.raises(OSError, match="no port"):
        await lazy.orders()
    fails.clear()
    assert await lazy.requeue("1-1") == Accepted()
