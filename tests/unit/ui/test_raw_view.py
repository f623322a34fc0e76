"""The raw JSON as lines: layout, colours and search."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support import seed
from tests.support.order_lines import texts
from tui.api.raw_json import redacted_json
from tui.ui.order_screen.raw_view import RawJson, pretty_lines, pretty_text
from tui.ui.text import line_text, width_of

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


def searched(raw: str, wanted: str, width: int = 80) -> RawJson:
    view = RawJson()
    view.set_content(raw, width)
    view.search(wanted, 0)
    return view


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
    assert sorted({hit.line for hit in searched(RAW, wanted).hits}) == lines


def test_all_matches_are_marked_and_the_current_one_differs() -> None:
    assert len(searched(RAW, "no").hits) == 1
    view = searched(RAW, "o")
    hits = view.hits
    for current, hit in enumerate(hits):
        marks = [
            (text, role)
            for line in view.lines
            for text, role in line
            if role in ("match", "current-match")
        ]
        assert [text.lower() for text, _ in marks] == ["o"] * len(hits)
        assert [role for _, role in marks].index("current-match") == current
        assert view.hit_row == hit.line
        assert [line_text(line) for line in view.lines] == LAID_OUT.splitlines()
        view.step(1)
    assert view.hit_row == hits[0].line


def test_the_search_starts_at_the_first_visible_row() -> None:
    view = searched(RAW, "")
    for first_row, hit_row in ((0, 3), (4, 4), (8, 11), (12, 3)):
        view.search("", 0)
        view.search("o", first_row)
        assert view.hit_row == hit_row


@given(st.text(alphabet="ab 界", max_size=200), st.integers(20, 60))
def test_a_match_is_in_the_reported_line(name: str, width: int) -> None:
    raw = json.dumps({"x": name + "NEEDLE" + name}, ensure_ascii=False, separators=(",", ":"))
    view = searched(raw, "NEEDLE", width)
    marked = [
        number
        for number, line in enumerate(view.lines)
        if "current-match" in {role for _, role in line}
    ]
    assert marked[0] == view.hit_row
    assert all(width_of(line) <= width for line in view.lines)


@given(values, texts, st.integers(20, 80))
def test_highlighting_changes_no_text(value: object, wanted: str, width: int) -> None:
    raw = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    texts_of = [
        [line_text(line) for line in searched(raw, each, width).lines] for each in (wanted, "")
    ]
    assert texts_of[0] == texts_of[1]


@pytest.mark.parametrize("wanted", ["", "a", " ", '"'])
def test_not_a_number_is_laid_out_like_any_other_value(wanted: str) -> None:
    lines = searched('{"a":NaN,"b":[-Infinity]}', wanted).lines
    assert [line_text(line) for line in lines] == [
        "{",
        '  "a": NaN,',
        '  "b": [',
        "    -Infinity",
        "  ]",
        "}",
    ]
