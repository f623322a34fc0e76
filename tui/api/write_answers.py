"""What the answer to a write says: accepted with an id, refused, or not known.

| what came of the request                                   | the server may have acted     |
| ---------------------------------------------------------- | ----------------------------- |
| not sent: read-only, no token, rate limited, not connected | no                            |
| a part was sent, no status: cut connection, deadline       | yes                           |
| 2xx with a body of the API                                 | it has, as it says            |
| 2xx with HTML, cut off, too long, encoded, with an `error` | yes: a proxy may answer it    |
| 206, 304                                                   | yes: no answer to a write     |
| 307, 308                                                   | no: "send it elsewhere"       |
| other 3xx                                                  | yes: 303 may follow success   |
| 408                                                        | yes: a proxy's, of a slow API |
| other 4xx, 401, 429 and 431 among them                     | no                            |
| 5xx                                                        | yes                           |
"""

import re

import msgspec

from tui.api.json_reader import DECODE_ERRORS, InvalidJson, UnexpectedShape, text_of
from tui.model.order import is_id

_NUMBER_SIGN = re.compile(r"#(\S+)")
_ID_MEMBERS = ("id", "order_id")
_ERROR_MEMBERS = ("error", "errors")
_SENTENCE_END = ".,;:!?)\"'"


def may_have_acted(status: int | None, *, begun: bool) -> bool:
    """Return whether the server may have done what a request without a usable answer asks for.
    `begun` if a part of the request was sent, `status` if a status came.
    """
    if status is None:
        return begun
    is_refusal = status in (307, 308) or (400 <= status < 500 and status != 408)
    return not is_refusal


def read_accepted(body: bytes) -> str:
    """Return the id in the answer to a write; empty if it has none. The sources don't show what
    most writes answer: any JSON but one with an error will do, a text, or nothing.

    Raises `InvalidJson` for HTML and `UnexpectedShape` for an error.
    """
    text = body.decode("utf-8-sig", "replace").strip()
    try:
        answer = msgspec.json.decode(text)
    except DECODE_ERRORS:
        answer = text
    if isinstance(answer, str):
        # Django calls any text HTML, so its first character decides.
        if answer.startswith("<"):
            raise InvalidJson("the answer is a page") from None
        found = _NUMBER_SIGN.search(answer)
        return _valid_id(found[1].rstrip(_SENTENCE_END)) if found else ""
    if not isinstance(answer, dict):
        return ""
    if any(answer.get(member) for member in _ERROR_MEMBERS):
        raise UnexpectedShape("it has a good status and an error")
    ids = (text_of(answer.get(member)) for member in _ID_MEMBERS)
    return next((_valid_id(each) for each in ids if each), "")


def read_created(body: bytes) -> str:
    """Return the id of a new order: after a `#` in a text (P), or a member. Raises as
    `read_accepted`, and `InvalidJson` for a text without an id.
    """
    created = read_accepted(body)
    if not created and not body.lstrip().startswith((b"{", b"[")):
        raise InvalidJson("the answer names no order")
    return created


def _valid_id(text: str) -> str:
    return text if is_id(text) else ""
