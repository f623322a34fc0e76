"""A filter as a tree: frozen values that compare by what they say, and hold no `now`."""

from datetime import date, time
from enum import IntEnum
from typing import Literal, TypeAlias

import msgspec

TextKey: TypeAlias = Literal["id", "file", "label", "profile", "comment", "error"]
NumberKey: TypeAlias = Literal["age", "progress", "size", "duration"]
Comparison: TypeAlias = Literal["<", "<=", "=", ">=", ">"]


class Verdict(IntEnum):
    """Whether an order matches. UNKNOWN: what would tell has not been read yet. The order of
    the three makes `and` the least and `or` the greatest (Kleene).
    """

    NO = 0
    UNKNOWN = 1
    YES = 2


class Pattern(msgspec.Struct, frozen=True):
    """A text to look for; a `glob` must match the whole, `*` any run and `?` any character.
    One with an upper-case letter minds the case.
    """

    text: str
    glob: bool = False


class Words(msgspec.Struct, frozen=True):
    """Free text, looked for in the id, the files, the labels, the profiles and the comment."""

    patterns: tuple[Pattern, ...]


class TextTerm(msgspec.Struct, frozen=True):
    """Free text in one place; with `exact` it must be all that stands there."""

    key: TextKey
    patterns: tuple[Pattern, ...]
    exact: bool = False


class StatusTerm(msgspec.Struct, frozen=True):
    """The name of a phase, `active`, `final`, `gone`, or a raw status word; in lower case. Unless
    it is to be the `exact` word, that may go on behind a pattern which is none of the known ones.
    """

    patterns: tuple[Pattern, ...]
    exact: bool = False


class NumberTerm(msgspec.Struct, frozen=True):
    """`age` and `duration` in seconds, `size` in bytes, `progress` in percent."""

    key: NumberKey
    comparison: Comparison
    values: tuple[float, ...]


class DateSpec(msgspec.Struct, frozen=True):
    """A day, or a minute or a second of it, of the user's zone, or of UTC. A number as the
    `day` counts back from today.
    """

    day: date | int
    at: time | None = None
    seconds: bool = False
    utc: bool = False


class CreatedTerm(msgspec.Struct, frozen=True):
    """`=` is within a time, `<` before it, `>` after it."""

    comparison: Comparison
    values: tuple[DateSpec, ...]


class Not(msgspec.Struct, frozen=True):
    part: "Query"


class And(msgspec.Struct, frozen=True):
    parts: tuple["Query", ...]


class Or(msgspec.Struct, frozen=True):
    parts: tuple["Query", ...]


Term: TypeAlias = Words | TextTerm | StatusTerm | NumberTerm | CreatedTerm
Query: TypeAlias = Term | Not | And | Or

EVERYTHING = And(())
"""What an empty filter says."""


def terms_of(query: Query) -> list[Term]:
    """Every term of it, from left to right."""
    match query:
        case Not(part):
            return terms_of(part)
        case And(parts) | Or(parts):
            return [term for part in parts for term in terms_of(part)]
        case _:
            return [query]
