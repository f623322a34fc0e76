"""Fix: some bytes from the terminal end the program, or are taken for keys.

Textual: `_xterm_parser.py`, `XTermParser`, and the strict UTF-8 decoder in
`drivers/linux_driver.py`, `run_input_thread`. Version: 8.2.8. Symptoms, and what to delete here
when Textual has fixed one:

- An ESC within a bracketed paste starts a sequence; one of more than 32 characters is read as
  keys, so that a pasted text can press them: `InputDecoder._filter_paste`.
- Data bytes of an X10 mouse report beyond column 95 merge with the keys after it, and invalid
  UTF-8 raises: the rest of `InputDecoder`.
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

_ESC, _SPACE = b"\x1b", b" "
_PASTE_START, _PASTE_END, _X10_PREFIX = b"\x1b[200~", b"\x1b[201~", b"\x1b[M"
_LENGTH = 6
"""Of both marks of a paste, and of an X10 report, which has three data bytes."""
_REPLACEMENT = "\ufffd".encode()


def limit_size(width: int, height: int) -> tuple[int, int]:
    """Return a size in cells from 1x1 to `MAX_SIZE` x `MAX_SIZE`."""
    return min(max(width, 1), MAX_SIZE), min(max(height, 1), MAX_SIZE)


class InputDecoder:
    """Decodes input in chunks as UTF-8. An invalid byte becomes U+FFFD, and so does each ESC within
    a bracketed paste.

    The three data bytes of an X10 mouse report become `!`; Textual ignores these reports.
    """

    def __init__(self) -> None:
        self._decode = getincrementaldecoder("utf-8")("replace").decode
        self._is_paste = False
        self._sequence = b""  # the last ESC and what followed it; delayed within a paste

    def decode(self, chunk: bytes) -> str:
        filtered = bytearray()
        for number in chunk:
            byte = bytes((number,))
            filtered += self._filter_paste(byte) if self._is_paste else self._filter(byte)
        return self._decode(filtered)

    def end_sequence(self) -> None:
        """Take what follows for keys, not for the rest of a sequence."""
        if not self._is_paste:
            self._sequence = b""

    def _filter(self, byte: bytes) -> bytes:
        is_x10 = self._sequence.startswith(_X10_PREFIX)
        if byte == _ESC:
            self._sequence = byte
        elif self._sequence:
            self._sequence += byte
            self._is_paste = self._sequence == _PASTE_START
            if len(self._sequence) == _LENGTH or (is_x10 and byte < _SPACE):
                self._sequence = b""
        return b"!" if is_x10 and byte >= _SPACE else byte

    def _filter_paste(self, byte: bytes) -> bytes:
        delayed = self._sequence + byte
        if delayed == _PASTE_END:
            self._is_paste, self._sequence = False, b""
            return delayed
        if _PASTE_END.startswith(delayed):
            self._sequence = delayed
            return b""
        self._sequence = byte if byte == _ESC else b""
        return delayed.removesuffix(self._sequence).replace(_ESC, _REPLACEMENT)


class TolerantParser(XTermParser):
    """Drops input that `XTermParser` fails on, and continues with the next character."""

    @property
    def is_in_sequence(self) -> bool:
        return self._timeout_time is not None

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
                if not message.pixel_size:
                    self.terminal_pixel_size = None  # mouse reports are in cells
                if not message.size:  # a `Size` without area is false
                    self.terminal_size = None
                    continue
                size = limit_size(*message.size)
                yield events.Resize.from_dimensions(size, message.pixel_size)
            elif not isinstance(message, events.Key) or _is_encodable(message):
                yield message


def _is_encodable(key: events.Key) -> bool:
    try:
        f"{key.key}{key.character}".encode()
    except UnicodeEncodeError:
        return False
    return True
