"""`python -m tests.support.acting_child FILE`: begins and finishes actions until killed.

It writes `begun KEY` and `finished KEY` as soon as the journal has returned. With a second argument
it begins one action and waits.
"""

import asyncio
import sys
import time
from pathlib import Path

from tests.support.journal_entries import entry
from tui.history.journal import SqliteJournal
from tui.model.actions import Outcome


def tell(text: str) -> None:
    print(text, flush=True)  # noqa: T201 - for the parent


async def main(path: Path, *, is_single: bool) -> None:
    journal = SqliteJournal(path, time.time)
    while True:
        key = await journal.begin(entry(at=time.time()))
        tell(f"begun {key}")
        if is_single:
            await asyncio.Event().wait()
        assert await journal.finish(key, Outcome.ACCEPTED) == ""
        tell(f"finished {key}")


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), is_single=len(sys.argv) > 2))
