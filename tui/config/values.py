"""How the text or the TOML value of a setting is read. Each raises `ValueError` with the end
of a sentence.
"""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from tui.model.origin import problem_with
from tui.model.secret import Secret
from tui.model.text import REPLACEMENT, clean, clean_url


def text(value: object) -> str:
    words = str(value).strip() if isinstance(value, str | int) else ""
    if not words or isinstance(value, bool):
        raise ValueError("must be a text")
    if clean(words) != words or REPLACEMENT in words:  # the account screen has cleaned it already
        raise ValueError("must be plain text")
    return words


def as_it_is(value: Any) -> Any:
    """What was read already."""
    return value


def secret(value: object) -> Secret:
    try:
        return Secret(text(value))
    except ValueError:
        raise ValueError("must be a plain text") from None


def url(value: object) -> str:
    words = text(value)
    if problem := problem_with(words):
        raise ValueError(problem)
    return words.rstrip("/")


def order_url(value: object) -> str:
    """The template of the page that a person has for an order."""
    words = text(value)
    filled = words.replace("{id}", "1").replace("{company}", "1")
    if "{id}" not in words:
        raise ValueError("must hold {id} where the order's id is to stand")
    if "{" in filled or "}" in filled:
        raise ValueError("may hold {id} and {company} and no other braces")
    if problem := problem_with(filled.partition("?")[0].partition("#")[0]):
        raise ValueError(problem)
    if "{" in urlsplit(words).netloc:
        raise ValueError("must name the host itself")
    if clean_url(filled) != filled:
        raise ValueError("must not hold a secret")
    return words


def seconds(value: object) -> float:
    try:
        number = float(value) if isinstance(value, str | int | float) else -1.0
    except ValueError:
        number = -1.0
    if not 1 <= number <= 3600:
        raise ValueError("must be 1 to 3600 seconds")
    return number


def switch(value: object) -> bool:
    if isinstance(value, bool):
        return value
    words = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}
    try:
        return words[str(value).strip().lower()]
    except KeyError:
        raise ValueError("must be true or false") from None


def one_of(choices: tuple[str, ...]) -> Callable[[object], str]:
    def parse(value: object) -> str:
        if value not in choices:
            raise ValueError("must be one of " + ", ".join(choices))
        return str(value)

    return parse
