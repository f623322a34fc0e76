"""The list call's parameters: what they may say, and the orders they select."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from tui.demo.filters import Period, read_filters, read_period, read_text
from tui.demo.world import World

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
