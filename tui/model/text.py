"""The one sanitiser and the one credential masker.

Every text that a server sent passes `clean` where it enters (the wire), before anything
shows, logs or exports it. Terminals obey what they are sent: a file name with an escape
sequence could retitle the window or write the clipboard, and one with bidirectional
controls could read as another name.
"""

import re
import unicodedata

LIMIT = 300
"""How many characters of one remote text are kept, unless told otherwise."""

REPLACEMENT = "\ufffd"
ELLIPSIS = "…"
DOTS = "•••"

# Controls, formats (bidi, zero width, tags), surrogates, unassigned, line and paragraph
# separators: nothing of these has a width that terminals agree on.
_UNSAFE_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Cn", "Zl", "Zp"})
# Joiners hold emoji and Indic scripts together; they are formats, but harmless between two
# such characters. Elsewhere they would swallow the cell that follows.
_JOINERS = frozenset("\u200c\u200d")
_JOINABLE = frozenset({"So", "Sk", "Lo", "Mn", "Mc", "Me"})
# Letters and marks by category, yet drawn with no width or as a blank.
_INVISIBLE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0")
_MARKS = frozenset({"Mn", "Me", "Mc"})
_MAX_MARKS = 4
_LONGEST_URL = 20_000

_ASCII_CONTROLS = re.compile(r"[\x00-\x1f\x7f]")


def clean(text: str, limit: int = LIMIT) -> str:
    """Return `text` safe to draw: no controls, no escapes, at most `limit` characters.

    What is dangerous or invisible becomes U+FFFD, so that it can be seen that something
    was there. Runs of combining marks and joiners stop after four. A text that was cut
    ends in an ellipsis.
    """
    if len(text) > limit:
        text = text[: limit - 1] + ELLIPSIS
    if text.isascii():
        return _ASCII_CONTROLS.sub(REPLACEMENT, text)
    kept: list[str] = []
    marks = 0
    for position, char in enumerate(text):
        category = unicodedata.category(char)
        joins = char in _JOINERS and _is_between_joinable(text, position)
        if category in _MARKS or joins:
            marks += 1
            if marks > _MAX_MARKS or not kept:
                continue
        else:
            marks = 0
        unsafe = category in _UNSAFE_CATEGORIES and not joins
        kept.append(REPLACEMENT if unsafe or char in _INVISIBLE else char)
    return "".join(kept)


def _is_between_joinable(text: str, position: int) -> bool:
    around = text[position - 1 : position] + text[position + 1 : position + 2]
    return len(around) == 2 and all(unicodedata.category(char) in _JOINABLE for char in around)


def clean_prose(text: str, limit: int = 2000) -> str:
    """`clean` for sentences (an order's comment): line breaks become spaces, and
    credentials inside URLs are masked.
    """
    return clean(mask(clean(" ".join(text.split()), limit * 2)), limit)


def clean_url(url: str, limit: int = 1000) -> str:
    """`clean` for a URL, its credentials masked first, so that no cut can hide the `@`."""
    if len(url) > _LONGEST_URL:
        return f"(a URL of {len(url)} characters)"
    return clean(_mask_url(clean(url, _LONGEST_URL)), limit)


_PARAMETER = re.compile(r"[?&;#]([^?&;#=\s]*)=")
_PARAMETER_END = re.compile(r"[&;#\s]|\Z")
_SECRET_NAME = re.compile(
    r"sig|token|secret|passw|pwd|key|auth|cred|policy|hmac|hash|md5|hdn", re.IGNORECASE
)
# Begins at the first of all letters that may belong to a scheme, and gives none back: a
# search from each of them would take the square of their number.
_URL = re.compile(r"(?<![a-z0-9+.-])[a-z0-9+.-]++://\S+", re.IGNORECASE)
_IPV6 = re.compile(r"\[[0-9a-f:.]*\]", re.IGNORECASE)


def mask(text: str) -> str:
    """Mask the credentials of every URL inside `text`."""
    return _URL.sub(lambda found: _mask_url(found[0]), text)


def _mask_url(url: str) -> str:
    """Replace the password and signed query parameters of one URL by dots.

    A URL that is not well-formed (a raw `/` or `@` in the password) loses too much rather
    than too little: everything up to its last `@` counts as the password, for what looks
    like a port may be how the password begins.
    """
    scheme, separator, rest = url.partition("://")
    if not separator:
        scheme, rest = "", url
    authority, _, path = rest.partition("/")
    if "@" in authority:
        # A second `@` behind the first slash may mean that the password holds both.
        cut = rest.rfind("@") if ":" in authority else authority.rfind("@")
        rest = _mask_userinfo(rest[:cut]) + rest[cut:]
    elif "@" in path and ":" in _IPV6.sub("", authority):
        cut = rest.rfind("@")
        rest = _mask_userinfo(rest[:cut]) + rest[cut:]
    return scheme + separator + _mask_parameters(rest)


def _mask_userinfo(userinfo: str) -> str:
    user, colon, _ = userinfo.partition(":")
    return f"{user}:{DOTS}" if colon else user


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
