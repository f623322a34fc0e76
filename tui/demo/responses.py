"""How answers look: JSON, and compressed where the client takes that."""
# FOLD """What came with a request: JSON, or a form in either of its two shapes."""
# FOLD """The way in: tokens for credentials, and who may pass with them."""

import email
import gzip
import hmac
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from email.message import Message
from urllib.parse import parse_qsl

from tui.demo.forms import ValidationError
from tui.demo.http_connection import Request, Response

# Smaller bodies gain nothing; larger ones would hold up every other answer for too long.
_LEAST, _MOST = 1000, 1_000_000


def json_response(value: object, status: int = 200, **headers: str) -> Response:
    """A JSON answer; `_` in the name of a header stands for `-`."""
    body = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return raw_json_response(body.encode(), status, **headers)


def raw_json_response(body: bytes, status: int = 200, **headers: str) -> Response:
    """The same for what is JSON already."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(status, {"content-type": "application/json"} | named, body)


def refusal(status: int, detail: str, **headers: str) -> Response:
    """An answer that says why not."""
    return json_response({"detail": detail}, status, **headers)


def compressed(request: Request, response: Response) -> Response:
    """The same answer, as small as the client allows."""
    body = response.body
    if not isinstance(body, bytes) or not _LEAST < len(body) < _MOST or not _takes_gzip(request):
        return response
    headers = {**response.headers, "content-encoding": "gzip", "vary": "accept-encoding"}
    return replace(response, headers=headers, body=gzip.compress(body, 1, mtime=0))


def _takes_gzip(request: Request) -> bool:
    for coding in request.headers.get("accept-encoding", "").lower().split(","):
        name, _, weight = coding.replace(" ", "").partition(";q=")
        if name == "gzip":
            return weight.strip("0.") != "" or not weight
    return False


_FORM, _FORM_DATA = "application/x-www-form-urlencoded", "multipart/form-data"


def parse_json(text: str | bytes) -> object:
    """The value. Raises `ValidationError`."""
    try:
        value: object = json.loads(text)
        json.dumps(value, ensure_ascii=False).encode()  # half a surrogate pair could not be shown
    except (ValueError, RecursionError) as error:
        raise ValidationError(400, {"detail": f"JSON parse error - {error}"}) from None
    return value


def json_body(request: Request) -> object:
    """The body's value; an empty body is an empty object. Raises `ValidationError`."""
    kind = _kind(request)
    if kind == "application/json":
        return parse_json(request.body or b"{}")
    if not kind and not request.body:
        return {}
    raise _unsupported(kind)


def form(request: Request) -> dict[str, str]:
    """The fields of a form. Raises `ValidationError`."""
    kind = _kind(request)
    try:
        if kind == _FORM:
            text = request.body.decode()
            return dict(parse_qsl(text, keep_blank_values=True, max_num_fields=100))
        if kind == _FORM_DATA:
            return _form_data(request)
    except ValueError:
        raise ValidationError(400, {"detail": "Malformed request."}) from None
    raise _unsupported(kind)


def _form_data(request: Request) -> dict[str, str]:
    head = f"Content-Type: {request.headers['content-type']}\r\n\r\n".encode("latin-1")
    parts = email.message_from_bytes(head + request.body).get_payload()
    if not isinstance(parts, list):
        raise ValueError("no parts")  # noqa: TRY004 - of what was sent, not of an argument
    return {str(_name(part)): _content(part) for part in parts if isinstance(part, Message)}


def _name(part: Message) -> object:
    return part.get_param("name", header="content-disposition")


def _content(part: Message) -> str:
    content = part.get_payload(decode=True)
    return content.decode() if isinstance(content, bytes) else ""


def _kind(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def _unsupported(kind: str) -> ValidationError:
    return ValidationError(415, {"detail": f'Unsupported media type "{kind}" in request.'})


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
