"""What the server is to look for itself, where a filter leaves too much to be read. Pure."""

from typing import TYPE_CHECKING

import msgspec

from tui.model.page import ServerFilters
from tui.model.served import SearchResult, Heed, detail_only_filter, filter_names, nowhere
from tui.model.state import State

if TYPE_CHECKING:
    from tui.model.query import Query


class ServerSearchPlan(msgspec.Struct, frozen=True):
    """What the server is asked, and its answers so far; `awaited` as long as one is still to come.
    Of `undecided`, which it has found, only a detail tells whether they do match. `ignored` are
    the filters that would be of use to it, if it did not ignore them.
    """

    asks: tuple[ServerFilters, ...] = ()
    answers: tuple[SearchResult, ...] = ()
    is_pending: bool = False
    needs_detail: tuple[str, ...] = ()
    ignored: frozenset[str] = frozenset()

    @property
    def found(self) -> tuple[SearchResult, ...]:
        """The answers that are to be believed."""
        return tuple(a for a in self.answers if a.heed is Heed.YES and not a.failed)


def plan_server_search(state: State, query: "Query", undecided: tuple[str, ...], now: float) -> ServerSearchPlan:
    """What to ask at `now` (UTC epoch seconds), and what is known of that. Where all that is listed
    is known, no server tells more of what the list says.
    """
    from tui.model.query import server_queries  # noqa: PLC0415 - who never filters

    jobs = (job for reading in state.details.values() for job in reading.detail.jobs)
    names = {job.profile.name for job in jobs if job.profile.name}
    wished, asks = server_queries(query, now, names), server_queries(query, now, names, state.ignored)
    if not state.is_partly_read:
        wished, asks = (tuple(filter(detail_only_filter, each)) for each in (wished, asks))
    if not asks:
        useful = {name for each in wished for name in filter_names(each)}
        return ServerSearchPlan(ignored=state.ignored & useful)
    asks, answers = _with_proof(state, asks)
    awaited = any(each not in state.search_results for each in asks)
    sought = ServerSearchPlan(asks, answers, awaited)
    ids = frozenset[str]().union(*(each.ids for each in sought.found if each.whole))
    found = tuple(each for each in undecided if each in ids)
    return msgspec.structs.replace(sought, needs_detail=found)


def _with_proof(
    state: State, asks: tuple[ServerFilters, ...]
) -> tuple[tuple[ServerFilters, ...], tuple[SearchResult, ...]]:
    """The answers; where they alone do not tell whether the server looks, it is asked what does."""
    answers = tuple(state.search_results[each] for each in asks if each in state.search_results)
    hidden = detail_only_filter(asks[0])
    if not hidden or all(each.heed is Heed.YES or each.failed for each in answers):
        return asks, answers
    proof = nowhere(hidden)
    told = state.search_results.get(proof)
    if told is None or told.heed is not Heed.YES:
        return (*asks, proof), answers
    return asks, tuple(msgspec.structs.replace(each, heed=Heed.YES) for each in answers)
