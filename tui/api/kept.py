"""The last good body of one address, and what tells the server that it is known here."""

from collections.abc import Mapping


class Kept:
    """Keeps one body, with its `ETag` and `Last-Modified`, where the server gives them."""

    def __init__(self) -> None:
        self._target = ""
        self._validators: dict[str, str] = {}
        self._body = b""

    def conditions(self, target: str) -> Mapping[str, str]:
        """The headers by which a body that is as it was need not be sent again."""
        return self._validators if target == self._target else {}

    def keep(self, target: str, headers: Mapping[str, str], body: bytes) -> None:
        self._target, self._body = target, body
        names = {"If-None-Match": "etag", "If-Modified-Since": "last-modified"}
        self._validators = {name: headers[told] for name, told in names.items() if told in headers}

    def body(self, target: str) -> bytes | None:
        """The body that a 304 stands for; None where nothing was asked on a condition."""
        return self._body if self.conditions(target) else None
