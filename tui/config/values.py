"""How the text or the TOML value of a setting is read. Each raises `ValueError` with the end
of a sentence.
"""

from collections.abc import Callable

from tui.model.origin import problem_with
from tui.model.secret import Secret
from tui.model.text import REPLACEMENT, clean


def text(value: object) -> str:
    words = str(value).strip() if isinstance(value, str | int) else ""
    if not words or isinstance(value, bool):
        raise ValueError("must be a text")
    if clean(words) != words or REPLACEMENT in words:  # the account screen has cleaned it already
        raise ValueError("must be plain text")
    return words


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
