"""Marks and an app for the tests in `tests/textual_canaries`.

`python -m tests.support.canary plain` runs an app of Textual alone in the terminal, `patched` the
same one as a `PatchedApp`. Both show `ready` and the number of threads that read input.
"""

import os
import sys
import threading
from typing import Any

import pytest
from textual.app import App, ComposeResult
from textual.events import Key
from textual.widgets import Static

from tui.ui.textual_fixes.patched_app import PatchedApp


def with_and_without(name: str, fix: object, textual: object) -> pytest.MarkDecorator:
    """Run a test with `fix` as its argument `name`, and with what Textual itself does.

    The second one is expected to fail. If it passes, Textual is fixed and the fix can be deleted.
    """
    fails = pytest.mark.xfail(strict=True, reason="Textual 8.2.8")
    return pytest.mark.parametrize(
        name, [pytest.param(fix, id="fixed"), pytest.param(textual, id="textual", marks=fails)]
    )


def canary_app(base: type[App[Any]]) -> App[Any]:
    class CanaryApp(base):  # type: ignore[valid-type,misc] # chosen at run time
        CSS = "Static { pointer: text; }"

        def compose(self) -> ComposeResult:
            yield Static("ready")

        def on_key(self, event: Key) -> None:
            match event.key:
                case "q":
                    self.exit()
                case "t":
                    names = [thread.name for thread in threading.enumerate()]
                    self.query_one(Static).update(f"{names.count('textual-input')} input threads")
                case "w":  # more than a terminal takes that is not read
                    os.set_blocking(2, False)
                    self._driver.write(" " * 300_000)
                    self.query_one(Static).update("written")

    return CanaryApp()


if __name__ == "__main__":
    app = canary_app({"plain": App[Any], "patched": PatchedApp}[sys.argv[1]])
    app.run()
    os._exit(app.return_code or 0)  # flushing standard error fails if the terminal is closed
