"""What a world is like: how much happens in it, how often it fails, whether its server is there."""
# FOLD """When the server of the scene "outage" is away: by the clock alone, over and over."""

from dataclasses import dataclass

from tui.demo.http_connection import AbortConnection, Response
from tui.demo.lifecycle import DOWNLOADING, QUEUED, TRANSCODING, UPLOADING

# The phases of the newest orders at the world's first moment, newest first.
_CALM = (
    (QUEUED, QUEUED, DOWNLOADING, TRANSCODING, TRANSCODING, TRANSCODING, TRANSCODING, UPLOADING),
    (QUEUED, DOWNLOADING, TRANSCODING, TRANSCODING, TRANSCODING, TRANSCODING, UPLOADING),
    (QUEUED, TRANSCODING, DOWNLOADING, TRANSCODING, TRANSCODING, UPLOADING, TRANSCODING),
    (QUEUED, DOWNLOADING, QUEUED, TRANSCODING, TRANSCODING, UPLOADING, TRANSCODING, TRANSCODING),
)
_CROWD = (
    (QUEUED,) * 8 + (DOWNLOADING,) * 7 + (TRANSCODING, TRANSCODING, UPLOADING) * 8,
    (QUEUED,) * 11 + (DOWNLOADING, TRANSCODING, TRANSCODING) * 7 + (UPLOADING,) * 6,
)


@dataclass(frozen=True, slots=True)
class Scenario:
    """A kind of world. All times are in seconds."""

    heads: tuple[tuple[int, ...], ...] = _CALM
    # From one new order to the next, give or take `jitter`; the first that were active before the
    # world's first moment are `gap` apart. None: nobody orders anything, now or earlier.
    every: float | None = 30.0
    jitter: float = 10.0
    gap: float = 26.0
    failures: float = 0.015
    outage: bool = False


SCENARIOS = {
    "": Scenario(),
    "busy": Scenario(heads=_CROWD, every=4.0, jitter=2.0, gap=4.0),
    "empty": Scenario(every=None),
    "errors": Scenario(every=12.0, jitter=4.0, failures=0.5),
    "outage": Scenario(outage=True),
}
"""By name; the one without a name is the world as it is."""

NAMES = tuple(filter(None, SCENARIOS))


def scenario_named(name: str) -> Scenario:
    """The scene of this name. Raises ValueError, in one sentence."""
    if name not in SCENARIOS:
        raise ValueError(f"A scene is one of {', '.join(NAMES)}.")
    return SCENARIOS[name]


_GOOD, _BAD, _CUT = 40, 20, 20  # seconds
_PAGE = b"""<html><head><title>503 Backend fetch failed</title></head>
<body><h1>Error 503 Backend fetch failed</h1><p>Guru Meditation: XID: 1048587</p></body></html>
"""


def outage_response(seconds: float) -> Response | None:
    """So many seconds after the start: None while all is well, or the CDN's page in place of an
    answer. Raises `AbortConnection` where not even that comes.
    """
    phase = seconds % (_GOOD + _BAD + _CUT)
    if phase < _GOOD:
        return None
    if phase < _GOOD + _BAD:
        return Response(503, {"content-type": "text/html; charset=utf-8"}, _PAGE)
    raise AbortConnection("the scene's outage")
