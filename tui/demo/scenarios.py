"""The scenarios: how many orders arrive, how often they fail, whether the server is up."""

from typing import NamedTuple

from tui.demo.http_server import Response
from tui.demo.lifecycle import DOWNLOADING, QUEUED, TRANSCODING, UPLOADING

# Phases of the newest orders at the epoch, newest first; the seed selects a row.
_FEW = (
    (QUEUED, QUEUED, DOWNLOADING, TRANSCODING, TRANSCODING, TRANSCODING, TRANSCODING, UPLOADING),
    (QUEUED, DOWNLOADING, QUEUED, TRANSCODING, TRANSCODING, TRANSCODING, TRANSCODING, UPLOADING),
    (QUEUED, QUEUED, TRANSCODING, DOWNLOADING, TRANSCODING, TRANSCODING, UPLOADING, TRANSCODING),
    (QUEUED, DOWNLOADING, QUEUED, TRANSCODING, TRANSCODING, UPLOADING, TRANSCODING, TRANSCODING),
)
_MANY = (
    (QUEUED,) * 8 + (DOWNLOADING,) * 7 + (TRANSCODING, TRANSCODING, UPLOADING) * 8,
    (QUEUED,) * 11 + (DOWNLOADING, TRANSCODING, TRANSCODING) * 7 + (UPLOADING,) * 6,
)


class Scenario(NamedTuple):
    """A kind of world. Times are in seconds."""

    active_phases: tuple[tuple[int, ...], ...] = _FEW
    interval: float | None = 30.0
    """Between new orders, plus a random delay up to `jitter`. None: no orders at all."""
    jitter: float = 10.0
    active_gap: float = 26.0
    """Between the orders that are active at the epoch."""
    failure_rate: float = 0.012
    has_outages: bool = False
    has_v1_user: bool = True
    """Whether `current_user` is there in v1 (D), not only in v2 (O)."""
    has_write_faults: bool = False
    """Whether writes fail as in `write_faults.py`."""


SCENARIOS = {
    "": Scenario(),
    "busy": Scenario(_MANY, interval=4.0, jitter=2.0, active_gap=4.0),
    "empty": Scenario(interval=None),
    "errors": Scenario(interval=12.0, jitter=4.0, failure_rate=0.5),
    "outage": Scenario(has_outages=True),
    "v2-login": Scenario(has_v1_user=False),
    "write-faults": Scenario(failure_rate=0.5, has_write_faults=True),
}
NAMES = tuple(filter(None, SCENARIOS))

_UP, _ERRORS, _DOWN = 40, 20, 20  # seconds
_ERROR_PAGE = b"""<html><head><title>503 Backend fetch failed</title></head>
<body><h1>Error 503 Backend fetch failed</h1>
<p>Guru Meditation: TCDN-BENG-503, XID: 1048587</p></body></html>
"""


def error_page() -> Response:
    """Return what the CDN answers while the API is down."""
    return Response(503, {"content-type": "text/html; charset=utf-8"}, _ERROR_PAGE)


def outage_response(seconds: float) -> Response | None:
    """Return the CDN's error page, or None while the server is up. The outages repeat; `seconds` is
    the time since the start. Raises `ConnectionAbortedError` while the server is down.
    """
    since = seconds % (_UP + _ERRORS + _DOWN)
    if since < _UP:
        return None
    if since < _UP + _ERRORS:
        return error_page()
    raise ConnectionAbortedError("outage")
