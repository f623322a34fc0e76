"""Quantiles, reasons, and how much of a period was polled."""

from collections import Counter

import pytest

from tui.model.statistics import Bucket, Quantiles, Reason, Statistics, folded_reasons, quantiles


@pytest.mark.parametrize(
    ("durations", "expected"),
    [
        ([], None),
        ([None, None], None),
        ([7], Quantiles(1, 7, 7)),
        ([1, 9], Quantiles(2, 1, 9)),
        ([3, 1, 2], Quantiles(3, 2, 3)),
        ([*range(1, 11)], Quantiles(10, 5, 9)),
        ([*range(1, 11), None], Quantiles(10, 5, 9)),
        ([5] * 89 + [60] * 11, Quantiles(100, 5, 60)),
        ([5] * 90 + [60] * 10, Quantiles(100, 5, 5)),
    ],
)
def test_quantiles_are_observed_values(
    durations: list[int | None], expected: Quantiles | None
) -> None:
    assert quantiles(Counter(durations)) == expected


@pytest.mark.parametrize(
    ("comments", "expected"),
    [
        ([], []),
        (["Login incorrect"], [("Login incorrect", 1)]),
        # What all have in common stays, also numbers.
        (
            ["530 Login incorrect at a.example", "530 Login incorrect at b.example"],
            [("530 Login incorrect at …", 2)],
        ),
        (["server error 502", "server error 503"], [("server error …", 2)]),
        (["550 a.mp4: No such file", "550 b_2.mov: No such file"], [("550 … No such file", 2)]),
        (["9 1 of 3", "8 2 of 3"], [("… of 3", 2)]),
        (["host key of /x/y has changed", "host key of z has changed"], [
            ("host key of z has changed", 1), ("host key of /x/y has changed", 1),
        ]),
        (["Out of memory.", "Out of memory.", "cut off"], [("Out of memory.", 2), ("cut off", 1)]),
        (["", ""], [("", 2)]),
        (["job 1a2b-3c", "job 9f-77", "job abc"], [("job …", 2), ("job abc", 1)]),
    ],
)  # fmt: skip
def test_comments_that_differ_in_names_and_numbers_are_one_reason(
    comments: list[str], expected: list[tuple[str, int]]
) -> None:
    reasons = folded_reasons((comment, 1, float(at)) for at, comment in enumerate(comments))
    assert [(each.text, each.count) for each in reasons] == expected


def test_a_reason_has_the_time_of_its_latest_failure() -> None:
    rows = [("error 1", 2, 50.0), ("error 2", 3, 40.0), ("other", 9, 10.0)]
    assert folded_reasons(rows) == (Reason("other", 9, 10.0), Reason("error …", 5, 50.0))


@pytest.mark.parametrize(
    ("text", "common"),
    [("", ""), ("…", ""), ("550 … No such file", "No such file"), ("a b c … d", "a b c")],
)
def test_the_common_words_of_a_reason_are_in_each_comment(text: str, common: str) -> None:
    assert Reason(text, 1, 0.0).common_words == common


@pytest.mark.parametrize(
    ("polled", "now", "expected"),
    [(0.0, 5000, False), (3600.0, 5000, True), (3300.0, 5000, True), (3200.0, 5000, False),
     (590.0, 600, True), (300.0, 600, False), (0.0, -5, False),
     (4.0, 0, True), (0.0, 0, False)],
)  # fmt: skip
def test_an_hour_is_polled_if_nearly_all_that_passed_of_it_was(
    polled: float, now: float, expected: bool
) -> None:
    assert Bucket(0, 3600, polled).is_polled(now) is expected


@pytest.mark.parametrize(
    ("since", "now", "expected"),
    [
        (None, 7200, None),
        (-500.0, 7200, 0.75),
        (1800.0, 7200, 1.0),
        (-500.0, 5400, 1.0),
        (9000.0, 9999, None),
    ],
)
def test_the_polled_share_is_of_the_time_since_the_history_began(
    since: float | None, now: float, expected: float | None
) -> None:
    hours = (Bucket(0, 3600, 1800.0), Bucket(3600, 7200, 3600.0))
    assert Statistics(hours, since).polled_share(now) == expected
