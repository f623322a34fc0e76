"""The filter language: `status:error profile:hls age<2h`.

`parse` makes a frozen tree of a text, `to_text` a text of a tree. `matcher_of` makes a tree
ready for one moment: `now` is never in the tree. Everything here is pure.
"""

from tui.model.query.asking import lookups, moves, needs_detail, server_filters
from tui.model.query.completion import Completion, complete
from tui.model.query.errors import QueryError
from tui.model.query.keys import KEYS
from tui.model.query.matching import Matcher, match, matcher_of
from tui.model.query.narrowing import only_status, toggled
from tui.model.query.parse import parse
from tui.model.query.printing import to_text
from tui.model.query.sift import Sifted, sift
from tui.model.query.tree import EVERYTHING, Match, Query

__all__ = [
    "EVERYTHING",
    "KEYS",
    "Completion",
    "Match",
    "Matcher",
    "Query",
    "QueryError",
    "Sifted",
    "complete",
    "lookups",
    "match",
    "matcher_of",
    "moves",
    "needs_detail",
    "only_status",
    "parse",
    "server_filters",
    "sift",
    "to_text",
    "toggled",
]
