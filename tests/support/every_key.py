"""The keys of the screen in front, and an app that they do not end."""

from typing import Any

from textual.app import App


def bound_keys(app: App[Any]) -> set[str]:
    """Return the keys of the bindings that the screen in front has, active or not, without those
    that Textual's own bindings of the focused widget take, as the arrows in an input.
    """
    chain = app.screen._modal_binding_chain
    (_, first), *_ = chain
    textual = {key for key, binding in first if binding.id is None}
    return {
        key
        for _, bindings in chain
        for key, binding in bindings
        if binding.id is not None and (binding.priority or key not in textual)
    }


def note_the_end(app: App[Any], ended: list[str]) -> None:
    """Let the keys that end or suspend the app only add to `ended`."""
    app.exit = lambda *_, **__: ended.append("exit")  # type: ignore[method-assign] # a spy
    app.action_suspend_process = lambda: ended.append("suspend")  # type: ignore[method-assign] # a spy


def let_it_end(app: App[Any]) -> None:
    """Undo `note_the_end`."""
    del app.exit, app.action_suspend_process
