"""What the guards say of profiles."""

import pytest

from tui.actions.guards import Ruling
from tui.actions.profile_guards import rule_profile
from tui.model.actions import ActionKind, Guard
from tui.model.profiles import EncodingProfile

SAVE, DELETE = ActionKind.SAVE_PROFILE, ActionKind.DELETE_PROFILE
UHD = EncodingProfile(id=7, name="UHD 4k")


@pytest.mark.parametrize(
    ("guard", "denial"),
    [
        (Guard("", DELETE, deny=True, reason="ask Ana"), "ask Ana"),
        (Guard("profile:4k", DELETE, deny=True, reason="ask Ana"), "ask Ana"),
        (Guard("profile:hls", DELETE, deny=True), ""),
        (Guard("profile:4k", SAVE, deny=True), ""),
        (Guard("-profile:4k", DELETE, deny=True), ""),
        (
            Guard("status:error profile:4k", DELETE, deny=True, reason="ask Ana"),
            "the guard 'status:error profile:4k' cannot be checked for a profile (ask Ana)",
        ),
        (Guard("status:error", SAVE, deny=True), ""),
        (Guard("", None, problem="action is no text"), "action is no text (in the config file)"),
        (Guard("profile:(", DELETE), "the filter of a guard cannot be read (in the config file)"),
    ],
)
def test_a_guard_denies_what_it_is_about_and_what_it_can_not_judge(
    guard: Guard, denial: str
) -> None:
    assert rule_profile([guard], DELETE, UHD, 0.0).denial == denial


def test_a_guard_may_ask_for_the_id() -> None:
    guard = Guard("profile:4k", SAVE, type_id=True, reason="used by all")
    assert rule_profile([guard], SAVE, UHD, 0.0) == Ruling(type_id=True, reason="used by all")
