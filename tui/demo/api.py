"""The service's calls: routing, access, and what each answers."""

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import NamedTuple
from urllib.parse import urlencode

from tui.demo import COMPANY_ID
from tui.demo.fixtures import DemoProfile
from tui.demo.forms import ALLOWED_VALUES, parse_order_request, parse_profile
from tui.demo.http_server import Request, Response
from tui.demo.lifecycle import FINISHED
from tui.demo.list_query import ListQuery, parse_filters, parse_period
from tui.demo.responses import (
    JSON_HEADERS,
    ApiError,
    TokenIssuer,
    form_body,
    json_body,
    json_response,
    parse_json,
)
from tui.demo.world import RequeueError, World

_PLAN_MINUTES = 3000  # that the company has contracted per month


class ApiCall(NamedTuple):
    """An authorised request; `now` is in unix seconds, `parameters` are those of the path."""

    request: Request
    world: World
    now: float
    parameters: Mapping[str, str]


Handler = Callable[[ApiCall], Response]


def respond(request: Request, world: World, tokens: TokenIssuer, now: float) -> Response:
    """Answer a request. `now` is in unix seconds. Raises `ApiError`."""
    # A base URL that ends in a slash doubles the first one.
    path = "/" + request.path.lstrip("/")
    if _TOKEN_PATH.fullmatch(path):
        if request.method != "POST":
            raise _method_not_allowed(["POST"])
        return tokens.token_response(request, now)
    handlers, parameters = _route(path)
    if not tokens.is_authorised(request, now):
        problem = "Authentication credentials were not provided or are no longer valid."
        raise ApiError(401, problem, {"www-authenticate": "Bearer"})
    if not is_read(request) and not tokens.may_write(request):
        raise _forbidden()
    return _call(handlers, ApiCall(request, world, now, parameters))


def _route(path: str) -> tuple[Mapping[str, Handler], Mapping[str, str]]:
    """Return the handlers of a path by method, and the parameters in it."""
    for pattern, handlers in _ROUTES:
        if match := pattern.fullmatch(path):
            return handlers, match.groupdict()
    raise _not_found()


def is_read(request: Request) -> bool:
    return request.method in ("GET", "HEAD")


def _call(handlers: Mapping[str, Handler], call: ApiCall) -> Response:
    method, path = call.request.method, call.request.path
    handler = handlers.get("GET" if method == "HEAD" else method)
    if handler is None:
        raise _method_not_allowed(handlers)
    # The documentation omits the slash at the end in reads and for new orders.
    if not path.endswith("/") and not is_read(call.request) and handler is not _create_order:
        raise _not_found()
    if call.parameters.get("company", str(COMPANY_ID)) != str(COMPANY_ID):
        raise _forbidden()
    return handler(call)


def _not_found() -> ApiError:
    return ApiError(404, "Not found.")


def _forbidden() -> ApiError:
    return ApiError(403, "You do not have permission to perform this action.")


def _method_not_allowed(allowed: Iterable[str]) -> ApiError:
    methods = ", ".join(allowed).replace("GET", "GET, HEAD")
    return ApiError(405, "Method not allowed.", {"allow": methods})


def _list_orders(call: ApiCall) -> Response:
    query = ListQuery.parse(call.request.query)
    count, rows = query.page(call.world, call.now)
    body = b"[%b]" % b",".join(rows)
    if query.envelope:
        previous_page = next_page = None
        if query.limit is not None and query.offset:
            previous_page = _page_url(call.request, max(query.offset - query.limit, 0))
        if query.end is not None and query.end < count:
            next_page = _page_url(call.request, query.end)
        head = json.dumps({"count": count, "next": next_page, "previous": previous_page})
        body = b'%b,"results":%b}' % (head[:-1].encode(), body)
    return Response(200, JSON_HEADERS, body)


def _page_url(request: Request, offset: int) -> str:
    parameters = urlencode({**request.query, "offset": offset})
    return f"http://{request.headers.get('host', '')}{request.path}?{parameters}"


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


