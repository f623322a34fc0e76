"""One order as text for a ticket or a mail: `name: value` lines. Pure."""

from collections.abc import Iterator, Sequence

from tui import formatting
from tui.model.actions import JournalEntry
from tui.ui.action_words import action_text
from tui.ui.order_presenter import DetailModel
from tui.ui.order_screen.facts import addresses, numbers
from tui.ui.order_screen.jobs import job_percents, shown_jobs
from tui.ui.order_screen.timing_facts import progress_facts, time_facts


def order_text(order: DetailModel, actions: Sequence[JournalEntry] = ()) -> str:
    """Everything that is known of the order, and the actions on it. Times are in UTC: the reader
    may be elsewhere.
    """
    return "\n".join(f"{name}: {value}" for name, value in (*_values(order), *_actions(actions)))


def _values(order: DetailModel) -> Iterator[tuple[str, str]]:
    facts, detail = order.facts, order.detail
    note = " (removed from the server's list)" if facts.gone else ""
    note = note or (" (not confirmed by the last polls)" if order.uncovered else "")
    yield "order", facts.id
    if detail is not None and detail.filename:
        yield "file", detail.filename
    yield "status", f"{facts.status or 'unknown'}{note}"
    if detail is not None and detail.comment:
        yield ("reason" if order.failure_reason else "message"), detail.comment
    if detail is not None and detail.label:
        yield "label", detail.label
    yield from _jobs(order)
    if detail is not None:
        yield from ((fact.name, fact.text) for fact in addresses(detail))
    if facts.created is not None:
        yield "created", formatting.utc_time(facts.created)
    times = time_facts(order, formatting.utc_time, is_brief=False)
    yield from ((name, text) for name, text, _ in (*progress_facts(order), *times))
    if order.reading is not None:
        yield "updated", formatting.utc_time(order.reading.sent.wall)
    if detail is not None:
        yield from ((fact.name, fact.text) for fact in numbers(detail))


def _actions(actions: Sequence[JournalEntry]) -> Iterator[tuple[str, str]]:
    for entry in actions:
        yield "action", f"{formatting.utc_time(entry.at)} {action_text(entry)}"


def _jobs(order: DetailModel) -> Iterator[tuple[str, str]]:
    detail = order.detail
    if detail is None:
        return
    for job, percent in zip(detail.jobs, job_percents(order, detail), strict=True):
        number = f"#{job.profile.id}" if job.profile.id else None
        parts = (job.profile.name, number, job.label, job.filename)
        percent_text = formatting.percent(percent, old=order.old)
        yield "sub-job", ", ".join([*(part for part in parts if part), percent_text])
    if detail.more_jobs:
        yield "sub-jobs", shown_jobs(detail)
