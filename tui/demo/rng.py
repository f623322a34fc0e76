"""Chance that can be asked again: the same seed, index and purpose give the same number."""

from collections.abc import Sequence
from random import Random
from typing import TypeVar

T = TypeVar("T")

_MASK = (1 << 64) - 1


def hash64(seed: int, index: int, purpose: int) -> int:
    """64 bits for one purpose of one order (splitmix64: ten times cheaper than a `Random`)."""
    x = (
        seed * 0x9E3779B97F4A7C15 + index * 0xD1B54A32D192ED03 + purpose * 0x8CB92BA72F3D8DD7
    ) & _MASK
    x = ((x ^ (x >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    x = ((x ^ (x >> 27)) * 0x94D049BB133111EB) & _MASK
    return x ^ (x >> 31)


def uniform(seed: int, index: int, purpose: int) -> float:
    """The same as a number from 0 up to but not including 1."""
    return (hash64(seed, index, purpose) >> 11) / (1 << 53)


def random_for(seed: int, index: int, purpose: int) -> Random:
    """A whole generator, for what takes many numbers."""
    return Random(hash64(seed, index, purpose))  # noqa: S311 - a made-up world, no secret


def pick(options: Sequence[T], bits: int) -> T:
    """The option that these bits point at."""
    return options[bits % len(options)]
