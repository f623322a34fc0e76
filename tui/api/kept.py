"""The last good body of one address, for conditional requests (`If-None-Match`)."""

import re
from collections.abc import Mapping

# httpx refuses to send anything but ASCII, and servers refuse long request headers: a validator
# beyond that would make every later poll fail.
_USABLE = re.compile(r"[\x20-\x7e]{1,1024}")
_VALIDATORS = {"If-None-Match": "etag", "If-Modified-Since": "last-modified"}


class ConditionalCache:
    """Keeps one body and the validators (`ETag`, `Last-Modified`) that came with it."""

    def __init__(self) -> None:
        self._target, self._body = "", b""
        self._validators: dict[str, str] = {}

    def conditional_headers(self, target: str) -> Mapping[str, str]:
        """The headers that let the server answer 304 instead of sending the body again."""
        return self._validators if target == self._target else {}

    def keep(self, target: str, headers: Mapping[str, str], body: bytes) -> None:
        self._target, self._body = target, body
        self._validators = {
            name: headers[source]
            for name, source in _VALIDATORS.items()
            if _USABLE.fullmatch(headers.get(source, ""))
        }

    def forget(self) -> None:
        """Keep nothing: after a failure the next request is unconditional."""
        self._target, self._body, self._validators = "", b"", {}

    def body(self, target: str) -> bytes | None:
        """The body that a 304 stands for; None where the request had no conditions."""
        return self._body if self.conditional_headers(target) else None
