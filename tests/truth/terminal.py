"""A terminal without a screen: it keeps what it is sent, and has keys."""

from textual.driver import Driver
from textual.events import Key, Resize
from textual.geometry import Size

_NAMES = {"[": "left_square_bracket", "]": "right_square_bracket", "/": "slash"}


class TerminalDriver(Driver):
    """A terminal that keeps what it is sent."""

    written = ""

    def write(self, data: str) -> None:
        self.written += data

    def take(self) -> str:
        taken, self.written = self.written, ""
        return taken

    def press(self, key: str) -> None:
        self.process_message(Key(_NAMES.get(key, key), key if len(key) == 1 else None))

    def start_application_mode(self) -> None:
        size = Size(*self._size) if self._size else Size(80, 24)
        self._app.call_later(self._app.post_message, Resize(size, size))

    def disable_input(self) -> None:
        pass

    def stop_application_mode(self) -> None:
        pass
