"""Format ages, sizes, percents, times and failures for people. Pure; no number makes it raise."""

from datetime import UTC, datetime, timezone
from math import ceil, floor

from tui.model.actions import Outcome
from tui.model.ports import Failure, FailureKind

OVER = " over"
"""The end of a remaining time that has passed."""
_NO_VALUE, _UNKNOWN = "-", "?"
_MINUTE, _HOUR, _DAY = 60, 3600, 86_400
_MAX = 10**21
_OUTCOMES = {
    Outcome.BEGUN: "sending",
    Outcome.ACCEPTED: "sent",
    Outcome.REFUSED: "refused",
    Outcome.SKIPPED: "skipped",
    Outcome.UNKNOWN: "outcome unknown",
    Outcome.FOUND_DONE: "found",
    Outcome.FOUND_NOT_DONE: "found",
}


def _whole(number: float) -> int:
    """Return `number` rounded down, within 0 and `_MAX`; 0 for NaN."""
    return int(min(max(number, 0), _MAX)) if number == number else 0  # noqa: PLR0124 - NaN


def count(number: int) -> str:
    """A count with its digits in groups of three: `17 316`."""
    return f"{number:,}".replace(",", " ")


def orders(number: int) -> str:
    """`1 order`, `17 316 orders`."""
    return "1 order" if number == 1 else f"{count(number)} orders"


def age(seconds: float) -> str:
    """An age in its two largest units, rounded down: `28s`, `4m12s`, `1h53m`, `3d04h`, `5y`."""
    whole = _whole(seconds)
    if whole < _MINUTE:
        return f"{whole}s"
    if whole < _HOUR:
        return f"{whole // _MINUTE}m{whole % _MINUTE:02}s"
    if whole < _DAY:
        return f"{whole // _HOUR}h{whole % _HOUR // _MINUTE:02}m"
    days = whole // _DAY
    if days < 100:
        return f"{days}d{whole % _DAY // _HOUR:02}h"
    return f"{days}d" if days < 1000 else f"{days // 365}y"


def coarse_age(seconds: float) -> str:
    """An age in steps of at least 5 s from 10 s on: `65 s`, `12 min`, `3 h`."""
    whole = _whole(seconds)
    if whole < 2 * _MINUTE:
        return f"{whole // 5 * 5} s" if whole >= 10 else f"{whole} s"
    if whole < 2 * _HOUR:
        return f"{whole // _MINUTE} min"
    if whole < 2 * _DAY:
        return f"{whole // _HOUR} h"
    return f"{whole // _DAY} days"


def percent(value: float | None, *, old: bool = False) -> str:
    """`62 %`, rounded down so that 100 means done; `~62 %` if old, `?` if unknown."""
    if value is None:
        return _UNKNOWN
    return f"{'~' if old else ''}{_whole(value)} %"


def size(number: int | None) -> str:
    """Bytes in binary units: `11.6 MiB`."""
    if number is None:
        return _NO_VALUE
    value = float(_whole(number))
    for unit in ("B", "KiB", "MiB", "GiB", "TiB"):
        if value < 1024:
            return f"{value:.0f} {unit}" if unit == "B" else f"{value:.1f} {unit}"
        value /= 1024
    return f"{value:.1f} PiB"


def duration(seconds: float | None) -> str:
    """The length of a video: `95 s`, `12 min 04 s`, `1 h 02 min`."""
    if seconds is None or seconds < 0:
        return _NO_VALUE
    whole = _whole(min(seconds, _MAX) + 0.5)
    if whole < 120:
        return f"{whole} s"
    if whole < _HOUR:
        return f"{whole // _MINUTE} min {whole % _MINUTE:02} s"
    return f"{whole // _HOUR} h {whole % _HOUR // _MINUTE:02} min"


def remaining(low: float, high: float) -> str:
    """The range of a remaining time, rounded outwards: `4–7 min`, `<1 min`, `1.5–2 h`; after its
    end `2 min over`.
    """
    if high <= 0:
        return f"{coarse_age(-high) if -high >= 2 * _MINUTE else '<2 min'}{OVER}"
    if high < 100 * _MINUTE:
        unit, name, step = _MINUTE, "min", 1.0
    elif high < 2 * _DAY:
        unit, name, step = _HOUR, "h", 0.5 if high < 10 * _HOUR else 1.0
    else:
        unit, name, step = _DAY, "days", 1.0
    least = floor(max(0.0, low) / unit / step) * step
    most = ceil(min(high, _MAX) / unit / step) * step
    if least <= 0:
        return f"<{most:g} {name}"
    return f"{most:g} {name}" if least == most else f"{least:g}–{most:g} {name}"


def clock_time(wall: float) -> str:
    """The time of day in the user's time zone: `20:47:05`."""
    return _format_time(wall, "%H:%M:%S")


def time_short(wall: float, now: float) -> str:
    """The time of day if it is today, else the date and the minute."""
    return _format_time(wall, "%H:%M:%S" if _is_today(wall, now) else "%Y-%m-%d %H:%M")


def time_with_date(wall: float, now: float) -> str:
    """The time of day if it is today, else the date and the time of day."""
    return _format_time(wall, "%H:%M:%S" if _is_today(wall, now) else "%Y-%m-%d %H:%M:%S")


