"""What is said of the moment in the past that the screen shows. Pure."""

from tui import formatting
from tui.model.past import PastMoment


def moment_text(past: PastMoment, now: float) -> str:
    """`AT 03:12:05 · 11 h ago`; `now` is the present, in UTC epoch seconds."""
    time = formatting.time_with_date(past.at, now)
    return f"AT {time} · {formatting.coarse_age(now - past.at)} ago"


def past_notice(past: PastMoment) -> str | None:
    """Why the state may differ from that of the server then; None if it was polled."""
    if past.at < past.begins:
        return f"Nothing recorded before {formatting.time_short(past.begins, past.at)}"
    if past.not_polled_since is None:
        return None
    since = formatting.time_short(past.not_polled_since, past.at)
    until = "on"
    if past.polled_again is not None:
        until = f"to {formatting.time_short(past.polled_again, past.at)}"
    return f"Not polling from {since} {until}: last known state"
