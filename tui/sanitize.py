"""The one sanitiser.

Every text that a server sent passes one of the cleaners where it enters (the wire), before anything
shows, logs or exports it. The credentials in it are masked (`masking.py`). Terminals obey what they
are sent: a file name with an escape sequence could retitle the window or write the clipboard, and
one with bidirectional controls could read as another name.
"""

import re
import unicodedata

from tui.masking import DOTS, mask_credentials, mask_cut, mask_url
from tui.secret_patterns import is_secret_name

__all__ = [
    "DOTS",
    "ELLIPSIS",
    "LIMIT",
    "REPLACEMENT",
    "is_secret_name",
    "mask_credentials",
    "sanitize",
    "sanitize_line",
    "sanitize_text",
    "sanitize_url",
    "truncate_at_word",
]

LIMIT = 300
"""How many characters of one remote text are kept, unless told otherwise."""

REPLACEMENT = "\ufffd"
ELLIPSIS = "…"

# Controls, formats (bidi, zero width, tags), surrogates, unassigned, line and paragraph
# separators: nothing of these has a width that terminals agree on.
_UNSAFE_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Cn", "Zl", "Zp"})
# Letters and marks by category, yet drawn with no width or as a blank.
_INVISIBLE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0")
# Variation selectors and skin tones change how the character before them looks, and its width
# on some terminals only (tmux and xterm do not widen): without them all columns are straight.
_VARIANTS = frozenset(
    chr(code)
    for first, last in ((0x180B, 0x180F), (0xFE00, 0xFE0F), (0x1F3FB, 0x1F3FF), (0xE0100, 0xE01EF))
    for code in range(first, last + 1)
)
# A joiner draws two characters as one, on some terminals only: left out as well, where there is
# one to join. Its opposite has no width on any; Persian and Indic words need it.
_JOINER, _NON_JOINER = "\u200d", "\u200c"
_LETTERS = frozenset({"Lo", "Mn", "Mc"})
_JOINED = _LETTERS | {"So"}
_MARKS = frozenset({"Mn", "Me", "Mc"})
_MAX_MARKS = 4

_ASCII_CONTROLS = re.compile(r"[\x00-\x1f\x7f]")


def sanitize(text: str, limit: int = LIMIT) -> str:
    """Return `text` safe to draw: no controls, no escapes, at most `limit` characters.

    What is dangerous or invisible becomes U+FFFD, so that it can be seen that something
    was there. Runs of combining marks stop after four. A text that was cut ends in an
    ellipsis.
    """
    if len(text) > limit:
        text = text[: limit - 1] + ELLIPSIS
    if text.isascii():
        if text.isprintable():
            return text
        return _ASCII_CONTROLS.sub(REPLACEMENT, text)
    kept: list[str] = []
    marks = 0
    for position, char in enumerate(text):
        category = unicodedata.category(char)
        before = unicodedata.category(kept[-1]) if kept else ""
        if char in _VARIANTS or (char == _JOINER and before in _JOINED):
            continue
        marks = marks + 1 if category in _MARKS else 0
        if marks and (marks > _MAX_MARKS or not kept):
            continue
        parts = char == _NON_JOINER and before in _LETTERS and _has_letter(text, position + 1)
        unsafe = (category in _UNSAFE_CATEGORIES and not parts) or char in _INVISIBLE
        kept.append(REPLACEMENT if unsafe else char)
    return "".join(kept)


def _has_letter(text: str, position: int) -> bool:
    char = text[position : position + 1]
    return char != "" and char not in _INVISIBLE and unicodedata.category(char) == "Lo"


def sanitize_line(text: str, limit: int = LIMIT) -> str:
    """`clean` for one line of anything: the credentials in it are masked first, so that no cut
    can hide the `@`.
    """
    if len(text) > _LONGEST:
        text = truncate_at_word(text)
    return sanitize(mask_credentials(text), limit)


def sanitize_text(text: str, limit: int = 2000) -> str:
    """`clean_name` for sentences (an order's comment): line breaks become spaces."""
    return sanitize_line(" ".join(re.split(r"[ \t\r\n]+", text)).strip(), limit)


def sanitize_url(url: str, limit: int = 1000) -> str:
    """`clean` for what is a URL as a whole, whatever is in it."""
    if len(url) > _LONGEST:
        return f"(a URL of {len(url)} characters)"
    return sanitize(mask_url(url), limit)


_LONGEST = 20_000


def truncate_at_word(text: str) -> str:
    """Return `text`, or its first words if it is long: a word that was cut may hide a password."""
    if len(text) <= _LONGEST:
        return text
    words = text[:_LONGEST].rpartition(" ")[0]
    if not words:
        return f"({len(text)} characters in one word)"
    return f"{mask_cut(words, text[len(words) :])} {ELLIPSIS}"
