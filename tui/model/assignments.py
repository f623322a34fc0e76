"""Finds the secret values of assignments in any text: `password=…`, header lines, JSON members."""

import re
from collections.abc import Callable

from tui.model.secret_names import is_secret_assignment, is_secret_name

Span = tuple[int, int]
"""Where a part of a text begins and ends."""

NAME_MEMBERS = ("name", "key", "header", "field", "parameter", "param")
VALUE_MEMBERS = ("values", "value", "val")
"""Members of a JSON object that holds a name and its value: `{"name": "pw", "value": "…"}`."""

_BEFORE = 12
"""How many characters before a name are compared with the words that change its meaning."""

# The marks U+0300 to U+036F belong to a decomposed name (`contrasen\u0303a`).
_ASSIGNMENT = re.compile(
    r"(?<![\w.\u0300-\u036f-])(?P<name>[\w.\u0300-\u036f-]++)"
    r"(?P<sign>[\\\"'`\])]*+\s*+[:=]++>?+\s*+)"
)
_PLAIN_VALUE = re.compile(r"[^ \t\r\n,;&]*+")
_CLOSERS = ")]}>\"'`\\."
OPENING_QUOTE = re.compile(r"(\\*+)([\"'`“«])")
_CLOSING_QUOTE = re.compile(r"(?<!\\)(\\*+)([\"'`”»])(?!\w)")
_CLOSING = {"“": "”", "«": "»"}
# A field `acl=` of an Akamai token may hold a raw `/`.
_PATH_VALUE = re.compile(
    r"(?:acl=[^~ \t\r\n?#&]*+|[^/~ \t\r\n?#&]*+)"
    r"(?:~acl=[^~ \t\r\n?#&]*+|~[^/~ \t\r\n?#&]*+)*+"
)
_PATH_NAME = re.compile(r"hdn\w*|hmac|st|sig|signature|[\w-]*token|code", re.IGNORECASE)
_CREDENTIALS = r"(?:\"[^\"]*+\"|(?:(?<=\w)=\"[^\"]*+\"|[^ \t\r\n\"',;])++)"
_AUTHORIZATION = re.compile(
    rf"(?:[A-Za-z][\w-]*+[\s+]++)?{_CREDENTIALS}(?:\s*+[,;]\s*+[\w-]++\s*+=\s*+{_CREDENTIALS})*+"
)
_HEADERS = ("authorization", "authorisation", "cookie")
_LINE = re.compile(r"[^\r\n]*+")
_MEMBER = re.compile(
    rf"(?<![\w.-])(?P<name>{'|'.join(NAME_MEMBERS)}|(?P<value>{'|'.join(VALUE_MEMBERS)}))"
    r"(?P<sign>[\\\"']*+\s*+[:=]\s*+)",
    re.IGNORECASE,
)
_MEMBER_TEXT = re.compile(r"\\*+[\"']?([\w.-]{1,60})")


def member_spans(text: str) -> list[Span]:
    """Return where the value of each JSON object like `{"name": "password", "value": "…"}` is,
    in either order.
    """
    spans: list[Span] = []
    end = stop = 0
    is_secret = False
    value: re.Match[str] | None = None
    for found in _MEMBER.finditer(text):
        if found.start() < stop:
            continue
        if text.find("}", end, found.start()) >= 0:
            is_secret, value = False, None
        quote = OPENING_QUOTE.match(text, found.end())
        end = found.end() if quote is None else end_of_quote(text, quote)
        if found["value"]:
            value = found
        else:
            name = _MEMBER_TEXT.match(text, found.end())
            is_secret = name is not None and is_secret_name(name[1])
        if is_secret and value is not None:
            span = _delimited_span(value) or _plain_span(value)
            spans += [span] if span is not None else []
            stop = end if span is None else span[1]
            value = None
    return spans


def assignment_spans(text: str) -> list[Span]:
    """Return where the values of `password=…`, `clave: …`, `Authorization: …` and of path tokens
    are.
    """
    secrets = [found for found in _ASSIGNMENT.finditer(text) if _is_secret(found)]
    return [*_spans(secrets, _delimited_span), *_spans(secrets, _plain_span)]


def _spans(
    secrets: list[re.Match[str]], span_of: Callable[[re.Match[str]], Span | None]
) -> list[Span]:
    """Return the spans of one kind. A value inside another one of its kind is left out, because
    `password:password:…` would take quadratic time.
    """
    spans: list[Span] = []
    stop = 0
    for found in secrets:
        span = span_of(found) if found.end() > stop else None
        if span is not None:
            spans.append(span)
            stop = span[1]
    return spans


def _is_path_token(found: re.Match[str]) -> bool:
    """Return whether this is a token in the path of a CDN's URL (`/hdnts=…/`)."""
    return (
        found["sign"] == "="
        and _before(found).endswith(("/", "~"))
        and _PATH_NAME.fullmatch(found["name"]) is not None
    )


def _is_secret(found: re.Match[str]) -> bool:
    sign, before = found["sign"], _before(found)
    if _is_path_token(found):
        return True
    if sign == "=" and before.endswith(("?", "&", ";", "#")):
        return False  # The parameters of URLs have rules of their own,
    if sign == ":" and before.endswith("://"):
        return False  # and so have their users.
    if sign.startswith(("\\", '"', "'")):  # A JSON member, perhaps inside a JSON text.
        return is_secret_name(found["name"])
    return is_secret_assignment(found["name"], before, "=" in sign)


def _before(found: re.Match[str]) -> str:
    return found.string[max(0, found.start() - _BEFORE) : found.start()]


def _delimited_span(found: re.Match[str]) -> Span | None:
    """Return where a header's value, a value in quotes or one in brackets is, or None."""
    text, start, name = found.string, found.end(), found["name"].lower()
    quote = OPENING_QUOTE.match(text, start)
    if quote is not None:
        return _span(quote.end(), end_of_quote(text, quote))
    if text.startswith(("{", "["), start):
        end = max(text.rfind("}", start), text.rfind("]", start))
        return start, len(text) if end < 0 else end + 1
    header = _LINE if name.endswith("cookie") else _AUTHORIZATION
    value = header.match(text, start) if name.endswith(_HEADERS) else None
    return None if value is None else _span(*value.span())


def _plain_span(found: re.Match[str]) -> Span | None:
    text, start = found.string, found.end()
    if OPENING_QUOTE.match(text, start):
        return None
    value = (_PATH_VALUE if _is_path_token(found) else _PLAIN_VALUE).match(text, start)
    if value is None:
        return None
    closers = "" if _is_path_token(found) else _CLOSERS
    return _span(start, start + len(value[0].rstrip(closers)))


def _span(start: int, stop: int) -> Span | None:
    return (start, stop) if start < stop else None


def end_of_quote(text: str, opening: re.Match[str]) -> int:
    """Return where the text in quotes ends: JSON inside JSON has its quotes behind backslashes,
    and a quote behind more of them than the opening one has belongs to the text.
    """
    closing = _CLOSING.get(opening[2], opening[2])
    for found in _CLOSING_QUOTE.finditer(text, opening.end()):
        if found[2] == closing and len(found[1]) <= len(opening[1]):
            return found.start()
    return len(text)
