"""Which names of members, parameters and assignments have a secret as their value."""

import re
import unicodedata
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
    # Only as its last part: `signal`, `keyint`, `bypass` and `barcode` are no secrets.
    r"|(?:\A|_)(?:(?:db|ftp|user)?pass|pw|key|sig|cookie)\Z"
    # Only as a whole part: neither `confirma` nor `enclave`.
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
    for _ in range(_ENCODINGS):
        name = unquote(name) if "%" in name else name
    return _matches(name, _SECRET, _SECRET_MEMBER)


def is_secret_parameter(name: str) -> bool:
    """Return whether `name=` in a URL or in a list joined by `&` or `;` has a secret value.

    `code` and `st` are secrets only there: elsewhere they are error codes and states.
    """
    return name.lower() in _ONLY_IN_LISTS or _matches(name, _SECRET, _SECRET_MEMBER)


def is_secret_assignment(name: str, before: str, equals: bool) -> bool:
    """Return whether `name: ` or `name=` in prose has a secret value.

    `before` is the text before the name: `first pass: failed` holds no password. With `equals`
    some names count that are ordinary words before a colon (`auth: failed`).
    """
    patterns = (_SECRET, _SECRET_BEFORE_EQUALS) if equals else (_SECRET,)
    return _matches(name, *patterns) and not _OTHER_MEANING.search(before + name)


def _matches(name: str, *patterns: re.Pattern[str]) -> bool:
    found = any(pattern.search(form) for form in _forms(name) for pattern in patterns)
    return found and not _OTHER_MEANING.search(name)


def _forms(name: str) -> set[str]:
    """Return `name` in small ASCII letters with `_` between its parts, with and without taking
    a change of case (`apiKey`) as the start of a part.
    """
    if not name.isascii():
        # Cut, because normalising long runs of combining marks takes quadratic time.
        name = unicodedata.normalize("NFKD", name[-_MAX_NAME:])
        name = "".join(char for char in name if not unicodedata.combining(char))
    forms = {name, _CASE_CHANGE.sub("_", name)}
    return {_SEPARATORS.sub("_", form.lower()).strip("_") for form in forms}
