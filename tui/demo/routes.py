"""The service's calls: which there are, who may make them, and what they answer."""

import json
import re
from collections.abc import Callable, Mapping
from typing import NamedTuple
from urllib.parse import urlencode

from .answers import json_response, raw_json_response, refusal
from .gate import Gate
from .listing import Listing
from .message import Request, Response
from .profiles import PROFILES, Profile
from .world import RequeueError, World

TOKEN_PATH = "/v1/oauth2/access_token/"  # noqa: S105 - a path


class _Call(NamedTuple):
    """A request on its way to its answer."""

    request: Request
    world: World
    now: float
    found: Mapping[str, str]


class _Route(NamedTuple):
    method: str
    path: re.Pattern[str]
    answer: Callable[[_Call], Response]


class Api:
    """The application: a plain handler for `HttpServer`, or for a test to call."""

    def __init__(self, world: World, gate: Gate, clock: Callable[[], float]) -> None:
        self._world, self._gate, self._clock = world, gate, clock

    def __call__(self, request: Request) -> Response:
        """Answer one request."""
        if request.path == TOKEN_PATH:
            return self._gate.token(request) if request.method == "POST" else _not_allowed("POST")
        if not self._gate.admits(request):
            why = "Authentication credentials were not provided or are no longer valid."
            return refusal(401, why, www_authenticate="Bearer")
        for route in _ROUTES:
            match = route.path.fullmatch(request.path)
            if match is None:
                continue
            if request.method != route.method:
                return _not_allowed(route.method)
            found = match.groupdict()
            if found.get("company", self._world.company_id) != self._world.company_id:
                return refusal(403, "You do not have permission to perform this action.")
            return route.answer(_Call(request, self._world, self._clock(), found))
        return _not_found()


def _orders(call: _Call) -> Response:
    try:
        listing = Listing.parse(call.request.query)
    except ValueError as error:
        return refusal(400, str(error))
    if listing.is_everything:
        count = len(call.world.indices(call.now))
        body = call.world.list_json(call.now)
    else:
        selected = listing.select(call.world, call.now)
        count = len(selected)
        end = None if listing.limit is None else listing.offset + listing.limit
        body = b"[%b]" % call.world.rows(selected[listing.offset : end], call.now)
    if not listing.envelope:
        return raw_json_response(body)
    before, after = _pages(call.request, listing, count)
    head = json.dumps({"count": count, "next": after, "previous": before})
    return raw_json_response(b'%b,"results":%b}' % (head[:-1].encode(), body))


def _pages(request: Request, listing: Listing, count: int) -> tuple[str | None, str | None]:
    """The addresses of the page before this one and of the one after it."""
    if listing.limit is None:
        return None, None

    def page(offset: int) -> str:
        query = urlencode({**request.query, "offset": offset})
        return f"http://{request.headers.get('host', '')}{request.path}?{query}"

    before = page(max(listing.offset - listing.limit, 0)) if listing.offset else None
    end = listing.offset + listing.limit
    return before, page(end) if end < count else None


def _order(call: _Call) -> Response:
    detail = call.world.detail(call.found["order"], call.now)
    return _not_found() if detail is None else json_response(detail)


def _requeue(call: _Call) -> Response:
    try:
        known = call.world.requeue(call.found["order"], call.now)
    except RequeueError as error:
        return refusal(400, str(error))
    return json_response({"id": call.found["order"], "status": "QUEUED"}) if known else _not_found()


def _current_user(call: _Call) -> Response:
    companies = [{"id": call.world.company_id, "name": "Tu Servidor"}]
    return json_response({"id": 7, "username": "demo", "companies": companies})


def _profiles(call: _Call) -> Response:
    return json_response([_profile_json(call, profile) for profile in PROFILES.values()])


def _profile(call: _Call) -> Response:
    profile = PROFILES.get(int(call.found["profile"]))
    return _not_found() if profile is None else json_response(_profile_json(call, profile))


def _profile_json(call: _Call, profile: Profile) -> dict[str, object]:
    return {**profile._asdict(), "company": call.world.company_id}


def _allowed_values(_: _Call) -> Response:
    profiles = PROFILES.values()
    values = {
        "video_formats": {profile.video_format for profile in profiles},
        "video_codecs": {profile.video_codec for profile in profiles},
        "audio_codecs": {profile.audio_codec for profile in profiles},
        "aspect_ratio": {profile.video_aspect for profile in profiles},
    }
    return json_response({name: sorted(known - {""}) for name, known in values.items()})


def _not_found() -> Response:
    return refusal(404, "Not found.")


def _not_allowed(allowed: str) -> Response:
    return refusal(405, "Method not allowed.", allow=allowed)


def _get(path: str, answer: Callable[[_Call], Response]) -> _Route:
    # The documentation writes these with and without the slash.
    return _Route("GET", re.compile(rf"/v1/{path}/?"), answer)


_MEDIA = r"media/(?P<company>[^/]+)"
_ORDER = r"(?P<order>[^/]+)"
_ROUTES = (
    _get("companies/current_user", _current_user),
    _get(f"{_MEDIA}/transcode", _orders),
    _get(f"{_MEDIA}/transcode/{_ORDER}", _order),
    _Route("POST", re.compile(rf"/v1/{_MEDIA}/transcode_requeue/{_ORDER}/"), _requeue),
    _get(f"{_MEDIA}/transcoding_profiles", _profiles),
    _get(rf"{_MEDIA}/transcoding_profile/(?P<profile>[0-9]{{1,9}})", _profile),
    _get(f"{_MEDIA}/allowed_values", _allowed_values),
)
