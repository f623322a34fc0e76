"""Formatting of values, times and failures."""

import time
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.examples import thorough
from tui import formatting
from tui.model.actions import Outcome
from tui.model.ports import Failure, FailureKind

T = datetime(2021, 9, 8, 9, 15, 55, tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    ("seconds", "age", "coarse"),
    [
        (-5, "0s", "0 s"),
        (9.9, "9s", "9 s"),
        (14, "14s", "10 s"),
        (59.9, "59s", "55 s"),
        (60, "1m00s", "60 s"),
        (252, "4m12s", "4 min"),
        (3599, "59m59s", "59 min"),
        (3600, "1h00m", "60 min"),
        (6780, "1h53m", "113 min"),
        (86_399, "23h59m", "23 h"),
        (172_799, "1d23h", "47 h"),
        (274_000, "3d04h", "3 days"),
        (100 * 86_400, "100d", "100 days"),
        (999 * 86_400, "999d", "999 days"),
        (1_902 * 86_400, "5y", "1902 days"),
    ],
)
def test_ages(seconds: float, age: str, coarse: str) -> None:
    assert formatting.age(seconds) == age
    assert formatting.coarse_age(seconds) == coarse


@pytest.mark.parametrize(
    ("value", "old", "shown"),
    [
        (None, False, "?"),
        (None, True, "?"),
        (0, False, "0 %"),
        (62.7, True, "~62 %"),
        (99.999, False, "99 %"),
        (100.0, False, "100 %"),
    ],
)
def test_percents(value: float | None, old: bool, shown: str) -> None:
    assert formatting.percent(value, old=old) == shown


@pytest.mark.parametrize(
    ("count", "shown"),
    [
        (None, "-"),
        (0, "0 B"),
        (1023, "1023 B"),
        (1024, "1.0 KiB"),
        (12118497, "11.6 MiB"),
        (5 * 2**40, "5.0 TiB"),
        (2**60, "1024.0 PiB"),
    ],
)
def test_sizes(count: int | None, shown: str) -> None:
    assert formatting.size(count) == shown


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (None, "-"),
        (-1, "-"),
        (0, "0 s"),
        (95.143, "95 s"),
        (119.6, "2 min 00 s"),
        (724, "12 min 04 s"),
        (3599.6, "1 h 00 min"),
        (3720, "1 h 02 min"),
    ],
)
def test_durations(seconds: float | None, shown: str) -> None:
    assert formatting.duration(seconds) == shown


@pytest.mark.usefixtures("utc")
def test_times(monkeypatch: pytest.MonkeyPatch) -> None:
    assert formatting.clock_time(T) == "09:15:55"
    assert formatting.time_short(T, T + 60) == "09:15:55"
    assert formatting.time_short(T, T + 86_400) == "2021-09-08 09:15"
    assert formatting.time_with_date(T, T + 60) == "09:15:55"
    assert formatting.time_with_date(T, T + 86_400) == "2021-09-08 09:15:55"
    assert formatting.time_with_day(T, T + 86_400) == "2021-09-08 09:15:55"
    monkeypatch.setenv("TZ", "EAST-2")
    time.tzset()
    assert formatting.clock_time(T) == "11:15:55"
    assert formatting.time_with_day(T, T + 60) == "today 11:15:55"
    assert formatting.utc_time(T) == "2021-09-08 09:15:55 UTC"


@pytest.mark.usefixtures("utc")
@pytest.mark.parametrize(
    ("days", "shown"),
    [
        (0.5, "Wed 08 Sep 2021"),
        (2, "Wed 08 to Fri 10 Sep 2021"),
        (25, "Wed 08 Sep to Sun 03 Oct 2021"),
        (120, "Wed 08 Sep 2021 to Thu 06 Jan 2022"),
    ],
)
def test_a_range_of_days_says_once_what_both_ends_share(days: float, shown: str) -> None:
    assert formatting.day_range(T, T + days * 86_400) == shown
    assert formatting.month(T) == "September 2021"
    assert formatting.weekday(T) == "Wed 08"
    assert formatting.short_time(T) == "09:15"


