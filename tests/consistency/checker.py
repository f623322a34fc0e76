"""Checks that nothing on the screen is older than the screen says."""

from tests.consistency.list_rules import ListRules
from tests.consistency.main_screen import Picture
from tests.consistency.order_rules import OrderScreenRules
from tests.consistency.order_screen import OrderPicture
from tests.consistency.screen_rules import list_calls
from tests.consistency.stage import Stage
from tests.consistency.time_rules import StandingCells


class Checker:
    """Compares a picture of the screen with what the server sent and when."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self._standing = StandingCells(stage)
        self.looks = 0
        self.cells = 0

    def violations(self, picture: Picture | OrderPicture) -> list[str]:
        self.looks += 1
        now = self.stage.time.clock.now()
        self.stage.ledger.catch_up(now.mono)
        best: list[str] | None = None
        for listed in list_calls(self.stage, picture.said):
            if isinstance(picture, OrderPicture):
                rules: ListRules | OrderScreenRules = OrderScreenRules(
                    self.stage, now, listed, picture
                )
            else:
                rules = ListRules(self.stage, now, listed, picture)
            found = [*rules.violations()]
            if best is None or len(found) < len(best):
                best, cells = found, rules.cells
        self.cells += cells
        found = [*(best or ())]
        if isinstance(picture, Picture):
            found += self._standing.violations(picture)
        return [f"at {now.mono:.2f}: {violation}" for violation in found]
