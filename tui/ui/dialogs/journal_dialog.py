"""The dialog of the journal: the latest actions, also those of other instances of the program."""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from functools import lru_cache, partial
from itertools import groupby
from operator import attrgetter
from typing import ClassVar

from textual.binding import Binding, BindingType

from tui import formatting
from tui.model.actions import Journal, JournalEntry
from tui.ui.action_words import NAMES, action_role
from tui.ui.dialogs.dialog import TextDialog
from tui.ui.text import Line, wrapped

COUNT = 200
"""Actions that are shown."""


class JournalDialog(TextDialog):
    """The key that opens the dialog closes it, too."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("J", "dismiss", "Close", id="journal.close", show=False),
    ]

    def __init__(self, journal: Journal, wall: Callable[[], float]) -> None:
        super().__init__("Journal", self._shown)
        self._journal, self._wall = journal, wall
        self._lines_for: Callable[[int], list[Line]] | None = None

    def _shown(self, width: int) -> Sequence[Line]:
        return [(("Reading…", "dim"),)] if self._lines_for is None else self._lines_for(width)

    def on_mount(self) -> None:
        # A function, not a coroutine: Python warns of one that the exit leaves unawaited.
        run: Callable[[], Awaitable[None]] = self._read
        self.run_worker(run)

    async def _read(self) -> None:
        entries, now = await self._journal.recent(COUNT), self._wall()
        lines = partial(journal_lines, entries, now, self._journal.problem)
        self._lines_for = lru_cache(1)(lines)  # it is drawn once a second
        self.refresh_content()


def journal_lines(
    entries: Sequence[JournalEntry], now: float, problem: str, width: int
) -> list[Line]:
    """The actions, the newest first, under a heading for each plan. `now` is when they were read,
    `problem` why that failed.
    """
    head = f"The latest {COUNT} actions" if len(entries) == COUNT else "All actions"
    text = f"{head}, read at {formatting.clock_time(now)}" if entries else "Nothing was sent yet"
    lines: list[Line] = [*wrapped(problem or text, width, "warning" if problem else "dim")]
    for _, group in groupby(entries, key=attrgetter("plan", "kind", "who")):
        of_plan = list(group)
        first = of_plan[-1]
        started = formatting.time_with_day(first.at, now)
        heading = f"{NAMES[first.kind]} by {first.who}, {started}, plan {first.plan}"
        lines += [(), *wrapped(heading, width, "strong")]
        for entry in of_plan:
            lines += _entry_lines(entry, now, width)
    return lines


def _entry_lines(entry: JournalEntry, now: float, width: int) -> Iterator[Line]:
    about = "  ".join(part for part in (entry.subject, entry.summary) if part)
    yield from wrapped(f"{formatting.time_short(entry.at, now)}  {about}", width, indent=2)
    outcome = formatting.describe_outcome(entry.outcome, entry.words)
    yield from wrapped(outcome, width, action_role(entry), indent=4)
