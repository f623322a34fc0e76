"""Judges recorded changes by a filter. The field `changed` is about a change, the others are about
its order. Pure.
"""

from collections.abc import Sequence
from datetime import tzinfo
from math import inf

from tui.filtering.evaluate import Matcher
from tui.filtering.observed_terms import At, bounds_test
from tui.filtering.server_filters import looks_at_timings, necessary_range
from tui.filtering.syntax_tree import NumberTerm, Query, Term, TimeTerm, Verdict, terms_of
from tui.model.activity import TimeVerdicts
from tui.model.observed import bounds_of
from tui.model.order_facts import OrderFacts
from tui.model.timing import Moment

_MEANINGS = {int(Verdict.NO): False, int(Verdict.UNKNOWN): None, int(Verdict.YES): True}


class ChangeMatcher:
    """Implements `ChangeTest` for `query` at `now`; the parameters are those of `Matcher`. The age
    of a change is counted from `now`, be the list stale or not.
    """

    def __init__(
        self,
        query: Query,
        now: float,
        zone: tzinfo | None = None,
        observed: float | None = None,
    ) -> None:
        def matcher(verdicts: TimeVerdicts) -> Matcher:
            changed = dict[Term, Verdict](zip(terms, map(Verdict, verdicts), strict=True))
            return Matcher(query, now, zone, observed, changed)

        terms = [
            term
            for term in dict.fromkeys(terms_of(query))
            if term.key == "changed" and isinstance(term, NumberTerm | TimeTerm)
        ]
        self._time_tests = [bounds_test(term, At(now, zone, now)) for term in terms]
        self._new_matcher = matcher
        self._matchers: dict[TimeVerdicts, Matcher] = {}
        since, until = necessary_range(query, "changed", now, zone)
        self.since = -inf if since is None else since
        self.until = inf if until is None else until
        self.looks_at_times = bool(terms)
        self.looks_at_timings = looks_at_timings(query)

    def judge_time(self, moment: Moment) -> TimeVerdicts:
        _, least, most = bounds_of(moment)
        # What was there when it was first looked for is shown at the time of that look.
        least = most if moment.after is None else least
        return tuple(int(test(least, most)) for test in self._time_tests)

    def judge(self, orders: Sequence[OrderFacts], times: TimeVerdicts) -> list[bool | None]:
        if times not in self._matchers:
            self._matchers[times] = self._new_matcher(times)
        return list(map(_MEANINGS.__getitem__, self._matchers[times].judge(orders)))
