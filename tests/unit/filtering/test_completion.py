"""Completion of keys and values while a filter is typed."""

import pytest

from tui.filtering.completion import complete

VALUES = {
    "profile": {"Test HLS": 3, "hls": 1, "DASH": 2},
    "label": ["prioridad alta", "prioridad media", "(x)", ""],
    "status": ["ERROR", "Paused", "", "of"],
    "comment": [],
}


@pytest.mark.parametrize(
    ("text", "completed"),
    [
        # `^` is the cursor.
        ("^", "status:^"),
        ("a ^", "a status:^"),
        ("st^", "status:^"),
        ("ST^", "status:^"),
        ("p^", "profile:^"),
        ("pro^ge", "profile:^"),
        ("prog^e", "progress<^"),
        ("l^", "label:^"),
        ("f^", "file:^"),
        ("i^", "id:^"),
        ("a^", "age<^"),
        ("c^", "created:^"),
        ("co^", "comment:^"),
        ("d^", "duration>^"),
        ("e^", "error:^"),
        ("status:error ag^", "status:error age<^"),
        ("-(si^", "-(size>^"),
        ("--cr^ a", "--created:^ a"),
        ("nothing^", None),
        ("status:er^", "status:error^"),
        ("status:p^", "status:paused^"),
        ("status:paused^", None),
        ("status:oa^", "status:downloading^"),
        ("status:o^", "status:of^"),
        ("status:error|fi^", "status:error|finished^"),
        ("status:error|fin^ished", "status:error|final^"),
        ("-status:go^", "-status:gone^"),
        ("status:er^ror x", None),
        ("created:t^", "created:today^"),
        ("created:today^", None),
        ("created:^today", "created:yesterday^"),
        ("profile:^", 'profile:"Test HLS"^'),
        ("profile:h^", "profile:hls^"),
        ("profile:hls^", 'profile:"Test HLS"^'),
        ("profile:d^", "profile:DASH^"),
        ('label:"prioridad a^', 'label:"prioridad alta"^'),
        ('label:"prioridad ^', 'label:"prioridad alta"^'),
        ('label:"prioridad m^', 'label:"prioridad media"^'),
        ('label:"(x)"|m^ed', 'label:"(x)"|"prioridad media"^'),
        ("label:x^", 'label:"(x)"^'),
        ("age<2^", None),
        ("file:a^", None),
        ("unknown:a^", None),
    ],
)
def test_completion(text: str, completed: str | None) -> None:
    found = complete(text.replace("^", ""), text.index("^"), VALUES)
    assert (found and f"{found[0][: found[1]]}^{found[0][found[1] :]}") == completed


@pytest.mark.parametrize("cursor", [0, 3, 10])
@pytest.mark.parametrize("text", ["", "((", '"', 'a"b', "a|", "status:|", "|||", "-", "\\"])
def test_completion_takes_any_text(text: str, cursor: int) -> None:
    found = complete(text, min(cursor, len(text)), VALUES)
    assert found is None or found[0] != text