def _current_user_v1(call: ApiCall) -> Response:
    if not call.world.scenario.has_v1_user:
        raise _not_found()
    return _current_user(call)


def _current_user(_: ApiCall) -> Response:
    """The fields of a user are those of the vendor's Terraform provider (O)."""
    user = {
        "id": 7,
        "email": "demo@tuservidor.com",
        "first_name": "Demo",
        "last_name": "",
        "username": "demo",
        "companies": [{"id": COMPANY_ID, "name": "Tu Servidor"}],
    }
    return json_response(user)


def _list_profiles(call: ApiCall) -> Response:
    return json_response([_profile_json(p) for p in call.world.company_profiles.values()])


def _show_profile(call: ApiCall) -> Response:
    return json_response(_profile_json(_requested_profile(call)))


def _save_profile(call: ApiCall) -> Response:
    """Create a profile or replace the one in the path."""
    is_new = "profile" not in call.parameters
    number = 0 if is_new else _requested_profile(call).id
    profile = parse_profile(number, json_body(call.request))
    saved = call.world.save_profile(profile)
    return json_response(_profile_json(saved), 201 if is_new else 200)


def _delete_profile(call: ApiCall) -> Response:
    """Existing orders keep the profile."""
    del call.world.company_profiles[_requested_profile(call).id]
    return Response(204)


def _requested_profile(call: ApiCall) -> DemoProfile:
    profile = call.world.company_profiles.get(int(call.parameters["profile"]))
    if profile is None:
        raise _not_found()
    return profile


def _profile_json(profile: DemoProfile) -> dict[str, object]:
    return {**profile._asdict(), "company": COMPANY_ID}


def _consumed_minutes(call: ApiCall) -> Response:
    """Minutes of finished orders, by the month in UTC in which the order was made (O P)."""
    period = parse_period(parse_filters(call.request.query, ("timestamp",)))
    seconds: defaultdict[tuple[int, int], float] = defaultdict(float)
    for order in call.world.orders(call.now):
        is_finished = call.world.status(order, call.now) == FINISHED
        if period.contains(order.created) and is_finished:
            month = datetime.fromtimestamp(order.created, UTC)
            seconds[month.year, month.month] += order.spec().duration
    minutes = [
        {"year": year, "month": month, "duration": round(total / 60, 2)}
        for (year, month), total in sorted(seconds.items())
    ]
    return json_response({"minutes": minutes, "minutes_plan": _PLAN_MINUTES})


def _allowed_values(_: ApiCall) -> Response:
    return json_response(ALLOWED_VALUES)


_TOKEN_PATH = re.compile("/v1/oauth2/access_token/?")
_MEDIA = r"v1/media/(?P<company>[^/]+)"
_ORDER = r"(?P<order>[^/]+)"
_PROFILE = r"(?P<profile>[0-9]{1,9})"
_HANDLERS: dict[str, dict[str, Handler]] = {
    "v1/companies/current_user": {"GET": _current_user_v1},
    "v2/companies/current_user": {"GET": _current_user},
    f"{_MEDIA}/transcode": {"GET": _list_orders, "POST": _create_order},
    f"{_MEDIA}/transcode/{_ORDER}": {"GET": _show_order},
    f"{_MEDIA}/transcode_requeue/{_ORDER}": {"POST": _requeue_order},
    f"{_MEDIA}/transcoding_profiles": {"GET": _list_profiles, "POST": _save_profile},
    f"{_MEDIA}/transcoding_profile/{_PROFILE}": {
        "GET": _show_profile,
        "PUT": _save_profile,
        "DELETE": _delete_profile,
    },
    f"{_MEDIA}/transcoding/consumed_minutes": {"GET": _consumed_minutes},
    f"{_MEDIA}/allowed_values": {"GET": _allowed_values},
}
_ROUTES = [(re.compile(f"/{path}/?"), handlers) for path, handlers in _HANDLERS.items()]
