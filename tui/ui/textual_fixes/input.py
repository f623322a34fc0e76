"""Decode and parse terminal input, whatever its bytes are."""

from codecs import getincrementaldecoder
from collections.abc import Iterable, Iterator

from textual import events
from textual._xterm_parser import XTermParser
from textual.message import Message

MAX_SIZE = 1000
"""Columns and rows that are drawn at most. The cost of a frame grows with their product."""

_ESC, _SPACE = ord("\x1b"), ord(" ")
_X10_PREFIX = b"\x1b[M"
_X10_LENGTH = len(_X10_PREFIX) + 3


def limit_size(width: int, height: int) -> tuple[int, int]:
    """Return a size in cells from 1x1 to `MAX_SIZE` x `MAX_SIZE`."""
    return min(max(width, 1), MAX_SIZE), min(max(height, 1), MAX_SIZE)


class InputDecoder:
    """Decodes input in chunks as UTF-8. An invalid byte becomes U+FFFD.

    The three data bytes of an X10 mouse report become `!`. Textual ignores these reports, but
    beyond column 95 their bytes are not ASCII and would merge with the keys that follow.
    """

    def __init__(self) -> None:
        self._decode = getincrementaldecoder("utf-8")("replace").decode
        self._matched = 0  # bytes of an X10 report so far

    def decode(self, chunk: bytes) -> str:
        masked = bytearray()
        for byte in chunk:
            has_prefix = self._matched >= len(_X10_PREFIX)
            if has_prefix and byte >= _SPACE:
                self._matched = (self._matched + 1) % _X10_LENGTH
                masked.append(ord("!"))
                continue
            if not has_prefix and byte == _X10_PREFIX[self._matched]:
                self._matched += 1
            else:
                self._matched = int(byte == _ESC)
            masked.append(byte)
        return self._decode(masked)

    def on_pause(self) -> None:
        """End an incomplete X10 report: what comes after a pause are keys."""
        self._matched = 0


class TolerantParser(XTermParser):
    """Drops what Textual 8.2 cannot parse, where `XTermParser` raises and cannot go on.

    Its `int` and `chr` fail on kitty keys with subfields or codepoints out of range, and a window
    of 0 pixels makes it divide by 0. `events.Key` accepts a lone surrogate, which no terminal
    can be sent.
    """

    def feed(self, data: str) -> Iterator[Message]:
        for character in data:
            yield from self._usable(super().feed(character))

    def tick(self) -> Iterator[Message]:
        yield from self._usable(super().tick())

    def _usable(self, parsed: Iterable[Message]) -> Iterator[Message]:
        try:
            messages = list(parsed)
        except Exception:  # noqa: BLE001 - any of them ends the generator that parses
            self._gen = self.parse(self._tokens.append)
            self._awaiting = next(self._gen)
            self._timeout_time = None
            return
        for message in messages:
            if isinstance(message, events.Resize):
                yield from self._resized(message)
            elif not isinstance(message, events.Key) or _is_encodable(message):
                yield message

    def _resized(self, message: events.Resize) -> Iterator[events.Resize]:
        """Yield `message` with a size that can be drawn; nothing for an area of 0,
        which is what makes a `Size` false.
        """
        if not message.pixel_size:
            self.terminal_pixel_size = None  # mouse reports are in cells
        if not message.size:
            self.terminal_size = None
        else:
            yield events.Resize.from_dimensions(limit_size(*message.size), message.pixel_size)


def _is_encodable(key: events.Key) -> bool:
    try:
        f"{key.key}{key.character}".encode()
    except UnicodeEncodeError:
        return False
    return True
