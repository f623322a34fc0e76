"""Read JSON that a person has typed: with `//` and `#` comments, and commas after the last item."""

import json
import re
from typing import NoReturn

_TOKENS = re.compile(
    r'(?P<text>"(?:[^"\\\n]|\\.)*+"?)'
    r"|(?P<comment>(?://|#)[^\n]*+)"
    r"|(?P<comma>,(?=(?:\s++|(?://|#)[^\n]*+)*+[\]}]))"
)

_NAME = re.compile(r"[A-Za-z_-]{1,24}")


class JsonProblem(ValueError):
    """A sentence that says what is wrong and where. It quotes nothing of the text but names."""


def read_json(data: bytes) -> object:
    """Return the value in `data`. Raises `JsonProblem`."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise JsonProblem("it is not UTF-8 text") from None
    # Spaces keep the line and the column of what follows.
    plain = _TOKENS.sub(_blank, text)
    try:
        return json.loads(plain, object_pairs_hook=_members, parse_constant=_not_a_number)
    except JsonProblem:
        raise
    except json.JSONDecodeError as error:
        # The exception has the whole text, with every secret in it.
        where = f"line {error.lineno}, column {error.colno}"
        words = error.msg[:1].lower() + error.msg[1:]
    except RecursionError:
        raise JsonProblem("it is nested too deeply") from None
    except ValueError:
        raise JsonProblem("a number has too many digits") from None
    raise JsonProblem(f"{where}: {words}")


def _blank(found: re.Match[str]) -> str:
    return found[0] if found.lastgroup == "text" else " " * len(found[0])


def _members(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise JsonProblem(f"{shown_name(twice)} is there twice in one object")
    return members


def shown_name(name: str) -> str:
    """Return a member's name in quotes, unless it may be anything else, as a misplaced secret."""
    return f'"{name}"' if _NAME.fullmatch(name) else "a member"


def _not_a_number(word: str) -> NoReturn:
    raise JsonProblem(f"{word} is not a number")
