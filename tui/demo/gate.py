"""The way in: tokens for credentials, and who may pass with them."""

import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from tui.demo.answers import json_response
from tui.demo.message import Request, Response


@dataclass(slots=True)
class TokenIssuer:
    """Gives out bearer tokens and knows them again until they expire."""

    client_id: str
    client_secret: str = field(repr=False)
    lifetime: float
    clock: Callable[[], float]
    _expiries: dict[str, float] = field(default_factory=dict, repr=False)

    def token(self, request: Request) -> Response:
        """Answer the token call."""
        try:
            form = dict(parse_qsl(request.body.decode(), max_num_fields=20))
        except ValueError:
            return json_response({"error": "invalid_request"}, 400)
        if form.get("grant_type") != "client_credentials":
            return json_response({"error": "unsupported_grant_type"}, 400)
        given = form.get("client_id", "") + "\n" + form.get("client_secret", "")
        wanted = self.client_id + "\n" + self.client_secret
        if not hmac.compare_digest(given.encode(), wanted.encode()):
            return json_response({"error": "invalid_client"}, 401)
        now = self.clock()
        self._expiries = {token: end for token, end in self._expiries.items() if end > now}
        token = secrets.token_urlsafe(22)
        self._expiries[token] = now + self.lifetime
        return json_response(
            {
                "access_token": token,
                "token_type": "Bearer",
                "expires_in": int(self.lifetime),
                "refresh_token": secrets.token_urlsafe(22),
                "scope": "read write",
            }
        )

    def is_authorised(self, request: Request) -> bool:
        """Whether the request carries a token that is still good."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        return scheme.lower() == "bearer" and self._expiries.get(token.strip(), 0.0) > self.clock()

    def revoke(self) -> None:
        """Forget every token, as if all had been revoked."""
        self._expiries.clear()
