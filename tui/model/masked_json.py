"""JSON values without their secrets: placeholders stand for them, and can be filled in again.

Secret are the passwords and signed parameters in any text, and every text of a DRM key.
"""

import json
import re
from collections.abc import Mapping, Sequence

from tui.masking import DOTS, secret_spans
from tui.model.account import Secret

_KEYS, _NO_KEY = "drm", "encryption_scheme"
_NUMBERED = re.compile(rf"{DOTS}(\d+){DOTS[0]}")


class JsonMasker:
    """Masks values. With `numbered` each placeholder names its secret, for `fill`; without, it is
    the one of `tui.masking`, and the secret is lost.
    """

    def __init__(self, *, numbered: bool = False) -> None:
        self.secrets: list[Secret] = []
        self._numbered = numbered

    def mask(self, value: object, *, is_key: bool = False) -> object:
        """Return `value`, in which each text is masked; as a whole if `is_key`."""
        match value:
            case str():
                return self._hide(value) if is_key and value else self._mask_text(value)
            case dict():
                return {
                    name: self.mask(member, is_key=(is_key or name == _KEYS) and name != _NO_KEY)
                    for name, member in value.items()
                }
            case list():
                return [self.mask(item, is_key=is_key) for item in value]
            case int() | float() if is_key and not isinstance(value, bool):
                return self._hide(str(value))
            case _:
                return value

    def _mask_text(self, text: str) -> str:
        parts: list[str] = []
        end = 0
        for start, stop in secret_spans(text):
            parts += [text[end:start], self._hide(text[start:stop])]
            end = stop
        return "".join([*parts, text[end:]])

    def _hide(self, secret: str) -> str:
        """Return a placeholder for `secret`, which may be one itself."""
        if secret == DOTS or not self._numbered:
            return DOTS
        self.secrets.append(Secret(secret))
        return f"{DOTS}{len(self.secrets)}{DOTS[0]}"


def fill(value: object, secrets: Sequence[Secret]) -> object:
    """Return `value` with the secrets that its placeholders name. Others stay."""
    match value:
        case str():
            return _NUMBERED.sub(lambda found: _secret(found, secrets), value)
        case dict():
            return {name: fill(member, secrets) for name, member in value.items()}
        case list():
            return [fill(item, secrets) for item in value]
        case _:
            return value


def _secret(found: re.Match[str], secrets: Sequence[Secret]) -> str:
    number = int(found[1]) if len(found[1]) < 5 else 0
    return secrets[number - 1].reveal() if 0 < number <= len(secrets) else DOTS


def masked_text(value: object) -> str:
    """Return `value` as indented JSON with every secret masked."""
    return to_json(JsonMasker().mask(value))


def to_json(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)


def compact_json(value: Mapping[str, object]) -> bytes:
    """Return `value` as UTF-8 JSON."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
