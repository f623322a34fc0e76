"""What the app acts with in tests."""

import asyncio
from collections.abc import Sequence

from tests.support.acting import MemoryJournal
from tests.support.fake_company import FakeCompany
from tui.model.actions import Guard
from tui.ui.services import ActionServices


def acting(
    company: FakeCompany | None = None,
    journal: MemoryJournal | None = None,
    guards: Sequence[Guard] = (),
) -> ActionServices:
    """Return what acts on `company`. It waits for nothing."""
    company = company or FakeCompany()
    return ActionServices(
        company,
        company,
        journal or MemoryJournal(),
        "anna@wall",
        guards,
        sleep=lambda _: asyncio.sleep(0),
    )
