"""The service's calls: routing, access, and what each answers."""

import json
import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import NamedTuple
from urllib.parse import urlencode

from tui.demo.fixtures import EncodingProfile
from tui.demo.forms import ALLOWED_VALUES, parse_order_request, parse_profile
from tui.demo.http_server import Request, Response
from tui.demo.lifecycle import FINISHED
from tui.demo.list_query import ListQuery, parse_filters, parse_period
from tui.demo.responses import (
    ApiError,
    TokenIssuer,
    error_response,
    form_body,
    json_body,
    json_response,
    parse_json,
    raw_json_response,
)
from tui.demo.world import RequeueError, World

TOKEN_PATH = "/v1/oauth2/access_token/"  # noqa: S105 - a path
_PLAN_MINUTES = 3000  # that the company has contracted per month


class ApiCall(NamedTuple):
    """An authorised request; `now` is in unix seconds, `parameters` are those of the path."""

    request: Request
    world: World
    now: float
    parameters: Mapping[str, str]

    @property
    def company_id(self) -> int | str:
        """A number, as in the vendor's Terraform provider (O), if it looks like one."""
        company = self.world.company_id
        return int(company) if company.isdecimal() else company


Handler = Callable[[ApiCall], Response]


class DemoApi:
    """Answers requests. `clock` is in unix seconds."""

    def __init__(self, world: World, tokens: TokenIssuer, clock: Callable[[], float]) -> None:
        self._world, self._tokens, self._clock = world, tokens, clock

    def __call__(self, request: Request) -> Response:
        if request.path == TOKEN_PATH:
            if request.method != "POST":
                return _method_not_allowed("POST")
            return self._tokens.token_response(request)
        if not self._tokens.is_authorised(request):
            problem = "Authentication credentials were not provided or are no longer valid."
            return error_response(401, problem, www_authenticate="Bearer")
        try:
            for route in _ROUTES:
                if match := route.path.fullmatch(request.path):
                    return self._answer(route, request, match.groupdict())
            raise _not_found()
        except ApiError as error:
            return json_response(error.body, error.status)

    def _answer(self, route: "_Route", request: Request, parameters: Mapping[str, str]) -> Response:
        handler = route.handlers.get(request.method)
        if handler is None:
            return _method_not_allowed(", ".join(route.handlers))
        has_slash = request.path.endswith("/")
        if request.method != "GET" and not has_slash and not route.slash_optional:
            raise _not_found()
        if parameters.get("company", self._world.company_id) != self._world.company_id:
            raise ApiError(403, "You do not have permission to perform this action.")
        return handler(ApiCall(request, self._world, self._clock(), parameters))


def _not_found() -> ApiError:
    return ApiError(404, "Not found.")


def _method_not_allowed(allowed: str) -> Response:
    return error_response(405, "Method not allowed.", allow=allowed)


def _list_orders(call: ApiCall) -> Response:
    query = ListQuery.parse(call.request.query)
    if query.selects_everything:
        count = call.world.count(call.now)
        body = call.world.list_json(call.now)
    else:
        selected = query.select(call.world, call.now)
        count = len(selected)
        end = None if query.limit is None else query.offset + query.limit
        body = b"[%b]" % call.world.rows(selected[query.offset : end], call.now)
    if not query.envelope:
        return raw_json_response(body)
    previous_page, next_page = _page_urls(call.request, query, count)
    head = json.dumps({"count": count, "next": next_page, "previous": previous_page})
    return raw_json_response(b'%b,"results":%b}' % (head[:-1].encode(), body))


def _page_urls(request: Request, query: ListQuery, count: int) -> tuple[str | None, str | None]:
    """Return the URLs of the previous and of the next page."""
    if query.limit is None:
        return None, None

    def url(offset: int) -> str:
        parameters = urlencode({**request.query, "offset": offset})
        return f"http://{request.headers.get('host', '')}{request.path}?{parameters}"

    end = query.offset + query.limit
    previous_page = url(max(query.offset - query.limit, 0)) if query.offset else None
    return previous_page, url(end) if end < count else None


def _show_order(call: ApiCall) -> Response:
    detail = call.world.detail(call.parameters["order"], call.now)
    if detail is None:
        raise _not_found()
    return json_response(detail)


def _create_order(call: ApiCall) -> Response:
    """Create an order from the form field `order` (D) or from `data` in the query (O). The answer
    is a text with the id after a `#` (P).
    """
    order = call.request.query.get("data")
    if order is None:
        order = form_body(call.request).get("order")
    if order is None:
        raise ApiError(400, {"order": ["This field is required."]})
    request = parse_order_request(parse_json(order), call.world.company_profiles)
    text = f"Order #{call.world.create(request, call.now)} created"
    return Response(201, {"content-type": "text/plain; charset=utf-8"}, text.encode())


