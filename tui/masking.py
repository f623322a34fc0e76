"""Mask credentials in any text: passwords and tokens in URLs, parameters, headers, assignments.

Every rule takes linear time: quantifiers are possessive, their runs cannot overlap, or their length
is bounded. Rules mask too much rather than too little.
"""

import re
from urllib.parse import unquote

from tui.secret_patterns import (
    OPENING_QUOTE,
    Span,
    assignment_spans,
    end_of_quote,
    is_secret_parameter,
    member_spans,
)

DOTS = "•••"

_ENCODINGS = 3
"""Levels of percent-encoding that are searched."""
_MAX_PASSES = 12
"""A text that still changes after so many passes is masked as a whole."""
# White space inside one URL or one percent-encoded value is replaced by these controls, because a
# rule that ends at `[ \t\r\n]` does not end at them, while `\s` matches them.
_TO_INNER_SPACE = str.maketrans(" \t\r\n", "\x1c\x1d\x1e\x1f")
_FROM_INNER_SPACE = str.maketrans("\x1c\x1d\x1e\x1f", " \t\r\n")
_ENCODED_SPACE = re.compile(r"%(?:20|09|0[aAdD])")

_SIGNS = frozenset(":=% +")
"""A credential needs one of these, or a control. Blank and `+` are those of `Bearer xyz`."""

_SCHEME = re.compile(r"[A-Za-z][\w+.-]{0,20}+://")
_WORD = re.compile(r"[^ \t\r\n]+")
_IPV6 = r"\[(?=[^\]:]*:[^\]:]*:)[0-9a-fA-F:.]*\]"
_IPV6_HOST = re.compile(_IPV6)
_URL_USER = re.compile(rf"://(?:{_IPV6})?+[^ \t\r\n:]*+:")
# A password whose `@` was cut off, unlike a port.
_NO_PORT = re.compile(r"://[^/?#@:\[]*+:(?!\d{0,5}[^\w/?#]*+(?:[/?#]|\Z))(?P<password>[^/?#]*)")
# `https://token@host`, `https://token:@host` and GitHub's `https://token:x-oauth-basic@host`.
_HTTP_TOKEN = re.compile(
    r"https?://(?P<token>[^/?#@:\s]++)(?=@|:@|:x-oauth-basic@)",
    re.IGNORECASE,
)

_PARAMETER = re.compile(r"[?&;#]([^?&;#= \t\r\n]*+)=")
_PARAMETER_END = re.compile(r"[&# \t\r\n]|\Z")

_CREDENTIALS = r"[^ \t\r\n,;&\"'<>]"
# Lengths are bounded, because `basic+basic+…` would take quadratic time.
_BEARER = re.compile(
    r"\bbearer[\s+]++(?:token[\s+]++(?=[^ \t\r\n]{0,100}\d))?"
    r"(?!(?:tokens?|bearer|auth\w*|scheme|credentials?)(?:[\s.,;:)]|\Z)|realm=)"
    rf"(?P<credentials>{_CREDENTIALS}++)",
    re.IGNORECASE,
)
# "Basic settings" is prose: Base64 ends in `=`, or mixes capital and small letters.
_BASIC = re.compile(
    r"\b(?i:basic)[\s+]++(?!realm=)(?P<credentials>[\w+/.~-]{0,100}+={1,2}+(?!\w)"
    rf"|(?=[\w+/]{{8}})[\w+/]{{0,100}}[a-z][A-Z]{_CREDENTIALS}*+)"
)


def mask_credentials(text: str) -> str:
    """Return `text` with every credential replaced by dots. Text that was percent-encoded around
    one is decoded. Idempotent.
    """
    # A fast path for the ids and statuses of 100,000 orders.
    if _SIGNS.isdisjoint(text) and text.isprintable():
        return text
    return _mask_encoded(text)


def mask_url(url: str) -> str:
    """`mask_credentials` for a text that is one URL as a whole, white space included."""
    inner = url.translate(_TO_INNER_SPACE)
    masked = _mask_encoded(inner)
    return url if masked == inner else masked


def mask_cut(head: str, rest: str) -> str:
    """Return `head` without the URL password whose `@` is in `rest`, the part that was cut off."""
    user = _URL_USER.search(head)
    return head if user is None or "@" not in rest else head[: user.end()] + DOTS


