"""Choosing the one status to show, in the filter's text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.filter_strategies import FACTS, FILTERS, NOW, ZONE, match
from tui.filtering.lexer import QueryError
from tui.filtering.parser import parse
from tui.filtering.status_choice import only_status, toggle_status
from tui.filtering.syntax_tree import And, Not, Query, TextTerm
from tui.model.order import Phase
from tui.model.order_facts import OrderFacts

WORDS = st.sampled_from([*(phase.value for phase in Phase), "gone", "stalled"])


def term_of(word: str) -> str:
    return "is:stalled" if word == "stalled" else f"status:{word}"


@pytest.mark.parametrize(
    ("text", "word", "becomes"),
    [
        ("", "error", "status:error"),
        ("  ", "error", "status:error"),
        # It is shown alone already: show all.
        ("status:error", "error", ""),
        ("STATUS=Error", "error", ""),
        ('status:"error"', "error", ""),
        ("(status:error)", "error", ""),
        ("profile:hls status:error age<2h", "error", "profile:hls age<2h"),
        ("profile:hls and status:error and age<2h", "error", "profile:hls age<2h"),
        # Others are shown.
        ("status:error", "gone", "status:gone"),
        ("status:err", "error", "status:error"),
        ("status:error|queued", "error", "status:error"),
        ("status:error status:error", "error", "status:error"),
        ("status:error created:today", "queued", "created:today status:queued"),
        ("a status:error|queued b", "gone", "a b status:gone"),
        ("profile:hls", "error", "profile:hls status:error"),
        # Negated terms are replaced, too.
        ("-status:finished", "finished", "status:finished"),
        ("not (status:finished)", "finished", "status:finished"),
        ("-(-status:error) a", "error", "a"),
        ("status:final -status:error", "error", "status:error"),
        # A status among alternatives, or excluded with something else, stays.
        ("a or status:queued", "error", "(a or status:queued) status:error"),
        ("(a or status:queued)", "error", "(a or status:queued) status:error"),
        ("(a or status:queued) status:error", "error", "a or status:queued"),
        ("(a or status:queued) status:error b", "error", "(a or status:queued) b"),
        ("-(a status:error)", "error", "-(a status:error) status:error"),
        # Parentheses around terms that must all match make no difference.
        ("(a status:error) b", "error", "a b"),
        ("((a b) (status:error (c)))", "queued", "a b c status:queued"),
        ("-(-(a status:error))", "error", "a"),
        ("(a)(b)", "error", "a b status:error"),
        # To be stalled is a choice like a status.
        ("", "stalled", "is:stalled"),
        ("profile:hls is:stalled", "stalled", "profile:hls"),
        ("status:active a", "stalled", "a is:stalled"),
        ("-is:stalled a", "error", "a status:error"),
        # Quoted text is no status term.
        ('"status:error"', "error", '"status:error" status:error'),
        ('label:"x) status:error or ("', "error", 'label:"x) status:error or (" status:error'),
        (r'"\" status:error" status:error', "error", r'"\" status:error"'),
        # The spelling of the other terms stays.
        ("AGE<24h", "error", "AGE<24h status:error"),
        ("AGE<24h status:error", "error", "AGE<24h"),
        ("not Label:'x  size>=1000kb", "error", "not Label:'x size>=1000kb status:error"),
        ("( a  OR  b ) NOT  ( c )", "error", "(a  OR  b) NOT  ( c ) status:error"),
    ],
)
def test_choosing_a_status_replaces_the_status_terms(text: str, word: str, becomes: str) -> None:
    assert toggle_status(text, word) == becomes


@pytest.mark.parametrize("text", ["status:error (", "age<", '"status:error', "a or"])
def test_a_filter_that_cannot_be_parsed_is_not_changed(text: str) -> None:
    with pytest.raises(QueryError):
        toggle_status(text, "error")


def replaced(query: Query, word: str) -> Query:
    """Return the tree with `word` for its status terms, or without them if they say just that."""
    parts = query.parts if isinstance(query, And) else (query,)
    others: list[Query] = []
    positive: list[TextTerm] = []
    for part in parts:
        match part:
            case TextTerm("status" | "is") as term:
                positive.append(term)
            case Not(TextTerm("status" | "is")):
                pass
            case _:
                others.append(part)
    single = [term.patterns[0].text for term in positive if len(term.patterns) == 1]
    if single != [word]:
        others.append(parse(term_of(word)))
    return others[0] if len(others) == 1 else And(tuple(others))


@given(FILTERS, WORDS)
def test_the_tree_of_the_new_text_has_the_chosen_status(text: str, word: str) -> None:
    assert parse(toggle_status(text, word)) == replaced(parse(text), word)


@given(FILTERS, WORDS)
def test_choosing_a_status_twice_shows_every_status(text: str, word: str) -> None:
    chosen = toggle_status(text, word)
    if only_status(parse(chosen)) != word:
        chosen = toggle_status(chosen, word)
    without = toggle_status(chosen, word)
    assert only_status(parse(without)) == ""
    assert toggle_status(without, word) == chosen


@given(FILTERS, WORDS, FACTS)
def test_choosing_a_status_keeps_the_other_terms(text: str, word: str, facts: OrderFacts) -> None:
    query, after = parse(text), toggle_status(text, word)
    if only_status(query) == word:
        assert only_status(parse(after)) == ""
        both = parse(f"({after}) {term_of(word)}") if after else parse(term_of(word))
        assert match(both, facts, NOW, ZONE) is match(query, facts, NOW, ZONE)
    else:
        assert only_status(parse(after)) == word
        wanted = min(
            match(parse(term_of(word)), facts, NOW, ZONE),
            match(parse(toggle_status(after, word)), facts, NOW, ZONE),
        )
        assert match(parse(after), facts, NOW, ZONE) is wanted
