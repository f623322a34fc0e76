"""Whether the screen follows the newest active order."""

IDLE = 120.0
"""Seconds without a key or a click after which it follows again."""


class FollowControl:
    """Follows until the user moves the cursor, and again once no key was pressed for `IDLE`
    seconds. Times are of the monotonic clock.
    """

    def __init__(self, *, enabled: bool, moved: bool, now: float) -> None:
        """`moved`: the cursor is where the user left it in an earlier run."""
        self.enabled = enabled
        self._moved = moved
        self._touched_at = now

    def touch(self, now: float) -> None:
        """The user pressed a key or clicked."""
        if self._moved and now - self._touched_at >= IDLE:
            self._moved = False
        self._touched_at = now

    def move(self, now: float) -> None:
        """The user moved the cursor or scrolled."""
        self._moved = True
        self._touched_at = now

    def toggle(self, now: float) -> bool:
        """Follow from now on, or not any more; return which."""
        self.enabled = not self.is_following(now)
        self._moved = False
        return self.enabled

    def is_following(self, now: float) -> bool:
        return self.enabled and (not self._moved or now - self._touched_at >= IDLE)