@pytest.mark.parametrize("trouble", FailureKind)
def test_every_failure_kind_has_its_own_sentence(trouble: FailureKind) -> None:
    said = formatting.describe_failure(Failure(trouble, 599), "api.example", "42")
    others = {
        formatting.describe_failure(Failure(t, 599), "api.example", "42") for t in FailureKind
    } - {said}
    assert len(others) == len(FailureKind) - 1
    assert said == said.strip()
    assert not said.endswith(".")
    bare = formatting.describe_failure(Failure(trouble), "h")
    assert "None" not in bare
    assert bare == bare.strip()


@pytest.mark.parametrize(
    ("failure", "said"),
    [
        (Failure(FailureKind.NAME), "the name h is not found"),
        (Failure(FailureKind.FORBIDDEN), "no permission for company 42"),
        (Failure(FailureKind.SERVER, 502), "server error 502"),
        (Failure(FailureKind.CREDENTIALS, 401), "client id or secret rejected (401)"),
        (Failure(FailureKind.CREDENTIALS, 401, hint="a new token"), "a new token (401)"),
        (Failure(FailureKind.SCOPE, 400), "the server refuses the scope of the token (400)"),
        (Failure(FailureKind.LIMITED, 429), "too many requests (429)"),
        (
            Failure(FailureKind.LIMITED, 429, hint="TCDN-RPE-GRL-429, XID 123456"),
            "too many requests (429, TCDN-RPE-GRL-429, XID 123456)",
        ),
        (
            Failure(FailureKind.SERVER, 503, hint="TCDN-BENG-503, XID 7"),
            "server error 503 (TCDN-BENG-503, XID 7)",
        ),
        (
            Failure(FailureKind.STATUS, 403, hint="TCDN-RPE-UA-403-Denylist"),
            "unexpected answer 403 (TCDN-RPE-UA-403-Denylist)",
        ),
        (
            Failure(FailureKind.UNTRUSTED, hint="expired"),
            "the certificate of h is not trusted (expired)",
        ),
    ],
)
def test_sentences(failure: Failure, said: str) -> None:
    assert formatting.describe_failure(failure, "h", "42") == said
    if failure.kind is not FailureKind.MISSING:
        assert formatting.describe_login_failure(failure, "h", "42") == said


NUMBERS = st.one_of(st.floats(), st.integers(-(10**40), 10**40), st.just(10**400))


@given(NUMBERS, NUMBERS)
@thorough(500)
def test_formatters_accept_any_number(number: float, now: float) -> None:
    """Most numbers come from the server: token lifetime, size, duration."""
    shown = [
        formatting.age(number),
        formatting.coarse_age(number),
        formatting.percent(number),
        formatting.size(number),  # type: ignore[arg-type] # a float is no worse
        formatting.duration(number),
        formatting.clock_time(number),
        formatting.time_short(number, now),
        formatting.time_with_date(number, now),
        formatting.time_with_day(number, now),
        formatting.utc_time(number),
    ]
    assert all(0 < len(text) < 40 for text in shown)


@pytest.mark.parametrize(
    ("number", "shown"), [(0, "0"), (999, "999"), (17_316, "17 316"), (1_400_000, "1 400 000")]
)
def test_counts_have_groups_of_digits(number: int, shown: str) -> None:
    assert formatting.count(number) == shown


@pytest.mark.parametrize(
    ("outcome", "words", "shown"),
    [
        (Outcome.ACCEPTED, "", "sent"),
        (Outcome.REFUSED, "only in ERROR", "refused: only in ERROR"),
        (Outcome.SKIPPED, "changed to TRANSCODING", "skipped: changed to TRANSCODING"),
        (Outcome.UNKNOWN, "no answer in time", "outcome unknown: no answer in time"),
        (Outcome.FOUND_DONE, "queued again", "found: queued again"),
        (Outcome.FOUND_NOT_DONE, "not created", "found: not created"),
        (Outcome.BEGUN, "", "sending"),
    ],
)
def test_outcomes(outcome: Outcome, words: str, shown: str) -> None:
    assert formatting.describe_outcome(outcome, words) == shown
