"""The filter language: `status:error profile:hls age<2h`.

`parse` makes a frozen tree of a text, `to_text` a text of a tree. `matcher_of` makes a tree
ready for one moment: `now` is never in the tree. Everything here is pure.
"""

from tui.model.query.asking import server_queries, depends_on_time, needs_detail, server_filters
from tui.model.query.completion import Completion, complete
from tui.model.query.errors import QueryError
from tui.model.query.keys import FIELD_EXAMPLES
from tui.model.query.matching import Matcher, match, compile_matcher
from tui.model.query.narrowing import only_status, toggle_status
from tui.model.query.parse import parse
from tui.model.query.printing import to_text
from tui.model.query.sift import FilterResult, filter_orders
from tui.model.query.tree import EVERYTHING, Verdict, Query

__all__ = [
    "EVERYTHING",
    "FIELD_EXAMPLES",
    "Completion",
    "Verdict",
    "Matcher",
    "Query",
    "QueryError",
    "FilterResult",
    "complete",
    "server_queries",
    "match",
    "compile_matcher",
    "depends_on_time",
    "needs_detail",
    "only_status",
    "parse",
    "server_filters",
    "filter_orders",
    "to_text",
    "toggle_status",
]
