"""What is shown until a person closes it, and must not get old meanwhile."""

from typing import Protocol, runtime_checkable


@runtime_checkable
class Refreshable(Protocol):
    """A screen that is brought up to date once a second."""

    def again(self) -> None: ...
