"""Opens the form of a new order, keeps its draft, and puts the cursor on the order when it is
listed.
"""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from tui import formatting
from tui.actions.creation import OrderCreation, earlier_creation, rule_on_new_order
from tui.actions.plan import ItemResult
from tui.actions.ports import ActionPorts
from tui.model.new_order import Reading
from tui.model.order import OrderDetail
from tui.model.order_again import UNKNOWN_PARTS, draft_like
from tui.model.ports import CachedAnswer
from tui.model.state import State
from tui.ui.action_ports import action_ports
from tui.ui.dialogs.send_dialog import SendDialog
from tui.ui.main_screen.cursor import Place
from tui.ui.main_screen.orders_table import OrdersTable
from tui.ui.new_order.control import DraftControl
from tui.ui.new_order.draft_dialog import DraftDialog
from tui.ui.new_order.form import OrderForm
from tui.ui.new_order.form_text import minutes_text
from tui.ui.new_order.order_sending import OrderSending
from tui.ui.new_order.review_text import Review
from tui.ui.new_order.screen import NewOrderScreen
from tui.ui.services import ActionServices, AppServices
from tui.ui.textual_fixes.mounting import dismiss_if_active

if TYPE_CHECKING:
    from tui.ui.main_screen.screen import MainScreen


class NewOrderHost:
    """Opens the form above `screen`, whose orders are in `table`."""

    def __init__(self, screen: "MainScreen", table: OrdersTable) -> None:
        self._screen = screen
        self._app: Any = screen.app  # `TranscodeApp`: screens don't import it
        self._table = table
        self._created = ""
        """The id of an order that is not listed yet."""
        self._saving = asyncio.Lock()
        self._is_in_flight = False
        self._at_end: Callable[[], object] | None = None

    async def open(self, services: AppServices) -> None:
        """Open the form, with the draft that was left if the user wants it."""
        stored = None
        if services.drafts is not None and services.account is not None:
            stored = await services.drafts.load(services.account)
        if stored is None:
            self._open(services, DraftControl(OrderForm()))
            return

        def choose(draft: OrderForm | None) -> None:
            if draft is not None:
                self._open(services, DraftControl(draft))

        self._app.push_screen(DraftDialog(stored, services.clock.wall()), choose)

    def open_like(self, services: AppServices, order_id: str) -> None:
        """Open the form with what a read shows of an order, if no other screen was opened since."""
        work: Callable[[], Awaitable[None]] = partial(self._read_like, services, order_id)
        self._app.notify(f"Reading {order_id}", markup=False)
        self._app.run_worker(work, group="new-order-like", exclusive=True)

    async def _read_like(self, services: AppServices, order_id: str) -> None:
        front = self._app.screen
        answer = await services.api.order(order_id)
        if self._app.screen is not front:
            return
        if isinstance(answer, CachedAnswer):
            answer = answer.content
        if isinstance(answer, OrderDetail):
            notice = f"Like {order_id}. Not known of it: {UNKNOWN_PARTS}"
            control = DraftControl(OrderForm(draft_like(answer)), answer.duration, notice)
            self._open(services, control)
        else:
            session = services.session
            why = formatting.describe_failure(answer, session.host, session.company)
            text = f"{order_id} was not read: {why}"
            self._screen.notify(text, severity="warning", markup=False)

    def _open(self, services: AppServices, control: DraftControl) -> None:
        acting = services.actions
        if acting is None or acting.journal is None:
            self._app.notify("There is no journal of actions, so nothing is sent", markup=False)
            return
        ports = action_ports(services, acting, acting.journal)
        form = NewOrderScreen(
            control,
            acting.company,
            services.editor,
            lambda text: self._save(services, text),
            lambda reading: self._review(services, acting, ports, form, reading),
            ports.wording.failure,
        )
        self._app.push_screen(form)

    async def _save(self, services: AppServices, text: str) -> None:
        if services.drafts is not None and services.account is not None:
            drafts, account = services.drafts, services.account
            async with self._saving:
                problem = await (drafts.save(account, text) if text else drafts.clear(account))
            if problem:
                self._app.notify(problem, severity="warning", markup=False)

    def _review(
        self,
        services: AppServices,
        acting: ActionServices,
        ports: ActionPorts,
        form: NewOrderScreen,
        reading: Reading,
    ) -> None:
        order, control = reading.order, form.control
        if order is None:
            return
        names = None
        if control.profiles is not None:
            names = {number: profile.name for number, profile in control.profiles.items()}

        async def prepare() -> Review:
            return Review(
                order,
                reading.warnings,
                rule_on_new_order(order, names, acting.guards, ports.wall()),
                minutes_text(control.duration, len(order.jobs)),
                await earlier_creation(order, ports),
            )

        def create(review: Review) -> OrderCreation:
            self._is_in_flight = True
            return OrderCreation(review.order, ports)

        def note(result: ItemResult) -> None:
            self._note(dialog, sending, result)

        def leave(_: bool | None) -> None:
            """The draft is dropped when it was sent."""
            if sending.result is not None and sending.result.outcome.is_done:
                form.is_sent = True
                drop: Callable[[], Awaitable[None]] = partial(self._save, services, "")
                self._app.run_worker(drop, group="draft")
                dismiss_if_active(form)
                self._app.notify(sending.result_text, markup=False)

        sending = OrderSending(prepare, create, note, ports.wall)
        dialog = SendDialog(sending)
        self._app.push_screen(dialog, leave)

    def _note(self, dialog: SendDialog, sending: OrderSending, result: ItemResult) -> None:
        """Log a result. If it has the id of the new order, close the dialog and look for it."""
        self._is_in_flight = False
        self._app.monitor.log(sending.result_text)
        if self._at_end is not None:
            self._at_end()
        if result.outcome.is_done and result.order_id:
            self._created = result.order_id
            self._app.monitor.poller.refresh()
            dismiss_if_active(dialog)

    def end_then(self, act: Callable[[], object]) -> bool:
        """Call `act` when the request in flight is answered; return False if none is, or `act` is
        waiting already.
        """
        if not self._is_in_flight or self._at_end is not None:
            return False
        self._at_end = act
        return True

    def update(self, state: State) -> None:
        """Put the cursor on the order that was created, as soon as it is listed."""
        order_id = self._created
        if not order_id or state.snapshot is None or order_id not in state.snapshot.index:
            return
        self._created = ""
        place = self._table.place
        self._table.return_to(Place(order_id, 0 if place is None else place.line))
        if self._table.cursor_id != order_id:
            self._screen.notify(f"{order_id} is created: the filter hides it", markup=False)
