"""The `filters` parameter (O): one JSON object, every member of it optional."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True, slots=True)
class Period:
    """From when until when, in unix seconds, both included; None is without an end."""

    since: float | None = None
    until: float | None = None

    def has(self, time: float) -> bool:
        """Whether a time is in it."""
        late_enough = self.since is None or time >= self.since
        return late_enough and (self.until is None or time <= self.until)


def read_filters(query: Mapping[str, str], known: Collection[str]) -> dict[str, object]:
    """Its members, without the null ones. Raises ValueError, in one sentence."""
    try:
        value = json.loads(query.get("filters", "{}"))
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict) or not value.keys() <= set(known):
        raise ValueError(
            f"filters must be a JSON object with no members but {', '.join(sorted(known))}."
        )
    return {member: content for member, content in value.items() if content is not None}


def read_period(filters: Mapping[str, object]) -> Period:
    """Its `timestamp`. Raises ValueError, in one sentence."""
    period = filters.get("timestamp", {})
    if not isinstance(period, dict):
        raise ValueError("timestamp must be an object.")  # noqa: TRY004 - the value of a parameter, not of an argument
    return Period(_seconds(period.get("from")), _seconds(period.get("to")))


def read_text(filters: Mapping[str, object], name: str) -> str | None:
    """A member that is text. Raises ValueError, in one sentence."""
    value = filters.get(name)
    if not isinstance(value, str | None):
        raise ValueError(f"{name} must be text.")  # noqa: TRY004 - the value of a parameter, not of an argument
    return value


def _seconds(value: object) -> float | None:
    """A time: text in UTC if it names no zone, or epoch seconds (O P)."""
    if value is None:
        return None
    text = str(value)
    try:
        if text.isdecimal():
            return float(text)
        time = datetime.fromisoformat(text)
        return (time if time.tzinfo else time.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        raise ValueError("A time must look like 2021-09-08 09:15:55.") from None
