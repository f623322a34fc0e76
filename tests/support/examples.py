"""How many examples a property test runs: few in the quick tier, all of them in the full one.

`tests/conftest.py` registers the profiles; `--hypothesis-profile full` selects the second.
"""

from collections.abc import Callable
from typing import Any

from hypothesis import settings

QUICK, FULL = "quick", "full"
_QUICK_SHARE = 0.05


def register_profiles() -> None:
    """Make `quick` the default profile.

    Neither has a deadline for one example: on a busy machine it would fail at random.
    """
    settings.register_profile(QUICK, max_examples=25, deadline=None)
    settings.register_profile(FULL, max_examples=100, deadline=None)
    settings.load_profile(QUICK)


def thorough(examples: int) -> Callable[[Any], Any]:
    """Run `examples` in the full profile, 5 % of them in the quick one."""
    if settings.get_current_profile_name() != FULL:
        examples = round(examples * _QUICK_SHARE)
    return settings(max_examples=examples)
