"""What each call answers."""
# FOLD """The minutes that were transcoded, month by month (O P)."""

import json
from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import NamedTuple
from urllib.parse import urlencode

from tui.demo.fixtures import Profile
from tui.demo.forms import ALLOWED, ValidationError, read_profile, read_wish
from tui.demo.http_connection import Request, Response
from tui.demo.lifecycle import FINISHED
from tui.demo.list_query import ListQuery, Period, read_filters, read_period
from tui.demo.responses import (
    form,
    json_body,
    json_response,
    parse_json,
    raw_json_response,
    refusal,
)
from tui.demo.world import RequeueError, World

PLAN = 3000
"""So many minutes a month the company has contracted."""


def minutes_by_month(world: World, now: float, period: Period) -> list[dict[str, float]]:
    """The minutes of the files of finished orders, by the month in UTC in which the order was
    made, oldest first.
    """
    seconds: defaultdict[tuple[int, int], float] = defaultdict(float)
    for number in world.indices(now):
        created = world.created(number)
        if period.has(created) and world.status(number, now) == FINISHED:
            month = datetime.fromtimestamp(created, UTC)
            seconds[month.year, month.month] += world.duration(number)
    return [
        {"year": year, "month": month, "duration": round(total / 60, 2)}
        for (year, month), total in sorted(seconds.items())
    ]


class ApiCall(NamedTuple):
    """A request on its way to its answer. `now` is in unix seconds."""

    request: Request
    world: World
    now: float
    found: Mapping[str, str]


def not_found() -> Response:
    """The answer for what isn't there."""
    return refusal(404, "Not found.")


def list_orders(call: ApiCall) -> Response:
    """The orders, all or some."""
    try:
        listing = ListQuery.parse(call.request.query)
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


def _pages(request: Request, listing: ListQuery, count: int) -> tuple[str | None, str | None]:
    """The addresses of the page before this one and of the one after it."""
    if listing.limit is None:
        return None, None

    def page(offset: int) -> str:
        query = urlencode({**request.query, "offset": offset})
        return f"http://{request.headers.get('host', '')}{request.path}?{query}"

    before = page(max(listing.offset - listing.limit, 0)) if listing.offset else None
    end = listing.offset + listing.limit
    return before, page(end) if end < count else None


def show_order(call: ApiCall) -> Response:
    """One order in full."""
    detail = call.world.detail(call.found["order"], call.now)
    return not_found() if detail is None else json_response(detail)


def create_order(call: ApiCall) -> Response:
    """A new order, from the form's field `order` (D) or, as O declares it, the query's `data`. The
    answer is a text with the id behind a `#` (P).
    """
    order = call.request.query.get("data")
    if order is None:
        order = form(call.request).get("order")
    if order is None:
        return json_response({"order": ["This field is required."]}, 400)
    wish = read_wish(parse_json(order), call.world.profiles_known)
    text = f"Order #{call.world.create(wish, call.now)} created"
    return Response(201, {"content-type": "text/plain; charset=utf-8"}, text.encode())


def requeue_order(call: ApiCall) -> Response:
    """Another run of an order that failed."""
    try:
        known = call.world.requeue(call.found["order"], call.now)
    except RequeueError as error:
        return refusal(400, str(error))
    return json_response({"id": call.found["order"], "status": "QUEUED"}) if known else not_found()


def current_user(call: ApiCall) -> Response:
    """Who the token was given to; the shape of a user is that of O's Terraform provider."""
    user = {
        "id": 7,
        "email": "demo@tuservidor.com",
        "first_name": "Demo",
        "last_name": "",
        "username": "demo",
        "companies": [{"id": _company(call), "name": "Tu Servidor"}],
    }
    return json_response(user)


def list_profiles(call: ApiCall) -> Response:
    """All profiles."""
    return json_response([_profile_json(call, it) for it in call.world.profiles_known.values()])


def show_profile(call: ApiCall) -> Response:
    """One profile."""
    return json_response(_profile_json(call, _known_profile(call)))


def create_profile(call: ApiCall) -> Response:
    """A new profile."""
    known = call.world.profiles_known
    number = max(known, default=0) + 1
    known[number] = read_profile(number, json_body(call.request))
    return json_response(_profile_json(call, known[number]), 201)


def replace_profile(call: ApiCall) -> Response:
    """A profile, all of it made anew."""
    number = _known_profile(call).id
    profile = read_profile(number, json_body(call.request))
    call.world.profiles_known[number] = profile
    return json_response(_profile_json(call, profile))


def delete_profile(call: ApiCall) -> Response:
    """One profile less; the orders that were made with it stay as they are."""
    del call.world.profiles_known[_known_profile(call).id]
    return Response(204)


def _known_profile(call: ApiCall) -> Profile:
    profile = call.world.profiles_known.get(int(call.found["profile"]))
    if profile is None:
        raise ValidationError(404, {"detail": "Not found."})
    return profile


def _profile_json(call: ApiCall, profile: Profile) -> dict[str, object]:
    return {**profile._asdict(), "company": _company(call)}


def _company(call: ApiCall) -> int | str:
    """The company's id; a number, as O's Terraform provider has it, where it looks like one."""
    company = call.world.company_id
    return int(company) if company.isdecimal() else company


def consumed_minutes(call: ApiCall) -> Response:
    """Minutes by month."""
    try:
        period = read_period(read_filters(call.request.query, ("timestamp",)))
    except ValueError as error:
        return refusal(400, str(error))
    minutes = minutes_by_month(call.world, call.now, period)
    return json_response({"minutes": minutes, "minutes_plan": PLAN})


def allowed_values(_: ApiCall) -> Response:
    """What a profile may name."""
    return json_response(ALLOWED._asdict())
