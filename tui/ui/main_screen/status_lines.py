"""The status line, the bar that says what is wrong, and the text of an empty table. Pure."""

from tui import formatting
from tui.model.account import Session
from tui.model.events import OrdersFailed
from tui.model.order_facts import ListStatus, list_status
from tui.model.pages import Coverage
from tui.model.ports import Failure, FailureKind
from tui.model.state import State
from tui.ui.actions import KeyLabels
from tui.ui.main_screen.past_text import past_notice
from tui.ui.text import Line, clip, fit, justify, width_of, wrap
from tui.ui.theme.terminal_output import Glyphs

_MIN_WIDTH_FOR_DATE, _MIN_WIDTH_FOR_INTERVAL = 60, 96
LONG_UNCHECKED = 1200.0
"""Seconds without a look at older orders that are worth a word: two scans are 15 minutes apart."""


def status_line(
    state: State, session: Session, mono: float, width: int, glyphs: Glyphs, moment: str = ""
) -> Line:
    """Program, company and host; at the right the status of the list and its time, or the `moment`
    in the past that is shown.
    """
    if moment:
        past: Line = ((f" {moment} ", "past"),)
        return justify(_session_text(session, width - width_of(past) - 1), past, width)
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
            end = ((f" (every {_interval(state.last_load.interval)}) ", "dim"),)
        shown = (*shown, ("  updated ", role))
        end = ((time, role), *end)
    rest = width - width_of(end)
    shown = clip(shown, rest - 1)
    return (*justify(_session_text(session, rest - width_of(shown) - 1), shown, rest), *end)


def _session_text(session: Session, width: int) -> Line:
    """If there is no room for all, the number of a company with a name goes first, then the host,
    then the company, then the program.
    """
    parts = [(1, "transcode-tui", "strong")]
    parts += [(0, "DEMO", "warning")] if session.demo else []
    parts += [(0, "read-only", "dim")] if session.read_only else []
    name, number = session.company_name, session.company
    parts += [(2, name, "plain"), (4, number, "dim")] if name else []
    parts += [] if name else [(2, f"company {number}", "plain")]
    parts += [(3, session.host, "dim")]
    line: Line = ()
    for max_rank in (4, 3, 2, 1, 0):
        shown = [(text, role) for rank, text, role in parts if rank <= max_rank]
        line = tuple((" " * (2 if n else 1) + text, role) for n, (text, role) in enumerate(shown))
        if width_of(line) <= width:
            break
    return line


def trouble_lines(
    state: State, session: Session, mono: float, width: int, glyphs: Glyphs, keys: KeyLabels
) -> list[Line]:
    """The bar that says why the list is not live, over the full width; nothing if it is live."""
    notice = list_notice(state, session, mono, keys)
    if notice is None:
        return []
    texts = wrap(f"{glyphs.stale} {notice}", max(1, width - 2), 2)
    return [((fit(f" {text}", width), "trouble"),) for text in texts]


def notice_lines(text: str, width: int, hide_key: str) -> list[Line]:
    """A sentence that stays until it is hidden; nothing if it is empty."""
    texts = wrap(f"{text}. {hide_key}: hide", max(1, width - 2), 3) if text else []
    return [((f" {each}", "warning"),) for each in texts]


def summary_text(
    state: State,
    mono: float,
    position: tuple[int, int],
    sort: Line,
    marked: int = 0,
    *,
    following: bool,
) -> Line:
    """What is said of the rows at the end of the line of tabs: their sort order, how much of a
    paged list is known, whether the screen follows, how many orders are marked, and the position of
    the cursor.
    """
    parts = [sort] if sort else []
    if state.coverage is not None and (covered := _coverage_text(state.coverage, mono)):
        parts.append(((covered, "dim"),))
    if following:
        parts.append((("following", "accent"),))
    if marked:
        parts.append(((f"{formatting.count(marked)} marked", "accent"),))
    number, count = map(formatting.count, position)
    parts.append(((f"{number}/{count}", "strong"),))
    line: Line = ()
    for part in parts:
        line = (*line, *((("  ", "plain"),) if line else ()), *part)
    return (*line, (" ", "plain"))


