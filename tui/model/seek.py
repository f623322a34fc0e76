"""What the server is to look for itself, where a filter leaves too much to be read. Pure."""

from typing import TYPE_CHECKING

import msgspec

from tui.model.page import ServerFilters
from tui.model.served import Finding, Heed, hidden_in, names_in, nowhere
from tui.model.state import State

if TYPE_CHECKING:
    from tui.model.query import Query


class Sought(msgspec.Struct, frozen=True):
    """What the server is asked, and its answers so far; `awaited` as long as one is still to come.
    Of `undecided`, which it has found, only a detail tells whether they do match. `ignored` are
    the filters that would be of use to it, if it did not ignore them.
    """

    asks: tuple[ServerFilters, ...] = ()
    answers: tuple[Finding, ...] = ()
    awaited: bool = False
    undecided: tuple[str, ...] = ()
    ignored: frozenset[str] = frozenset()

    @property
    def found(self) -> tuple[Finding, ...]:
        """The answers that are to be believed."""
        return tuple(a for a in self.answers if a.heed is Heed.YES and not a.failed)


def sought_of(state: State, query: "Query", undecided: tuple[str, ...], now: float) -> Sought:
    """What to ask at `now` (UTC epoch seconds), and what is known of that. Where all that is listed
    is known, no server tells more of what the list says.
    """
    from tui.model.query import lookups  # noqa: PLC0415 - who never filters

    jobs = (job for reading in state.details.values() for job in reading.detail.jobs)
    names = {job.profile.name for job in jobs if job.profile.name}
    wished, asks = lookups(query, now, names), lookups(query, now, names, state.ignored)
    if not state.is_partly_read:
        wished, asks = (tuple(filter(hidden_in, each)) for each in (wished, asks))
    if not asks:
        useful = {name for each in wished for name in names_in(each)}
        return Sought(ignored=state.ignored & useful)
    asks, answers = _with_proof(state, asks)
    awaited = any(each not in state.findings for each in asks)
    sought = Sought(asks, answers, awaited)
    ids = frozenset[str]().union(*(each.ids for each in sought.found if each.whole))
    found = tuple(each for each in undecided if each in ids)
    return msgspec.structs.replace(sought, undecided=found)


def _with_proof(
    state: State, asks: tuple[ServerFilters, ...]
) -> tuple[tuple[ServerFilters, ...], tuple[Finding, ...]]:
    """The answers; where they alone do not tell whether the server looks, it is asked what does."""
    answers = tuple(state.findings[each] for each in asks if each in state.findings)
    hidden = hidden_in(asks[0])
    if not hidden or all(each.heed is Heed.YES or each.failed for each in answers):
        return asks, answers
    proof = nowhere(hidden)
    told = state.findings.get(proof)
    if told is None or told.heed is not Heed.YES:
        return (*asks, proof), answers
    return asks, tuple(msgspec.structs.replace(each, heed=Heed.YES) for each in answers)
