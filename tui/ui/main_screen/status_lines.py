"""The status line, the title line and the text of an empty table. Pure."""

from typing import NamedTuple

from tui import formatting
from tui.model.account import Session
from tui.model.events import OrdersFailed
from tui.model.order_facts import ListStatus, list_status
from tui.model.pages import Coverage
from tui.model.ports import Failure, FailureKind
from tui.model.state import State
from tui.ui.actions import KeyLabels
from tui.ui.text import Line, clip, fit, justify, width_of
from tui.ui.theme.terminal_output import Glyphs

_MIN_WIDTH_FOR_DATE, _MIN_WIDTH_FOR_COVERAGE, _MIN_WIDTH_FOR_INTERVAL = 60, 80, 96


class ListTitle(NamedTuple):
    """What the title line says of the rows: name, filter, sort order, and how many rows can't be
    sorted yet.
    """

    name: str
    filter: Line
    sort: str
    unsortable: Line


def status_line(state: State, session: Session, mono: float, width: int, glyphs: Glyphs) -> Line:
    """Program, company and host; at the right the status of the list and its time."""
    status = list_status(state, mono)
    glyph, role = {
        ListStatus.CONNECTING: (glyphs.waiting, "dim"),
        ListStatus.LIVE: (glyphs.live, "finished"),
        ListStatus.STALE: (glyphs.stale, "warning"),
        ListStatus.PAUSED: (glyphs.paused, "warning"),
    }[status]
    shown: Line = ((f"{glyph} {status.value}", role),)
    end: Line = ((" ", "plain"),)
    if state.as_of is not None:
        wall, age = state.as_of.wall, mono - state.as_of.mono
        time = formatting.clock_time(wall)
        if width >= _MIN_WIDTH_FOR_DATE:
            time = formatting.time_with_date(wall, wall + age)
        role = "plain"
        if status is not ListStatus.LIVE:
            role = "warning"
            end = ((f", {formatting.coarse_age(age)} ago ", role),)
        elif state.last_load is not None and width >= _MIN_WIDTH_FOR_INTERVAL:
            end = ((f"  every {_interval(state.last_load.interval)} ", "dim"),)
        shown = (*shown, ("  as of ", role))
        end = ((time, role), *end)
    rest = width - width_of(end)
    shown = clip(shown, rest - 1)
    return (*justify(_session_text(session, rest - width_of(shown) - 1), shown, rest), *end)


def _session_text(session: Session, width: int) -> Line:
    """If there is no room for all, the host goes first, then the company, then the program."""
    parts = [(1, "transcode-tui", "strong")]
    parts += [(0, "DEMO", "warning")] if session.demo else []
    parts += [(0, "read-only", "dim")] if session.read_only else []
    parts += [(2, f"company {session.company}", "plain"), (3, session.host, "dim")]
    line: Line = ()
    for max_rank in (3, 2, 1, 0):
        shown = [(text, role) for rank, text, role in parts if rank <= max_rank]
        line = tuple((" " * (2 if n else 1) + text, role) for n, (text, role) in enumerate(shown))
        if width_of(line) <= width:
            break
    return line


def title_line(
    state: State,
    session: Session,
    mono: float,
    width: int,
    glyphs: Glyphs,
    keys: KeyLabels,
    title: ListTitle,
) -> Line:
    """The rule above the orders. If the list is not live, it says why and what happens next. An
    active filter always comes first.
    """
    coverage = state.coverage
    covered = "" if coverage is None else f" {_coverage_text(coverage, mono)} "
    first = title.filter or ((title.name, "strong"),)
    left: Line = ((f"{glyphs.rule} ", "faint"), *first, (" ", "faint"))
    right: Line = ()
    if notice := list_notice(state, session, mono, keys):
        left = (*(left if title.filter else ()), (f"{glyphs.rule} {notice} ", "warning"))
        if covered and width >= _MIN_WIDTH_FOR_COVERAGE:
            right = ((covered, "warning"), (glyphs.rule, "faint"))
        return ruled(left, right, width, glyphs)
    sort: Line = ((f" {title.sort}", "dim"), *title.unsortable, (" ", "dim"))
    left = (*left, (glyphs.rule * 2, "faint"), *sort)
    total = len(state.orders)
    if coverage is not None:
        right = ((covered, "dim"), (glyphs.rule * 2, "faint"))
        total = total if coverage.total is None else coverage.total
    return ruled(left, (*right, (f" {total} ", "strong"), (glyphs.rule, "faint")), width, glyphs)


