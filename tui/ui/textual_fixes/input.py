"""Fix: some bytes from the terminal end the program, or are taken for keys.

Textual: `_xterm_parser.py`, `XTermParser`, and the strict UTF-8 decoder in
`drivers/linux_driver.py`, `run_input_thread`. Version: 8.2.8. Symptoms, and what to delete here
when Textual has fixed one:

- An ESC within a bracketed paste starts a sequence; one of more than 32 characters is read as
  keys, so that a pasted text can press them: `_PasteFilter`.
- Data bytes of an X10 mouse report beyond column 95 merge with the keys after it, and invalid
  UTF-8 raises: `InputDecoder`.
- `int` and `chr` fail on kitty keys with subfields or with a codepoint out of range, and a window
  of 0 pixels divides by 0; the parser's generator is then finished: `TolerantParser`.
- A key may be a lone surrogate, which cannot be encoded for the terminal: `_is_encodable`.
"""

from codecs import getincrementaldecoder
from collections.abc import Iterable, Iterator

from textual import events
from textual._xterm_parser import XTermParser
from textual.message import Message

MAX_SIZE = 1000
"""The largest number of columns and of rows. A frame costs as much as their product."""

_ESC, _SPACE = ord("\x1b"), ord(" ")
_PASTE_START, _PASTE_END = b"\x1b[200~", b"\x1b[201~"
_REPLACEMENT = "\ufffd".encode()
_X10_PREFIX = b"\x1b[M"
_X10_LENGTH = len(_X10_PREFIX) + 3


def limit_size(width: int, height: int) -> tuple[int, int]:
    """Return a size in cells from 1x1 to `MAX_SIZE` x `MAX_SIZE`."""
    return min(max(width, 1), MAX_SIZE), min(max(height, 1), MAX_SIZE)


class _PasteFilter:
    """Replaces each ESC within a bracketed paste by U+FFFD."""

    def __init__(self) -> None:
        self._is_paste = False
        self._matched = b""  # the part of the next mark seen so far; delayed within a paste

    def feed(self, chunk: bytes) -> bytes:
        passed = bytearray()
        for byte in chunk:
            mark = _PASTE_END if self._is_paste else _PASTE_START
            if not self._is_paste:
                passed.append(byte)
            if byte == mark[len(self._matched)]:
                self._matched += bytes([byte])
            else:
                if self._is_paste:
                    passed += self._matched.replace(b"\x1b", _REPLACEMENT)
                self._matched = b"\x1b" if byte == _ESC else b""
                if self._is_paste and byte != _ESC:
                    passed.append(byte)
            if self._matched == mark:
                passed += mark if self._is_paste else b""
                self._is_paste, self._matched = not self._is_paste, b""
        return bytes(passed)


class InputDecoder:
    """Decodes input in chunks as UTF-8. An invalid byte becomes U+FFFD.

    The three data bytes of an X10 mouse report become `!`; Textual ignores these reports.
    """

    def __init__(self) -> None:
        self._decode = getincrementaldecoder("utf-8")("replace").decode
        self._paste = _PasteFilter()
        self._matched = 0  # bytes of an X10 report seen so far

    def decode(self, chunk: bytes) -> str:
        masked = bytearray()
        for byte in self._paste.feed(chunk):
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
        """End an incomplete X10 report: input after a pause is keys."""
        self._matched = 0


class TolerantParser(XTermParser):
    """Drops input that `XTermParser` fails on, and continues with the next character."""

    def feed(self, data: str) -> Iterator[Message]:
        for character in data:
            yield from self._usable(super().feed(character))

    def tick(self) -> Iterator[Message]:
        yield from self._usable(super().tick())

    def _usable(self, parsed: Iterable[Message]) -> Iterator[Message]:
        try:
            messages = list(parsed)
        except Exception:  # noqa: BLE001 - each of them finishes the generator
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
        """Yield `message` with a limited size, or nothing if its area is 0."""
        if not message.pixel_size:
            self.terminal_pixel_size = None  # mouse reports are in cells
        if not message.size:  # a `Size` without area is false
            self.terminal_size = None
        else:
            yield events.Resize.from_dimensions(limit_size(*message.size), message.pixel_size)


def _is_encodable(key: events.Key) -> bool:
    try:
        f"{key.key}{key.character}".encode()
    except UnicodeEncodeError:
        return False
    return True
