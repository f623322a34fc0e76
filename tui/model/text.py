"""The one sanitiser and the one credential masker.

Every text that a server sent passes one of the cleaners where it enters (the wire), before
anything shows, logs or exports it. Terminals obey what they are sent: a file name with an escape
sequence could retitle the window or write the clipboard, and one with bidirectional controls
could read as another name.
"""

import re
import unicodedata
from urllib.parse import unquote

LIMIT = 300
"""How many characters of one remote text are kept, unless told otherwise."""

REPLACEMENT = "\ufffd"
ELLIPSIS = "…"
DOTS = "•••"

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


def clean(text: str, limit: int = LIMIT) -> str:
    """Return `text` safe to draw: no controls, no escapes, at most `limit` characters.

    What is dangerous or invisible becomes U+FFFD, so that it can be seen that something
    was there. Runs of combining marks stop after four. A text that was cut ends in an
    ellipsis.
    """
    if len(text) > limit:
        text = text[: limit - 1] + ELLIPSIS
    if text.isascii():
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


def clean_name(text: str, limit: int = LIMIT) -> str:
    """`clean` for one line of anything: the credentials of every URL in it are masked first,
    so that no cut can hide the `@`.
    """
    return clean(mask(whole_words(text)), limit)


def clean_prose(text: str, limit: int = 2000) -> str:
    """`clean_name` for sentences (an order's comment): line breaks become spaces."""
    return clean_name(" ".join(re.split(r"[ \t\r\n]+", text)).strip(), limit)


def clean_url(url: str, limit: int = 1000) -> str:
    """`clean` for what is a URL as a whole, whatever is in it."""
    if len(url) > _LONGEST:
        return f"(a URL of {len(url)} characters)"
    return clean(_mask_word(url), limit)


_LONGEST = 20_000


def whole_words(text: str) -> str:
    """`text`, or its first words where it is long: a word that was cut may hide a password."""
    if len(text) <= _LONGEST:
        return text
    words = text[:_LONGEST].rpartition(" ")[0]
    return f"{words} {ELLIPSIS}" if words else f"({len(text)} characters in one word)"


_WORD = re.compile(r"[^ \t\r\n]+")
_PARAMETER = re.compile(r"[?&;#]([^?&;#=]*)=")
_PARAMETER_END = re.compile(r"[&#]|\Z")
_SECRET_NAME = re.compile(
    r"sig|token|secret|pass|pwd|key|auth|cred|policy|hmac|hash|md5|hdn|sess|jwt|bearer",
    re.IGNORECASE,
)
_IPV6 = re.compile(r"\[(?=[^\]:]*:[^\]:]*:)[0-9a-f:.]*\]", re.IGNORECASE)
# No port is like that: a password whose `@` was cut off.
_NO_PORT = re.compile(r"(://[^/?#@:\[]*+:)(?!\d{0,5}[^\w/?#]*+(?:[/?#]|\Z))[^/?#]*")
_ENCODINGS = 3
"""How often one URL may be percent-encoded inside another."""


def mask(text: str) -> str:
    """Mask the credentials of every URL inside `text`, word by word."""
    if "@" not in text and "=" not in text and "://" not in text and "%" not in text:
        return text  # a hundred thousand ids and statuses are looked through
    return _WORD.sub(lambda found: _mask_word(found[0]), text)


def _mask_word(word: str) -> str:
    """Replace the passwords and signed query parameters of what may be a URL by dots.

    Also those of a URL that is percent-encoded inside; that one is shown decoded then.
    """
    word = _mask_plain(word)
    decoded = word
    for _ in range(_ENCODINGS):
        if "%" not in decoded:
            break
        decoded = unquote(decoded)
        masked = _mask_plain(decoded)
        if masked != decoded:
            word = decoded = masked
    return word


def _mask_plain(word: str) -> str:
    """A URL need not be well-formed (a raw `/` or `@` in the password), and there may be several
    in one word, or one without its scheme. So it loses too much rather than too little: all from
    the first colon behind a scheme to the last `@` counts as the password, for what looks
    like a port may be how it begins.
    """
    end = word.rfind("@")
    begin = word.find(":") + 1
    begin = begin + 2 if word.startswith("//", begin) else 0
    host = _IPV6.match(word, begin)
    colon = word.find(":", begin if host is None else host.end())
    if 0 <= colon < end:
        word = f"{word[: colon + 1]}{DOTS}{word[end:]}"
    else:
        word = _NO_PORT.sub(rf"\1{DOTS}", word)
    return _mask_parameters(word)


def _mask_parameters(text: str) -> str:
    """Found by hand: one expression for name and value backtracks for seconds."""
    kept: list[str] = []
    at = 0
    for found in _PARAMETER.finditer(text):
        if found.start() < at or not _SECRET_NAME.search(found[1]):
            continue
        end = _PARAMETER_END.search(text, found.end())
        stop = end.start() if end is not None else len(text)
        if stop > found.end():
            kept += [text[at : found.end()], DOTS]
            at = stop
    return "".join([*kept, text[at:]])


def names_a_secret(name: str) -> bool:
    """True for the name of a member or a parameter whose value is nobody's business."""
    return _SECRET_NAME.search(name) is not None
