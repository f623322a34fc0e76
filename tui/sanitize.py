"""The sanitiser for every text that a server sent.

The API decoders apply it, so nothing unsafe is shown, logged or exported. Terminals obey escape
sequences: a file name could retitle the window or write the clipboard, and with bidirectional
controls it could read as another name. Credentials are masked (`masking.py`).
"""

import re
import unicodedata

from tui.masking import mask_credentials, mask_cut, mask_url

LIMIT = 300
"""The default maximum of characters of one text."""

REPLACEMENT = "\ufffd"
ELLIPSIS = "…"

# Controls, format characters (bidi, zero width, tags), surrogates, unassigned code points, line
# and paragraph separators: terminals disagree about their width.
_UNSAFE_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Cn", "Zl", "Zp"})
# Letters and marks by category, but invisible.
_INVISIBLE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0")
# Variation selectors and skin tones are removed: some terminals widen the character before them,
# others (tmux, xterm) do not, and columns would be misaligned.
_VARIANTS = frozenset(
    chr(code)
    for first, last in ((0x180B, 0x180F), (0xFE00, 0xFE0F), (0x1F3FB, 0x1F3FF), (0xE0100, 0xE01EF))
    for code in range(first, last + 1)
)
# A joiner is removed between characters that some terminals draw as one. A non-joiner has no
# width on any terminal, and Persian and Indic words need it.
_JOINER, _NON_JOINER = "\u200d", "\u200c"
_LETTERS = frozenset({"Lo", "Mn", "Mc"})
_JOINED = _LETTERS | {"So"}
_MARKS = frozenset({"Mn", "Me", "Mc"})
_MAX_MARKS = 4

_MAX_MASKED = 20_000  # longer texts are cut before they are masked
_ASCII_CONTROLS = re.compile(r"[\x00-\x1f\x7f]")


def sanitize(text: str, limit: int = LIMIT) -> str:
    """Return `text`, cut to `limit` characters with an ellipsis. Unsafe and invisible characters
    become U+FFFD, so that they are noticed. At most four combining marks in a row remain.
    """
    if len(text) > limit:
        text = text[: limit - 1] + ELLIPSIS
    if text.isascii():
        if text.isprintable():
            return text
        return _ASCII_CONTROLS.sub(REPLACEMENT, text)
    safe: list[str] = []
    marks = 0
    for position, char in enumerate(text):
        category = unicodedata.category(char)
        before = unicodedata.category(safe[-1]) if safe else ""
        if char in _VARIANTS or (char == _JOINER and before in _JOINED):
            continue
        marks = marks + 1 if category in _MARKS else 0
        if marks and (marks > _MAX_MARKS or not safe):
            continue
        is_needed = char == _NON_JOINER and before in _LETTERS and _has_letter(text, position + 1)
        unsafe = (category in _UNSAFE_CATEGORIES and not is_needed) or char in _INVISIBLE
        safe.append(REPLACEMENT if unsafe else char)
    return "".join(safe)


def _has_letter(text: str, position: int) -> bool:
    char = text[position : position + 1]
    return char != "" and char not in _INVISIBLE and unicodedata.category(char) == "Lo"


def sanitize_line(text: str, limit: int = LIMIT) -> str:
    """Mask the credentials in `text`, then sanitise it: a cut could hide the `@` of a URL."""
    return sanitize(mask_credentials(truncate_at_word(text)), limit)


def sanitize_text(text: str, limit: int = 2000) -> str:
    """`sanitize_line` for prose: runs of white space become one space."""
    return sanitize_line(" ".join(re.split(r"[ \t\r\n]+", text)).strip(), limit)


def sanitize_url(url: str, limit: int = 1000) -> str:
    """Mask and sanitise a text that is one URL as a whole, white space included."""
    if len(url) > _MAX_MASKED:
        return f"(a URL of {len(url)} characters)"
    return sanitize(mask_url(url), limit)


def truncate_at_word(text: str) -> str:
    """Return `text`, or its first words if it is long: half a word may be half a password."""
    if len(text) <= _MAX_MASKED:
        return text
    words = text[:_MAX_MASKED].rpartition(" ")[0]
    if not words:
        return f"({len(text)} characters in one word)"
    return f"{mask_cut(words, text[len(words) :])} {ELLIPSIS}"
