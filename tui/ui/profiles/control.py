"""What the screen of profiles knows: what was read and when, the search, and the cursor. Pure."""

from tui.filtering.completion import as_typed
from tui.model.events import ClockReading
from tui.model.ports import Failure
from tui.model.profile_uses import ProfileUses
from tui.model.profiles import AllowedValues, EncodingProfile
from tui.ui.profile_text import matching_profiles

_OLD = 300.0
"""Seconds after which profiles may be others: nothing reads them but a key."""


class ProfilesControl:
    """The times are those at which the request was sent."""

    def __init__(self) -> None:
        self.found: tuple[EncodingProfile, ...] | None = None
        """None until they are read. They stay when a later read fails."""
        self.read_at = ClockReading(0.0, 0.0)
        self.failure: Failure | None = None
        """Why the last read failed."""
        self.failed_at = ClockReading(0.0, 0.0)
        self.is_reading = False
        self.allowed: AllowedValues | Failure | None = None
        self.uses: ProfileUses | None = None
        self.search = ""
        self.shown: tuple[EncodingProfile, ...] = ()
        """Those that match the search."""
        self._chosen: int | None = None

    def set_found(self, found: tuple[EncodingProfile, ...] | Failure, sent: ClockReading) -> None:
        if isinstance(found, Failure):
            self.failure, self.failed_at = found, sent
        else:
            unique = {each.id: each for each in found}
            self.found, self.read_at, self.failure = tuple(unique.values()), sent, None
        self._filter()

    def set_search(self, text: str) -> None:
        """Narrow the table. The cursor goes to the profile whose id is typed: it may be a part of
        the size of others.
        """
        self.search = text
        self._filter()
        named = (each.id for each in self.shown if str(each.id) == text.strip())
        self._chosen = next(named, self._chosen)

    def _filter(self) -> None:
        row = self.row
        self.shown = matching_profiles(self.found or (), self.search)
        if self.shown and all(each.id != self._chosen for each in self.shown):
            self._chosen = self.shown[min(row, len(self.shown) - 1)].id

    @property
    def row(self) -> int:
        """Where the cursor is in `shown`."""
        ids = [each.id for each in self.shown]
        return ids.index(self._chosen) if self._chosen in ids else 0

    @property
    def chosen(self) -> EncodingProfile | None:
        """The profile under the cursor."""
        return self.shown[self.row] if self.shown else None

    def choose(self, row: int) -> None:
        self._chosen = self.shown[row].id if row < len(self.shown) else None

    def choose_profile(self, profile_id: int) -> None:
        """Put the cursor on a profile, as soon as it is read."""
        self._chosen = profile_id

    def is_old(self, mono: float) -> bool:
        """True if it may have changed since it was read, or the last read failed."""
        return self.failure is not None or mono - self.read_at.mono > _OLD

    @property
    def allowed_values(self) -> AllowedValues:
        """What a profile may have, as far as it is known."""
        return self.allowed if isinstance(self.allowed, AllowedValues) else AllowedValues()


def orders_filter(profile: EncodingProfile) -> str:
    """Return the filter of the orders with a profile. An order without its name has its id."""
    return f"profile={as_typed(profile.name or str(profile.id))}"
