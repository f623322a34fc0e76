"""The raw JSON as lines: layout, colours and search."""

import json
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support import seed
from tests.support.order_lines import texts
from tui.api.raw_json import redacted_json
from tui.ui.order_screen.raw_view import (
    SearchHit,
    find_hits,
    highlight_hits,
    pretty_lines,
    pretty_text,
    wrap_line,
)
from tui.ui.text import Line, line_text, width_of

RAW = (
    '{"id":92,"name":"Prueba \\"x\\"","ok":true,"none":null,"jobs":[{"progress":-1.50},[]],"o":{}}'
)
LAID_OUT = """{
  "id": 92,
  "name": "Prueba \\"x\\"",
  "ok": true,
  "none": null,
  "jobs": [
    {
      "progress": -1.50
    },
    []
  ],
  "o": {}
}"""


def matches(raw: str, wanted: str) -> tuple[SearchHit, ...]:
    return find_hits(pretty_lines(raw), wanted)


def raw_lines(
    raw: str, found: Sequence[SearchHit], at: int, width: int
) -> tuple[list[Line], list[int]]:
    lines = pretty_lines(raw)
    wrapped = [wrap_line(line, width) for line in lines]
    return highlight_hits(lines, wrapped, found, at, width)


def test_json_is_pretty_printed() -> None:
    assert pretty_text(RAW) == LAID_OUT
    assert pretty_text("") == ""


def test_the_seed_is_printed_like_json_dumps() -> None:
    kept, _ = redacted_json(seed.DETAIL.decode())
    assert pretty_text(kept) == json.dumps(json.loads(seed.DETAIL), indent=2, ensure_ascii=False)


values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), texts),
    lambda inner: st.one_of(st.lists(inner), st.dictionaries(texts, inner)),
    max_leaves=20,
)


@given(values)
def test_any_json_is_printed_like_json_dumps(value: object) -> None:
    raw = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    assert pretty_text(raw) == json.dumps(value, ensure_ascii=False, indent=2)


def test_each_token_kind_has_its_color_role() -> None:
    roles = {text: role for line in pretty_lines(RAW) for text, role in line}
    assert roles['"id"'] == "key"
    assert roles["92"] == roles["-1.50"] == "number"
    assert roles['"Prueba \\"x\\""'] == "text"
    assert roles["true"] == roles["null"] == "literal"
    assert roles["{"] == roles[","] == "dim"


@pytest.mark.parametrize(
    ("wanted", "lines"),
    [
        ("prueba", [2]),
        ("Prueba", [2]),
        ("PRUEBA", []),
        ("o", [3, 4, 5, 7, 11]),
        ("", []),
        (".*", []),
    ],
)
def test_search_is_case_sensitive_only_with_capitals(wanted: str, lines: list[int]) -> None:
    assert sorted({match.line for match in matches(RAW, wanted)}) == lines


def test_all_matches_are_marked_and_the_current_one_differs() -> None:
    found = matches(RAW, "no")
    assert len(found) == 1
    found = matches(RAW, "o")
    lines, firsts = raw_lines(RAW, found, 1, 80)
    marks = [
        (text, role) for line in lines for text, role in line if role in ("match", "current-match")
    ]
    assert [text.lower() for text, _ in marks] == ["o"] * len(found)
    assert [role for _, role in marks].index("current-match") == 1
    assert list(firsts) == [match.line for match in found]
    assert [line_text(line) for line in lines] == LAID_OUT.splitlines()


@given(st.text(alphabet="ab 界", max_size=200), st.integers(20, 60))
def test_a_match_is_in_the_reported_line(name: str, width: int) -> None:
    raw = json.dumps({"x": name + "NEEDLE" + name}, ensure_ascii=False, separators=(",", ":"))
    (found,) = matches(raw, "NEEDLE")
    lines, (first,) = raw_lines(raw, [found], 0, width)
    marked = [
        number for number, line in enumerate(lines) if "current-match" in {role for _, role in line}
    ]
    assert marked[0] == first
    assert all(width_of(line) <= width for line in lines)


@given(values, texts, st.integers(20, 80))
def test_highlighting_changes_no_text(value: object, wanted: str, width: int) -> None:
    raw = json.dumps(value, ensure_ascii=False, separators=(",", ":"))

    def text(lines: list[Line]) -> list[str]:
        return [line_text(line) for line in lines]

    marked, _ = raw_lines(raw, matches(raw, wanted), 0, width)
    assert text(marked) == text(raw_lines(raw, (), 0, width)[0])
