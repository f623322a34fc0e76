"""The demo beside the screen: its server starts with the first call, after the first paint."""

from types import TracebackType
from typing import TYPE_CHECKING, Self

from tui.model.account import Account
from tui.model.secret import Secret

if TYPE_CHECKING:
    from tui.demo.thread import ThreadedDemo

ACCOUNT = Account("42", "demo", Secret("demo"), "http://127.0.0.1")
"""What is shown before the server is there."""


class Demo:
    """Stops the server, if it was started, when its `with` block ends."""

    def __init__(self) -> None:
        self._server: ThreadedDemo | None = None

    def start(self) -> Account:
        """Start the server, once; the account that it takes."""
        from tui.demo.thread import ThreadedDemo

        if self._server is not None:
            self._server.stop()
        self._server = ThreadedDemo()
        made = self._server.start()
        return Account(made.company_id, made.client_id, Secret(made.client_secret), made.url)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._server is not None:
            self._server.stop()
