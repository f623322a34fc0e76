"""The lines above the panes: the status, and what stands in the way. Pure."""

from typing import NamedTuple

from tui import formatting
from tui.model.events import OrdersFailed
from tui.model.order_facts import ListStatus, list_status
from tui.model.pages import Coverage
from tui.model.ports import Failure, FailureKind
from tui.model.session import Session
from tui.model.state import State
from tui.ui.actions import KeyLabels
from tui.ui.text import Line, clip, fit, justify, width_of
from tui.ui.theme.terminal_output import Glyphs

_ROLE_COLORS = {
    ListStatus.CONNECTING: "dim",
    ListStatus.LIVE: "finished",
    ListStatus.STALE: "warning",
    ListStatus.PAUSED: "warning",
}


_ROOM_FOR_DATE = 60
_ROOM_FOR_COVERAGE = 80


class ListTitle(NamedTuple):
    """What is said of the rows: how they are called, filtered and sorted, and of how many the
    place is not known.
    """

    title: str = "Orders"
    filter: Line = ()
    sort: str = "newest first"
    unsortable: Line = ()


def status_line(state: State, who: Session, mono: float, width: int, glyphs: Glyphs) -> Line:
    """Program, company, host; at the right the one word and the time of the list."""
    word = list_status(state, mono)
    signs = {
        ListStatus.CONNECTING: glyphs.waiting,
        ListStatus.LIVE: glyphs.live,
        ListStatus.STALE: glyphs.stale,
        ListStatus.PAUSED: glyphs.paused,
    }
    said: Line = ((f"{signs[word]} {word.value}", _ROLE_COLORS[word]),)
    clock: Line = ()
    after: Line = ((" ", "plain"),)
    if state.as_of is not None:
        role = "plain" if word is ListStatus.LIVE else "warning"
        said = (*said, ("  as of ", role))
        age = mono - state.as_of.mono
        clock = ((_clock(state.as_of.wall, age, width), role),)
        if word is not ListStatus.LIVE:
            after = ((f", {formatting.coarse_age(age)} ago ", "warning"),)
        elif state.last_load is not None and width >= 96:
            after = ((f"  every {_seconds(state.last_load.interval)} ", "dim"),)
    room = width - width_of(clock) - width_of(after)
    said = clip(said, room - 1)
    left = justify(_watched(who, room - width_of(said) - 1), said, room)
    return (*left, *clock, *after)


def _clock(wall: float, age: float, width: int) -> str:
    """The time of day, with its date where that is not today's and there is room for it."""
    return (
        formatting.time_with_date(wall, wall + age)
        if width >= _ROOM_FOR_DATE
        else formatting.clock_time(wall)
    )


def _watched(who: Session, room: int) -> Line:
    """Where there is no room for all, first the host goes, then the company, then the name of
    the program.
    """
    parts = [(1, "transcode-tui", "strong")]
    parts += [(0, "DEMO", "warning")] if who.demo else []
    parts += [(0, "read-only", "dim")] if who.read_only else []
    parts += [(2, f"company {who.company}", "plain"), (3, who.host, "dim")]
    line: Line = ()
    for last in (3, 2, 1, 0):
        kept = [(text, role) for rank, text, role in parts if rank <= last]
        line = tuple((" " * (2 if n else 1) + text, role) for n, (text, role) in enumerate(kept))
        if width_of(line) <= room:
            break
    return line


