"""The diagnostics dialog: what the program observed of itself, refreshed every second."""

from collections.abc import Callable, Iterable, Sequence
from typing import ClassVar, TypeVar

from textual.binding import Binding, BindingType

from tui import formatting
from tui.model.account import Session
from tui.model.events import ClockReading
from tui.model.history import Accuracy
from tui.model.order_facts import list_status
from tui.model.ports import Failure
from tui.model.state import State
from tui.model.telemetry import (
    ANSWERED,
    MAX_RECENT_REQUESTS,
    REQUEST_KINDS,
    Diagnosis,
    LogEntry,
    PollingStatus,
    RequestKind,
    RequestRecord,
    Telemetry,
    TokenInfo,
    percentile,
)
from tui.ui.dialogs.dialog import TextDialog
from tui.ui.text import Line, Span, clip, definition_list, fit, fit_right, wrap

_KIND_NAMES: dict[RequestKind, str] = {"orders": "list"}
_ALWAYS_COUNTED: tuple[RequestKind, ...] = ("token", "orders", "order")
_NAME_WIDTH, _NUMBER_WIDTH, _MIN_PATH_WIDTH = 10, 8, 12
_MAX_ENTRIES = 10
Item = TypeVar("Item")


class DiagnosticsDialog(TextDialog):
    """The key that opens the dialog closes it, too."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+l", "dismiss", "Close", id="diagnostics.close", show=False),
    ]

    def __init__(self, diagnose: Callable[[], Diagnosis]) -> None:
        super().__init__("Diagnostics", lambda width: diagnostics_lines(diagnose(), width))


def diagnostics_lines(diagnosis: Diagnosis, width: int) -> list[Line]:
    """The lines for `width` cells: what needs a look first, then the newest entries first."""
    telemetry, now, polling = diagnosis.telemetry, diagnosis.now, diagnosis.polling
    wall = now.wall
    used = f"{polling.requests_used} of {polling.requests_limit} requests in the last minute"
    current = (
        ("list", _list(diagnosis.state, now)),
        ("last failure", _last_failure(telemetry, wall)),
        ("rate limit", used),
        ("next request", _next_request(polling, now, diagnosis.session)),
        ("token", _token(telemetry.token, now)),
        *([] if diagnosis.accuracy is None else [("estimates", _accuracy(diagnosis.accuracy))]),
        *([("history", diagnosis.history_problem)] if diagnosis.history_problem else []),
    )
    failures = [
        (_KIND_NAMES.get(kind, kind), f"{count} x {outcome}")
        for (kind, outcome), count in telemetry.counts.most_common()
        if outcome != ANSWERED
    ]
    events = [
        (formatting.time_short(each.at, wall), _event(each, wall))
        for each in _newest(telemetry.log)
    ]
    requests = [_request(each, wall, width) for each in _newest(telemetry.recent)]
    started = formatting.time_short(telemetry.started, wall)
    sections = {
        f"Status at {formatting.clock_time(wall)}": _definitions(current, width),
        f"Failures since {started}": definition_list(failures, _NAME_WIDTH, width),
        f"Requests since {started}": _counts(telemetry, width),
        "Last events": _definitions(events, width, "dim"),
        "Last requests": requests,
        "Versions and files": _definitions(diagnosis.about, width),
    }
    lines: list[Line] = []
    for title, section in sections.items():
        lines += [(), ((title, "accent"),), *(section or [(("none", "dim"),)])]
    return [clip(line, width) for line in lines[1:]]


def _newest(items: Iterable[Item]) -> list[Item]:
    return [*items][: -_MAX_ENTRIES - 1 : -1]


def _definitions(items: Sequence[tuple[str, str]], width: int, role: str = "plain") -> list[Line]:
    name_width = max((len(name) + 2 for name, _ in items), default=0)
    return definition_list(items, name_width, width, role)


def _list(state: State, now: ClockReading) -> str:
    status = list_status(state, now.mono).value
    if state.as_of is None:
        return f"{status}, not loaded yet"
    return f"{status}, updated {formatting.time_short(state.as_of.wall, now.wall)}"


def _last_failure(telemetry: Telemetry, wall: float) -> str:
    for request in reversed(telemetry.recent):
        if request.outcome != ANSWERED:
            kind = _KIND_NAMES.get(request.kind, request.kind)
            status = "" if request.status is None else f" ({request.status})"
            return f"{formatting.time_short(request.at, wall)} {kind}: {request.outcome}{status}"
    return "none"


def _next_request(polling: PollingStatus, now: ClockReading, session: Session) -> str:
    def clock(mono: float) -> str:
        return formatting.clock_time(now.wall + mono - now.mono)

    def reason(failure: Failure) -> str:
        return formatting.describe_failure(failure, session.host, session.company)

    if polling.paused:
        return "none: polling is paused"
    if polling.pause_failure is not None and now.mono < polling.paused_until:
        return f"none before {clock(polling.paused_until)}: {reason(polling.pause_failure)}"
    if polling.is_fetching_list:
        text = "list request in flight"
    elif polling.next_list_at > now.mono:
        text = f"list poll {clock(polling.next_list_at)}"
    else:
        text = "list poll as soon as the rate limit allows"
    if polling.details_pause_failure is not None and now.mono < polling.details_paused_until:
        until = clock(polling.details_paused_until)
        return f"{text}; no details before {until}: {reason(polling.details_pause_failure)}"
    details = polling.details_in_flight
    plural = "" if details == 1 else "s"
    return f"{text}; {details} detail request{plural} in flight" if details else text


def _token(token: TokenInfo | None, now: ClockReading) -> str:
    if token is None:
        return "none"
    obtained = formatting.time_short(token.obtained.wall, now.wall)
    renewal = "with the next request"
    if now.mono - token.obtained.mono < token.renew_after:
        renewal = formatting.time_short(token.obtained.wall + token.renew_after, now.wall)
    text = f"from {obtained}; renews {renewal}"
    return text if token.lifetime is not None else f"{text} (a guess: no lifetime from the server)"


def _accuracy(accuracy: Accuracy) -> str:
    if not accuracy.count:
        return "none has come true yet"
    inside, error = round(100 * accuracy.coverage), round(100 * accuracy.median_error)
    last = "the last one" if accuracy.count == 1 else f"the last {accuracy.count}"
    return f"{inside} % of {last} in range (meant: 80 %), median error {error} %"


def _counts(telemetry: Telemetry, width: int) -> list[Line]:
    titles = ("sent", "ok", "failed", "p50 ms", "p95 ms")
    header = ((fit_right(title, _NUMBER_WIDTH), "dim") for title in titles)
    lines: list[Line] = [((" " * _NAME_WIDTH, "dim"), *header)]
    for kind in REQUEST_KINDS:
        sent = sum(count for (each, _), count in telemetry.counts.items() if each == kind)
        if not sent and kind not in _ALWAYS_COUNTED:
            continue
        good = telemetry.counts[kind, ANSWERED]
        latencies = telemetry.latencies(kind)
        lines.append(
            (
                (fit(_KIND_NAMES.get(kind, kind), _NAME_WIDTH), "plain"),
                _number(sent),
                _number(good),
                _number(sent - good, "warning" if sent > good else "plain"),
                _number(percentile(latencies, 0.50)),
                _number(percentile(latencies, 0.95)),
            )
        )
    note = f"latency over the last {MAX_RECENT_REQUESTS} requests"
    return [*lines, *(((text, "dim"),) for text in wrap(note, width, 2))]


def _number(value: int | None, role: str = "plain") -> Span:
    text = "?" if value is None else str(value)
    # A long number shifts the ones after it instead of being cut.
    return (fit_right(text, max(_NUMBER_WIDTH, len(text) + 1)), role)


def _event(entry: LogEntry, wall: float) -> str:
    if entry.times == 1:
        return entry.text
    return f"{entry.text} ({entry.times} times since {formatting.time_short(entry.since, wall)})"


def _request(request: RequestRecord, wall: float, width: int) -> Line:
    """Its outcome is the HTTP status and the kind of failure, as in the log file."""
    outcome, role = str(request.status), "plain"
    if request.outcome != ANSWERED:
        failure = request.failure
        word = "ended early" if failure is None else failure.name.lower().replace("_", " ")
        outcome, role = word if request.status is None else f"{outcome} {word}", "warning"
    line: Line = (
        (f"{formatting.time_short(request.at, wall)}  ", "dim"),
        (fit(_KIND_NAMES.get(request.kind, request.kind), _NAME_WIDTH), "plain"),
        (fit(outcome, 14), role),
        (fit_right(f"{request.ms} ms", 9), "plain"),
        (fit_right(formatting.size(request.size), 10), "plain"),
    )
    rest = width - sum(len(text) for text, _ in line) - 2
    if rest < _MIN_PATH_WIDTH:
        return line
    path = request.path
    # All paths begin alike, so the end is kept.
    end = path if len(path) <= rest else f"…{path[len(path) - rest + 1 :]}"
    return (*line, (f"  {end}", "dim"))
