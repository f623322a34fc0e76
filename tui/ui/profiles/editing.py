"""Creates, edits and deletes profiles from the screen of profiles."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING

from tui import formatting
from tui.actions.ports import Wording
from tui.actions.profile_change import ProfileChange, ProfilePlanner, ProfilePorts, ProfileRunner
from tui.actions.profile_draft import Values
from tui.actions.profile_settling import ChangeResult
from tui.clock import Clock
from tui.model.actions import Outcome
from tui.model.ports import Failure
from tui.model.profiles import EncodingProfile
from tui.ui.dialogs.send_dialog import SendDialog
from tui.ui.profiles.change_sending import ChangeSending
from tui.ui.profiles.control import ProfilesControl
from tui.ui.profiles.form import ProfileForm
from tui.ui.profiles.lines import use_lines
from tui.ui.services import ActionServices
from tui.ui.text import Line
from tui.ui.textual_fixes.mounting import dismiss_if_active
from tui.ui.theme.terminal_output import Glyphs

if TYPE_CHECKING:
    from tui.ui.profiles.screen import ProfilesScreen


class ProfileEditing:
    """`describe` returns a failure as a sentence."""

    def __init__(
        self,
        screen: "ProfilesScreen",
        acting: ActionServices,
        control: ProfilesControl,
        clock: Clock,
        describe: Callable[[Failure], str],
        glyphs: Glyphs,
    ) -> None:
        self._screen = screen
        self._control = control
        self._glyphs = glyphs
        self._describe = describe
        self._ports = ProfilePorts(
            acting.company,
            acting.writes,
            acting.journal,
            acting.who,
            Wording(describe, lambda at: formatting.time_with_date(at, clock.wall())),
            clock.wall,
            acting.sleep,
        )
        self._planner = ProfilePlanner(self._ports, acting.guards)

    def edit(self, seen: EncodingProfile | None, like: EncodingProfile | None) -> None:
        """Open the form for the profile `seen`; for a new one (None) that begins as `like`."""
        allowed, note = self._control.allowed, ""
        if isinstance(allowed, Failure):
            note = f"what is allowed could not be read: {self._describe(allowed)}"
        elif allowed is None:
            note = "what is allowed is not read yet, so anything"
        values = self._control.allowed_values
        form = ProfileForm(seen, like, values, note, lambda draft: self._review(form, seen, draft))
        self._screen.app.push_screen(form)

    def _review(self, form: ProfileForm, seen: EncodingProfile | None, draft: Values) -> None:
        """Show what would be sent. The form stays open below, until it may have been done."""

        def closed(is_done: bool | None) -> None:
            if is_done:
                dismiss_if_active(form)

        self._open(partial(self._planner.save, seen, draft), seen, closed)

    def delete(self, profile: EncodingProfile) -> None:
        self._open(partial(self._planner.delete, profile), profile, lambda _: None)

    def _open(
        self,
        plan: Callable[[], Awaitable[ProfileChange]],
        profile: EncodingProfile | None,
        closed: Callable[[bool | None], None],
    ) -> None:
        sending = ChangeSending(
            plan,
            self._runner,
            partial(self._use_lines, profile),
            self._on_result,
            self._screen.settle,
            self._glyphs,
        )
        self._screen.app.push_screen(SendDialog(sending), closed)

    def _runner(self, change: ProfileChange) -> ProfileRunner:
        return ProfileRunner(change, self._ports)

    def _use_lines(self, profile: EncodingProfile | None, width: int) -> list[Line]:
        """What is known of the orders with a profile; nothing of a new one."""
        uses = self._control.uses
        if profile is None:
            return []
        if uses is None:
            return [(("Which orders use it is not read yet.", "warning"),)]
        return use_lines(uses.of(profile.id), uses, self._ports.wall(), width, brief=True)

    def _on_result(self, result: ChangeResult) -> None:
        if result.outcome is not Outcome.REFUSED:
            self._screen.show_changed(result.profile_id)
