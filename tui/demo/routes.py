"""The service's calls: which there are, and who may make them."""

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

from tui.demo import calls
from tui.demo.calls import ApiCall
from tui.demo.forms import ValidationError
from tui.demo.http_connection import Request, Response
from tui.demo.responses import TokenIssuer, json_response, refusal
from tui.demo.world import World

TOKEN_PATH = "/v1/oauth2/access_token/"  # noqa: S105 - a path

_Answer = Callable[[ApiCall], Response]


class _Route(NamedTuple):
    path: re.Pattern[str]
    answers: Mapping[str, _Answer]
    loose: bool


class Api:
    """The application: a plain handler for `HttpServer`, or for a test to call."""

    def __init__(self, world: World, gate: TokenIssuer, clock: Callable[[], float]) -> None:
        self._world, self._gate, self._clock = world, gate, clock

    def __call__(self, request: Request) -> Response:
        """Answer one request."""
        if request.path == TOKEN_PATH:
            return self._gate.token(request) if request.method == "POST" else _not_allowed("POST")
        if not self._gate.is_authorised(request):
            why = "Authentication credentials were not provided or are no longer valid."
            return refusal(401, why, www_authenticate="Bearer")
        for route in _ROUTES:
            match = route.path.fullmatch(request.path)
            if match is not None:
                return self._answer(route, request, match.groupdict())
        return calls.not_found()

    def _answer(self, route: _Route, request: Request, found: Mapping[str, str]) -> Response:
        answer = route.answers.get(request.method)
        if answer is None:
            return _not_allowed(", ".join(route.answers))
        if request.method != "GET" and not route.loose and not request.path.endswith("/"):
            return calls.not_found()
        if found.get("company", self._world.company_id) != self._world.company_id:
            return refusal(403, "You do not have permission to perform this action.")
        try:
            return answer(ApiCall(request, self._world, self._clock(), found))
        except ValidationError as error:
            return json_response(error.why, error.status)


def _not_allowed(allowed: str) -> Response:
    return refusal(405, "Method not allowed.", allow=allowed)


def _route(path: str, answers: Mapping[str, _Answer], *, loose: bool = False) -> _Route:
    # The documentation writes the reads, and the making of an order, with and without the slash at
    # the end: these may leave it out. A write that leaves it out finds nothing.
    return _Route(re.compile(rf"/v1/{path}/?"), answers, loose)


_MEDIA = r"media/(?P<company>[^/]+)"
_ORDER = r"(?P<order>[^/]+)"
_ROUTES = (
    _route("companies/current_user", {"GET": calls.current_user}),
    _route(
        f"{_MEDIA}/transcode", {"GET": calls.list_orders, "POST": calls.create_order}, loose=True
    ),
    _route(f"{_MEDIA}/transcode/{_ORDER}", {"GET": calls.show_order}),
    _route(f"{_MEDIA}/transcode_requeue/{_ORDER}", {"POST": calls.requeue_order}),
    _route(
        f"{_MEDIA}/transcoding_profiles",
        {"GET": calls.list_profiles, "POST": calls.create_profile},
    ),
    _route(
        rf"{_MEDIA}/transcoding_profile/(?P<profile>[0-9]{{1,9}})",
        {"GET": calls.show_profile, "PUT": calls.replace_profile, "DELETE": calls.delete_profile},
    ),
    _route(f"{_MEDIA}/transcoding/consumed_minutes", {"GET": calls.consumed_minutes}),
    _route(f"{_MEDIA}/allowed_values", {"GET": calls.allowed_values}),
)
