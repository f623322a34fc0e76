"""The table of server faults: what each is, what the screen says, and how the program recovers."""

import ssl
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import Enum, auto

import trustme

from tests.support import faulty_server
from tests.support.faulty_server import (
    Fault,
    Place,
    page,
    says,
    with_header,
)
from tui import formatting
from tui.demo.http_server import HOST
from tui.model.ports import Failure, FailureKind


class Recovery(Enum):
    """How the list becomes live again after the fault."""

    BY_ITSELF = auto()
    BY_KEY = auto()  # the program waits for minutes unless the user refreshes
    IN_AN_HOUR = auto()  # as the server asked for


@dataclass(frozen=True)
class Case:
    """A fault and its message on screen.

    The message is None for a harmless fault; then `shown` appears beside `live`.
    """

    fault: Fault
    said: Failure | str | None
    back: Recovery = Recovery.BY_ITSELF
    tls: bool = False
    shown: str = ""
    host: str = HOST

    @property
    def sentence(self) -> str:
        if isinstance(self.said, Failure):
            return formatting.describe_failure(self.said, self.host, "42")
        return self.said or ""


def of_list(
    answer: faulty_server.Answer, said: Failure | str | None, back: Recovery = Recovery.BY_ITSELF
) -> Case:
    return Case(Fault(Place.LIST, answer), said, back)


def of_token(
    answer: faulty_server.Answer, said: Failure | str | None, back: Recovery = Recovery.BY_ITSELF
) -> Case:
    return Case(Fault(Place.TOKEN, answer), said, back)


def of_order(
    answer: faulty_server.Answer, said: Failure | str | None, back: Recovery = Recovery.BY_ITSELF
) -> Case:
    return Case(Fault(Place.DETAIL, answer), said, back)


def of_port(serve: faulty_server.Serve, said: Failure, *, tls: bool = False) -> Case:
    return Case(Fault(instead=serve), said, tls=tls)


def of_certificate(context: ssl.SSLContext, reason: str) -> Case:
    said = Failure(FailureKind.UNTRUSTED, hint=reason)
    return of_port(faulty_server.shaking_hands_as(context), said, tls=True)


def limited(value: str | None, back: Recovery = Recovery.BY_ITSELF) -> Case:
    headers = {} if value is None else {"Retry-After": value}
    return of_list(says(b"", 429, headers), LIMITED, back)


def redirect(status: int, to: str) -> faulty_server.Answer:
    return says(b"", status, {"Location": to})


CREDENTIALS = Failure(FailureKind.CREDENTIALS, 401)

NEW_TOKEN = Failure(FailureKind.CREDENTIALS, 401, hint="the server rejects its own new token")

FORBIDDEN = Failure(FailureKind.FORBIDDEN)

LIMITED, MISSING, CUT = (
    Failure(FailureKind.LIMITED),
    Failure(FailureKind.MISSING),
    Failure(FailureKind.CUT),
)

SLOW, TOO_LARGE = Failure(FailureKind.SLOW), Failure(FailureKind.TOO_LARGE)

NOT_THE_API = Failure(FailureKind.NOT_THE_API)

NO_ARRAY = Failure(FailureKind.SHAPE, hint="the list of orders is not an array")

NO_ORDER = Failure(FailureKind.SHAPE, hint="none of its rows is an order")

NO_TOKEN = Failure(FailureKind.SHAPE, hint="the token answer has no access_token")

NEXT_TRY = r"(?:Next try|asks to wait until) (\d\d):(\d\d):(\d\d)"

A_COPY = "answered with an old copy (600 s old)"

EMPTIED = "The server now lists no orders. The last list stays until a second poll says so."


def server_error(status: int) -> Failure:
    return Failure(FailureKind.SERVER, status)


def elsewhere(where: str) -> Failure:
    return Failure(FailureKind.REDIRECTED, hint=where)


HOUR = timedelta(hours=1)

UNKNOWN_HOST = "api.test"

