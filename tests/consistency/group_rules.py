"""The rules of the three groups of the view `Now`. Each yields the violations that it finds."""

from collections.abc import Iterator

from tests.consistency.main_screen import Group, Picture, is_active
from tests.consistency.screen_rules import TICK, PictureRules
from tests.consistency.top_rules import ACTIVE
from tests.consistency.world import Order
from tests.support.accelerated_loop import WALL

TITLES = ("Stalled", "Active", "Failed in the last 24 h", "Others")
_RECENT = 24 * 3600
_MINUTE = 60
"""The groups are formed again once a minute at least."""


class GroupRules(PictureRules):
    def violations(self) -> Iterator[str]:
        picture = self._picture
        titles = [group.title for group in picture.groups if group.title]
        if not picture.is_grouped:
            if titles:
                yield f"groups {titles} in the view {picture.tab}"
            return
        always = () if picture.filtered else TITLES[1:]
        expected = [title for title in TITLES if title in (*titles, *always)]
        if picture.whole and picture.rows and titles != expected:
            yield f"the groups are {titles}"
        yield from self._members()
        yield from self._sizes()

    def _members(self) -> Iterator[str]:
        """Each row is in the group of its status and age."""
        picture = self._picture
        for group in picture.groups:
            title = group.title or group_above(picture)
            for row in group.rows:
                self.cells += 1
                order = self.stage.world.find(row.name)
                possible = groups_of(order, row.status, self.now.wall) if order else set()
                if order and title not in ({"Stalled"} if row.quiet else possible):
                    yield f"{row.name} is {row.status}, and in the group {title}"

    def _sizes(self) -> Iterator[str]:
        picture = self._picture
        groups = {group.title: group for group in picture.groups if group.title}
        for number, group in enumerate(picture.groups):
            self.cells += 1
            is_whole = number + 1 < len(picture.groups) or picture.whole
            shown = len(group.rows)
            if group.title and (group.size != shown if is_whole else group.size < shown):
                yield f"{group.title} {group.size}, and {shown} rows are shown"
            if picture.filtered and group.title and not group.size:
                yield f"{group.title} is empty"
        if "Active" in groups and (picture.whole or "Others" in groups):
            total = sum(group.size for group in groups.values())
            if total != picture.position[1]:
                yield f"{total} in the groups, and {picture.position[1]} in all"
        if picture.filtered is None:
            yield from self._counts(groups)

    def _counts(self, groups: dict[str, Group]) -> Iterator[str]:
        """The sizes are those of the counts, and possible by what the server sent."""
        active = sum(each.number for word, each in self._picture.counts.items() if word in ACTIVE)
        stalled = self._picture.counts.get("stalled")
        active -= stalled.number if stalled else 0
        if (group := groups.get("Active")) and group.size != active:
            yield f"Active {group.size}, and {active} are counted"
        if group := groups.get(TITLES[2]):
            failed = self.ledger.shown.count(
                self.now.mono, self.stage.world.failed, self._has_failed_lately
            )
            if group.size not in failed:
                yield f"{group.title} {group.size}, and it has {failed}"

    def _has_failed_lately(self, order: Order, phases: set[str]) -> bool | None:
        if "error" not in phases:
            return False
        groups = groups_of(order, "ERROR", self.now.wall)
        if groups == {"Others"}:
            return False
        return True if phases == {"error"} and len(groups) == 1 else None


def group_above(picture: Picture) -> str:
    """Return the group of the rows above the first heading in view; empty without groups."""
    if not picture.is_grouped:
        return ""
    below = next((group.title for group in picture.groups if group.title), None)
    if below is not None:
        return TITLES[max(1, TITLES.index(below) - 1)]
    # The failed ones are too few to fill the view.
    return "Active" if any(row.is_active for row in picture.rows) else "Others"


def groups_of(order: Order, status: str, wall: float) -> set[str]:
    """Return the groups in which an order of this status may be."""
    if is_active(status):
        return {"Active"}
    age = wall - WALL - order.made
    if status != "ERROR" or age - _MINUTE - TICK >= _RECENT:
        return {"Others"}
    return {TITLES[2]} if age < _RECENT else {TITLES[2], "Others"}
