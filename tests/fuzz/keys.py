"""Random terminal input: keys, paste, mouse, reports and invalid bytes."""

from collections.abc import Callable
from random import Random

LETTERS = b"bcdefghijklmnoprstuvwxyzBCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/[]?.-+* \r\t"
"""All keys but `a` (another account) and `q`, so that the program keeps running."""

_LEFT_OUT = {0x03, 0x10, 0x11, 0x1A, ord("a"), ord("q")}
"""Excluded as well: ctrl+c, ctrl+q, ctrl+p (the palette can quit) and ctrl+z."""

_CODES = ("27", "13", "9", "98", "57358", "57999", "55296", "1114112", "99999999", "", "-1", "1:2")


def random_input(random: Random) -> bytes:
    """Return some bytes of input."""
    kinds: list[Callable[[Random], bytes]] = [_letters, _arrows, _bytes, _kitty, _csi, _mouse]
    kinds += [_x10, _paste, _resize, _osc]
    pieces = (random.choice(kinds)(random) for _ in range(random.randint(1, 6)))
    return bytes(byte for byte in b"".join(pieces) if byte not in _LEFT_OUT)


def _letters(random: Random) -> bytes:
    return bytes(random.choices(LETTERS, k=random.randint(1, 8)))


def _arrows(random: Random) -> bytes:
    return b"".join(random.choices([b"\x1b[A", b"\x1b[B", b"\x1b[5~", b"\x1b[6~", b"\x1bOP"], k=3))


def _bytes(random: Random) -> bytes:
    return random.randbytes(random.randint(1, 30))


def _kitty(random: Random) -> bytes:
    codes = ";".join(random.choices(_CODES, k=random.randint(1, 4)))
    return f"\x1b[{codes}{random.choice('uABCDEFHPQRS~')}".encode()


def _csi(random: Random) -> bytes:
    parameters = bytes(random.choices(b"0123456789;:<=>?", k=random.randint(0, 40)))
    return b"\x1b[" + parameters + bytes([random.randint(0x40, 0x7E)])


def _mouse(random: Random) -> bytes:
    button, x, y = (random.choice([0, 1, 5, 35, 64, 65, 300, 10**9]) for _ in range(3))
    return f"\x1b[<{button};{x};{y}{random.choice('Mm')}".encode()


def _x10(random: Random) -> bytes:
    return b"\x1b[M" + bytes(random.randint(0x20, 0xFF) for _ in range(random.randint(0, 3)))


def _paste(random: Random) -> bytes:
    end = random.choice([b"\x1b[201~", b"\x1b[201~", b""])
    return b"\x1b[200~" + random.randbytes(random.randint(0, 100)) + end


def _resize(random: Random) -> bytes:
    sizes = [random.choice([0, 1, 24, 80, 120, 65_535, 10**9]) for _ in range(4)]
    return f"\x1b[48;{sizes[0]};{sizes[1]};{sizes[2]};{sizes[3]}t".encode()


def _osc(random: Random) -> bytes:
    start = random.choice([b"\x1b]0;", b"\x1b]52;c;", b"\x1bP", b"\x1b_", b"\x1b^", b"\x9d"])
    return start + random.randbytes(20) + random.choice([b"\x07", b"\x1b\\", b""])