def ruled(left: Line, right: Line, width: int, glyphs: Glyphs) -> Line:
    """`left` and `right` with a rule between them; `left` is cut."""
    left = clip(left, max(0, width - width_of(right)))
    rule = glyphs.rule * max(0, width - width_of(left) - width_of(right))
    return clip((*left, (rule, "faint"), *right), width)


def _coverage_text(coverage: Coverage, mono: float) -> str:
    """How much of a list that is read in pages is known, and since when."""
    if coverage.complete_since is None:
        return f"{coverage.scanned} of {coverage.total or '?'} read"
    age = formatting.coarse_age(mono - coverage.complete_since)
    return f"older orders checked {age} ago"


def list_notice(state: State, session: Session, mono: float, keys: KeyLabels) -> str | None:
    """Return why the list is not live and what happens next; None if it is live."""
    status = list_status(state, mono)
    if status is ListStatus.PAUSED:
        return f"paused: nothing is asked for; {keys.pause} resumes"
    if state.failure is not None:
        failure = state.failure.failure
        hint = _account_hint(failure, session, keys)
        return f"{_why(failure, session)}; {hint}{_retry(state.failure)}"
    if state.empty_unconfirmed:
        return "the server now lists no orders; they are kept until it says so again"
    if state.cached_at is not None:
        return f"these are the orders of then; asking {session.host} now"
    if status is not ListStatus.STALE:
        return None
    if state.last_load is not None and state.last_load.cached_for:
        age = formatting.coarse_age(state.last_load.cached_for)
        return f"a cache in front of {session.host} answers with a copy that is {age} old"
    return f"no newer answer from {session.host} yet; asking"


def _why(failure: Failure, session: Session) -> str:
    return formatting.describe_failure(failure, session.host, session.company)


def _retry(failed: OrdersFailed) -> str:
    """When the next attempt follows, and whether the server asked for the wait."""
    at = formatting.clock_time(failed.retry_at)
    is_asked = failed.failure.retry_after is not None
    return f"the server asks to wait until {at}" if is_asked else f"next try {at}"


def _account_hint(failure: Failure, session: Session, keys: KeyLabels) -> str:
    """The key that fixes what another attempt doesn't."""
    is_account = failure.kind in (FailureKind.CREDENTIALS, FailureKind.FORBIDDEN)
    return f"{keys.account} changes the account; " if is_account and not session.demo else ""


def empty_lines(
    state: State, session: Session, mono: float, width: int, keys: KeyLabels
) -> list[Line]:
    """Why there are no orders, and what happens next."""
    if state.snapshot is not None:
        if list_status(state, mono) is not ListStatus.LIVE:
            first = f"When it was last read, company {session.company} had no orders."
            second = "This is not live: see above."
        else:
            first = f"Company {session.company} has no orders."
            second = "New ones appear here by themselves."
    elif state.paused:
        first, second = "Paused before the first list came.", f"{keys.pause} resumes."
    elif state.failure is not None:
        failure = state.failure.failure
        first = f"Cannot connect: {_why(failure, session)}."
        retry = _retry(state.failure)
        now = "" if failure.retry_after is not None else f"; {keys.refresh} tries now"
        hint = _account_hint(failure, session, keys)
        second = f"{retry[0].upper()}{retry[1:]}; {hint}".rstrip("; ") + f"{now}."
    else:
        first, second = f"Connecting to {session.host}", "The orders follow."
    return empty_text(first, second, width)


def empty_text(first: str, second: str, width: int) -> list[Line]:
    """Two sentences in place of the rows."""
    return [(), ((fit(f"  {first}", width), "plain"),), ((fit(f"  {second}", width), "dim"),)]


def _interval(seconds: float) -> str:
    return f"{round(seconds, 1):g} s" if seconds < 10 else f"{seconds:.0f} s"
