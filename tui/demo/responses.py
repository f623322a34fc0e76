"""Parse requests and build responses: JSON, forms, errors and bearer tokens."""

import email
import gzip
import hmac
import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from email.message import Message
from urllib.parse import parse_qsl

from tui.demo.http_server import Request, Response

# Smaller bodies gain nothing; compressing larger ones delays all other answers.
_MIN_GZIP, _MAX_GZIP = 1000, 1_000_000
_FORM, _FORM_DATA = "application/x-www-form-urlencoded", "multipart/form-data"


class ApiError(Exception):
    """The status and the JSON of an error response, in the shapes of Django REST framework."""

    def __init__(self, status: int, body: Mapping[str, object] | str) -> None:
        self.status = status
        self.body = {"detail": body} if isinstance(body, str) else body
        super().__init__(str(body))


def json_response(value: object, status: int = 200, **headers: str) -> Response:
    """Return a JSON response; `_` in the name of a header stands for `-`."""
    body = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return raw_json_response(body.encode(), status, **headers)


def raw_json_response(body: bytes, status: int = 200, **headers: str) -> Response:
    """Return a response for encoded JSON; see `json_response`."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(status, {"content-type": "application/json"} | named, body)


def error_response(status: int, detail: str, **headers: str) -> Response:
    return json_response({"detail": detail}, status, **headers)


def compressed(request: Request, response: Response) -> Response:
    """Return `response`, compressed if the client accepts that."""
    body = response.body
    if not isinstance(body, bytes) or not _MIN_GZIP < len(body) < _MAX_GZIP:
        return response
    if not _accepts_gzip(request):
        return response
    headers = {**response.headers, "content-encoding": "gzip", "vary": "accept-encoding"}
    return replace(response, headers=headers, body=gzip.compress(body, 1, mtime=0))


def _accepts_gzip(request: Request) -> bool:
    for coding in request.headers.get("accept-encoding", "").lower().split(","):
        name, _, weight = coding.replace(" ", "").partition(";q=")
        if name == "gzip":
            return weight.strip("0.") != "" or not weight
    return False


def parse_json(text: str | bytes) -> object:
    """Parse JSON. Raises `ApiError`."""
    try:
        value: object = json.loads(text)
        json.dumps(value, ensure_ascii=False).encode()  # half a surrogate pair can't be encoded
    except (ValueError, RecursionError) as error:
        raise ApiError(400, f"JSON parse error - {error}") from None
    return value


def json_body(request: Request) -> object:
    """Return the value of the body; an empty body is an empty object. Raises `ApiError`."""
    media_type = _media_type(request)
    if media_type == "application/json":
        return parse_json(request.body or b"{}")
    if not media_type and not request.body:
        return {}
    raise _unsupported(media_type)


def form_body(request: Request) -> dict[str, str]:
    """Return the fields of a form, of either media type. Raises `ApiError`."""
    media_type = _media_type(request)
    try:
        if media_type == _FORM:
            text = request.body.decode()
            return dict(parse_qsl(text, keep_blank_values=True, max_num_fields=100))
        if media_type == _FORM_DATA:
            return _multipart_fields(request)
    except ValueError:
        raise ApiError(400, "Malformed request.") from None
    raise _unsupported(media_type)


def _multipart_fields(request: Request) -> dict[str, str]:
    head = f"Content-Type: {request.headers['content-type']}\r\n\r\n".encode("latin-1")
    parts = email.message_from_bytes(head + request.body).get_payload()
    if not isinstance(parts, list):
        raise ValueError("no parts")  # noqa: TRY004 - the request's content, not an argument
    fields: dict[str, str] = {}
    for part in parts:
        if isinstance(part, Message):
            content = part.get_payload(decode=True)
            name = str(part.get_param("name", header="content-disposition"))
            fields[name] = content.decode() if isinstance(content, bytes) else ""
    return fields


def _media_type(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def _unsupported(media_type: str) -> ApiError:
    return ApiError(415, f'Unsupported media type "{media_type}" in request.')


@dataclass(slots=True)
class TokenIssuer:
    """Issues bearer tokens and checks them. `lifetime` is in seconds of `clock`."""

    client_id: str
    client_secret: str = field(repr=False)
    lifetime: float
    clock: Callable[[], float]
    _expiries: dict[str, float] = field(default_factory=dict, repr=False)

    def token_response(self, request: Request) -> Response:
        """Answer the token call."""
        try:
            form = dict(parse_qsl(request.body.decode(), max_num_fields=20))
        except ValueError:
            return json_response({"error": "invalid_request"}, 400)
        if form.get("grant_type") != "client_credentials":
            return json_response({"error": "unsupported_grant_type"}, 400)
        given = form.get("client_id", "") + "\n" + form.get("client_secret", "")
        expected = self.client_id + "\n" + self.client_secret
        if not hmac.compare_digest(given.encode(), expected.encode()):
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
        """Return whether the request has a token that hasn't expired."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        return scheme.lower() == "bearer" and self._expiries.get(token.strip(), 0.0) > self.clock()

    def revoke_all(self) -> None:
        self._expiries.clear()
