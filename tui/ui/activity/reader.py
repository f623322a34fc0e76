"""Reads the recorded changes into a window."""

from tui.model.activity import ActivityFilter, ChangeLog, Revision
from tui.ui.activity.window import ActivityWindow


class ActivityReader:
    """`window` has what was read so far. A method that was cancelled has changed nothing."""

    def __init__(self, log: ChangeLog) -> None:
        self.window = ActivityWindow()
        self.wanted = ActivityFilter()
        self.wanted_at = 0.0
        """When `wanted` was made, in UTC epoch seconds."""
        self._log = log
        self._seen = Revision()

    @property
    def problem(self) -> str:
        return self._log.problem

    @property
    def is_outdated(self) -> bool:
        """True if something new was recorded, and the window reaches up to the newest change."""
        is_at_end = self.window.first is not None and not self.window.has_newer
        return is_at_end and self._shown_part(self._log.revision) != self._shown_part(self._seen)

    def _shown_part(self, revision: Revision) -> Revision:
        return revision if self.wanted.with_progress else revision._replace(progress=0)

    @property
    def has_start(self) -> bool:
        """True if the filter has a time before which no change matches: to read again is quick."""
        return self.wanted.test is not None and self.wanted.test.since > float("-inf")

    async def read_newest(self, wanted: ActivityFilter, now: float) -> None:
        """Begin again at the newest change, with a filter that was made at `now`."""
        window, revision = ActivityWindow(), self._log.revision
        page = await self._log.older_changes(None, wanted)
        spans = await self._log.spans(window.start_with(page))
        window.add_older(page, spans)
        self.window, self.wanted, self._seen = window, wanted, revision
        self.wanted_at = now

    async def read_older(self) -> None:
        window = self.window
        page = await self._log.older_changes(window.first, self.wanted)
        window.add_older(page, await self._log.spans(window.start_with(page)))

    async def read_newer(self) -> None:
        window, revision = self.window, self._log.revision
        page = await self._log.newer_changes(window.last, self.wanted)
        window.add_newer(page, await self._log.spans(window.start_with(page)))
        self._seen = revision
