"""The filter language: `status:error profile:hls age<2h`.

`parse` makes a frozen tree of a text, `to_text` a text of a tree. `matcher_of` makes a tree
ready for one moment: `now` is never in the tree. Everything here is pure.
"""

from tui.filtering.completion import Completion, complete
from tui.filtering.evaluate import FilterResult, Matcher, compile_matcher, filter_orders, match
from tui.filtering.lexer import QueryError
from tui.filtering.parser import parse
from tui.filtering.printer import only_status, to_text, toggle_status
from tui.filtering.server_filters import (
    depends_on_time,
    needs_detail,
    server_filters,
    server_queries,
)
from tui.filtering.syntax_tree import EVERYTHING, Query, Verdict
from tui.filtering.terms import FIELD_EXAMPLES

__all__ = [
    "EVERYTHING",
    "FIELD_EXAMPLES",
    "Completion",
    "FilterResult",
    "Matcher",
    "Query",
    "QueryError",
    "Verdict",
    "compile_matcher",
    "complete",
    "depends_on_time",
    "filter_orders",
    "match",
    "needs_detail",
    "only_status",
    "parse",
    "server_filters",
    "server_queries",
    "to_text",
    "toggle_status",
]
