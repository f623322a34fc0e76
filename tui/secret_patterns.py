"""Find secret names, and the values of secret assignments: `password=…`, headers, JSON members."""

import re
import unicodedata
from functools import lru_cache
from urllib.parse import unquote

_MAX_NAME = 200
_ENCODINGS = 3

_CASE_CHANGE = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_SEPARATORS = re.compile(r"[^0-9a-z]+")

_SECRET = re.compile(
    # Anywhere in the name.
    r"pass_?(?:wor[dt]|wd|phrase|code|key)|pwd|token|secret(?!ar)|contrase(?:n|ni|ny)a|signature"
    r"|authori[sz]ation|hmac|jwt|bearer|hdn(?:ea|t[ls])"
    r"|(?:access|api|encryption|license|private|shared|stream)_?key"
    # Only as the last part: not `signal`, `keyint`, `bypass` or `barcode`.
    r"|(?:\A|_)(?:(?:db|ftp|user)?pass|pw|key|sig|cookie)\Z"
    # Only as a whole part: not `confirma` or `enclave`.
    r"|(?:\A|_)(?:claves?|firmas?)(?:_|\Z)"
)
_SECRET_MEMBER = re.compile(r"auth(?!ors?(?:_|\Z))|cred|policy|hash|md5|hdn|sess")
_SECRET_BEFORE_EQUALS = re.compile(
    r"(?:\A|_)(?:auth|credentials?|sid|(?:php|j)?sess(?:ion)?(?:_?id)?)\Z"
)
_ONLY_IN_LISTS = frozenset({"st", "code"})
_OTHER_MEANING = re.compile(
    r"(?:dual|final|first|last|multi|one|second|single|two|primera|segunda|\d)[ _-]+pass\Z"
    r"|(?:cuadro|fotograma|imagen|imágene|palabra)s?[ _-]+claves?\Z",
    re.IGNORECASE,
)


def is_secret_name(name: str) -> bool:
    """Return whether a JSON member of this name, percent-encoded or not, has a secret value."""
    # The same few names come with every order. A long one is not worth the memory.
    return (_cached if len(name) <= _MAX_NAME else _has_secret_value)(name)


def _has_secret_value(name: str) -> bool:
    for _ in range(_ENCODINGS):
        name = unquote(name) if "%" in name else name
    return _matches(name, _SECRET, _SECRET_MEMBER)


_cached = lru_cache(maxsize=1024)(_has_secret_value)


def is_secret_parameter(name: str) -> bool:
    """Return whether `name=` in a URL, or in a list joined by `&` or `;`, has a secret value.

    Only there are `code` and `st` secrets; elsewhere they are error codes and states.
    """
    return name.lower() in _ONLY_IN_LISTS or _matches(name, _SECRET, _SECRET_MEMBER)


def _matches(name: str, *patterns: re.Pattern[str]) -> bool:
    found = any(pattern.search(form) for form in _forms(name) for pattern in patterns)
    return found and not _OTHER_MEANING.search(name)


def _forms(name: str) -> set[str]:
    """Return `name` in lower-case ASCII with `_` between its parts, once with a change of case
    (`apiKey`) as a separator and once without.
    """
    if not name.isascii():
        # Cut: to normalise a long run of combining marks takes quadratic time.
        name = unicodedata.normalize("NFKD", name[-_MAX_NAME:])
        name = "".join(char for char in name if not unicodedata.combining(char))
    forms = {name, _CASE_CHANGE.sub("_", name)}
    return {_SEPARATORS.sub("_", form.lower()).strip("_") for form in forms}


Span = tuple[int, int]
"""Start and end of a part of a text."""

NAME_MEMBERS = ("name", "key", "header", "field", "parameter", "param")
VALUE_MEMBERS = ("values", "value", "val")
"""Members of a JSON object for a name and its value: `{"name": "pw", "value": "…"}`."""

_CONTEXT = 12
"""Characters before a name that are searched for words that change its meaning."""

# U+0300 to U+036F are the marks of a decomposed name (`contrasen\u0303a`).
_ASSIGNMENT = re.compile(
    r"(?<![\w.\u0300-\u036f-])(?P<name>[\w.\u0300-\u036f-]++)"
    r"(?P<sign>[\\\"'`\])]*+\s*+[:=]++>?+\s*+)"
)
_PLAIN_VALUE = re.compile(r"[^ \t\r\n,;&]*+")
_CLOSERS = ")]}>\"'`\\."
OPENING_QUOTE = re.compile(r"(\\*+)([\"'`“«])")
_CLOSING_QUOTE = re.compile(r"(?<!\\)(\\*+)([\"'`”»])(?!\w)")
_CLOSING = {"“": "”", "«": "»"}
# The field `acl=` of an Akamai token may contain a raw `/`.
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
    """Return the secret values of JSON objects like `{"name": "password", "value": "…"}`, whose
    members may be in either order.
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
    """Return the values of `password=…`, `clave: …`, `Authorization: …` and of path tokens."""
    secrets = [found for found in _ASSIGNMENT.finditer(text) if _is_secret(found)]
    spans: list[Span] = []
    for span_of in (_delimited_span, _plain_span):
        # No span inside another one: `password:password:…` would take quadratic time.
        stop = 0
        for found in secrets:
            span = span_of(found) if found.end() > stop else None
            if span is not None:
                spans.append(span)
                stop = span[1]
    return spans


def _is_path_token(found: re.Match[str]) -> bool:
    """Return whether this is a token in the path of a CDN URL (`/hdnts=…/`)."""
    return (
        found["sign"] == "="
        and _before(found).endswith(("/", "~"))
        and _PATH_NAME.fullmatch(found["name"]) is not None
    )


def _is_secret(found: re.Match[str]) -> bool:
    name, sign, before = found["name"], found["sign"], _before(found)
    if _is_path_token(found):
        return True
    if sign == "=" and before.endswith(("?", "&", ";", "#")):
        return False  # a URL parameter: `_parameter_spans` in masking.py
    if sign == ":" and before.endswith("://"):
        return False  # the user of a URL: `_user_info_spans`
    if sign.startswith(("\\", '"', "'")):  # a JSON member, perhaps of JSON in a JSON text
        return is_secret_name(name)
    # Some names are ordinary words before a colon: `auth: failed`.
    patterns = (_SECRET, _SECRET_BEFORE_EQUALS) if "=" in sign else (_SECRET,)
    return _matches(name, *patterns) and not _OTHER_MEANING.search(before + name)


def _before(found: re.Match[str]) -> str:
    return found.string[max(0, found.start() - _CONTEXT) : found.start()]


def _delimited_span(found: re.Match[str]) -> Span | None:
    """Return the value of a header, or a value in quotes or brackets; else None."""
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
    pattern, closers = (_PATH_VALUE, "") if _is_path_token(found) else (_PLAIN_VALUE, _CLOSERS)
    value = pattern.match(text, start)
    return None if value is None else _span(start, start + len(value[0].rstrip(closers)))


def _span(start: int, stop: int) -> Span | None:
    return (start, stop) if start < stop else None


def end_of_quote(text: str, opening: re.Match[str]) -> int:
    """Return the end of the quoted text. In JSON inside JSON quotes are escaped: a quote after more
    backslashes than the opening one has belongs to the text.
    """
    closing = _CLOSING.get(opening[2], opening[2])
    for found in _CLOSING_QUOTE.finditer(text, opening.end()):
        if found[2] == closing and len(found[1]) <= len(opening[1]):
            return found.start()
    return len(text)
