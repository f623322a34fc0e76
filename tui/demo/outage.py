"""When the server of the scene "outage" is away: by the clock alone, over and over."""

from tui.demo.message import CutError, Response

_GOOD, _BAD, _CUT = 40, 20, 20  # seconds
_PAGE = b"""<html><head><title>503 Backend fetch failed</title></head>
<body><h1>Error 503 Backend fetch failed</h1><p>Guru Meditation: XID: 1048587</p></body></html>
"""


def outage_response(seconds: float) -> Response | None:
    """So many seconds after the start: None while all is well, or the CDN's page in place of an
    answer. Raises `CutError` where not even that comes.
    """
    phase = seconds % (_GOOD + _BAD + _CUT)
    if phase < _GOOD:
        return None
    if phase < _GOOD + _BAD:
        return Response(503, {"content-type": "text/html; charset=utf-8"}, _PAGE)
    raise CutError("the scene's outage")