CASES = {
    # The slow ones first, so that the others run meanwhile: the deadline is 10 s.
    "list: never answered": of_list(faulty_server.silence, SLOW),
    "list: a byte a second": of_list(faulty_server.drip, SLOW),
    "token: never answered": of_token(faulty_server.silence, SLOW),
    "order: never answered": of_order(faulty_server.silence, SLOW),
    "port: taken, never answered": of_port(faulty_server.saying_bytes(None), SLOW),
    "port: TLS never agreed": of_port(faulty_server.saying_bytes(None), SLOW, tls=True),
    "port: refused": of_port(lambda _: nullcontext(), Failure(FailureKind.REFUSED)),
    "port: closed at once": of_port(faulty_server.saying_bytes(b""), CUT),
    "port: closed in the headers": of_port(
        faulty_server.saying_bytes(b"HTTP/1.1 200 OK\r\nContent-Ty"), CUT
    ),
    "port: http in TLS's place": of_port(
        faulty_server.shaking_hands_as(None),
        Failure(FailureKind.UNTRUSTED, hint="TLS could not be agreed"),
        tls=True,
    ),
    "name: not found": Case(
        Fault(instead=faulty_server.nameless),
        Failure(FailureKind.NAME),
        tls=True,
        host=UNKNOWN_HOST,
    ),
    "certificate: of another authority": of_certificate(
        faulty_server.certificate(authority=trustme.CA()), "unable to get local issuer certificate"
    ),
    "certificate: expired": of_certificate(
        faulty_server.certificate(not_after=datetime(2020, 1, 1, tzinfo=UTC)),
        "certificate has expired",
    ),
    "certificate: of another host": of_certificate(
        faulty_server.certificate("other.example"),
        "IP address mismatch, certificate is not valid for '127.0.0.1'",
    ),
    "list: cut body": of_list(faulty_server.cut, CUT),
    "list: HTML with 200": of_list(page(), NOT_THE_API),
    "list: no JSON": of_list(says(b'[{"id": '), NOT_THE_API),
    "list: nothing": of_list(says(), NOT_THE_API),
    "list: 100,000 brackets": of_list(says(b"[" * 100_000), NOT_THE_API),
    "list: an object": of_list(says(b'{"detail": "0 orders"}'), NO_ARRAY),
    "list: null": of_list(says(b"null"), NO_ARRAY),
    "list: a string": of_list(says(b'"0 orders"'), NO_ARRAY),
    "list: a list of lists": of_list(says(b"[[1], [2]]"), NO_ORDER),
    "list: a list of nothing": of_list(says(b"[null]"), NO_ORDER),
    "list: one bad item": replace(
        of_list(faulty_server.among_good(["bad"]), None), shown="1 unreadable (u)"
    ),
    "list: another content type": of_list(faulty_server.mislabelled, None),
    "list: empty once": of_list(faulty_server.once_then_silence(says(b"[]")), EMPTIED),
    "list: 401 once": of_list(faulty_server.once(page(401)), None),
    "list: 401 always": of_list(page(401), NEW_TOKEN, Recovery.BY_KEY),
    "list: 403": of_list(page(403), FORBIDDEN, Recovery.BY_KEY),
    "list: 404": of_list(page(404), MISSING),
    "list: 418": of_list(page(418), Failure(FailureKind.STATUS, 418)),
    "list: 429": limited(None, Recovery.BY_KEY),
    "list: 429 for a second": limited("1"),
    "list: 429 until a date": of_list(faulty_server.come_back_at, LIMITED),
    "list: 429 until a date, an hour ahead": of_list(
        faulty_server.come_back_by_its_clock(HOUR), LIMITED
    ),
    "list: 429 until a date, an hour behind": of_list(
        faulty_server.come_back_by_its_clock(-HOUR), LIMITED
    ),
    "list: made in an hour": replace(
        of_list(faulty_server.made_by_its_clock(HOUR), None), shown="    0s │"
    ),
    "list: made an hour ago": replace(
        of_list(faulty_server.made_by_its_clock(-HOUR * 61 / 60), None), shown=" 1h0"
    ),
    "list: 429 for less than nothing": limited("-5", Recovery.BY_KEY),
    "list: 429 for ages": limited("9" * 30, Recovery.IN_AN_HOUR),
    "list: 429 until the year 9999": limited("Fri, 31 Dec 9999 23:59:59 GMT", Recovery.IN_AN_HOUR),
    "list: 429 for a while": limited("a while", Recovery.BY_KEY),
    "list: 500": of_list(page(500), server_error(500)),
    "list: 502": of_list(page(502), server_error(502)),
    "list: 503": of_list(page(503), server_error(503)),
    "list: 503 for a second": of_list(page(503, Retry_After="1"), server_error(503)),
    "list: 504": of_list(page(504), server_error(504)),
    "list: to another host": of_list(
        redirect(302, "https://login.example/?next=/"), elsewhere("https://login.example")
    ),
    "list: to http": replace(
        of_list(redirect(301, f"http://{HOST}/v1/"), elsewhere(f"http://{HOST}")), tls=True
    ),
    "list: to a login page": of_list(redirect(307, "/login"), elsewhere(f"http://{HOST}")),
    "list: 200 MB": of_list(faulty_server.flood, TOO_LARGE),
    "list: 200 MB declared": of_list(
        says(b"[", 200, {"Content-Length": str(faulty_server.MANY)}), TOO_LARGE
    ),
    "list: a gzip bomb": of_list(faulty_server.bomb, TOO_LARGE),
    "list: two layers of gzip": of_list(
        says(b"[]", 200, {"Content-Encoding": "gzip, gzip"}),
        Failure(FailureKind.ENCODED, hint="gzip, gzip"),
    ),
    "list: a part of it": of_list(says(b"[]", 206), Failure(FailureKind.STATUS, 206)),
    "list: 2 million numbers": of_list(
        says(b"[" + b"1," * 1_999_999 + b"1]"),
        Failure(FailureKind.TOO_LARGE, hint="1999999 values"),
    ),
    "list: a copy of ten minutes ago": of_list(says(b"[]", 200, {"Age": "600"}), A_COPY),
    "list: a copy of an unknown time": of_list(
        says(b"[]", 200, {"Warning": '110 - "Response is Stale"'}), Failure(FailureKind.CACHED)
    ),
    "list: a validator of 20 KB": of_list(with_header("ETag", '"' + "e" * 20_000 + '"'), None),
    "list: a cookie": of_list(with_header("Set-Cookie", "session=1"), None),
    "list: gzip that is none": of_list(says(b"[]", 200, {"Content-Encoding": "gzip"}), NOT_THE_API),
    "token: no expires_in": of_token(faulty_server.token(), None),
    "token: expires_in of text": of_token(faulty_server.token(expires_in="soon"), None),
    "token: expires_in below nothing": of_token(faulty_server.token(expires_in=-1), None),
    "token: expires in the year 9999": of_token(
        faulty_server.token(expires_in=253_402_300_799), None
    ),
    "token: none in the answer": of_token(says(b"{}"), NO_TOKEN),
    "token: HTML with 200": of_token(page(), NOT_THE_API),
    "token: 401": of_token(page(401), CREDENTIALS, Recovery.BY_KEY),
    "token: 500": of_token(page(500), server_error(500)),
    "token: to another host": of_token(
        redirect(308, "https://other.example/"), elsewhere("https://other.example")
    ),
    "order: 404": of_order(page(404), MISSING),
    "order: 401": of_order(page(401), Failure(FailureKind.NO_ACCESS, 401), Recovery.BY_KEY),
    "order: 403": of_order(page(403), Failure(FailureKind.NO_ACCESS, 403), Recovery.BY_KEY),
    "order: 429 for 3 s": of_order(says(b"", 429, {"Retry-After": "3"}), LIMITED),
    "order: 429 for ages": of_order(
        says(b"", 429, {"Retry-After": "9" * 30}), LIMITED, Recovery.BY_KEY
    ),
    "order: 503 for 3 s": of_order(page(503, Retry_After="3"), server_error(503)),
    "order: 100,000 empty sub-jobs": of_order(
        says(b'{"status": "QUEUED", "transcodingjob_set": [' + b"{}," * 99_999 + b"{}]}"),
        Failure(FailureKind.TOO_LARGE, hint="100000 values"),
    ),
    "order: 500": of_order(page(500), server_error(500)),
    "order: cut body": of_order(faulty_server.cut, CUT),
    "order: HTML with 200": of_order(page(), NOT_THE_API),
    "order: a list": of_order(
        says(b"[]"), Failure(FailureKind.SHAPE, hint="the order is not an object")
    ),
}
