"""The form of a new order: its fields, checked as they are typed."""

from collections.abc import Awaitable, Callable
from typing import ClassVar

from textual.app import ComposeResult, SuspendNotSupported
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import Screen

from tui.model.drafts import TextEditor
from tui.model.new_order import Reading
from tui.model.ports import Failure
from tui.model.profiles import CompanyApi
from tui.ui.actions import key_label
from tui.ui.new_order.control import DraftControl
from tui.ui.new_order.field_row import FieldRow, field_id
from tui.ui.new_order.form import FieldKind, FormField
from tui.ui.new_order.form_text import field_hint
from tui.ui.text import Line, justify, wrap
from tui.ui.textual_fixes.key_order import wait_for_pending_keys
from tui.ui.textual_fixes.mounting import dismiss_if_active
from tui.ui.widgets.choice_field import ChoiceField
from tui.ui.widgets.key_bar import KeyBar
from tui.ui.widgets.line_view import LineView, set_variable_lines
from tui.ui.widgets.text_field import TextField

_SAVE_AFTER = 1.0
"""Seconds without a change."""
_HINT_LINES = 2
_NO_PART = "Nothing can be"
_PARTS = "Go to a destination, sub-job, thumbnail or notification"
_FORM_ID = "new-order"


class NewOrderScreen(Screen[None]):
    """Edits the draft of `control`. `save` stores it without secrets, and `review` shows what would
    be sent; both are given what they are about. `describe` says why the profiles were not read.
    """

    CSS_PATH = "screen.tcss"
    KEY_WIDGETS = (ChoiceField,)
    BINDINGS: ClassVar[list[BindingType]] = [
        # With priority a key moves the focus before the next one is dispatched: otherwise a secret
        # that is typed ahead could land in a field that shows it.
        Binding("enter", "enter", "Next", id="new-order.enter", priority=True,
                tooltip="Next field that is not right, or show what will be sent"),
        Binding("ctrl+s", "review", "Review", id="new-order.review", priority=True,
                tooltip="Show what will be sent"),
        Binding("ctrl+g", "choose", "Profile", id="new-order.choose", priority=True,
                tooltip="Choose the profile of the sub-job"),
        Binding("ctrl+n", "add", "Add", id="new-order.add", priority=True,
                tooltip="Add another destination, sub-job, thumbnail or notification"),
        Binding("ctrl+t", "add_thumbnail", "Thumbnail", id="new-order.thumbnail", priority=True,
                tooltip="Add a thumbnail to the sub-job"),
        Binding("ctrl+r", "remove", "Remove", id="new-order.remove", priority=True,
                tooltip="Remove this destination, sub-job, thumbnail, notification or DRM"),
        Binding("ctrl+o", "edit", "Editor", id="new-order.edit", priority=True,
                tooltip="Edit it as JSON in $VISUAL or $EDITOR, without its secrets"),
        Binding("tab,down", "app.focus_next", "Next field", id="new-order.next", show=False,
                priority=True),
        Binding("shift+tab,up", "app.focus_previous", "Previous field", id="new-order.previous",
                show=False, priority=True),
        Binding("pagedown", "page(1)", "Page down", id="new-order.page-down", show=False),
        Binding("pageup", "page(-1)", "Page up", id="new-order.page-up", show=False),
        Binding("escape", "leave", "Back", id="new-order.leave", tooltip="Back; the draft is kept"),
    ]  # fmt: skip

    def __init__(
        self,
        control: DraftControl,
        company: CompanyApi,
        editor: TextEditor | None,
        save: Callable[[str], Awaitable[None]],
        review: Callable[[Reading], None],
        describe: Callable[[Failure], str],
    ) -> None:
        super().__init__()
        self.control = control
        self._company = company
        self._editor = editor
        self._save = save
        self._review = review
        self._describe = describe
        self._is_changed = False
        """Since the draft was saved."""
        self._fields: dict[str, FieldRow] = {}
        """By the ids of their widgets."""
        self.is_sent = False
        """Its draft is not saved any more."""
        self._to_remove = ""
        """The path of the part that the next key removes with what is typed in it."""

    def compose(self) -> ComposeResult:
        yield LineView(id="title")
        yield LineView(id="notice")
        with VerticalScroll(can_focus=False):
            yield from self._rows()
        yield LineView(id="hint")
        yield KeyBar()

    def _rows(self) -> ComposeResult:
        form = self.control.form
        self._fields = {}
        for row in form.rows():
            if isinstance(row, FormField):
                shown = self._fields[field_id(row.path)] = FieldRow(row, form.text(row.path))
                yield shown
            else:
                line = (f" {row.text}", "strong") if row.is_section else (f"  {row.text}", "dim")
                yield LineView([(line,)], classes="heading")

    def on_mount(self) -> None:
        if self.is_attached:  # False if the app exits: Textual then mounts no widgets
            self._focus("origin")
            self._draw()
            # Functions, not coroutines: Python warns of one that the exit leaves unawaited.
            read: Callable[[], Awaitable[None]] = self._read_profiles
            self.run_worker(read, group="profiles")
            self.set_interval(_SAVE_AFTER, self._save_if_changed)

    async def _read_profiles(self) -> None:
        answer = await self._company.profiles()
        if isinstance(answer, Failure):
            self.control.why_unknown = self._describe(answer)
        else:
            self.control.profiles = {profile.id: profile for profile in answer}
        self._draw()

    def _save_if_changed(self) -> None:
        if self._is_changed and not self.is_sent:
            self._is_changed = False
            text = self.control.saved_text

            async def save() -> None:
                await self._save(text)

            run: Callable[[], Awaitable[None]] = save
            # In the app: it goes on when the form is closed.
            self.app.run_worker(run, group="draft")

    def on_resize(self) -> None:
        self.call_after_refresh(self._draw)

    def on_descendant_focus(self) -> None:
        self._to_remove = ""
        self._draw()
        self.refresh_bindings()

    def on_input_changed(self, event: TextField.Changed) -> None:
        self._take(event.input.id, event.value)

    def on_choice_field_changed(self, message: ChoiceField.Changed) -> None:
        self._take(message.key, message.value)

    def _take(self, key: str | None, text: str) -> None:
        row = self._fields.get(key or "")
        if row is not None and self.control.form.text(row.field.path) != text:
            self.control.form.set_text(row.field.path, text)
            self._is_changed = True
            self._draw()

    @property
    def _focused_row(self) -> FieldRow | None:
        return None if self.focused is None else self._fields.get(self.focused.id or "")

    @property
    def _path(self) -> str:
        row = self._focused_row
        return "" if row is None else row.field.path

    def _focus(self, path: str) -> None:
        # `Widget.focus` is deferred, so the next key of a burst would go to the old focus.
        self.set_focus(self.query_one(f"#{field_id(path)}"))

    def _draw(self) -> None:
        if not (self.is_mounted and self.is_attached):
            return
        width, control = self.size.width, self.control
        leave = f"{key_label(self, 'new-order.leave')}: back, the draft is kept "
        title = justify(((" New order", "strong"),), ((leave, "dim"),), width)
        self.query_one("#title", LineView).set_lines((title,))
        about = wrap(control.notice, max(8, width - 2), _HINT_LINES) if control.notice else []
        shown: list[Line] = [((f" {line}", "dim"),) for line in about]
        set_variable_lines(self.query_one("#notice", LineView), shown)
        notes = control.notes(control.check())
        for row in self._fields.values():
            text, role = notes.get(row.field.path, ("", "dim"))
            row.show_note(text, role, width)
        focused, hint = self._focused_row, ""
        if focused is not None:
            hint = field_hint(focused.field, key_label(self, "new-order.choose"))
        lines = wrap(hint, max(8, width - 2), _HINT_LINES) if hint else []
        self.query_one("#hint", LineView).set_lines([((f" {line}", "dim"),) for line in lines])

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - Textual's
        if not self.is_mounted:
            return True
        row = self._focused_row
        match action:
            case "choose":
                return row is not None and row.field.kind is FieldKind.PROFILE
            case "edit":
                return self._editor is not None
        return True

    async def _take_all(self) -> None:
        """Take what is typed, also by keys that are still to be handled."""
        await wait_for_pending_keys(self.focused)
        for row in self._fields.values():
            if isinstance(row.input, TextField | ChoiceField):
                self._take(row.input.id, row.input.value)

    async def action_enter(self) -> None:
        """Go to the next field that is not right, as an empty one that is required; else show what
        would be sent. On the id of a profile that is not one, choose it.
        """
        await self._take_all()
        problems = {each.path for each in self.control.check().errors}
        row = self._focused_row
        if row is not None and row.field.kind is FieldKind.PROFILE and row.field.path in problems:
            self._choose(row.field.path)
            return
        paths = [each.path for each in self.control.form.fields()]
        here = paths.index(self._path) if self._path in paths else -1
        wrong = [each for each in paths[here + 1 :] if each in problems]
        if wrong:
            self._focus(wrong[0])
        else:
            self._show_review()

    async def action_review(self) -> None:
        await self._take_all()
        self._show_review()

    def _show_review(self) -> None:
        self.control.is_reviewed = True
        self._draw()
        reading = self.control.check()
        if reading.order is not None:
            self._review(reading)
            return
        paths = [each.path for each in self.control.form.fields()]
        wrong = [each.path for each in reading.errors]
        first = next((each for each in paths if each in wrong), paths[0])
        self._focus(first)
        count = f"{len(wrong)} fields are" if len(wrong) > 1 else "1 field is"
        self.notify(f"{count} not right yet: nothing is shown to send", markup=False)

    def action_choose(self) -> None:
        self._choose(self._path)

    def _choose(self, path: str) -> None:
        from tui.ui.new_order.profile_picker import ProfilePicker

        control = self.control
        if control.profiles is None:
            why = f"The profiles are not known: {control.why_unknown}"
            self.notify(why, severity="warning", markup=False)
            return
        typed = control.form.text(path).strip()
        search = "" if typed.isdecimal() else typed

        def take(chosen: int | None) -> None:
            if chosen is not None:
                self.query_one(f"#{field_id(path)}", TextField).value = str(chosen)
                self._take(field_id(path), str(chosen))

        self.app.push_screen(ProfilePicker(list(control.profiles.values()), search), take)

    async def action_add(self) -> None:
        await self._take_all()
        if added := self.control.form.add(self._path):
            await self._rebuild(added)
        else:
            self.notify(f"{_NO_PART} added here. {_PARTS}", markup=False)

    async def action_add_thumbnail(self) -> None:
        await self._take_all()
        await self._rebuild(self.control.form.add_thumbnail(self._path))

    async def action_remove(self) -> None:
        """Remove a part; one in which something is typed only when the key is pressed again."""
        await self._take_all()
        path, form = self._path, self.control.form
        name, is_typed = form.part_of(path)
        if not name:
            self.notify(f"{_NO_PART} removed here. {_PARTS}", markup=False)
            return
        if is_typed and self._to_remove != path:
            self._to_remove = path
            key = key_label(self, "new-order.remove")
            self.notify(f"{key} again: remove {name} with what is typed in it", markup=False)
            return
        self._to_remove = ""
        before = len(form.fields())
        await self._rebuild(form.remove(path))
        if not is_typed and len(form.fields()) == before:
            self.notify(f"Nothing is typed in {name}, and one is needed", markup=False)

    async def _rebuild(self, path: str) -> None:
        """Show other fields, with the focus on that of `path`."""
        self._is_changed = True
        scroller = self.query_one(VerticalScroll)
        async with self.batch():
            await scroller.remove_children()
            await scroller.mount_all(self._rows())
        self._focus(path)
        self._draw()

    async def action_edit(self) -> None:
        await self._take_all()
        if self._editor is None:
            return
        text = self.control.text_to_edit()
        while text:
            try:
                with self.app.suspend():
                    edited = self._editor.edit(text)
            except SuspendNotSupported:
                self.notify("This terminal cannot be given to an editor", markup=False)
                return
            if edited.problem or edited.text == text:
                why = edited.problem or "nothing is changed"
                self.notify(f"The form is unchanged: {why}", markup=False)
                return
            text = self.control.accept(edited.text)
        await self._rebuild("origin")

    def action_page(self, by: int) -> None:
        scroller = self.query_one(VerticalScroll)
        before = scroller.scroll_offset.y
        scroller.scroll_relative(y=by * scroller.size.height, animate=False, immediate=True)
        if scroller.scroll_offset.y == before:
            self.notify("This is the top" if by < 0 else "This is the end", markup=False)

    async def action_leave(self) -> None:
        await self._take_all()
        self._save_if_changed()
        dismiss_if_active(self)
