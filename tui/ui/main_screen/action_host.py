"""Opens what the keys open that act on orders or on the company."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from tui.model.order import Phase, phase_of
from tui.model.state import State
from tui.ui.main_screen.filter_control import FilterControl
from tui.ui.main_screen.marks import Marks
from tui.ui.main_screen.orders_table import OrdersTable
from tui.ui.textual_fixes.key_order import wait_for_pending_keys

if TYPE_CHECKING:
    from tui.model.actions import Journal
    from tui.model.profile_uses import ProfileUseSource
    from tui.model.statistics import StatisticsSource
    from tui.ui.main_screen.screen import MainScreen
    from tui.ui.new_order.host import NewOrderHost
    from tui.ui.order_presenter import OrderPresenter
    from tui.ui.profiles.screen import ProfilesScreen
    from tui.ui.requeue.host import RequeueHost
    from tui.ui.requeue.run import Choice
    from tui.ui.services import ActionServices, AppServices


class ActionHost:
    """Acts for `screen`. The services are those of the account that is watched now."""

    def __init__(
        self, screen: "MainScreen", marks: Marks, table: OrdersTable, filter_: FilterControl
    ) -> None:
        self._screen = screen
        self._profiles: ProfilesScreen | None = None
        self._marks = marks
        self._table = table
        self._filter = filter_
        self._requeues: RequeueHost | None = None
        self._new_orders: NewOrderHost | None = None
        self._has_settled = False

    @property
    def services(self) -> "AppServices":
        app: Any = self._screen.app  # `TranscodeApp`: screens don't import it
        services: AppServices = app.services
        return services

    @property
    def services_to_act(self) -> "ActionServices | None":
        """What acts on the account's orders; None if nothing can be sent."""
        actions = self.services.actions
        return actions if actions is not None and actions.journal is not None else None

    @property
    def journal(self) -> "Journal | None":
        """The journal of the account's actions; None if there is no place for it."""
        acting = self.services.actions
        return None if acting is None else acting.journal

    def update(self) -> None:
        """Show the state on what is open above the main screen."""
        if self._profiles is not None:
            self._profiles.bind()
        if self._new_orders is not None:
            self._new_orders.update(self._screen.travel.live)

    def open_profiles(
        self,
        presenter: "OrderPresenter",
        history: "ProfileUseSource | None",
        show_orders: Callable[[str], None],
    ) -> None:
        from tui.ui.profiles.screen import ProfilesScreen

        services = self.services
        if services.actions is None:
            self._screen.notify("There is no account whose profiles could be read", markup=False)
        elif self._profiles is None:
            self._profiles = ProfilesScreen(
                services.actions, presenter, history, services.clock, services.glyphs, show_orders,
                self.settle,
            )  # fmt: skip
            self._screen.app.push_screen(self._profiles, self._on_profiles_closed)

    def _on_profiles_closed(self, _: None) -> None:
        self._profiles = None

    def open_minutes(self, history: "StatisticsSource | None") -> None:
        from tui.ui.minutes.screen import MinutesScreen

        services = self.services
        if services.actions is None:
            self._screen.notify("There is no account whose minutes could be read", markup=False)
        else:
            wall, glyphs = services.clock.wall, services.glyphs
            company, session = services.actions.company, services.session
            self._screen.app.push_screen(MinutesScreen(company, history, session, wall, glyphs))

    async def requeue(self) -> None:
        """Plan to requeue the marked orders, else the one under the cursor."""
        await wait_for_pending_keys(self._screen.focused)
        self._plan(self._choice())

    def requeue_one(self, order_id: str) -> None:
        """Plan to requeue an order, whatever is marked."""
        from tui.ui.requeue.run import Choice

        self._plan(Choice((order_id,)))

    def _plan(self, choice: "Choice") -> None:
        from tui.ui.requeue.host import RequeueHost

        if self._requeues is None:
            self._requeues = RequeueHost(self._screen, self._marks, self.settle)
        self._requeues.open(choice, self.services)

    async def new_order(self, *, like_selected: bool = False) -> None:
        """Open the form of a new order, or of one like that under the cursor."""
        await wait_for_pending_keys(self._screen.focused)
        from tui.ui.new_order.host import NewOrderHost

        if self._new_orders is None:
            self._new_orders = NewOrderHost(self._screen, self._table)
        if not like_selected:
            await self._new_orders.open(self.services)
        elif self._table.cursor_id is not None:
            self._new_orders.open_like(self.services, self._table.cursor_id)

    def _choice(self) -> "Choice":
        from tui.ui.requeue.run import Choice

        if not self._marks.ids:
            return Choice(() if self._table.cursor_id is None else (self._table.cursor_id,))
        rows, marked = self._table.rows, self._marks.ids
        order_ids, not_shown = self._marks.arranged({each.id: None for each in rows})
        hidden = sum(each in self._screen.travel.live.index for each in not_shown)
        missing = len(not_shown) - hidden
        others = sum(phase_of(each.status) is Phase.ERROR for each in rows if each.id not in marked)
        return Choice(tuple(order_ids), hidden, missing, others, self._filter.is_active)

    def tick(self, state: State) -> None:
        """Settle what an earlier run left, once the list is read. To be called once a second."""
        if not self._has_settled and state.as_of is not None:
            self.settle()

    def settle(self) -> None:
        """Settle what the journal has of unknown outcome, in the background."""
        self._has_settled = True
        work: Callable[[], Awaitable[None]] = self._settle
        self._screen.run_worker(work, group="settle", exclusive=True)

    async def _settle(self) -> None:
        services, acting = self.services, self.services_to_act
        journal = None if acting is None else acting.journal
        if acting is None or journal is None:
            return
        entries = await journal.unsettled()
        if journal.problem:
            self._say(journal.problem)
        if entries:
            from tui.ui.action_ports import action_ports
            from tui.ui.unsettled import settle_journal

            ports = action_ports(services, acting, journal)
            show = self._screen.show_notice
            await settle_journal(ports, show, self._say)

    def _say(self, text: str) -> None:
        app: Any = self._screen.app
        app.monitor.log(text)
        self._screen.notify(text, markup=False)

    def stop(self) -> bool:
        """Stop what is being sent after the request in flight; return whether there is any."""
        return self._requeues is not None and self._requeues.stop()

    def end_then(self, act: Callable[[], object]) -> bool:
        """Call `act` when the request in flight is answered; return False if none is."""
        hosts = (self._requeues, self._new_orders)
        return any(each is not None and each.end_then(act) for each in hosts)

    def leave_account(self) -> None:
        """Another account is watched from now on."""
        self._marks.clear()
        self._screen.workers.cancel_group(self._screen, "settle")
        self._screen.show_notice("")
        self._has_settled = False
        if self._requeues is not None:
            self._requeues.leave_account()
