"""The syntax tree of a filter: immutable, comparable, and independent of the time of day."""

from datetime import date, time
from enum import IntEnum
from typing import Literal, TypeAlias

import msgspec

Comparison: TypeAlias = Literal["<", "<=", "=", ">=", ">"]


class Verdict(IntEnum):
    """Whether an order matches; UNKNOWN until what decides it is read. With these numbers the
    `and` and `or` of Kleene's logic are those of the bits.
    """

    NO = 0b00
    UNKNOWN = 0b01
    YES = 0b11


class Pattern(msgspec.Struct, frozen=True):
    """A text to find. A `glob` (`*`, `?`) must match completely. An upper-case letter makes it
    case-sensitive.
    """

    text: str
    glob: bool = False


class TextTerm(msgspec.Struct, frozen=True):
    """Text in one field, which must be all of it if `exact`; without a key, free text: in the id,
    the files, the labels, the profiles or the comment, or the status.

    The patterns of `status` are in lower case: phases, `active`, `final`, `gone`, or a server's
    status words. Without `exact`, one that is no known word matches the beginning of a status.
    """

    key: str
    patterns: tuple[Pattern, ...]
    exact: bool = False


class NumberTerm(msgspec.Struct, frozen=True):
    """Times are in seconds, sizes in bytes, `progress` in percent. That of `finished` is an age."""

    key: str
    comparison: Comparison
    values: tuple[float, ...]


class DateSpec(msgspec.Struct, frozen=True):
    """A day, or a minute or second of one, in the user's time zone or in UTC. A number as the
    `day` is days before today.
    """

    day: date | int
    at: time | None = None
    seconds: bool = False
    utc: bool = False


class TimeTerm(msgspec.Struct, frozen=True):
    """`=` is within the day, minute or second, `<` before it, `>` after it."""

    key: str
    comparison: Comparison
    values: tuple[DateSpec, ...]


class Not(msgspec.Struct, frozen=True):
    part: "Query"


class And(msgspec.Struct, frozen=True):
    parts: tuple["Query", ...]


class Or(msgspec.Struct, frozen=True):
    parts: tuple["Query", ...]


Term: TypeAlias = TextTerm | NumberTerm | TimeTerm
Query: TypeAlias = Term | Not | And | Or

EVERYTHING = And(())
"""The empty filter."""


def terms_of(query: Query) -> list[Term]:
    match query:
        case Not(part):
            return terms_of(part)
        case And(parts) | Or(parts):
            return [term for part in parts for term in terms_of(part)]
        case _:
            return [query]


def fields_of(query: Query) -> frozenset[str]:
    """Return the fields that a filter looks at; an empty text stands for free text."""
    return frozenset(term.key for term in terms_of(query))
