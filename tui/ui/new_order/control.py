"""The draft of a new order: what is typed, what is wrong with it, and its text for an editor."""

from collections.abc import Mapping, Sequence

from tui.model.account import Secret
from tui.model.drafts import MAX_DRAFT
from tui.model.json_comments import JsonProblem, read_json
from tui.model.masked_json import JsonMasker, fill, masked_text, to_json
from tui.model.new_order import Reading, check_draft
from tui.model.order_fields import Problem
from tui.model.profiles import EncodingProfile
from tui.ui.new_order.form import FieldKind, FormField, OrderForm
from tui.ui.new_order.form_text import (
    PROBLEM_MARK,
    editor_text,
    problem_text,
    profile_note,
    with_problems,
)

Note = tuple[str, str]
"""A text below a field and the name of its color role."""


class DraftControl:
    """Has `form`. `profiles` are the company's by their ids; None as long as they are not known,
    for the reason `why_unknown`. `duration` is that of the source in seconds, if it is known;
    `notice` is what to know of the draft.
    """

    def __init__(self, form: OrderForm, duration: float | None = None, notice: str = "") -> None:
        self.form = form
        self.duration = duration
        self.notice = notice
        self.profiles: Mapping[int, EncodingProfile] | None = None
        self.why_unknown = "they are being read"
        self.is_reviewed = False
        """What is empty counts as wrong from then on."""
        self._given_away: Sequence[Secret] = ()

    def check(self) -> Reading:
        return check_draft(self.form.value(), self.profiles)

    @property
    def saved_text(self) -> str:
        """The draft as it may be stored: JSON without secrets; empty if nothing is typed."""
        return "" if self.form.is_empty else masked_text(self.form.value())

    def notes(self, reading: Reading) -> dict[str, Note]:
        """Return what is to be said below each field, by its path."""
        problems: dict[str, Problem] = {}
        for each in reading.problems:
            path = f"{each.path}[0]" if each.path == "destinations" else each.path
            if path not in problems or problems[path].is_warning:
                problems[path] = each
        fields = self.form.fields()
        return {each.path: self._note(each, problems.get(each.path)) for each in fields}

    def _note(self, field: FormField, problem: Problem | None) -> Note:
        text = self.form.text(field.path)
        if problem is not None and problem.is_warning:
            return f"! {problem.words}", "warning"
        # What is still to be typed is not wrong yet.
        if problem is not None and (text.strip() or self.is_reviewed):
            return f"! {problem.words}", "error"
        if field.kind is FieldKind.PROFILE and text.strip():
            return profile_note(text.strip(), self.profiles, self.why_unknown), "dim"
        return "", "dim"

    def text_to_edit(self) -> str:
        """Return the draft as JSON with comments. Its secrets are kept here: `accept` puts them in
        the place of what stands for them.
        """
        masker = JsonMasker(numbered=True)
        shown = to_json(masker.mask(self.form.value()))
        self._given_away = masker.secrets
        return editor_text(shown)

    def accept(self, text: str) -> str:
        """Take over what the editor has left. If the form can't show it, nothing is taken over, and
        the text is returned with what is wrong; otherwise it is empty.
        """
        text = "".join(
            line for line in text.splitlines(keepends=True) if not line.startswith(PROBLEM_MARK)
        )
        if len(text.encode(errors="replace")) > MAX_DRAFT:
            return with_problems(text, [f"it is longer than {MAX_DRAFT} bytes"])
        try:
            value = fill(read_json(text.encode(errors="replace")), self._given_away)
        except JsonProblem as problem:
            return with_problems(text, [str(problem)])
        problems = [each for each in check_draft(value, self.profiles).problems if each.is_shape]
        if problems or not isinstance(value, dict):
            return with_problems(text, [problem_text(each) for each in problems])
        self.form = OrderForm(value)
        return ""
