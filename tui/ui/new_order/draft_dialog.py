"""The dialog that offers the draft of a new order that was left."""

from typing import ClassVar

from textual.binding import Binding, BindingType

from tui import formatting
from tui.model.drafts import StoredDraft
from tui.model.json_comments import JsonProblem, read_json
from tui.sanitize import sanitize
from tui.ui.dialogs.dialog import ChoiceDialog
from tui.ui.new_order.form import OrderForm


class DraftDialog(ChoiceDialog[OrderForm]):
    """Returns the form to open: that of the draft `stored`, or an empty one. `now` is UTC epoch
    seconds.
    """

    CSS_PATH = "../dialogs/dialogs.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "close", "Close", id="draft.close"),
    ]

    def __init__(self, stored: StoredDraft, now: float) -> None:
        form = OrderForm(_read(stored.text))
        origin = sanitize(form.text("origin")) or "without a source"
        at = formatting.time_with_date(stored.saved_at, now)
        choices = [
            (f"c  Continue the draft of {at}: {origin}", form),
            ("n  A new order; the draft is dropped when something is typed", OrderForm()),
        ]
        super().__init__("New order", choices, close_id="draft.close")


def _read(text: str) -> dict[str, object]:
    try:
        value = read_json(text.encode())
    except JsonProblem:  # it is not as this program has written it
        return {}
    return value if isinstance(value, dict) else {}
