"""The parameters of the list call, its `filters` among them: one JSON object (O)."""

import json
import math
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import NamedTuple

from tui.demo.orders import AnyOrder
from tui.demo.responses import ApiError
from tui.demo.world import World


class Period(NamedTuple):
    """From when until when, in unix seconds, both included."""

    since: float = -math.inf
    until: float = math.inf

    def contains(self, time: float) -> bool:
        return self.since <= time <= self.until


def parse_filters(query: Mapping[str, str], known: Collection[str]) -> dict[str, object]:
    """Return the members of the `filters` parameter that aren't null. Raises `ApiError`."""
    try:
        value = json.loads(query.get("filters") or "{}")
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict) or not value.keys() <= set(known):
        names = ", ".join(sorted(known))
        raise ApiError(400, f"filters must be a JSON object with no members but {names}.")
    return {member: content for member, content in value.items() if content is not None}


def parse_period(filters: Mapping[str, object]) -> Period:
    """Return the filter `timestamp`. Raises `ApiError`."""
    period = filters.get("timestamp", {})
    if not isinstance(period, dict):
        raise ApiError(400, "timestamp must be an object.")
    return Period(
        _parse_time(period.get("from"), -math.inf), _parse_time(period.get("to"), math.inf)
    )


def _parse_time(value: object, default: float) -> float:
    """Parse a text, in UTC if it names no zone, or unix seconds (O P)."""
    if value is None:
        return default
    text = str(value)
    try:
        if text.isdecimal():
            return float(text)
        time = datetime.fromisoformat(text)
        return (time if time.tzinfo else time.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        raise ApiError(400, "A time must look like 2021-09-08 09:15:55.") from None


class ListQuery(NamedTuple):
    """The parameters of one list call. One that is absent selects everything."""

    limit: int | None = None
    offset: int = 0
    envelope: bool = False
    search: str = ""
    status: str | None = None
    order_id: str | None = None
    profile_name: str | None = None
    period: Period = Period()

    @classmethod
    def parse(cls, query: Mapping[str, str]) -> "ListQuery":
        """Raises `ApiError`."""
        limit = _parse_number(query, "limit", minimum=1)
        offset = _parse_number(query, "offset", minimum=0)
        if offset is not None and limit is None:
            raise ApiError(400, "offset needs limit.")
        if query.get("output", "std") != "std":
            raise ApiError(400, "output must be std.")
        filters = parse_filters(query, ("timestamp", "status", "order_id", "profile_name"))
        return cls(
            limit=limit,
            offset=offset or 0,
            envelope="output" in query,
            search=query.get("search", "").strip().casefold(),
            status=_parse_text(filters, "status"),
            order_id=_parse_text(filters, "order_id"),
            profile_name=_parse_text(filters, "profile_name"),
            period=parse_period(filters),
        )

    @property
    def end(self) -> int | None:
        return None if self.limit is None else self.offset + self.limit

    def page(self, world: World, now: float) -> tuple[int, list[bytes]]:
        """Return how many orders pass every filter, and the rows of the page, newest first."""
        page = slice(self.offset, self.end)
        if self == ListQuery(self.limit, self.offset, self.envelope):
            rows = world.rows(now)
            return len(rows), rows[page]
        orders = self._select(world, now)
        return len(orders), [world.row(order, now) for order in orders[page]]

    def _select(self, world: World, now: float) -> list[AnyOrder]:
        if self.order_id is None:
            orders = world.orders(now)
        else:
            order = world.find(self.order_id, now)
            orders = [] if order is None else [order]
        if self.period != Period():
            orders = [order for order in orders if self.period.contains(order.created)]
        if self.profile_name is not None:
            orders = [
                order
                for order in orders
                if any(world.renamed(p).name == self.profile_name for p in order.profiles)
            ]
        if self.status is not None:
            orders = [order for order in orders if world.status(order, now) == self.status]
        if self.search:
            orders = [order for order in orders if self._matches(order)]
        return orders

    def _matches(self, order: AnyOrder) -> bool:
        texts = (order.id, order.filename, order.label)
        return any(self.search in text.casefold() for text in texts)


def _parse_text(filters: Mapping[str, object], name: str) -> str | None:
    value = filters.get(name)
    if not isinstance(value, str | None):
        raise ApiError(400, f"{name} must be text.")
    return value


def _parse_number(query: Mapping[str, str], name: str, *, minimum: int) -> int | None:
    if name not in query:
        return None
    try:
        number = int(query[name])
    except ValueError:
        number = minimum - 1
    if number < minimum:
        raise ApiError(400, f"{name} must be a whole number of {minimum} or more.")
    return number
