"""A screen whose counts are filters: a click on one, or `f` and its letter, shows those alone."""

from typing import ClassVar

from textual.binding import Binding, BindingType

from tui.ui.screens.viewing import ViewingScreen
from tui.ui.settled import wait_for_pending_keys
from tui.ui.widgets.counts import CountsBar


class CountingScreen(ViewingScreen):
    """A count that is chosen becomes part of the filter, as if it had been typed."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "f",
            "choose_count",
            "Status",
            id="watch.status",
            tooltip="Show one status alone, then a letter; the same again shows all",
            priority=True,
        ),
    ]

    @property
    def only_status(self) -> str:
        """The count that is chosen."""
        if self.query_shown is None:
            return ""
        from tui.model.query import only_status  # noqa: PLC0415 - who never filters

        return only_status(self.query_shown)

    def choose(self, word: str) -> None:
        """The orders of this status alone count from now on; if they do already, all."""
        from tui.model.query import toggle_status  # noqa: PLC0415 - nor is this for the first paint

        self.set_text(toggle_status(self.view.filter, word))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "choose_count":
            return self.may_ask
        return super().check_action(action, parameters)

    async def action_choose_count(self) -> None:
        from tui.ui.widgets.onlybar import StatusPrompt  # noqa: PLC0415 - not for the first paint

        await wait_for_pending_keys(self.focused)
        await self.ask(StatusPrompt(self.only_status, self._glyphs))

    async def action_only(self, word: str) -> None:
        if word:
            self.choose(word)
        await self.asked()

    async def on_counts_bar_chosen(self, message: CountsBar.Chosen) -> None:
        if message.word != "unreadable":
            self.choose(message.word)
        elif not self.is_asking:
            await self.run_action("unreadable")
