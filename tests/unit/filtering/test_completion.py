"""Completion of keys and values while a filter is typed."""

import pytest

from tui.filtering.completion import Completion

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
        ("^", "id:^"),
        ("a ^", "a id:^"),
        ("st^", "status:^"),
        ("ST^", "status:^"),
        ("p^", "progress<^"),
        ("pro^ge", "progress<^"),
        ("prof^e", "profile:^"),
        ("l^", "label:^"),
        ("f^", "file:^"),
        ("i^", "id:^"),
        ("a^", "age<^"),
        ("act^", "active^"),
        ("-tr^", "-transcoding^"),
        ("a or UPL^", "a or uploading^"),
        ("pau^", "paused^"),
        ("re^", "reason:^"),
        ("j^", "jobs>^"),
        ("c^", "created:^"),
        ("co^", "comment:^"),
        ("d^", "duration>^"),
        ("e^", "elapsed>^"),
        ("er^", "error^"),
        ("in^", "in-status>^"),
        ("in-status>1h is:^", "in-status>1h is:stalled^"),
        ("ch^", "changed<^"),
        ("changed:y^", "changed:yesterday^"),
        ("finished:y^", "finished:yesterday^"),
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
    found = Completion(lambda: VALUES).step(1, text.replace("^", ""), text.index("^"))
    assert (found and f"{found[0][: found[1]]}^{found[0][found[1] :]}") == completed


@pytest.mark.parametrize("cursor", [0, 3, 10])
@pytest.mark.parametrize("text", ["", "((", '"', 'a"b', "a|", "status:|", "|||", "-", "\\"])
def test_completion_takes_any_text(text: str, cursor: int) -> None:
    found = Completion(lambda: VALUES).step(1, text, min(cursor, len(text)))
    assert found is None or found[0] != text


def test_each_step_offers_the_next_candidate() -> None:
    completion = Completion(lambda: VALUES)
    shown = ("a status:f x", 10)
    walked = []
    for by in (1, 1, 1, -1, -1, -1):
        shown = completion.step(by, *shown) or ("", 0)
        walked.append(shown[0])
    finished, final, of = "a status:finished x", "a status:final x", "a status:of x"
    assert walked == [finished, final, of, final, finished, of]
    assert shown == (of, len("a status:of"))


def test_the_first_step_back_offers_the_last_candidate() -> None:
    assert Completion(lambda: VALUES).step(-1, "status:fi", 9) == ("status:final", 12)


def test_typing_ends_the_walk() -> None:
    completion = Completion(lambda: VALUES)
    assert completion.step(1, "s", 1) == ("status:", 7)
    assert completion.step(1, "size", 4) == ("size>", 5)
    # A single candidate is complete: the next step completes what follows it.
    assert completion.step(1, "size>", 5) is None
    assert completion.step(1, "st", 2) == ("status:", 7)
    assert completion.step(1, "status:", 7) == ("status:queued", 13)
    assert completion.step(1, "status:queued", 13) == ("status:downloading", 18)
    assert completion.step(1, "status:downloading", 9) is None  # the cursor moved
