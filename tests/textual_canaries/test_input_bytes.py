"""See `tui/ui/textual_fixes/input.py`."""

from codecs import getincrementaldecoder
from collections.abc import Callable

import pytest
from textual import events
from textual._xterm_parser import XTermParser

from tests.support.canary import with_and_without
from tui.ui.textual_fixes.input import InputDecoder, TolerantParser

Parse = Callable[..., list[str]]


def parse_tolerantly(*chunks: bytes) -> list[str]:
    decoder, parser = InputDecoder(), TolerantParser()
    return [describe(each) for chunk in chunks for each in parser.feed(decoder.decode(chunk))]


def parse_like_textual(*chunks: bytes) -> list[str]:
    decode, parser = getincrementaldecoder("utf-8")().decode, XTermParser()
    return [describe(each) for chunk in chunks for each in parser.feed(decode(chunk))]


def describe(message: object) -> str:
    match message:
        case events.Key():
            return message.key.encode().decode()  # a surrogate raises
        case events.Paste():
            return f"paste {message.text}"
        case events.MouseEvent():
            return f"mouse {message.x} {message.y}"
    return type(message).__name__


CASES: dict[str, tuple[tuple[bytes, ...], list[str]]] = {
    "no UTF-8": ((b"\xffa",), ["replacement_character", "a"]),
    "a paste that presses keys": (
        (b"\x1b[200~\x1b" + b"q" * 50 + b"\x1b[201~a",),
        ["paste \ufffd" + "q" * 50, "a"],
    ),
    "an X10 report of a far column": ((b"\x1b[M \xc3", b"\xa9a"), ["a"]),
    "a key with an event type": ((b"\x1b[97;1:2ua",), ["a"]),
    "a codepoint out of range": ((b"\x1b[99999999ua",), ["a"]),
    "a surrogate": ((b"\x1b[55296ua",), ["a"]),
    "a window of no pixels": (
        (b"\x1b[?2048;2$y\x1b[48;40;120;0;0t\x1b[<0;6;3M",),
        ["InBandWindowResize", "Resize", "mouse 5 2"],
    ),
    "a size of nothing": ((b"\x1b[48;0;0;0;0ta",), ["a"]),
}


@with_and_without("parse", parse_tolerantly, parse_like_textual)
@pytest.mark.parametrize("name", CASES)
def test_input_has_no_effect_beyond_itself(parse: Parse, name: str) -> None:
    chunks, messages = CASES[name]
    assert parse(*chunks) == messages
