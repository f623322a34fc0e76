"""A new order as a dialog shows and sends it."""

from collections.abc import AsyncGenerator, Awaitable, Callable

from tui.actions.creation import OrderCreation
from tui.actions.plan import ItemResult
from tui.model.actions import Outcome
from tui.ui.new_order.review_text import (
    SEARCHING,
    Review,
    prompt_text,
    result_lines,
    result_text,
    review_lines,
)
from tui.ui.text import Line


class OrderSending:
    """Implements `Sending`. `review_order` looks first whether the same order was sent before.
    `creation_of` makes what sends it. `on_result` is called with each result. `wall` is the clock.
    """

    preparing, title, verb = SEARCHING, "New order", "sends it"
    _review: Review

    def __init__(
        self,
        review_order: Callable[[], Awaitable[Review]],
        creation_of: Callable[[Review], OrderCreation],
        on_result: Callable[[ItemResult], None],
        wall: Callable[[], float],
    ) -> None:
        self._review_order = review_order
        self._creation_of = creation_of
        self._on_result = on_result
        self._wall = wall
        self._results: list[ItemResult] = []
        self._has_ended = False

    async def prepare(self) -> None:
        self._review = await self._review_order()

    @property
    def must_type(self) -> str:
        return self._review.must_type

    @property
    def prompt(self) -> str:
        return prompt_text(self._review)

    @property
    def is_allowed(self) -> bool:
        return not self._review.ruling.denial

    @property
    def result(self) -> ItemResult | None:
        """The last result; None if there is none yet."""
        return self._results[-1] if self._results else None

    @property
    def result_text(self) -> str:
        return "" if self.result is None else f"New order: {result_text(self.result)}"

    @property
    def may_be_done(self) -> bool:
        return any(each.outcome is not Outcome.REFUSED for each in self._results)

    def lines(self, width: int) -> list[Line]:
        return review_lines(self._review, self._wall(), width)

    def result_lines(self, width: int) -> list[Line]:
        return result_lines(self._results, width, is_running=not self._has_ended)

    async def run(self) -> AsyncGenerator[None, None]:
        async for result in self._creation_of(self._review).run():
            self._results.append(result)
            yield  # first, for the result may close the dialog
            self._on_result(result)
        self._has_ended = True
        yield
