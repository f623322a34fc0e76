"""What came with a request: JSON, or a form in either of its two shapes."""

import email
import json
from email.message import Message
from urllib.parse import parse_qsl

from tui.demo.message import Request
from tui.demo.refused import ValidationError

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