def ruled(left: Line, right: Line, width: int, glyphs: Glyphs) -> Line:
    """`left` and `right` with a rule between them; `left` is cut."""
    left = clip(left, max(0, width - width_of(right)))
    rule = glyphs.rule * max(0, width - width_of(left) - width_of(right))
    return clip((*left, (rule, "faint"), *right), width)


def _coverage_text(coverage: Coverage, mono: float) -> str:
    """How much of a list that is read in pages is known, or that older orders were not read for
    long.
    """
    if coverage.complete_since is None:
        total = "?" if coverage.total is None else formatting.count(coverage.total)
        return f"loading {formatting.count(coverage.scanned)}/{total}"
    age = mono - coverage.complete_since
    checked = f"older orders checked {formatting.coarse_age(age)} ago"
    return checked if age >= LONG_UNCHECKED else ""


def list_notice(state: State, session: Session, mono: float, keys: KeyLabels) -> str | None:
    """Return why the list is not live and what happens next; None if it is live, or was then."""
    if state.past is not None:
        return past_notice(state.past)
    status = list_status(state, mono)
    if status is ListStatus.PAUSED:
        return f"Polling paused. {keys.pause}: resume"
    if state.failure is not None:
        failure = state.failure.failure
        hint = _account_hint(failure, session, keys)
        return f"Update failed: {_why(failure, session)}. {_retry(state.failure)}.{hint}"
    if state.empty_unconfirmed:
        return "The server now lists no orders. The last list stays until a second poll says so."
    if state.cached_at is not None:
        return f"Showing the last saved list; connecting to {session.host}"
    if status is ListStatus.CONNECTING:
        return f"Connecting to {session.host}"
    if status is not ListStatus.STALE:
        return None
    if state.last_load is not None and state.last_load.cached_for:
        age = formatting.coarse_age(state.last_load.cached_for)
        return f"A cache in front of {session.host} answers with a copy that is {age} old"
    return f"No newer answer from {session.host} yet"


def _why(failure: Failure, session: Session) -> str:
    return formatting.describe_failure(failure, session.host, session.company)


def _retry(failed: OrdersFailed) -> str:
    """When the next attempt follows, and whether the server asked for the wait."""
    at = formatting.clock_time(failed.retry_at)
    is_asked = failed.failure.retry_after is not None
    return f"The server asks to wait until {at}" if is_asked else f"Next try {at}"


def _account_hint(failure: Failure, session: Session, keys: KeyLabels) -> str:
    """The key that fixes what another attempt doesn't."""
    is_account = failure.kind in (FailureKind.CREDENTIALS, FailureKind.FORBIDDEN)
    return f" {keys.account}: change account" if is_account and not session.demo else ""


def empty_lines(
    state: State, session: Session, mono: float, width: int, keys: KeyLabels
) -> list[Line]:
    """Why there are no orders, and what happens next."""
    if state.past is not None:
        first = f"Company {session.company} had no orders then."
        first = first if state.snapshot is not None else f"{past_notice(state.past)}."
        second = f"{keys.leave_past}: back to now"
    elif state.snapshot is not None:
        if list_status(state, mono) is not ListStatus.LIVE:
            first = f"Company {session.company} had no orders when the list was last updated."
            second = "The list is not live: see above."
        else:
            first = f"Company {session.company} has no orders."
            second = "New orders will appear here."
    elif state.paused:
        first, second = "Polling was paused before the first list arrived.", f"{keys.pause}: resume"
    elif state.failure is not None:
        failure = state.failure.failure
        first = f"Cannot connect: {_why(failure, session)}."
        now = "" if failure.retry_after is not None else f" {keys.refresh}: try now"
        second = f"{_retry(state.failure)}.{_account_hint(failure, session, keys)}{now}"
    else:
        first, second = f"Connecting to {session.host}", "Loading orders…"
    return empty_text(first, second, width)


def empty_text(first: str, second: str, width: int) -> list[Line]:
    """Two sentences in place of the rows."""
    return [(), ((fit(f"  {first}", width), "plain"),), ((fit(f"  {second}", width), "dim"),)]


def _interval(seconds: float) -> str:
    return f"{round(seconds, 1):g} s" if seconds < 10 else f"{seconds:.0f} s"