def time_with_day(wall: float, now: float) -> str:
    """`today 11:15:55`, or the date and the time of day."""
    return _format_time(wall, "today %H:%M:%S" if _is_today(wall, now) else "%Y-%m-%d %H:%M:%S")


def short_time(wall: float) -> str:
    """The hour and the minute in the user's time zone: `20:47`."""
    return _format_time(wall, "%H:%M")


def day_range(first: float, last: float) -> str:
    """The days from one time to another in the user's time zone: `Tue 24 Nov 2026`,
    `Mon 23 to Sun 29 Nov 2026`, `Mon 30 Nov to Sun 06 Dec 2026`.
    """
    words = ("%Y", "%b", "%a %d")
    start, end = ([_format_time(at, each) for each in words] for at in (first, last))
    same = next((n for n, pair in enumerate(zip(start, end, strict=True)) if pair[0] != pair[1]), 3)
    begin = " ".join(reversed(start[same:]))
    return f"{begin} to {' '.join(reversed(end))}" if begin else " ".join(reversed(end))


def month(wall: float) -> str:
    """The month in the user's time zone: `November 2026`."""
    return _format_time(wall, "%B %Y")


def weekday(wall: float) -> str:
    """The day in the user's time zone: `Tue 24`."""
    return _format_time(wall, "%a %d")


def utc_time(wall: float) -> str:
    """The date and the time of day in UTC: `2021-09-08 09:15:55 UTC`."""
    return _format_time(wall, "%Y-%m-%d %H:%M:%S UTC", UTC)


def local_time(wall: float) -> str:
    """The date and the time of day in the user's time zone: `2021-09-08 11:15:55`."""
    return _format_time(wall, "%Y-%m-%d %H:%M:%S")


def utc_offset(wall: float) -> str:
    """The user's time zone: `UTC+0200`."""
    return _format_time(wall, "UTC%z")


def _is_today(wall: float, now: float) -> bool:
    return _format_time(wall, "%Y-%m-%d") == _format_time(now, "%Y-%m-%d")


def _format_time(wall: float, pattern: str, zone: timezone | None = None) -> str:
    """Without a `zone` in the user's. `datetime` ends with the year 9999."""
    try:
        return datetime.fromtimestamp(wall, zone).astimezone(zone).strftime(pattern)
    except (ValueError, OverflowError, OSError):
        return _UNKNOWN


def describe_failure(failure: Failure, host: str, company: str = "") -> str:
    """Return a sentence without a full stop."""
    status = failure.status or ""
    code = f" ({status})" if status else ""
    hint = f" ({failure.hint})" if failure.hint else ""
    both = f" ({status}, {failure.hint})" if status and failure.hint else code or hint
    sentences = {
        FailureKind.NAME: f"the name {host} is not found",
        FailureKind.UNREACHABLE: f"{host} cannot be reached{hint}",
        FailureKind.REFUSED: f"{host} refuses the connection",
        FailureKind.PROXY: "the proxy in HTTPS_PROXY or ALL_PROXY cannot be used",
        FailureKind.UNTRUSTED: f"the certificate of {host} is not trusted{hint}",
        FailureKind.SLOW: f"{host} did not answer in time",
        FailureKind.CUT: f"{host} cut the connection",
        FailureKind.CREDENTIALS: (failure.hint or "client id or secret rejected") + code,
        FailureKind.SCOPE: f"the server refuses the scope of the token{code}",
        FailureKind.FORBIDDEN: f"no permission for company {company}".rstrip() + hint,
        FailureKind.NO_ACCESS: f"no permission for this order ({status})",
        FailureKind.MISSING: "not found on this server (404)",
        FailureKind.LIMITED: f"too many requests{both}",
        FailureKind.SERVER: f"server error {status}".rstrip() + hint,
        FailureKind.REDIRECTED: f"the server redirects elsewhere{hint}, which is not followed",
        FailureKind.OTHER_SLASH: "the server redirects between the path with and without its slash",
        FailureKind.NOT_THE_API: "the answer is not the API's (proxy or login page?)",
        FailureKind.SHAPE: f"the answer has an unknown shape{hint}",
        FailureKind.TOO_LARGE: f"the answer is too large{hint}",
        FailureKind.ENCODED: f"the answer has a content encoding that was not requested{hint}",
        FailureKind.CACHED: f"a cache in front of {host} answered with an old copy{hint}",
        FailureKind.STATUS: f"unexpected answer {status}".rstrip() + hint,
        FailureKind.REJECTED: (failure.hint.rstrip(".") or "the server refuses it") + code,
        FailureKind.READ_ONLY: "the program is read-only: nothing was sent",
        FailureKind.INTERNAL: f"a fault of this program{hint}",
    }
    return sentences[failure.kind]


def describe_login_failure(failure: Failure, host: str, company: str) -> str:
    """Return a sentence for the field of an account that is to be corrected."""
    if failure.kind is FailureKind.MISSING:
        return f"the server knows no company {company} (404)"
    return describe_failure(failure, host, company)


def describe_outcome(outcome: Outcome, words: str) -> str:
    """What came of an action: `sent`, `refused: WORDS`, `outcome unknown: WORDS`."""
    return f"{_OUTCOMES[outcome]}: {words}" if words else _OUTCOMES[outcome]