def _requeue_order(call: ApiCall) -> Response:
    order_id = call.parameters["order"]
    try:
        exists = call.world.requeue(order_id, call.now)
    except RequeueError as error:
        raise ApiError(400, str(error)) from None
    if not exists:
        raise _not_found()
    return json_response({"id": order_id, "status": "QUEUED"})


def _current_user(call: ApiCall) -> Response:
    """The fields of a user are those of the vendor's Terraform provider (O)."""
    user = {
        "id": 7,
        "email": "demo@tuservidor.com",
        "first_name": "Demo",
        "last_name": "",
        "username": "demo",
        "companies": [{"id": call.company_id, "name": "Tu Servidor"}],
    }
    return json_response(user)


def _list_profiles(call: ApiCall) -> Response:
    return json_response([_profile_json(call, p) for p in call.world.company_profiles.values()])


def _show_profile(call: ApiCall) -> Response:
    return json_response(_profile_json(call, _requested_profile(call)))


def _create_profile(call: ApiCall) -> Response:
    profile_id = max(call.world.company_profiles, default=0) + 1
    return _save_profile(call, profile_id, 201)


def _replace_profile(call: ApiCall) -> Response:
    return _save_profile(call, _requested_profile(call).id, 200)


def _save_profile(call: ApiCall, profile_id: int, status: int) -> Response:
    profile = parse_profile(profile_id, json_body(call.request))
    call.world.company_profiles[profile_id] = profile
    return json_response(_profile_json(call, profile), status)


def _delete_profile(call: ApiCall) -> Response:
    """Existing orders keep the profile."""
    del call.world.company_profiles[_requested_profile(call).id]
    return Response(204)


def _requested_profile(call: ApiCall) -> EncodingProfile:
    profile = call.world.company_profiles.get(int(call.parameters["profile"]))
    if profile is None:
        raise _not_found()
    return profile


def _profile_json(call: ApiCall, profile: EncodingProfile) -> dict[str, object]:
    return {**profile._asdict(), "company": call.company_id}


def _consumed_minutes(call: ApiCall) -> Response:
    """Minutes of finished orders, by the month in UTC in which the order was made (O P)."""
    period = parse_period(parse_filters(call.request.query, ("timestamp",)))
    seconds: defaultdict[tuple[int, int], float] = defaultdict(float)
    for order in call.world.orders(call.now):
        is_finished = call.world.status(order, call.now) == FINISHED
        if period.contains(order.created) and is_finished:
            month = datetime.fromtimestamp(order.created, UTC)
            seconds[month.year, month.month] += order.duration
    minutes = [
        {"year": year, "month": month, "duration": round(total / 60, 2)}
        for (year, month), total in sorted(seconds.items())
    ]
    return json_response({"minutes": minutes, "minutes_plan": _PLAN_MINUTES})


def _allowed_values(_: ApiCall) -> Response:
    return json_response(ALLOWED_VALUES)


class _Route(NamedTuple):
    """`slash_optional` is for writes; reads may always omit the slash at the end of the path, as
    the documentation does. A write that omits it finds nothing.
    """

    path: re.Pattern[str]
    handlers: Mapping[str, Handler]
    slash_optional: bool = False


def _path(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"/v1/{pattern}/?")


_MEDIA = r"media/(?P<company>[^/]+)"
_ORDER = r"(?P<order>[^/]+)"
_PROFILE = r"(?P<profile>[0-9]{1,9})"
_ROUTES = (
    _Route(_path("companies/current_user"), {"GET": _current_user}),
    _Route(
        _path(f"{_MEDIA}/transcode"),
        {"GET": _list_orders, "POST": _create_order},
        slash_optional=True,
    ),
    _Route(_path(f"{_MEDIA}/transcode/{_ORDER}"), {"GET": _show_order}),
    _Route(_path(f"{_MEDIA}/transcode_requeue/{_ORDER}"), {"POST": _requeue_order}),
    _Route(
        _path(f"{_MEDIA}/transcoding_profiles"), {"GET": _list_profiles, "POST": _create_profile}
    ),
    _Route(
        _path(f"{_MEDIA}/transcoding_profile/{_PROFILE}"),
        {"GET": _show_profile, "PUT": _replace_profile, "DELETE": _delete_profile},
    ),
    _Route(_path(f"{_MEDIA}/transcoding/consumed_minutes"), {"GET": _consumed_minutes}),
    _Route(_path(f"{_MEDIA}/allowed_values"), {"GET": _allowed_values}),
)
