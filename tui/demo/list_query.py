"""The list call's parameters: what they may say, and the orders they select."""
# FOLD """The `filters` parameter (O): one JSON object, every member of it optional."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from tui.demo.world import World


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


_FILTERS = ("timestamp", "status", "order_id", "profile_name")


@dataclass(frozen=True, slots=True)
class ListQuery:
    """The parameters of one list call. An absent one selects everything."""

    limit: int | None = None
    offset: int = 0
    search: str = ""
    envelope: bool = False
    status: str | None = None
    order_id: str | None = None
    profile_name: str | None = None
    period: Period = field(default_factory=Period)

    @classmethod
    def parse(cls, query: Mapping[str, str]) -> "ListQuery":
        """The parameters of a query. Raises ValueError, in one sentence, for nonsense."""
        limit = _number(query, "limit", least=1)
        offset = _number(query, "offset", least=0)
        if offset is not None and limit is None:
            raise ValueError("offset needs limit.")
        if query.get("output", "std") != "std":
            raise ValueError("output must be std.")
        filters = read_filters(query, _FILTERS)
        return cls(
            limit=limit,
            offset=offset or 0,
            search=query.get("search", "").strip().casefold(),
            envelope="output" in query,
            status=read_text(filters, "status"),
            order_id=read_text(filters, "order_id"),
            profile_name=read_text(filters, "profile_name"),
            period=read_period(filters),
        )

    @property
    def is_everything(self) -> bool:
        """Whether no order is left out."""
        return self == ListQuery(envelope=self.envelope)

    def select(self, world: World, now: float) -> Sequence[int]:
        """The numbers of the orders that pass every filter, newest first, on all pages."""
        found: Iterable[int] = world.indices(now)
        if self.order_id is not None:
            index = world.find(self.order_id, now)
            found = [] if index is None else [index]
        if self.period != Period():
            found = [index for index in found if self.period.has(world.created(index))]
        if self.profile_name is not None:
            name = self.profile_name
            found = [i for i in found if any(name == p.name for p in world.profiles(i))]
        if self.status is not None:
            found = [index for index in found if world.status(index, now) == self.status]
        if self.search:
            found = [index for index in found if self._matches(world, index)]
        return found if isinstance(found, Sequence) else list(found)

    def _matches(self, world: World, index: int) -> bool:
        texts = (world.order_id(index), world.filename(index), world.label(index))
        return any(self.search in text.casefold() for text in texts)


def _number(query: Mapping[str, str], name: str, *, least: int) -> int | None:
    if name not in query:
        return None
    try:
        number = int(query[name])
    except ValueError:
        number = least - 1
    if number < least:
        raise ValueError(f"{name} must be a whole number of {least} or more.")
    return number
