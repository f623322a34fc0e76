"""When the screen follows the newest active order."""

from tui.ui.main_screen.follow_control import IDLE, FollowControl


def control(*, enabled: bool = True, moved: bool = False) -> FollowControl:
    return FollowControl(enabled=enabled, moved=moved, now=0.0)


def test_it_follows_until_the_cursor_is_moved() -> None:
    follow = control()
    follow.touch(5.0)
    assert follow.is_following(5.0)
    follow.move(5.0)
    assert not follow.is_following(5.0)


def test_it_follows_again_when_the_keyboard_is_left_alone() -> None:
    follow = control()
    follow.touch(5.0)
    follow.move(5.0)
    follow.touch(100.0)  # any key
    assert not follow.is_following(100.0 + IDLE - 1)
    assert follow.is_following(100.0 + IDLE)
    follow.touch(100.0 + IDLE)  # a key that moves nothing changes nothing
    assert follow.is_following(101.0 + IDLE)


def test_the_wheel_is_no_key_and_counts_as_one() -> None:
    follow = control()
    follow.move(IDLE * 3)
    assert not follow.is_following(IDLE * 4 - 1)
    assert follow.is_following(IDLE * 4)


def test_the_cursor_of_an_earlier_run_stays_until_the_keyboard_is_left_alone() -> None:
    follow = control(moved=True)
    assert not follow.is_following(0.0)
    assert follow.is_following(IDLE)


def test_it_is_switched_off_and_on() -> None:
    follow = control()
    assert not follow.toggle(1.0)
    assert not follow.is_following(IDLE * 9)
    assert follow.toggle(IDLE * 9)
    follow.move(IDLE * 9)
    assert follow.toggle(IDLE * 9 + 1)  # it was interrupted: it goes on at once
    assert follow.is_following(IDLE * 9 + 1)


def test_the_setting_switches_it_off() -> None:
    assert not control(enabled=False).is_following(IDLE * 9)
