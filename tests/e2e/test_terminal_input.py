"""The program survives any input bytes and any terminal size."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from textual import events
from textual.message import Message

from tests.support.changing_server import BackgroundServer, three_orders
from tests.support.program_with_fault import CUE, SIGN
from tests.support.terminal import Terminal
from tests.support.tiers import slow_except
from tui.ui.textual_fixes.input import InputDecoder, TolerantParser, limit_size

SIZE = b"\x1b[48;40;120;0;0t"

DECODED = {
    "ASCII": ((b"abc",), "abc"),
    "UTF-8": (("é€😀".encode(),), "é€😀"),
    "UTF-8 in pieces": ((b"\xe2", b"\x82", b"\xac"), "€"),
    "Latin-1": ((b"\xe9?",), "\ufffd?"),
    "no byte of UTF-8": ((b"\xff\xfeq",), "\ufffd\ufffdq"),
    "cut off by a sequence": ((b"\xc3\x1b[A",), "\ufffd\x1b[A"),
    "a surrogate": ((b"\xed\xa0\x80x",), "\ufffd\ufffd\ufffdx"),
    "X10 near": ((b"\x1b[M !!j",), "\x1b[M!!!j"),
    "X10 far": ((b"\x1b[M \xff\xc3j",), "\x1b[M!!!j"),
    "X10 would merge": ((b"\x1b[M \x80\xc3", b"\xa9"), "\x1b[M!!!\ufffd"),
    "X10 in pieces": ((b"\x1b", b"[", b"M", b"\xe2", b"\x82", b"\xacj"), "\x1b[M!!!j"),
    "X10 twice": ((b"\x1b[M \xe9\xe9\x1b[M#\xe9\xe9q",), "\x1b[M!!!\x1b[M!!!q"),
    "X10 cut off": ((b"\x1b[M \x1b[A\xc3\xa9",), "\x1b[M!\x1b[Aé"),
    "an escape before it": ((b"\x1b\x1b[M \xe9\xe9q",), "\x1b\x1b[M!!!q"),
    "SGR": ((b"\x1b[<0;5;5Mq",), "\x1b[<0;5;5Mq"),
    "a paste": ((b"\x1b[200~a\xc3\xa9\r\x1b[201~j",), "\x1b[200~aé\r\x1b[201~j"),
    "an escape in a paste": ((b"\x1b[200~a\x1b[Bq\x1b[201~j",), "\x1b[200~a\ufffd[Bq\x1b[201~j"),
    "a paste in pieces": ((b"\x1b[20", b"0~x\x1b[2", b"01~\x1b"), "\x1b[200~x\x1b[201~\x1b"),
    "an escape before its end": ((b"\x1b[200~\x1b\x1b[201~q",), "\x1b[200~\ufffd\x1b[201~q"),
    "a paste in a paste": ((b"\x1b[200~\x1b[200~\x1b[201~q",), "\x1b[200~\ufffd[200~\x1b[201~q"),
    "X10 in a paste": ((b"\x1b[200~\x1b[M\xc3\xa9.\x1b[201~",), "\x1b[200~\ufffd[Mé.\x1b[201~"),
    "control bytes are no data": ((b"\x1b[M\r",), "\x1b[M\r"),
}


@pytest.mark.parametrize("name", DECODED)
def test_bytes_are_decoded(name: str) -> None:
    decoder = InputDecoder()
    chunks, text = DECODED[name]
    assert "".join(map(decoder.decode, chunks)) == text


def test_bytes_after_the_end_of_a_sequence_are_keys() -> None:
    decoder = InputDecoder()
    assert decoder.decode(b"\x1b[M ") == "\x1b[M!"
    decoder.end_sequence()
    assert decoder.decode(b"qq") == "qq"


DROPPED = {
    "codepoint out of range": "\x1b[99999999u",
    "event type": "\x1b[97;1:2u",
    "alternate key": "\x1b[97:65;2u",
    "release of a function key": "\x1b[1;1:3A",
    "text out of range": "\x1b[97;;99999999u",
    "codepoint a surrogate": "\x1b[55296u",
    "text a surrogate": "\x1b[97;;55296u",
    "X10 report": "\x1b[M!!!",
    "no size": "\x1b[48;0;0;0;0t",
    "no rows": "\x1b[48;0;80;0;0t",
}


@pytest.mark.parametrize("name", DROPPED)
def test_unparsable_input_is_dropped(name: str) -> None:
    parser = TolerantParser()
    assert keys(parser.feed(f"a{DROPPED[name]}b\x1b[A")) == ["a", "b", "up"]


def test_a_paste_continues_after_dropped_bytes() -> None:
    parser = TolerantParser()
    messages = list(parser.feed("\x1b[99999999u\x1b[200~a\ufffdq\x1b[201~j"))
    assert [each.text for each in messages if isinstance(each, events.Paste)] == ["a\ufffdq"]
    assert keys(messages) == ["j"]


@pytest.mark.parametrize(
    ("report", "where"),
    [
        ("\x1b[48;40;120;800;1200t\x1b[<0;55;45M", (5, 2)),  # cells of 10x20 pixels
        ("\x1b[48;40;120;0;0t\x1b[<0;6;3M", (5, 2)),
        ("\x1b[48;0;0;0;0t\x1b[<0;6;3M", (5, 2)),
        ("\x1b[48;40;120;800;1200t\x1b[99999999u\x1b[<0;55;45M", (5, 2)),
    ],
)
def test_mouse_coordinates(report: str, where: tuple[int, int]) -> None:
    (*_, pressed) = TolerantParser().feed(report)
    assert isinstance(pressed, events.MouseDown)
    assert (pressed.x, pressed.y) == where


@pytest.mark.parametrize(
    ("size", "limited"),
    [
        ((120, 40), (120, 40)),
        ((0, 0), (1, 1)),
        ((-5, 40), (1, 40)),
        ((65535, 65535), (1000, 1000)),
    ],
)
def test_sizes_are_limited(size: tuple[int, int], limited: tuple[int, int]) -> None:
    assert limit_size(*size) == limited


def test_a_resize_in_band_is_limited() -> None:
    (resize,) = TolerantParser().feed("\x1b[48;9999;9999;0;0t")
    assert isinstance(resize, events.Resize)
    assert resize.size == (1000, 1000)


def keys(messages: Iterator[Message] | list[Message]) -> list[str]:
    return [message.key for message in messages if isinstance(message, events.Key)]


INPUTS = {
    "Latin-1 letter": b"\xe9",
    "Latin-1 word": "ñéßú".encode("latin-1"),
    "0xff": b"\xff",
    "0xfe 0xff": b"\xfe\xff",
    "0xc0 0x80": b"\xc0\x80",
    "continuation alone": b"\x80",
    "lead alone": b"\xc3",
    "lead of four alone": b"\xf0\x9f",
    "surrogate": b"\xed\xa0\x80",
    "beyond Unicode": b"\xf4\x90\x80\x80",
    "8-bit CSI": b"\x9b",
    "8-bit meta": bytes([ord("x") | 0x80]),
    "all upper bytes": bytes(range(0x80, 0x100)),
    "NUL": b"\0",
    "X10 in sight": b"\x1b[M !!",
    "X10 far": b"\x1b[M \xff\xff",
    "X10 lead byte": b"\x1b[M \xe9\xc3",
    "X10 release": b"\x1b[M#\x80\x80",
    "X10 burst": b"\x1b[MC\xe2\x82" * 200,
    "urxvt report": b"\x1b[32;5;5M",
    "SGR far": b"\x1b[<35;99999999;99999999M",
    "SGR negative": b"\x1b[<35;-3;-3M",
    "SGR without numbers": b"\x1b[<;;M",
    "SGR many digits": b"\x1b[<35;99999999999;1M",
    "paste": b"\x1b[200~abc\x1b[201~",
    "paste Latin-1": b"\x1b[200~\xe9t\xe9\x1b[201~",
    "paste 0xff": b"\x1b[200~\xff\x1b[201~",
    "paste cut character": b"\x1b[200~\xf0\x9f\x1b[201~",
    "paste that presses q": b"\x1b[200~\x1b" + b"q" * 50 + b"\x1b[201~",
    "paste of ctrl+c": b"\x1b[200~\x1b[1;99" + b"\x03" * 50 + b"\x1b[201~",
    "paste of nothing": b"\x1b[200~\x1b[201~",
    "paste end alone": b"\x1b[201~",
    "kitty codepoint": b"\x1b[99999999u",
    "kitty 0x110000": b"\x1b[1114112u",
    "kitty event type": b"\x1b[97;1:2u",
    "kitty event release": b"\x1b[97;1:3u",
    "kitty alternate key": b"\x1b[97:65;2u",
    "kitty alternate keys": b"\x1b[97:65:99;2:1;65u",
    "kitty arrow release": b"\x1b[1;1:3A",
    "kitty surrogate": b"\x1b[55296u",
    "kitty last surrogate": b"\x1b[57343u",
    "kitty text surrogate": b"\x1b[97;;55296u",
    "kitty text out of range": b"\x1b[97;;99999999u",
    "kitty many texts": b"\x1b[97;;98:55296:99999999u",
    "kitty empty fields": b"\x1b[;;u",
    "kitty huge modifiers": b"\x1b[97;99999999999999u",
    "kitty function key": b"\x1b[57999;1:1~",
    "cursor position": b"\x1b[999999;999999R",
    "size of nothing": b"\x1b[48;0;0;0;0t",
    "size without rows": b"\x1b[48;0;120;0;0t",
    "size without pixels": SIZE + b"\x1b[<35;5;5M",
    "pixels without size": b"\x1b[48;40;120;800;0t\x1b[<35;5;5M" + SIZE,
    "size huge": b"\x1b[48;65535;65535;0;0t" + SIZE,
    "size of digits": b"\x1b[48;9999999;9999999;9;9t" + SIZE,
    "size one": b"\x1b[48;1;1;0;0t" + SIZE,
    "mode report": b"\x1b[?2026;9$y",
    "mode 2048 unknown": b"\x1b[?2048;7$y",
    "focus": b"\x1b[O\x1b[I",
    "device attributes": b"\x1b[>0;136;0c",
}


@pytest.fixture(scope="module")
def server() -> Iterator[BackgroundServer]:
    with BackgroundServer(three_orders()) as background:
        yield background


@pytest.fixture(scope="module")
def running(
    server: BackgroundServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Terminal]:
    """One program that receives all inputs of the table."""
    with Terminal((), server.environ, tmp_path_factory.mktemp("home")) as terminal:
        terminal.wait_for("● live")
        yield terminal
        terminal.send("q")
        assert terminal.wait_exit(3) == 0


# Every third one in the quick tier.
@pytest.mark.parametrize("name", slow_except([*INPUTS][::3], INPUTS))
def test_no_input_ends_the_program(running: Terminal, name: str) -> None:
    running.send(INPUTS[name])
    running.check_keys()
    assert b"Traceback" not in running.raw


def test_mouse_report_bytes_are_not_keys(running: Terminal) -> None:
    """The reports contain `?` bytes; one arrives in two parts."""
    running.send(b"\x1b[M???")
    running.send(b"\x1b[M?")
    running.send(b"??")
    running.send("y")
    running.wait_for("Sent to the clipboard")
    assert "esc closes" not in running.text


def test_the_app_reports_a_failure_of_the_input_itself(
    server: BackgroundServer, tmp_path: Path
) -> None:
    environ = {**server.environ, "FAULT": "break_input"}
    with Terminal((), environ, tmp_path, module="tests.support.program_with_fault") as terminal:
        terminal.wait_for("● live")
        terminal.send(CUE)
        terminal.wait_for(lambda _: SIGN in terminal.raw)
        terminal.send("j")
        assert terminal.wait_exit(3) == 1
        assert b"has failed. This is a bug" in terminal.raw
        assert b"Traceback" not in terminal.raw
        assert b"planted" not in terminal.raw
        assert terminal.attributes == terminal.attributes_before


@pytest.mark.slow
def test_a_terminal_in_non_blocking_mode_is_drawn(server: BackgroundServer, tmp_path: Path) -> None:
    environ = {**server.environ, "FAULT": "leave_nonblocking"}
    with Terminal(
        (), environ, tmp_path, size=(200, 60), module="tests.support.program_with_fault"
    ) as terminal:
        terminal.wait_for("● live")
        terminal.send(CUE)
        terminal.wait_for(lambda _: SIGN in terminal.raw)
        for _ in range(10):  # each redraws the screen twice, unread
            terminal.send("?")
            terminal.wait_death(0.05)
            terminal.send("\x1b")
            terminal.wait_death(0.15)
        terminal.wait_for(lambda text: "esc closes" not in text and "● live" in text)
        terminal.check_keys()


def test_a_closed_terminal_writes_no_crash_report(server: BackgroundServer, tmp_path: Path) -> None:
    with Terminal((), server.environ, tmp_path, deaf_leader=True) as terminal:
        terminal.wait_for("● live")
        terminal.vanish()
        assert terminal.wait_death(3)
        assert terminal.exit_code() == 1
    assert not list(tmp_path.rglob("crash-*"))


@pytest.mark.parametrize(
    ("environ", "size"),
    [
        ({"COLUMNS": "²", "LINES": "²"}, (100, 30)),
        pytest.param({"COLUMNS": "9" * 5000, "LINES": "-1"}, (100, 30), marks=pytest.mark.slow),
        pytest.param({"COLUMNS": "", "LINES": "0"}, (100, 30), marks=pytest.mark.slow),
        pytest.param({"COLUMNS": "100", "LINES": "30"}, (120, 40), marks=pytest.mark.slow),
    ],
)
def test_sizes_in_the_environment(
    server: BackgroundServer, tmp_path: Path, environ: dict[str, str], size: tuple[int, int]
) -> None:
    with Terminal((), {**server.environ, **environ}, tmp_path, size=size) as terminal:
        terminal.wait_for("● live")
        assert not any(line[100:].strip() for line in terminal.lines)
        assert "Quit" in terminal.lines[29]


@pytest.mark.slow
def test_a_huge_terminal_costs_little_memory(server: BackgroundServer, tmp_path: Path) -> None:
    """A terminal can claim a size of 65535x65535."""
    with Terminal((), server.environ, tmp_path, size=(120, 40)) as terminal:
        terminal.wait_for("● live")
        usual = peak_memory(terminal.pid)
        terminal.resize(65535, 65535)
        terminal.skip(1)
        terminal.resize(120, 40)
        terminal.check_keys()
        assert peak_memory(terminal.pid) < 4 * usual


@pytest.mark.slow
@pytest.mark.parametrize("in_band", [False, True])
def test_a_huge_size_is_limited_everywhere(
    server: BackgroundServer, tmp_path: Path, in_band: bool
) -> None:
    environ = {**server.environ, "FAULT": "report_sizes"}
    with Terminal((), environ, tmp_path, module="tests.support.program_with_fault") as terminal:
        terminal.wait_for("● live")
        if in_band:
            terminal.send("\x1b[48;9999;9999;0;0t")
        else:
            terminal.resize(65535, 65535)
        end = time.monotonic() + 20
        while b"\x1b]2;1000-1000-1000-1000\x07" not in terminal.raw:
            assert time.monotonic() < end
            terminal.send(CUE)
            terminal.read_for(0.2)


def peak_memory(pid: int) -> int:
    """Return the peak resident memory in bytes."""
    status = Path(f"/proc/{pid}/status").read_text()
    (kilobytes,) = (line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))
    return int(kilobytes) * 1024
