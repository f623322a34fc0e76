"""Which orders are marked. Pure."""

from collections.abc import Collection, Iterable, Sequence
from collections.abc import Set as AbstractSet


class Marks:
    """Marks belong to ids: they stay whatever the list, the filter and the sort order show, until
    they are removed. An order that is gone stays marked; the plan says that it is gone.
    """

    def __init__(self) -> None:
        self._ids: dict[str, None] = {}

    @property
    def ids(self) -> AbstractSet[str]:
        """In the order in which they were marked."""
        return self._ids.keys()

    def toggle(self, order_id: str) -> None:
        if order_id in self._ids:
            del self._ids[order_id]
        else:
            self._ids[order_id] = None

    def toggle_all(self, order_ids: Sequence[str]) -> int:
        """Mark all of `order_ids`; remove the marks if all are marked. Return how many
        were marked.
        """
        new = [each for each in order_ids if each not in self._ids]
        self._ids.update(dict.fromkeys(new))
        if not new:
            self.remove(order_ids)
        return len(new)

    def remove(self, order_ids: Iterable[str]) -> None:
        for each in order_ids:
            self._ids.pop(each, None)

    def clear(self) -> None:
        self._ids.clear()

    def arranged(self, shown: Collection[str]) -> tuple[Sequence[str], Sequence[str]]:
        """Return the marked ids, those of `shown` first and in its order, and those that are not
        in it.
        """
        hidden = [each for each in self._ids if each not in shown]
        return [*(each for each in shown if each in self._ids), *hidden], hidden
