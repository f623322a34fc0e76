"""A change of a profile as a dialog shows and sends it."""

from collections.abc import AsyncGenerator, Awaitable, Callable

from tui.actions.profile_change import ProfileChange, ProfileRunner
from tui.actions.profile_settling import ChangeResult
from tui.model.actions import Outcome
from tui.ui.profiles.form_text import (
    change_lines,
    change_title,
    prompt_text,
    result_lines,
    result_text,
    sends_text,
)
from tui.ui.text import Line
from tui.ui.theme.terminal_output import Glyphs


class ChangeSending:
    """Implements `Sending`. `plan` reads the profiles again; `runner_for` makes what sends the
    change. `use_lines` are what is known of the orders with the profile, for a width. `on_result`
    is called with each result, and `on_unknown` at the end if the outcome stays unknown.
    """

    preparing = "Reading the profiles again…"
    _change: ProfileChange

    def __init__(
        self,
        plan: Callable[[], Awaitable[ProfileChange]],
        runner_for: Callable[[ProfileChange], ProfileRunner],
        use_lines: Callable[[int], list[Line]],
        on_result: Callable[[ChangeResult], None],
        on_unknown: Callable[[], None],
        glyphs: Glyphs,
    ) -> None:
        self._plan = plan
        self._runner_for = runner_for
        self._use_lines = use_lines
        self._on_result = on_result
        self._on_unknown = on_unknown
        self._glyphs = glyphs
        self._results: list[ChangeResult] = []

    async def prepare(self) -> None:
        self._change = await self._plan()

    @property
    def title(self) -> str:
        return change_title(self._change)

    @property
    def verb(self) -> str:
        return sends_text(self._change)

    @property
    def must_type(self) -> str:
        return self._change.must_type

    @property
    def prompt(self) -> str:
        return prompt_text(self._change)

    @property
    def is_allowed(self) -> bool:
        return not self._change.problem

    @property
    def result_text(self) -> str:
        return result_text(self._results[-1]) if self._results else ""

    @property
    def may_be_done(self) -> bool:
        return any(each.outcome is not Outcome.REFUSED for each in self._results)

    def lines(self, width: int) -> list[Line]:
        return change_lines(self._change, self._use_lines(width), width, self._glyphs)

    def result_lines(self, width: int) -> list[Line]:
        return result_lines(self._results, width)

    async def run(self) -> AsyncGenerator[None, None]:
        async for result in self._runner_for(self._change).run():
            self._results.append(result)
            yield  # first, for the result may close the dialog
            self._on_result(result)
        if self._results[-1].outcome is Outcome.UNKNOWN:
            self._on_unknown()
