"""The history of filters."""

from tui.filtering.history import MAX_FILTERS, HistoryWalk, valid_filters, with_filter


def test_the_newest_filter_is_first_and_each_stands_there_once() -> None:
    filters: tuple[str, ...] = ()
    for text in ("a", "b", "a"):
        filters = with_filter(filters, text)
    assert filters == ("a", "b")
    for number in range(MAX_FILTERS + 5):
        filters = with_filter(filters, f"{number}")
    assert len(filters) == MAX_FILTERS
    assert filters[0] == f"{MAX_FILTERS + 4}"


def test_stored_filters_are_sanitized() -> None:
    stored = ["a", 5, None, "  ", "\x1b[31mb", "a ", ["c"], "x" * 3000, *map(str, range(99))]
    read = valid_filters(stored)
    assert read[:2] == ("a", "\ufffd[31mb")
    assert len(read[2]) == 2000
    assert len(read) == MAX_FILTERS


def test_what_was_typed_is_below_the_newest_filter() -> None:
    walk = HistoryWalk(("new", "old"))
    assert walk.step(-1, "typed") is None
    assert walk.step(1, "typed") == "new"
    assert walk.step(1, "new") == "old"
    assert walk.step(1, "old") is None
    assert walk.step(-1, "old") == "new"
    assert walk.step(-1, "new") == "typed"
    assert walk.step(-1, "typed") is None


def test_an_edited_filter_becomes_what_was_typed() -> None:
    walk = HistoryWalk(("new", "old"))
    assert walk.step(1, "") == "new"
    assert walk.step(1, "new hls") == "new"
    assert walk.step(-1, "new") == "new hls"


def test_the_filter_in_force_is_not_offered_again() -> None:
    assert HistoryWalk(("new", "old")).step(1, "new") == "old"
    assert HistoryWalk(("new",)).step(1, "new") is None
