"""The diagnostics' content, as lines. Pure."""
# FOLD """What the program observed of itself, brought up to date while it is looked at."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.binding import Binding, BindingType

from tui import formatting
from tui.model.events import ClockReading
from tui.model.session import Session
from tui.model.telemetry import (
    ANSWERED,
    MAX_RECENT_REQUESTS,
    REQUEST_KINDS,
    LogEntry,
    PollingStatus,
    RequestKind,
    RequestRecord,
    Telemetry,
    TokenInfo,
    percentile,
)
from tui.ui.dialogs.text_dialog import TextDialog
from tui.ui.text import Line, Span, clip, definition_list, fit, fit_right, wrap

_NAMES: dict[RequestKind, str] = {"orders": "list"}
_NAME, _NUMBER = 10, 8
_ALWAYS: tuple[RequestKind, ...] = ("token", "orders", "order")
_SHOWN = 10
_PATH = 12


@dataclass(frozen=True)
class Diagnosis:
    """What was observed, as of `now`; `about` are names and values of what does not change."""

    now: ClockReading
    vitals: Telemetry
    outlook: PollingStatus
    who: Session
    about: Sequence[tuple[str, str]]


def diagnostics_lines(seen: Diagnosis, width: int) -> list[Line]:
    """The lines, the newest first where there are many, each at most `width` cells wide."""
    vitals, now = seen.vitals, seen.now
    since = formatting.time_short(vitals.started, now.wall)
    lines = [
        *_title(f"As of {formatting.clock_time(now.wall)}"),
        *definition_list(_now(seen), _NAME, width, "plain"),
        *_title(f"Requests since {since}"),
        *_counts(vitals, width),
        *_title("Failures"),
        *_failures(vitals, width),
        *_title("Last events"),
        *_happenings(vitals, now.wall, width),
        *_title("Last requests"),
        *_exchanges(vitals, now.wall, width),
        *_title("Versions and places"),
        *definition_list(
            seen.about, max((len(name) + 2 for name, _ in seen.about), default=0), width
        ),
    ]
    return [clip(line, width) for line in lines[1:]]


def _title(text: str) -> list[Line]:
    return [(), ((text, "accent"),)]


def _now(seen: Diagnosis) -> list[tuple[str, str]]:
    used = f"{seen.outlook.requests_used} of {seen.outlook.requests_limit} calls in the last minute"
    return [
        ("next", _next(seen.outlook, seen.now, seen.who)),
        ("budget", used),
        ("token", _token(seen.vitals.token, seen.now)),
    ]


def _next(outlook: PollingStatus, now: ClockReading, who: Session) -> str:
    def clock(mono: float) -> str:
        return formatting.clock_time(now.wall + mono - now.mono)

    if outlook.paused:
        return "nothing, it is paused"
    if outlook.pause_failure is not None and now.mono < outlook.paused_until:
        why = formatting.describe_failure(outlook.pause_failure, who.host, who.company)
        return f"nothing before {clock(outlook.paused_until)}: {why}"
    if outlook.is_fetching_list:
        told = "the list is being asked for"
    elif outlook.next_list_at > now.mono:
        told = f"the list at {clock(outlook.next_list_at)}"
    else:
        told = "the list, as soon as the budget allows"
    if outlook.details_pause_failure is not None and now.mono < outlook.details_paused_until:
        why = formatting.describe_failure(outlook.details_pause_failure, who.host, who.company)
        return f"{told}; no details before {clock(outlook.details_paused_until)}: {why}"
    details = outlook.details_in_flight
    return f"{told}; orders being asked for: {details}" if details else told


def _token(token: TokenInfo | None, now: ClockReading) -> str:
    if token is None:
        return "none"
    got = formatting.time_short(token.obtained.wall, now.wall)
    told = f"got {got}, {formatting.coarse_age(now.mono - token.obtained.mono)} ago; "
    if now.mono - token.obtained.mono < token.renew_after:
        told += (
            f"renewed {formatting.time_short(token.obtained.wall + token.renew_after, now.wall)}"
        )
    else:
        told += "renewed with the next call"
    return told if token.lifetime is not None else f"{told}: a guess, the server tells no time"


