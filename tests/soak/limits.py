"""The limits of the soak test, and a summary of its figures. Pure."""

from tests.soak.resources import Measurement
from tests.soak.run import Figures

MAX_GROWTH = 2 * 1024 * 1024
"""Allowed growth of used resident memory after the warm-up, in bytes."""


def missed(figures: Figures) -> list[str]:
    """Return every missed limit as a sentence."""
    warm, end = figures.warm, figures.end
    if warm is None or end is None:
        return ["the run did not finish"]
    growth = end.rss - warm.rss
    limits = {
        f"memory grew by {_kib(growth)}": growth < MAX_GROWTH,
        f"descriptors: {warm.files} after the warm-up, {end.files} at the end": (
            end.files == warm.files
        ),
        f"tasks: {warm.resources.tasks} after the warm-up, {end.resources.tasks} at the end": (
            _comparable_tasks(end) == _comparable_tasks(warm)
        ),
        f"the pool is not at rest: {end.resources.busy} busy, {end.resources.waiting} waiting": (
            not end.resources.busy and not end.resources.waiting
        ),
        f"it ended with {figures.exit_code}": figures.exit_code == 0,
        "the terminal was not restored": figures.terminal_restored,
        f"{figures.orphans} processes were left": not figures.orphans,
    }
    return [sentence for sentence, holds in limits.items() if not holds]


def _comparable_tasks(seen: Measurement) -> dict[str, int]:
    """Return the tasks without those of scroll bars, which a widget creates on first use."""
    return {kind: count for kind, count in seen.resources.tasks.items() if kind != "ScrollBar"}


def summary(figures: Figures) -> str:
    """Return the figures, one a line."""
    actions = figures.actions
    met = ", ".join(f"{name} {count}" for name, count in sorted(figures.met.items()))
    lines = [
        f"polls      {figures.polls} of the list, {figures.requests} requests in all",
        f"faults     {figures.met.total()} of {len(figures.met)} kinds: {met}",
        f"resizes    {actions['Size']}",
        f"keys       {figures.keys}",
        f"suspended  {actions['Suspended']} times, not read {actions['Unread']} times",
        f"changes    {actions['Changed']} of the orders",
        f"warmed up  {_measurement(figures.warm)}",
        f"at the end {_measurement(figures.end)}",
    ]
    if figures.warm is not None and figures.end is not None:
        lines.append(f"growth     {_kib(figures.end.rss - figures.warm.rss)}")
    return "\n".join(lines) + "\n"


def _measurement(seen: Measurement | None) -> str:
    if seen is None:
        return "not measured"
    resources = seen.resources
    return (
        f"{_kib(seen.rss)} in use of {_kib(seen.taken)}, {resources.objects} objects, "
        f"{seen.files} descriptors and {resources.connections} connections, "
        f"{sum(resources.tasks.values())} tasks, "
        f"{resources.threads} threads"
    )


def _kib(size: int) -> str:
    return f"{size / 1024:,.0f} KiB"
