"""Filters, sorts and counts many orders in a thread: the event loop goes on meanwhile."""

import asyncio
from collections.abc import Callable
from functools import partial
from operator import attrgetter
from typing import TypeVar

from msgspec.structs import replace

from tui.filtering.groups import Grouping
from tui.filtering.row_arranger import (
    MANY_ORDERS,
    ArrangedRows,
    RowArranger,
    in_groups,
    reads_history,
    uses_timings,
)
from tui.filtering.sorting import NEWEST_FIRST, Sort
from tui.filtering.syntax_tree import EVERYTHING, Query
from tui.model.state import State

_Result = TypeVar("_Result")

_ID = attrgetter("id")


class BackgroundCall:
    """Calls functions in a thread, one at a time."""

    def __init__(self) -> None:
        self._task: asyncio.Task[None] | None = None

    def start(self, run: Callable[[], _Result], done: Callable[[_Result], object]) -> None:
        """Call `run` in a thread, then `done` with what it returns; nothing while another one
        runs. Raises what the one before has raised.
        """
        if self.is_running:
            return
        if self._task is not None:
            self._task.result()
        self._task = asyncio.create_task(_call(run, done))

    @property
    def is_running(self) -> bool:
        return self._task is not None and not self._task.done()


async def _call(run: Callable[[], _Result], done: Callable[[_Result], object]) -> None:
    done(await asyncio.to_thread(run))


class BackgroundArranger:
    """Arranges rows as `RowArranger` does; many of them, by what the history knows, in a thread.
    Calls `on_arranged` after that.

    Until then the rows are the last ones of the same filter. Those of another one would look like
    matches, so there are none.
    """

    def __init__(self, on_arranged: Callable[[], None]) -> None:
        self._on_arranged = on_arranged
        self._arranger = RowArranger()
        self._call = BackgroundCall()
        self._last = ArrangedRows(())
        self._arranged_for: tuple[State, Query | None, Sort] = (State(), EVERYTHING, NEWEST_FIRST)

    def arrange(
        self,
        state: State,
        query: Query | None,
        now: float,
        sort: Sort,
        pinned_id: str | None,
        grouping: Grouping | None,
        observed: float | None,
    ) -> ArrangedRows:
        """See `RowArranger.arrange`."""
        key = (state, query, now, sort, pinned_id)
        if not self._call.is_running:
            run = partial(self._arranger.arrange, *key, grouping=grouping, observed=observed)
            is_long = (
                state.past is None
                and len(state.orders) > MANY_ORDERS
                and uses_timings(query, sort)
                and not self._arranger.is_arranged(*key)
            )
            if not is_long:
                self._keep(run(), state, query, sort)
                return self._last
            self._call.start(run, partial(self._take, state, query, sort))
        return self._meanwhile(state, query, now, sort, grouping)

    def _keep(self, rows: ArrangedRows, state: State, query: Query | None, sort: Sort) -> None:
        self._last, self._arranged_for = rows, (state, query, sort)

    def _take(self, state: State, query: Query | None, sort: Sort, rows: ArrangedRows) -> None:
        self._keep(rows, state, query, sort)
        self._on_arranged()

    def _meanwhile(
        self, state: State, query: Query | None, now: float, sort: Sort, grouping: Grouping | None
    ) -> ArrangedRows:
        """Return the rows to show until those of the present filter, sort and list are arranged."""
        last, (last_state, last_query, last_sort) = self._last, self._arranged_for
        is_other = query is not last_query or state.past is not last_state.past
        needs_all = reads_history(query, sort)
        # The rows were arranged while the history was being read.
        is_unread = needs_all and state.has_all_timings and not last_state.has_all_timings
        is_pending = is_other or is_unread or sort != last_sort
        if is_other:
            last = ArrangedRows(state.orders if query is None else ())
        elif state.orders is not last_state.orders:
            known = {**state.index, **state.gone} if state.gone else state.index
            last = replace(last, rows=tuple(filter(None, map(known.get, map(_ID, last.rows)))))
        elif not is_pending:
            return last
        last = replace(last, groups=(), is_pending=is_pending, needs_all_timings=needs_all)
        if grouping is not None:
            last = in_groups(state, grouping, last, now, keep_empty=query is None)
        if not is_pending:
            self._keep(last, state, query, sort)
        return last
