"""What the soak test does to the program, all from one seed. Pure.

Faults, actions and changes of the orders have separate random generators, so that each sequence
is the same whatever the timing of the others.
"""

import random
from collections.abc import Iterator, Sequence
from typing import NamedTuple, TypeVar

# In kitty's protocol: a bare ESC may be the start of another key.
ESC = "\x1b[27u"
CTRL_L, CTRL_P, CTRL_Z = "\x0c", "\x10", "\x1a"
UP, DOWN, HOME, END = "\x1b[A", "\x1b[B", "\x1b[H", "\x1b[F"
PAGE_UP, PAGE_DOWN, SHIFT_TAB = "\x1b[5~", "\x1b[6~", "\x1b[Z"
WHEEL = "\x1b[<65;3;8M", "\x1b[<64;3;8M"
CLICK = "\x1b[<0;3;8M\x1b[<0;3;8m"

# Every bound key but those that quit; what opens a dialog closes it again.
KEYS: Sequence[tuple[str, ...]] = (
    *(
        (key,)
        for key in (
            UP,
            DOWN,
            "k",
            "j",
            PAGE_UP,
            PAGE_DOWN,
            "\x02",
            "\x06",
            "\x04",
            "\x15",
            "n",
            "N",
        )
    ),
    *((key,) for key in ("g", "G", HOME, END, "\t", SHIFT_TAB, "r", "y", "x", CLICK, *WHEEL)),
    ("\r", DOWN, PAGE_DOWN, ESC),
    ("\r", "w", "/le\rnN", "]", "[", "2", PAGE_DOWN, "1", ESC),
    ("\r/e", ESC, ESC),
    ("Y", DOWN, "\r", ESC, ESC),
    ("\r", "Y", "j", ESC, ESC),
    ("p", "p"),
    ("F", "F"),
    ("d", "d", "d"),
    ("p", "r", "p"),
    ("u", DOWN, ESC),
    ("?", DOWN, PAGE_DOWN, ESC),
    ("?", CTRL_P, ESC, ESC),
    (CTRL_L, DOWN, ESC),
    ("/", "tra", "\t", ESC),
    ("/", "status:error", "\r", DOWN, ESC, ESC),
    ("a", DOWN, "42", UP, ESC),
    ("sd", "S"),
    ("s", "a", "s", ESC),
    ("f", "e", "f", ESC, "f", "e"),
    ("c", "jjj ", "J", "-", "+", ESC),
    ("v", "j", "\r"),
    ("v", ESC, "3", "5"),
    ("V", "mine", "\r", "1"),
    ("V", ESC),
    ("ec",),
    ("e", "t", "e", ESC),
    (CTRL_P, "re", DOWN, ESC),
    (CTRL_P, "refresh", "\r\r\r", ESC, ESC),
    (CTRL_P, "theme", "\r\r", ESC, ESC),
)

_Value = TypeVar("_Value")


class Size(NamedTuple):
    columns: int
    rows: int


class Typed(NamedTuple):
    """Keys; each group is sent in one burst."""

    bursts: tuple[str, ...]


class Unread(NamedTuple):
    """The terminal is not read for some seconds."""

    seconds: float


class Suspended(NamedTuple):
    """ctrl+z, and SIGCONT after some seconds."""

    seconds: float


class Changed(NamedTuple):
    """The orders change."""


Action = Size | Typed | Unread | Suspended | Changed


def sizes(seed: int) -> list[Size]:
    """Return every size of the window.

    Textual caches about 5 KB of layout per screen and size, within bounds: with new sizes all the
    time memory grew by 6 MB in seven minutes and then stopped. Few sizes fill the caches at once.
    """
    chance = random.Random(f"{seed} sizes")
    return [Size(chance.randint(10, 220), chance.randint(3, 70)) for _ in range(8)]


def actions(seed: int) -> Iterator[Action]:
    """Yield actions endlessly."""
    windows = sizes(seed)
    chance = random.Random(f"{seed} actions")
    while True:
        kind = chance.random()
        if kind < 0.3:
            yield chance.choice(windows)
        elif kind < 0.8:
            yield Typed(chance.choice(KEYS))
        elif kind < 0.98:
            yield Changed()
        elif kind < 0.99:
            yield Unread(chance.uniform(0.1, 0.6))
        else:
            yield Suspended(chance.uniform(0.0, 0.4))


def shuffled(seed: int, items: Sequence[_Value], first: Sequence[_Value] = ()) -> Iterator[_Value]:
    """Yield `first`, then all items in random order, again and again."""
    chance = random.Random(f"{seed} faults")
    yield from first
    while True:
        yield from chance.sample(items, len(items))
