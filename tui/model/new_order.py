"""A new order: what a person has typed is checked, and becomes the body of api.md (D). Pure."""

from collections.abc import Collection

import msgspec

from tui.model.account import Secret
from tui.model.drafts import MAX_DRAFT
from tui.model.json_comments import JsonProblem, read_json
from tui.model.masked_json import compact_json, masked_text
from tui.model.order_fields import CheckedOrder, NewJob, Problem, check_order
from tui.sanitize import sanitize, sanitize_line, sanitize_url

_MAX_LINE, _MAX_SUMMARY = 10_000, 2000


class NewOrder(msgspec.Struct, frozen=True):
    """An order that can be sent. All but `secret` is without secrets and sanitised.

    `lines` are the masked JSON; the rest is as a read of the order would show it.
    """

    secret: Secret
    """The JSON to send."""
    origin: str
    destinations: tuple[str, ...]
    jobs: tuple[NewJob, ...]
    lines: tuple[str, ...]

    def body(self) -> bytes:
        """Return the JSON to send, with its secrets."""
        return self.secret.reveal().encode()

    @property
    def files(self) -> tuple[str, ...]:
        """The names of the output files."""
        return tuple(job.filename for job in self.jobs)

    @property
    def summary(self) -> str:
        """Return the masked JSON in one line, for the journal."""
        return sanitize(" ".join(line.strip() for line in self.lines), _MAX_SUMMARY)


class Reading(msgspec.Struct, frozen=True):
    """What was read of a draft: the order unless there are errors, and the problems of its
    fields.
    """

    order: NewOrder | None
    problems: tuple[Problem, ...] = ()

    @property
    def errors(self) -> tuple[Problem, ...]:
        return tuple(each for each in self.problems if not each.is_warning)

    @property
    def warnings(self) -> tuple[Problem, ...]:
        return tuple(each for each in self.problems if each.is_warning)


def read_draft(data: bytes, profiles: Collection[int] | None = None) -> Reading:
    """Read JSON, which may have comments. `profiles` are the ids of the company's profiles; None:
    not known.
    """
    if len(data) > MAX_DRAFT:
        return Reading(None, (Problem("", f"it is longer than {MAX_DRAFT} bytes"),))
    try:
        value = read_json(data)
    except JsonProblem as problem:
        return Reading(None, (Problem("", str(problem)),))
    return check_draft(value, profiles)


def check_draft(value: object, profiles: Collection[int] | None = None) -> Reading:
    """Check a draft that is a JSON value; see `read_draft`."""
    checked = check_order(value, profiles)
    is_complete = all(each.is_warning for each in checked.problems)
    return Reading(_order(checked) if is_complete else None, checked.problems)


def _order(checked: CheckedOrder) -> NewOrder:
    body = checked.body
    lines = tuple(sanitize(line, _MAX_LINE) for line in masked_text(body).splitlines())
    jobs = tuple(
        NewJob(job.profile_id, sanitize_line(job.filename), job.label and sanitize_line(job.label))
        for job in checked.jobs
    )
    return NewOrder(
        Secret(compact_json(body).decode()),
        sanitize_url(checked.origin),
        tuple(sanitize_url(each) for each in checked.destinations),
        jobs,
        lines,
    )
