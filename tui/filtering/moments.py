"""A moment in the past as the user types it: `3m` ago, `03:12`, `2026-11-23 03:12`. Pure."""

import re
from datetime import tzinfo

from tui.filtering.lexer import QueryError, Value
from tui.filtering.predicates import time_range
from tui.filtering.terms import parse_date, parse_duration

FORMS = "3m (ago), 03:12, yesterday 03:12 or 2026-11-23 03:12"

_CLOCK = re.compile(r"[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?")


def parse_moment(text: str, now: float, zone: tzinfo | None = None) -> float:
    """Return the moment that `text` names at `now`, in UTC epoch seconds; a `zone` of None is the
    system's. A time without a day is the last one; a day without a time is its start. Raises
    `ValueError` with what to type.
    """
    text = " ".join(text.lower().split()).removesuffix("ago").rstrip()
    seconds = parse_duration(text) if text else None
    if seconds is not None:
        at = now - seconds
    elif _CLOCK.fullmatch(text):
        clock = text if text[2] == ":" else f"0{text}"
        today = _start(f"today {clock}", now, zone)
        at = today if today <= now else _start(f"yesterday {clock}", now, zone)
    else:
        at = _start(text, now, zone)
    if at > now:
        raise ValueError("That is in the future")
    if at < 0:
        raise ValueError("That is too long ago")
    return at


def _start(text: str, now: float, zone: tzinfo | None) -> float:
    try:
        return time_range(parse_date("created", Value(text, 0)), now, zone)[0]
    except QueryError as error:
        is_form = error.message.startswith("created")
        raise ValueError(f"Type {FORMS}" if is_form else error.message) from None
