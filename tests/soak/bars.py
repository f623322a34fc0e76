"""What must be true after the soak, and its figures in words. Pure."""

from tests.soak.held import Seen
from tests.soak.run import Figures

MOST_GROWTH = 2 * 1024 * 1024
"""Bytes of resident memory that is in use, after the warm-up."""


def missed(figures: Figures) -> list[str]:
    """Every bar that was missed, as a sentence."""
    warm, end = figures.warm, figures.end
    if warm is None or end is None:
        return ["it did not come to its end"]
    growth = end.rss - warm.rss
    bars = {
        f"memory grew by {_kib(growth)}": growth < MOST_GROWTH,
        f"descriptors: {warm.files} after the warm-up, {end.files} at the end": (
            end.files == warm.files
        ),
        f"tasks: {warm.held.tasks} after the warm-up, {end.held.tasks} at the end": (
            _lasting(end) == _lasting(warm)
        ),
        f"the pool is not at rest: {end.held.busy} busy, {end.held.waiting} waiting": (
            not end.held.busy and not end.held.waiting
        ),
        f"it ended with {figures.exit_code}": figures.exit_code == 0,
        "the terminal was not given back": figures.given_back,
        f"{figures.orphans} processes were left": not figures.orphans,
    }
    return [sentence for sentence, kept in bars.items() if not kept]


def _lasting(seen: Seen) -> dict[str, int]:
    """Its tasks but for those of scroll bars: a widget makes its own once, when it needs one."""
    return {kind: count for kind, count in seen.held.tasks.items() if kind != "ScrollBar"}


def told(figures: Figures) -> str:
    """The figures, a line each."""
    actions = figures.actions
    met = ", ".join(f"{name} {count}" for name, count in sorted(figures.met.items()))
    lines = [
        f"polls      {figures.polls} of the list, {figures.requests} requests in all",
        f"faults     {figures.met.total()} of {len(figures.met)} kinds: {met}",
        f"resizes    {actions['Size']}",
        f"keys       {figures.keys}",
        f"suspended  {actions['Suspended']} times, not read {actions['Still']} times",
        f"changes    {actions['Changed']} of the orders",
        f"warmed up  {_seen(figures.warm)}",
        f"at the end {_seen(figures.end)}",
    ]
    if figures.warm is not None and figures.end is not None:
        lines.append(f"growth     {_kib(figures.end.rss - figures.warm.rss)}")
    return "\n".join(lines) + "\n"


def _seen(seen: Seen | None) -> str:
    if seen is None:
        return "not seen"
    held = seen.held
    return (
        f"{_kib(seen.rss)} in use of {_kib(seen.taken)}, {held.objects} objects, {seen.files} "
        f"descriptors and {held.connections} connections, {sum(held.tasks.values())} tasks, "
        f"{held.threads} threads"
    )


def _kib(size: int) -> str:
    return f"{size / 1024:,.0f} KiB"
