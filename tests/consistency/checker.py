"""Is everything as young as the screen admits?"""

from tests.consistency.list_rules import ListRules
from tests.consistency.main_screen import Picture
from tests.consistency.order_rules import SheetRules
from tests.consistency.order_screen import Sheet
from tests.consistency.screen_rules import list_calls
from tests.consistency.stage import Stage


class Checker:
    """`lies` compares a picture of `stage` as of now with what the server said and when."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.looks = 0
        self.cells = 0

    def lies(self, picture: Picture | Sheet) -> list[str]:
        self.looks += 1
        now = self.stage.time.clock.now()
        self.stage.ledger.catch_up(now.mono)
        best: list[str] | None = None
        for listed in list_calls(self.stage, picture.said):
            if isinstance(picture, Sheet):
                rules: ListRules | SheetRules = SheetRules(self.stage, now, listed, picture)
            else:
                rules = ListRules(self.stage, now, listed, picture)
            found = [*rules.lies()]
            if best is None or len(found) < len(best):
                best, cells = found, rules.cells
        self.cells += cells
        return [f"at {now.mono:.2f}: {lie}" for lie in best or ()]
