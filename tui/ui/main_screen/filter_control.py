"""The filter in force, and the rows that match it."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from tui.filtering.groups import Grouping
from tui.filtering.history import with_filter
from tui.filtering.row_arranger import ArrangedRows
from tui.filtering.views import View
from tui.model.order_facts import OrderFacts
from tui.model.state import State
from tui.ui.main_screen.background import BackgroundArranger
from tui.ui.main_screen.cursor import Place
from tui.ui.main_screen.view_text import filter_line, problem_lines, unfinished
from tui.ui.text import Line, clip

if TYPE_CHECKING:
    from tui.filtering.change_matcher import ChangeMatcher
    from tui.filtering.lexer import QueryError
    from tui.filtering.syntax_tree import Query


class FilterControl:
    """Holds a filter. A text that can't be parsed leaves the last good filter in force."""

    def __init__(self, text: str, history: tuple[str, ...] = ()) -> None:
        self.text = ""
        self.problem: QueryError | None = None
        self.history = history
        """The filters that were used, the newest first."""
        self.place: Place | None = None
        """Where the cursor was before the filter."""
        self.pinned_id: str | None = None
        """An order that is open on its own screen: it stays listed whether it matches or not."""
        self._query: Query | None = None
        self._arranger = BackgroundArranger(self._tell_arranged)
        self.on_arranged: Callable[[], object] = lambda: None
        """Called when rows that were pending are arranged."""
        self.apply(text)

    @property
    def is_active(self) -> bool:
        return self._query is not None

    def apply(self, text: str) -> bool:
        """Put `text` in force, without a term that is invalid, as while it is being typed. Returns
        False if nothing of it can be parsed. `problem` says what is wrong.
        """
        self.problem = None
        if not text.strip():
            self.text, self._query = "", None
            return True
        # The filter language is loaded with the first filter, not before the first paint.
        from tui.filtering.lexer import QueryError
        from tui.filtering.parser import parse

        try:
            self._query = parse(text)
        except QueryError as problem:
            is_applied = False
            if problem.term is not None:
                start, end = problem.term
                is_applied = self.apply(text[:start].rstrip("-") + text[end:])
            self.problem = problem
            return is_applied
        self.text = text.strip()
        return True

    def keep_in_history(self) -> None:
        """Add the filter in force to the history."""
        if self.text:
            self.history = with_filter(self.history, self.text)

    def arrange(
        self, state: State, grouping: Grouping, view: View, now: float, observed: float | None
    ) -> ArrangedRows:
        """Return the rows that match at `now` (UTC epoch seconds), sorted and grouped. `observed`
        is the time of `observed_until`.
        """
        groups = grouping if view.groups else None
        return self._arranger.arrange(
            state, self._query, now, view.sort, self.pinned_id, groups, observed
        )

    def _tell_arranged(self) -> None:
        self.on_arranged()

    def hides(self, order: OrderFacts, now: float, observed: float | None) -> bool:
        """Return whether the filter hides `order` at `now`, were it not pinned."""
        if self._query is None:
            return False
        from tui.filtering.evaluate import Matcher
        from tui.filtering.syntax_tree import Verdict

        return Matcher(self._query, now, observed=observed)(order) is not Verdict.YES

    def change_test(self, now: float, observed: float | None) -> "ChangeMatcher | None":
        """Return what judges recorded changes at `now`; None without a filter."""
        if self._query is None:
            return None
        from tui.filtering.change_matcher import ChangeMatcher

        return ChangeMatcher(self._query, now, observed=observed)

    @property
    def depends_on_time(self) -> bool:
        """Whether time alone may change what matches."""
        if self._query is None:
            return False
        from tui.filtering.server_filters import depends_on_time

        return depends_on_time(self._query)

    def lines(
        self,
        rows: ArrangedRows,
        state: State,
        now: float,
        width: int,
        *,
        typing: bool,
        named: bool,
        clear: str,
    ) -> list[Line]:
        """Return what is said of the filter at `now`; nothing without a filter, or of one that is
        `named` by its view, once every order is searched.
        """
        if self.problem is not None:
            return problem_lines(self.problem, width)
        is_known = named and not (rows.needs_detail or unfinished(rows, state))
        if not typing and (is_known or not self.is_active):
            return []
        line = filter_line(self.text, rows, state, now, typing=typing, clear=clear)
        return [clip(line, width)]

    @property
    def only_status(self) -> str:
        """The status whose orders are shown exclusively, if the filter names exactly one."""
        if self._query is None:
            return ""
        from tui.filtering.status_choice import only_status

        return only_status(self._query)

    def with_only_status(self, word: str) -> str:
        """Return the filter with `word` as its only status, or without it if it is that already."""
        from tui.filtering.status_choice import toggle_status

        return toggle_status(self.text, word)


def completion_values(state: State) -> Mapping[str, list[str]]:
    """Return the known values of the filter's fields, to complete what is typed."""
    details = [reading.detail for reading in state.details.values()]
    jobs = [job for detail in details for job in detail.jobs]
    labels = [detail.label for detail in details] + [job.label for job in jobs]
    return {
        "status": sorted(word.lower() for word in state.status_counts),
        "profile": sorted({job.profile.name for job in jobs if job.profile.name}),
        "label": sorted({label for label in labels if label}),
    }
