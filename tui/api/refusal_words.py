"""The server's words about a write that it refuses, without the secrets that the write has."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from urllib.parse import quote, unquote

import msgspec

from tui.api.json_reader import DECODE_ERRORS
from tui.masking import DOTS, mask_url
from tui.sanitize import sanitize, sanitize_text
from tui.secret_patterns import is_secret_name

MAX_WORDS = 400
"""Characters of the words of one refusal."""

_MAX_DEPTH, _MAX_MESSAGES = 6, 20
_SHORT = 4  # a secret of fewer characters is masked as a whole word only
_PIECE = 8  # so many characters of a secret in a row are masked: a server may cut what it repeats
_MAX_SECRET, _MAX_TEXT = 1000, 4000
_DRM_MEMBERS = ("post_process", "post-process", "drm")
_PUBLIC_DRM_MEMBERS = ("encryption_scheme",)
_NAMELESS = ("detail", "non_field_errors", "error", "message")
"""Members of Django REST framework and others that are about no field."""
_USER_INFO = re.compile(r"://[^:/?#]*:(.*)@", re.DOTALL)


def secrets_of(document: bytes) -> Sequence[str]:
    """Return the secrets in the JSON of an order: passwords in URLs and everything of DRM, in the
    forms in which a server may repeat them. Everything is secret if it is no JSON.
    """
    try:
        values = [*_secret_values(msgspec.json.decode(document), is_secret=False)]
    except DECODE_ERRORS:
        values = [document.decode("utf-8", "replace")]
    forms = {form for value in values for form in (value, unquote(value), quote(value, safe=""))}
    return sorted(filter(None, forms), key=len, reverse=True)


def _secret_values(value: object, *, is_secret: bool) -> Iterator[str]:
    match value:
        case dict():
            for name, member in value.items():
                of_drm = name in _DRM_MEMBERS or is_secret
                hidden = (of_drm and name not in _PUBLIC_DRM_MEMBERS) or is_secret_name(name)
                yield from _secret_values(member, is_secret=hidden)
        case list():
            for item in value:
                yield from _secret_values(item, is_secret=is_secret)
        case str() | int() | float() if is_secret:
            yield str(value)
        case str():
            yield from _hidden_parts(value)


def _hidden_parts(url: str) -> Iterator[str]:
    """Yield what `mask_url` hides of a text."""
    yield from _USER_INFO.findall(url)
    end = 0
    parts = mask_url(url).split(DOTS)
    for before, after in pairwise(parts):
        start = url.find(before, end) + len(before)
        end = url.find(after, start) if after else len(url)
        if start < len(before) or end < start:
            yield url  # it was decoded before it was masked
            return
        yield url[start:end]


def refusal_words(body: str, secrets: Sequence[str]) -> str:
    """Return the words of a body, safe to show; empty for a page. Django REST framework answers
    `{"field": ["…"]}` or `{"detail": "…"}`.
    """
    try:
        messages = [*_messages(msgspec.json.decode(body), "", 0)]
    except DECODE_ERRORS:
        messages = [] if body.lstrip().startswith("<") else [("", body)]
    return sanitize(
        "; ".join(_worded(each, secrets) for each in messages[:_MAX_MESSAGES]), MAX_WORDS
    )


def _worded(message: tuple[str, str], secrets: Sequence[str]) -> str:
    """Return a message after its field. They are masked one by one: `key: Too short.` reads like a
    key and its value.
    """
    field, text = (
        # Half a secret would not be found.
        part if len(part) <= _MAX_TEXT else part[:_MAX_TEXT].rpartition(" ")[0]
        for part in message
    )
    shown = sanitize_text(_without(secrets, text), MAX_WORDS)
    return f"{sanitize_text(_without(secrets, field), MAX_WORDS)}: {shown}" if field else shown


def _messages(value: object, name: str, depth: int) -> Iterator[tuple[str, str]]:
    """Yield the texts in a value, each with the names and numbers of what it is in."""
    if depth > _MAX_DEPTH:
        return
    match value:
        case dict():
            for member, part in value.items():
                inner = name if member in _NAMELESS else f"{name} {member}".strip()
                yield from _messages(part, inner, depth + 1)
        case list():
            has_names = any(isinstance(part, dict) for part in value)
            for number, part in enumerate(value, 1):
                inner = f"{name} {number}".strip() if has_names else name
                yield from _messages(part, inner, depth + 1)
        case str() | int() | float() if value != "":
            yield name, str(value)


def _without(secrets: Sequence[str], text: str) -> str:
    """Return `text` with every secret, and every longer piece of one, replaced by dots."""
    hidden = [False] * len(text)
    lower = text.lower()
    for secret in secrets:
        whole = secret[:_MAX_SECRET].lower()
        size = min(_PIECE, len(whole))
        for start in range(len(whole) - size + 1):
            for found in _finds(whole[start : start + size], lower):
                hidden[found : found + size] = [True] * size
    shown: list[str] = []
    for char, is_hidden in zip(text, hidden, strict=True):
        if not is_hidden:
            shown.append(char)
        elif not shown or shown[-1] != DOTS:
            shown.append(DOTS)
    return "".join(shown)


def _finds(piece: str, text: str) -> Iterator[int]:
    """Yield every place of `piece`: they may overlap."""
    bounds = r"(?<!\w)(?={}(?!\w))" if len(piece) < _SHORT else "(?={})"
    for found in re.finditer(bounds.format(re.escape(piece)), text):
        yield found.start()
