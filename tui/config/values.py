"""How the text or the TOML value of a setting is read. Each raises `ValueError` with the end
of a sentence.
"""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from tui.model.origin import is_segment, normalize_url
from tui.model.secret import Secret
from tui.model.text import REPLACEMENT, sanitize, sanitize_url


def text(value: object) -> str:
    words = value.strip() if isinstance(value, str) else ""
    # `str` raises for an integer of more than 4300 digits.
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**18:
        words = str(value)
    if not words:
        raise ValueError("must be a text")
    if sanitize(words) != words or REPLACEMENT in words:  # the account screen has cleaned it already
        raise ValueError("must be plain text")
    return words


def passthrough(value: Any) -> Any:
    """What was read already."""
    return value


def secret(value: object) -> Secret:
    try:
        return Secret(text(value))
    except ValueError:
        raise ValueError("must be a plain text") from None


def url(value: object) -> str:
    return normalize_url(text(value))


def company(value: object) -> str:
    words = text(value)
    if not is_segment(words):
        raise ValueError("must not be dots alone, nor hold any of / \\ % ? #")
    return words


def order_url(value: object) -> str:
    """The template of the page that a person has for an order."""
    words = text(value)
    filled = words.replace("{id}", "1").replace("{company}", "1")
    if "{id}" not in words:
        raise ValueError("must hold {id} where the order's id is to stand")
    if "{" in filled or "}" in filled:
        raise ValueError("may hold {id} and {company} and no other braces")
    normalize_url("/".join(re.split("[/?#]", filled, maxsplit=3)[:3]))  # the host alone
    if "{" in urlsplit(words).netloc:
        raise ValueError("must name the host itself")
    if sanitize_url(filled) != filled:
        raise ValueError("must not hold a secret")
    return words


def seconds(value: object) -> float:
    try:
        number = float(value) if isinstance(value, str | int | float) else -1.0
    except (ValueError, OverflowError):
        number = -1.0
    if not 1 <= number <= 3600:
        raise ValueError("must be 1 to 3600 seconds")
    return number


def boolean(value: object) -> bool:
    if isinstance(value, bool):
        return value
    words = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}
    word = str(value).strip().lower() if isinstance(value, str) or value in (0, 1) else ""
    if word not in words:
        raise ValueError("must be true or false")
    return words[word]


def one_of(choices: tuple[str, ...]) -> Callable[[object], str]:
    def parse(value: object) -> str:
        if value not in choices:
            raise ValueError("must be one of " + ", ".join(choices))
        return str(value)

    return parse