def _counts(vitals: Telemetry, width: int) -> list[Line]:
    heads = ("sent", "good", "failed", "p50 ms", "p95 ms")
    lines: list[Line] = [
        (
            (" " * _NAME, "dim"),
            *((fit_right(head, _NUMBER), "dim") for head in heads),
        )
    ]
    for kind in REQUEST_KINDS:
        sent = sum(count for (each, _), count in vitals.counts.items() if each == kind)
        if not sent and kind not in _ALWAYS:
            continue
        good = vitals.counts[kind, ANSWERED]
        took = vitals.latencies(kind)
        lines.append(
            (
                (fit(_name(kind), _NAME), "plain"),
                _number(sent),
                _number(good),
                _number(sent - good, "warning" if sent > good else "plain"),
                _number(percentile(took, 0.50)),
                _number(percentile(took, 0.95)),
            )
        )
    note = f"p50 and p95 are of those answered among the last {MAX_RECENT_REQUESTS}"
    return [*lines, *(((text, "dim"),) for text in wrap(note, width, 2))]


def _number(value: int | None, role: str = "plain") -> Span:
    text = "?" if value is None else str(value)
    # A number that has no room pushes the others along: it is not cut.
    return (fit_right(text, max(_NUMBER, len(text) + 1)), role)


def _failures(vitals: Telemetry, width: int) -> list[Line]:
    failed = [
        (count, kind, outcome)
        for (kind, outcome), count in vitals.counts.most_common()
        if outcome != ANSWERED
    ]
    rows = [(_name(kind), f"{count} x {outcome}") for count, kind, outcome in failed]
    return definition_list(rows, _NAME, width) if rows else _none()


def _happenings(vitals: Telemetry, wall: float, width: int) -> list[Line]:
    last = list(vitals.log)[: -_SHOWN - 1 : -1]
    rows = [(formatting.time_short(each.at, wall), _told(each, wall)) for each in last]
    names = max((len(name) for name, _ in rows), default=0) + 2
    return definition_list(rows, names, width, "dim") if rows else _none()


def _told(happening: LogEntry, wall: float) -> str:
    if happening.times == 1:
        return happening.text
    since = formatting.time_short(happening.since, wall)
    return f"{happening.text} ({happening.times} times since {since})"


def _exchanges(vitals: Telemetry, wall: float, width: int) -> list[Line]:
    last = list(vitals.recent)[: -_SHOWN - 1 : -1]
    return [_exchange(each, wall, width) for each in last] or _none()


def _exchange(exchange: RequestRecord, wall: float, width: int) -> Line:
    good = exchange.outcome == ANSWERED
    before: Line = (
        (f"{formatting.time_short(exchange.at, wall)}  ", "dim"),
        (fit(_name(exchange.kind), _NAME), "plain"),
        (fit(_outcome(exchange), 14), "plain" if good else "warning"),
        (fit_right(f"{exchange.ms} ms", 9), "plain"),
        (fit_right(formatting.size(exchange.size), 10), "plain"),
    )
    room = width - sum(len(text) for text, _ in before) - 2
    return (*before, (f"  {_end(exchange.path, room)}", "dim")) if room >= _PATH else before


def _outcome(exchange: RequestRecord) -> str:
    """As the log has it: the status, and the trouble's short name."""
    if exchange.outcome == ANSWERED:
        return str(exchange.status)
    trouble = exchange.failure
    word = "ended early" if trouble is None else trouble.name.lower().replace("_", " ")
    return word if exchange.status is None else f"{exchange.status} {word}"


def _end(path: str, room: int) -> str:
    """The end of a path, for all paths begin alike."""
    return path if len(path) <= room else f"…{path[len(path) - room + 1 :]}"


def _name(kind: RequestKind) -> str:
    return _NAMES.get(kind, kind)


def _none() -> list[Line]:
    return [(("none", "dim"),)]


class DiagnosticsDialog(TextDialog):
    """The key that opens it closes it, too."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+l", "dismiss", "Close", id="diagnostics.close", show=False),
    ]

    def __init__(self, seen: Callable[[], Diagnosis]) -> None:
        super().__init__("Diagnostics", lambda width: diagnostics_lines(seen(), width))
