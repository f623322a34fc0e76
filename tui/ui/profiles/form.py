"""The form of a profile: a field for each of its values, checked as they are typed."""

from collections.abc import Callable, Mapping
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.screen import Screen
from textual.widget import Widget

from tui.actions.profile_draft import (
    PROFILE_FIELDS,
    Values,
    draft_problems,
    read_draft,
    texts_of,
)
from tui.model.profiles import AllowedValues, EncodingProfile
from tui.ui.actions import key_label
from tui.ui.bindings import ACT, MOVE
from tui.ui.profiles.form_text import field_hint, form_title
from tui.ui.text import justify, wrap
from tui.ui.textual_fixes.mounting import dismiss_if_active
from tui.ui.widgets.choice_field import ChoiceField
from tui.ui.widgets.key_bar import KeyBar
from tui.ui.widgets.line_view import LineView, set_variable_lines
from tui.ui.widgets.text_field import TextField

_LABEL_WIDTH = 16
_HINT_LINES = 2


class ProfileForm(Screen[None]):
    """Edits the profile `seen`, or a new one (None), which begins as `like`. `review` shows what
    would be sent. `note` is what is to be known of the allowed values.
    """

    CSS_PATH = "form.tcss"
    KEY_WIDGETS = (ChoiceField,)
    BINDINGS: ClassVar[list[BindingType]] = [
        # With priority a key moves the focus before the next one is dispatched.
        Binding("enter", "enter", "Review", id="profile-form.enter", priority=True, group=ACT,
                tooltip="Next empty field, or show what will be sent"),
        Binding("tab", "app.focus_next", "Next field", id="profile-form.next", priority=True,
                group=MOVE),
        Binding("shift+tab", "app.focus_previous", "Previous field", id="profile-form.previous",
                show=False, priority=True, group=MOVE),
        Binding("down", "app.focus_next", "Down", id="profile-form.down", show=False,
                priority=True, group=MOVE),
        Binding("up", "app.focus_previous", "Up", id="profile-form.up", show=False,
                priority=True, group=MOVE),
        Binding("escape", "leave", "Back", id="profile-form.leave", group=MOVE,
                tooltip="Back without saving"),
    ]  # fmt: skip

    def __init__(
        self,
        seen: EncodingProfile | None,
        like: EncodingProfile | None,
        allowed: AllowedValues,
        note: str,
        review: Callable[[Values], None],
    ) -> None:
        super().__init__()
        self._seen = seen
        self._allowed = allowed
        self._note = note
        self._review = review
        self._texts = dict(texts_of(like))
        self._is_reviewed = False
        """The empty fields count as wrong from then on."""

    def compose(self) -> ComposeResult:
        yield LineView(id="title")
        with VerticalScroll(can_focus=False):
            for key, field in PROFILE_FIELDS.items():
                with Horizontal(classes="field"):
                    yield LineView([((f"  {field.label}", "plain"),)], classes="label")
                    yield self._field(key)
                yield LineView(id=f"{key}-problem", classes="note variable")
        yield LineView(id="hint")
        yield KeyBar()

    def _field(self, key: str) -> Widget:
        field, text = PROFILE_FIELDS[key], self._texts[key]
        choices = field.choices(self._allowed)
        if not choices:
            return TextField(key, text)
        return ChoiceField(key, text, choices if field.required else ("", *choices))

    def on_mount(self) -> None:
        if self.is_attached:  # False if the app exits: Textual then mounts no widgets
            self.set_focus(self.query_one("#name"))
            self._draw()

    def on_resize(self) -> None:
        self.call_after_refresh(self._draw)

    def on_descendant_focus(self) -> None:
        self._draw()

    def on_input_changed(self, event: TextField.Changed) -> None:
        self._set(str(event.input.id), event.value)

    def on_choice_field_changed(self, message: ChoiceField.Changed) -> None:
        self._set(message.key, message.value)

    def _set(self, key: str, text: str) -> None:
        self._texts[key] = text
        self._draw()

    @property
    def _problems(self) -> Mapping[str, str]:
        return draft_problems(self._texts, self._allowed, self._seen)

    def _draw(self) -> None:
        if not (self.is_mounted and self.is_attached):
            return
        width = self.size.width
        leave = f"{key_label(self, 'profile-form.leave')}: back "
        title = justify(((f" {form_title(self._seen)}", "strong"),), ((leave, "dim"),), width)
        self.query_one("#title", LineView).set_lines((title,))
        problems = self._problems
        for key, text in self._texts.items():
            # What is still to be typed is not wrong yet.
            problem = problems.get(key, "") if text.strip() or self._is_reviewed else ""
            lines = wrap(f"! {problem}" if problem else "", width - _LABEL_WIDTH - 2, 3)
            view = self.query_one(f"#{key}-problem", LineView)
            set_variable_lines(view, [((line, "error"),) for line in lines])
        focused = None if self.focused is None else self.focused.id
        hint = field_hint(focused or "", self._allowed, self._note)
        hints = wrap(hint, max(8, width - 2), _HINT_LINES)
        self.query_one("#hint", LineView).set_lines([((f" {line}", "dim"),) for line in hints])

    async def action_enter(self) -> None:
        """Go to the next empty field that is required, else show what would be sent."""
        for field in self.query(TextField):
            await field.wait_for_input()
            self._texts[str(field.id)] = field.value
        problems = self._problems
        empty = [key for key in problems if not self._texts[key].strip()]
        fields = list(PROFILE_FIELDS)
        here = fields.index(str(self.focused.id)) if self.focused is not None else -1
        below = [key for key in empty if fields.index(key) > here]
        self._is_reviewed = self._is_reviewed or not below
        if problems:
            target = next(iter(below or problems))
            # `Widget.focus` is deferred, so the next key of a burst would go to the old focus.
            self.set_focus(self.query_one(f"#{target}"))
            self._draw()
        else:
            self._review(read_draft(self._texts, self._seen))

    def action_leave(self) -> None:
        dismiss_if_active(self)
