"""Toasts about files: problems with the config file, and what could not be saved."""

from collections.abc import Sequence

from textual.app import App

_MAX_PROBLEMS = 3
_PROBLEM_TIMEOUT = 20.0
"""Seconds; the problems are shown once."""


def notify_problems(app: App[None], table: str, problems: Sequence[str], command: str) -> None:
    """Show the first problems with a table of the config file; `command` prints all."""
    if not problems:
        return
    lines = [f"{table} in the config file:", *problems[:_MAX_PROBLEMS]]
    if more := problems[_MAX_PROBLEMS:]:
        lines.append(f"and {len(more)} more: transcode-tui config {command}")
    app.notify("\n".join(lines), severity="warning", timeout=_PROBLEM_TIMEOUT, markup=False)


def notify_not_saved(app: App[None], reason: str | None) -> None:
    """Show why something could not be saved, if it could not."""
    if reason is not None:
        app.notify(f"not saved: {reason}", severity="warning", markup=False)
