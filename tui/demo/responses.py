"""Parse requests and build responses: JSON, forms, errors and bearer tokens."""

import email
import gzip
import hmac
import json
import secrets
from collections.abc import Mapping
from dataclasses import replace
from email.message import Message
from urllib.parse import parse_qsl

from tui.demo import CLIENT_ID, CLIENT_SECRET
from tui.demo.http_server import Request, Response

JSON_HEADERS = {"content-type": "application/json"}

# Smaller bodies gain nothing; compressing larger ones delays all other answers.
_MIN_GZIP, _MAX_GZIP = 1000, 1_000_000
_FORM, _FORM_DATA = "application/x-www-form-urlencoded", "multipart/form-data"


class ApiError(Exception):
    """An error response, with a JSON body in the shapes of Django REST framework."""

    def __init__(
        self,
        status: int,
        body: Mapping[str, object] | str,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(str(body))
        detail = {"detail": body} if isinstance(body, str) else body
        self.response = json_response(detail, status, headers)


def json_response(
    value: object, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    body = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return Response(status, {**JSON_HEADERS, **(headers or {})}, body.encode())


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
    if request.body or request.headers.get("content-type"):
        _check_media_type(request, "application/json")
    return parse_json(request.body or b"{}")


def form_body(request: Request) -> dict[str, str]:
    """Return the fields of a form, of either media type. Raises `ApiError`."""
    media_type = _check_media_type(request, _FORM, _FORM_DATA)
    try:
        if media_type == _FORM_DATA:
            return _multipart_fields(request)
        return dict(parse_qsl(request.body.decode(), keep_blank_values=True, max_num_fields=100))
    except ValueError:
        raise ApiError(400, "Malformed request.") from None


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


def _check_media_type(request: Request, *supported: str) -> str:
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type not in supported:
        raise ApiError(415, f'Unsupported media type "{media_type}" in request.')
    return media_type


class TokenIssuer:
    """Issues bearer tokens and checks them. `lifetime` and `now` are in seconds."""

    def __init__(self, lifetime: int) -> None:
        self.expiries: dict[str, float] = {}
        self._lifetime = lifetime
        self._writers: set[str] = set()

    def token_response(self, request: Request, now: float) -> Response:
        """Answer the token call."""
        try:
            form = dict(parse_qsl(request.body.decode(), max_num_fields=20))
        except ValueError:
            return json_response({"error": "invalid_request"}, 400)
        if form.get("grant_type") != "client_credentials":
            return json_response({"error": "unsupported_grant_type"}, 400)
        scope = form.get("scope", "read write")
        if not {"read", "write"}.issuperset(scope.split()):
            return json_response({"error": "invalid_scope"}, 400)
        given = form.get("client_id", "") + "\n" + form.get("client_secret", "")
        expected = CLIENT_ID + "\n" + CLIENT_SECRET
        if not hmac.compare_digest(given.encode(), expected.encode()):
            return json_response({"error": "invalid_client"}, 401)
        self.expiries = {token: end for token, end in self.expiries.items() if end > now}
        token = secrets.token_urlsafe(22)
        self.expiries[token] = now + self._lifetime
        self._writers &= self.expiries.keys()
        if "write" in scope.split():
            self._writers.add(token)
        return json_response(
            {
                "access_token": token,
                "token_type": "Bearer",
                "expires_in": self._lifetime,
                "refresh_token": secrets.token_urlsafe(22),
                "scope": scope,
            }
        )

    def is_authorised(self, request: Request, now: float) -> bool:
        """Return whether the request has a token that hasn't expired."""
        return self.expiries.get(_bearer_token(request), 0.0) > now

    def may_write(self, request: Request) -> bool:
        """Return whether the scope of the token includes writes."""
        return _bearer_token(request) in self._writers


def _bearer_token(request: Request) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""
