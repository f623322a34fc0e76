"""A moment in the past as the history has it, and steps from one to another. Pure.

Times are UTC epoch seconds.
"""

import msgspec


class TimeStep(msgspec.Struct, frozen=True):
    """A step to a later moment, or with negative numbers to an earlier one: so many observed
    changes, then so many seconds. What one poll saw is one change.
    """

    changes: int = 0
    seconds: float = 0.0


class PastMoment(msgspec.Struct, frozen=True):
    """The moment `at` that a state is of. Nothing more will be read of it."""

    at: float
    begins: float
    """The first moment that is recorded."""
    not_polled_since: float | None = None
    """If nothing was polled then: when the last poll before was. The state is of that time."""
    polled_again: float | None = None
    """When polling went on after that; None: it did not yet."""
