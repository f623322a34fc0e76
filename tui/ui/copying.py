"""Copying from a screen that shows an order, to the clipboard of the terminal (OSC 52)."""

from textual.screen import Screen

from tui.model.order import OrderDetail
from tui.ui.banner import Session


def copy_id(screen: Screen[None], order_id: str | None) -> None:
    if order_id is not None:
        screen.app.copy_to_clipboard(order_id)
        screen.notify(f"copied {order_id}", timeout=3, markup=False)


def choose_copy(
    screen: Screen[None], order_id: str | None, detail: OrderDetail | None, who: Session
) -> None:
    """Open the menu of what there is to copy of an order."""
    from tui.ui.copies import copies  # noqa: PLC0415 - not for the first paint
    from tui.ui.screens.copy_menu import offer  # noqa: PLC0415 - not for the first paint

    if order_id is not None:
        offer(screen.app, copies(order_id, detail, who))