def _mask_encoded(text: str) -> str:
    """Mask `text` and its percent-decoded forms until no level holds anything to mask."""
    shown = form = text
    levels = 0
    for _ in range(_MAX_PASSES):
        masked = _mask_form(form)
        if masked != form:
            shown = form = masked
            levels = 0
            continue
        decoded = _decode(form) if "%" in form and levels < _ENCODINGS else form
        if decoded == form:
            return shown if shown == text else shown.translate(_FROM_INNER_SPACE)
        form = decoded
        levels += 1
    return DOTS


def _decode(text: str) -> str:
    return unquote(
        _ENCODED_SPACE.sub(lambda code: unquote(code[0]).translate(_TO_INNER_SPACE), text)
    )


def secret_spans(text: str) -> list[Span]:
    """Return where the credentials are in `text`, a URL or another text as a whole, in order. A
    percent-encoded one has no exact place: then it is all that follows the scheme.
    """
    spans = _merge(_find_spans(text.translate(_TO_INNER_SPACE)))
    masked = text
    for start, stop in reversed(spans):
        masked = f"{masked[:start]}{DOTS}{masked[stop:]}"
    if mask_url(masked) == masked:
        return spans
    scheme = _SCHEME.match(text)
    return [(0 if scheme is None else scheme.end(), len(text))]


def _mask_form(text: str) -> str:
    """Mask the spans of all rules at once: one by one, a rule could mask the name of a secret, or
    the `@` after it, by which another rule finds the secret.
    """
    parts: list[str] = []
    end = 0
    for start, stop in _merge(_find_spans(text)):
        parts += [text[end:start], DOTS]
        end = stop
    return "".join([*parts, text[end:]])


def _find_spans(text: str) -> list[Span]:
    spans = [found.span("credentials") for found in _BEARER.finditer(text)]
    spans += [found.span("credentials") for found in _BASIC.finditer(text)]
    if ":" in text:
        spans += _user_info_spans(text)
    if "=" in text:
        spans += _parameter_spans(text)
    if ":" in text or "=" in text:
        spans += member_spans(text)
        spans += assignment_spans(text)
    return spans


def _user_info_spans(text: str) -> list[Span]:
    """Return the tokens and passwords before the host of URLs.

    A password may contain blanks, `@` and `/`, and start like a port: it ends at the last `@`.
    """
    spans = [found.span("token") for found in _HTTP_TOKEN.finditer(text)]
    end = text.rfind("@")
    user = _URL_USER.search(text, 0, max(end, 0))
    if user is not None:
        spans.append((user.end(), end))
    for word in _WORD.finditer(text):
        spans += _word_spans(text, *word.span())
    return spans


def _word_spans(text: str, start: int, stop: int) -> list[Span]:
    """Return the password in a word that may be a URL without a scheme or with its `@` cut off."""
    colon = text.find(":", start, stop)
    if colon < 0:
        return []
    begin = colon + 3 if text.startswith("//", colon + 1) else start
    host = _IPV6_HOST.match(text, begin, stop)
    colon = text.find(":", begin if host is None else host.end(), stop)
    end = text.rfind("@", start, stop)
    spans = [(colon + 1, end)] if 0 <= colon < end else []
    # After the last `@`, too: decoded white space joins several URLs to one word.
    rest = end if spans else start
    return spans + [found.span("password") for found in _NO_PORT.finditer(text, rest, stop)]


def _parameter_spans(text: str) -> list[Span]:
    """Return the secret parameters of URLs, and of lists joined by `&` or `;`."""
    spans: list[Span] = []
    stop = 0
    for found in _PARAMETER.finditer(text):
        start = found.end()
        if found.start() < stop or not is_secret_parameter(found[1]):
            continue
        quote = OPENING_QUOTE.match(text, start)
        end = _PARAMETER_END.search(text, start if quote is None else end_of_quote(text, quote))
        stop = len(text) if end is None else end.start()
        if start < stop:
            spans.append((start, stop))
    return spans


def _merge(spans: list[Span]) -> list[Span]:
    """Return the spans in order. Adjacent and overlapping ones are one."""
    merged: list[Span] = []
    for start, stop in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], stop))
        else:
            merged.append((start, stop))
    return merged
