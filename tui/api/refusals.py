"""What an answer without success says about itself: where it redirects to, which rule of the CDN
refused it, whether the scope of a token did.
"""

import asyncio
import re
from collections.abc import Sequence
from contextlib import suppress

import httpx
import msgspec

from tui.api.refusal_words import refusal_words
from tui.api.response_body import read_capped_body
from tui.api.write_answers import may_have_acted
from tui.model.ports import Failure, FailureKind
from tui.sanitize import sanitize_line

_PAGE_CAP = 1 << 16
_PAGE_SECONDS = 2.0
"""Limits for the body of a failure: it only adds to what the status says."""

_TAG = re.compile(r"<[^<>]*>")
# The vendor's "debug code": a reason and, after a colon, the id of the request (XID). `TCDN-OK`
# means that the CDN passed the request on; `TCDN-Debug` and `TCDN-Command` are names of headers.
_CDN_CODE = re.compile(
    r"(TCDN-(?!OK\b|Debug\b|Command\b)[A-Za-z0-9-]{1,40}(?: [A-Za-z]{1,20}(?=:[0-9]))?)"
    r"(?::([0-9]{1,20}))?"
)
_XID = re.compile(r"\bXID\b\W{0,10}([0-9]{1,20})", re.IGNORECASE)
_INVALID_SCOPE = re.compile(r'"error"\s*:\s*"invalid_scope"')
_API_REFUSALS = (FailureKind.CREDENTIALS, FailureKind.FORBIDDEN, FailureKind.MISSING)
_WORDED = (FailureKind.FORBIDDEN, FailureKind.MISSING, FailureKind.STATUS)
"""Refusals of a write that the API explains."""


async def explain(
    failure: Failure, response: httpx.Response, secrets: Sequence[str] | None = None
) -> Failure:
    """Return `failure` with what the response says; nothing else of its body is kept. The words of
    an API that refuses a write are kept without its `secrets`, which are None for a read.
    """
    if failure.kind is FailureKind.REDIRECTED:
        return _explain_redirect(failure, response)
    body = await _read_page(response)
    page = "\n".join(response.headers.values()) + "\n" + _TAG.sub(" ", body)
    if failure.status == 400 and _INVALID_SCOPE.search(page):
        return msgspec.structs.replace(failure, kind=FailureKind.SCOPE)
    explained = _explain_cdn_code(failure, page)
    if explained is not failure or secrets is None or failure.kind not in _WORDED:
        return explained
    if failure.kind is FailureKind.STATUS and not may_have_acted(failure.status, begun=True):
        failure = msgspec.structs.replace(failure, kind=FailureKind.REJECTED)
    return msgspec.structs.replace(failure, hint=refusal_words(body, secrets))


async def _read_page(response: httpx.Response) -> str:
    """Return the text of the body; empty if it is too long, slow or unreadable."""
    with suppress(Exception):  # httpx lets other libraries' errors through
        async with asyncio.timeout(_PAGE_SECONDS):
            body = await read_capped_body(response, _PAGE_CAP)
        if isinstance(body, bytes):
            return body.decode("utf-8", "replace")
    return ""


def _explain_cdn_code(failure: Failure, page: str) -> Failure:
    """Name the code and the XID, which the vendor's support asks for. The CDN knows neither
    credentials nor companies nor orders: its 401, 403 and 404 say nothing about them.
    """
    found = _CDN_CODE.search(page)
    if found is None:
        return failure
    code, xid = found.groups()
    if xid is None and (other := _XID.search(page)):
        xid = other[1]
    kind = FailureKind.STATUS if failure.kind in _API_REFUSALS else failure.kind
    hint = f"{code}, XID {xid}" if xid else code
    return msgspec.structs.replace(failure, kind=kind, hint=hint)


def _explain_redirect(failure: Failure, response: httpx.Response) -> Failure:
    """Name the target's host, for its path and query may contain secrets. A redirect to the same
    path with or without the slash is `OTHER_SLASH`: the client then tries that form.
    """
    if failure.kind is not FailureKind.REDIRECTED:
        return failure
    try:
        target = response.url.join(response.headers.get("location", ""))
        host = f"{target.scheme}://{target.host}"
        is_other_slash = _without_slash(target) == _without_slash(response.url)
    except (httpx.InvalidURL, ValueError):
        host, is_other_slash = "", False
    kind = FailureKind.OTHER_SLASH if is_other_slash else failure.kind
    return Failure(kind, failure.status, hint=sanitize_line(host, 200))


def _without_slash(url: httpx.URL) -> httpx.URL:
    path = url.raw_path.partition(b"?")[0].rstrip(b"/")
    return url.copy_with(raw_path=path or b"/", fragment=None)
