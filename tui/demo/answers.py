"""How answers look: JSON, and compressed where the client takes that."""

import gzip
import json
from dataclasses import replace

from tui.demo.message import Request, Response

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