def title_line(
    state: State,
    who: Session,
    mono: float,
    width: int,
    glyphs: Glyphs,
    keys: KeyLabels,
    told: ListTitle = ListTitle(),  # noqa: B008 - it is frozen
) -> Line:
    """The rule above the orders; when the list is not live it says why and what is next. That
    orders are left out by a filter is always said first.
    """
    filtered = told.filter
    notice = list_notice(state, who, mono, keys)
    first: Line = ((f"{glyphs.rule} ", "faint"), *filtered, (" ", "faint")) if filtered else ()
    covered = f" {_covered(state.coverage, mono)} " if state.coverage is not None else ""
    if notice is not None:
        kept: Line = ()
        if covered and width >= _ROOM_FOR_COVERAGE:  # the counts are as old as that, not younger
            kept = ((covered, "warning"), (glyphs.rule, "faint"))
        room = width - width_of(kept)
        line = clip((*first, (f"{glyphs.rule} {notice} ", "warning")), room)
        return (*line, (glyphs.rule * (room - width_of(line)), "faint"), *kept)
    left: Line = (
        *(first or ((f"{glyphs.rule} ", "faint"), (told.title, "strong"), (" ", "faint"))),
        (f"{glyphs.rule}{glyphs.rule}", "faint"),
        (f" {told.sort}", "dim"),
        *told.unsortable,
        (" ", "dim"),
    )
    total = len(state.orders)
    right: Line = ()
    if state.coverage is not None:
        right = ((covered, "dim"), (glyphs.rule * 2, "faint"))
        total = total if state.coverage.total is None else state.coverage.total
    right = (*right, (f" {total} ", "strong"), (glyphs.rule, "faint"))
    left = clip(left, max(0, width - width_of(right)))
    room = width - width_of(left) - width_of(right)
    return clip((*left, (glyphs.rule * max(0, room), "faint"), *right), width)


def _covered(coverage: Coverage, mono: float) -> str:
    """How much of a list that is read in pieces is known, and since when."""
    if coverage.complete_since is None:
        return f"{coverage.scanned} of {coverage.total or '?'} read"
    age = mono - coverage.complete_since
    return f"all read {formatting.age(age) if age >= 60 else '<1m'} ago"


def list_notice(state: State, who: Session, mono: float, keys: KeyLabels) -> str | None:
    """Why the list is not live and what is next; None where it is."""
    word = list_status(state, mono)
    if word is ListStatus.PAUSED:
        return f"paused: nothing is asked for; {keys.pause} resumes"
    if state.failure is not None:
        why = formatting.describe_failure(state.failure.failure, who.host, who.company)
        return f"{why}; {_key_for(state.failure.failure, who, keys)}{_again(state.failure)}"
    if state.empty_unconfirmed:
        return "the server now lists no orders; they are kept until it says so again"
    if state.cached_at is not None:
        return f"these are the orders of then; asking {who.host} now"
    if word is ListStatus.STALE and state.last_load is not None and state.last_load.cached_for:
        kept = formatting.coarse_age(state.last_load.cached_for)
        return f"a cache in front of {who.host} answers with a copy that is {kept} old"
    if word is ListStatus.STALE:
        return f"no newer answer from {who.host} yet; asking"
    return None


def _again(failed: OrdersFailed) -> str:
    """When it is tried again, and whose wish that is."""
    at = formatting.clock_time(failed.retry_at)
    asked = failed.failure.retry_after is not None
    return f"the server asks to wait until {at}" if asked else f"next try {at}"


def _key_for(failure: Failure, who: Session, keys: KeyLabels) -> str:
    """The way to mend what waiting does not mend."""
    theirs = failure.kind in (FailureKind.CREDENTIALS, FailureKind.FORBIDDEN)
    return f"{keys.account} changes the account; " if theirs and not who.demo else ""


def empty_lines(state: State, who: Session, mono: float, width: int, keys: KeyLabels) -> list[Line]:
    """What the table shows where there are no orders: why, and what happens next."""
    if state.snapshot is not None:
        if list_status(state, mono) is not ListStatus.LIVE:
            first = f"When it was last read, company {who.company} had no orders."
            second = "This is not live: see above."
        else:
            first = f"Company {who.company} has no orders."
            second = "New ones appear here by themselves."
    elif state.paused:
        first, second = "Paused before the first list came.", f"{keys.pause} resumes."
    elif state.failure is not None:
        why = formatting.describe_failure(state.failure.failure, who.host, who.company)
        first = f"Cannot connect: {why}."
        again = _again(state.failure)
        now = "" if state.failure.failure.retry_after is not None else f"; {keys.refresh} tries now"
        key = _key_for(state.failure.failure, who, keys)
        second = f"{again[0].upper()}{again[1:]}; {key}".rstrip("; ") + f"{now}."
    else:
        first, second = f"Connecting to {who.host}", "The orders follow."
    return [(), ((fit("  " + first, width), "plain"),), ((fit("  " + second, width), "dim"),)]


def _seconds(seconds: float) -> str:
    return f"{round(seconds, 1):g} s" if seconds < 10 else f"{seconds:.0f} s"
