"""Every documented API call against the demo server, valid and invalid, over HTTP."""

import json
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from tests.support.demo_client import (
    LIST,
    MINUTES,
    NEW_PROFILE,
    ORDER,
    PROFILES,
    TOKEN_FORM,
    TOKEN_PATH,
    filtered_ids,
)

VALUES = "/v1/media/42/allowed_values"
WHO = "/v1/companies/current_user"
REQUEUE = "/v1/media/42/transcode_requeue/"
PROFILE = "/v1/media/42/transcoding_profile/92"


def without(value: dict[str, Any], name: str) -> dict[str, Any]:
    return {member: content for member, content in value.items() if member != name}


@dataclass
class Case:
    method: str
    path: str
    status: int
    said: str = ""
    """Part of the answer."""
    sent: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.method} {self.path} {self.status} {self.said[:30]}"


def order(change: dict[str, Any], status: int = 400, said: str = "") -> Case:
    return Case("POST", LIST + "/", status, said, {"data": {"order": json.dumps(ORDER | change)}})


def profile(value: Any, status: int, said: str = "", path: str = PROFILES + "/") -> Case:
    method = "PUT" if path.startswith(PROFILE) else "POST"
    return Case(method, path, status, said, {"json": value})


def filtered(path: str, filters: str, status: int, said: str = "") -> Case:
    return Case("GET", path, status, said, {"params": {"filters": filters}})


def listed(said: str, **parameters: str) -> Case:
    return Case("GET", LIST + "/", 400, said, {"params": parameters})


STRANGER = {"headers": {"Authorization": "Bearer of bad news"}}
NOBODY = {"headers": {"Authorization": ""}}

CASES = [
    # Reads, with and without a trailing slash.
    *(
        Case("GET", path + slash, 200, said)
        for slash in ("", "/")
        for path, said in (
            (LIST, '"status":"TRANSCODING"'),
            (LIST + "/{failed}", '"status":"ERROR"'),
            (PROFILES, '"name":"Prueba escalado"'),
            (PROFILE, '"company":42'),
            (MINUTES, '"minutes_plan":3000'),
            (VALUES, '"video_codecs":["h264","hevc","vp9"]'),
            (WHO, '"companies":[{"id":42,"name":"Tu Servidor"}]'),
        )
    ),
    # Authorization and methods.
    *(
        Case("GET", path, 401, "Authentication credentials", sent)
        for path in (LIST, LIST + "/{failed}", PROFILES, PROFILE, MINUTES, VALUES, WHO)
        for sent in (STRANGER, NOBODY)
    ),
    Case("POST", LIST + "/", 401, "Authentication", STRANGER),
    Case("DELETE", PROFILE + "/", 401, "Authentication", STRANGER),
    *(
        Case(method, path.replace("/42/", "/43/"), 403, "permission")
        for method, path in (
            ("GET", LIST),
            ("GET", LIST + "/{failed}"),
            ("POST", LIST + "/"),
            ("POST", REQUEUE + "{failed}/"),
            ("GET", PROFILES),
            ("POST", PROFILES + "/"),
            ("GET", PROFILE),
            ("PUT", PROFILE + "/"),
            ("DELETE", PROFILE + "/"),
            ("GET", MINUTES),
            ("GET", VALUES),
        )
    ),
    *(
        Case(method, path, 405, "not allowed")
        for method, path in (
            ("GET", TOKEN_PATH),
            ("PUT", LIST),
            ("POST", LIST + "/{failed}/"),
            ("GET", REQUEUE + "{failed}/"),
            ("DELETE", PROFILES + "/"),
            ("PATCH", PROFILE + "/"),
            ("POST", PROFILE + "/"),
            ("POST", MINUTES + "/"),
            ("PUT", VALUES + "/"),
            ("POST", WHO + "/"),
        )
    ),
    *(
        Case(method, path, 404, "Not found")
        for method, path in (
            ("GET", LIST + "/1631092552-1237"),
            ("POST", REQUEUE + "1631092552-1237/"),
            ("POST", REQUEUE + "{failed}"),
            ("GET", PROFILE + "9/"),
            ("GET", PROFILE + "x/"),
            ("PUT", PROFILE + "9/"),
            ("DELETE", PROFILE + "9/"),
            ("DELETE", PROFILE),
            ("POST", PROFILES),
            ("GET", "/v1/media/42/transcoding/"),
        )
    ),
    # The token.
    Case("POST", TOKEN_PATH, 200, '"token_type":"Bearer"', {"data": TOKEN_FORM}),
    Case("POST", TOKEN_PATH, 401, "invalid_client", {"data": TOKEN_FORM | {"client_secret": "x"}}),
    Case("POST", TOKEN_PATH, 400, "unsupported_grant_type", {"json": TOKEN_FORM}),
    # The list's parameters.
    listed("limit must be", limit="0"),
    listed("limit must be", limit="ten"),
    listed("offset must be", limit="1", offset="-1"),
    listed("offset needs limit", offset="3"),
    listed("output must be", output="xml"),
    filtered(LIST + "/", "{'status': 'ERROR'}", 400, "JSON object"),
    filtered(LIST + "/", '{"state": "ERROR"}', 400, "no members but order_id"),
    filtered(LIST, '{"status": "ERROR", "timestamp": {"from": 1700000000}}', 200, "{failed}"),
    # Minutes.
    filtered(MINUTES + "/", '{"timestamp": {"from": "20250101 00:00:00"}}', 200, '"year":2025'),
    filtered(MINUTES + "/", '{"timestamp": {"to": "2015-01-01"}}', 200, '{"minutes":[],'),
    filtered(MINUTES + "/", '{"timestamp": {"to": "soon"}}', 400, "A time must look like"),
    filtered(MINUTES, '{"timestamp": []}', 400, "must be an object"),
    filtered(MINUTES + "/", '{"status": "ERROR"}', 400, "no members but timestamp"),
    filtered(MINUTES + "/", "{", 400, "JSON object"),
    # A requeue.
    Case("POST", REQUEUE + "{failed}/", 200, '"status":"QUEUED"'),
    Case("POST", REQUEUE + "{finished}/", 400, "only an order in ERROR"),
    # A new order.
    order({}, 201, "Order #17"),
    Case("POST", LIST, 201, "Order #17", {"data": {"order": json.dumps(ORDER)}}),
    Case("POST", LIST + "/", 201, "Order #17", {"params": {"data": json.dumps(ORDER)}}),
    Case("POST", LIST + "/", 201, "#", {"params": {"data": json.dumps(ORDER)}, "json": ORDER}),
    Case("POST", LIST + "/", 201, "#", {"files": {"order": (None, json.dumps(ORDER))}}),
    Case("POST", LIST + "/", 415, "Unsupported media type", {"json": ORDER}),
    Case("POST", LIST + "/", 415, "Unsupported media type"),
    Case("POST", LIST + "/", 400, "field is required", {"data": {"other": "1"}}),
    Case("POST", LIST + "/", 400, "JSON parse error", {"data": {"order": "{"}}),
    Case("POST", LIST + "/", 400, "JSON parse error", {"params": {"data": '"\\ud800"'}}),
    Case("POST", LIST + "/", 400, "Expected a dictionary", {"data": {"order": "[]"}}),
    order({"origin": None}, said='"origin":["This field may not be blank."]'),
    order({"origin": "video.mp4"}, said="Enter a valid URL"),
    order({"origin": "ftp://ftp.com/"}, said="URL of a file"),
    order({"origin": "file:///etc/passwd"}, said="Enter a valid URL"),
    order({"origin": "http://[/x"}, said="Enter a valid URL"),
    order({"destinations": []}, said="may not be empty"),
    order({"destinations": "ftp://h/"}, said="Expected a list of items"),
    order({"destinations": [7]}, said="Enter a valid URL"),
    order({"jobs": []}, said="may not be empty"),
    order({"jobs": ["mp4"]}, said="Expected a dictionary"),
    order({"jobs": [{"profile_id": 34}]}, said="filename: This field is required."),
    order({"jobs": [{"profile_id": 1, "filename": "a.mp4"}]}, said="object does not exist"),
    *(
        order({"jobs": [{"profile_id": number, "filename": "a.mp4"}]}, 201)
        for number in (34, "34", 34.0)
    ),
    *(
        order({"jobs": [{"profile_id": number, "filename": "a.mp4"}]}, said="does not exist")
        for number in (True, None, "", "34a", 34.5)
    ),
    order({"jobs": [{"profile_id": [], "filename": "a", "label": 1}]}, said="label: Not a valid"),
    order({"notifications": [{}]}, said="Either email or call"),
    order({"notifications": [{"call": "x"}]}, said="Enter a valid URL"),
    order({"notifications": [{"email": 7}]}, said="Not a valid string"),
    order({"notifications": None}, 201),
    order({"priority": 11}, said="between 5 and 10"),
    order({"priority": "high"}, said="valid integer"),
    order({"priority": 5.0}, 201),
    order({"priority": "10"}, 201),
    order({"priority": 5.5}, said="valid integer"),
    order({"priority": float("nan")}, said="valid integer"),
    order({"priority": -5}, said="between 5 and 10"),
    order({"label": 7}, said="Not a valid string"),
    # Profiles.
    profile(NEW_PROFILE, 201, '"id":93,"name":"東京 360p"'),
    profile(NEW_PROFILE | {"restrict_bitrate": True, "custom_profiles": []}, 201, '"id":93'),
    profile(NEW_PROFILE, 200, '"id":92,"name":"東京 360p"', PROFILE + "/"),
    profile({}, 400, '"name":["This field is required."],"video_format"'),
    profile([], 400, "Expected a dictionary"),
    profile(NEW_PROFILE | {"name": ""}, 400, "may not be blank"),
    profile(NEW_PROFILE | {"video_codec": "divx"}, 400, '\\"divx\\" is not a valid choice.'),
    profile(NEW_PROFILE | {"video_height": -1}, 400, "between 0 and"),
    profile(NEW_PROFILE | {"video_bitrate": "800"}, 201, '"video_bitrate":800'),
    profile(NEW_PROFILE | {"video_bitrate": True}, 400, "valid integer"),
    profile(without(NEW_PROFILE, "audio_bitrate"), 400, '"audio_bitrate":["This field is req'),
    profile(NEW_PROFILE | {"audio_codec": 7}, 400, "Not a valid string", PROFILE + "/"),
    Case("POST", PROFILES + "/", 415, "Unsupported media type", {"data": {"name": "x"}}),
    Case("PUT", PROFILE + "/", 400, "field is required"),
    Case("POST", PROFILES + "/", 400, "JSON parse error", {
        "content": b"{", "headers": {"Content-Type": "application/json"},
    }),
    Case("DELETE", PROFILE + "/", 204),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=str)
async def test_api_calls(client: httpx.AsyncClient, case: Case) -> None:
    known = {
        "{failed}": (await filtered_ids(client, status="ERROR"))[0],
        "{finished}": (await filtered_ids(client, status="FINISHED"))[0],
    }
    path, said = case.path, case.said
    for name, order_id in known.items():
        path, said = path.replace(name, order_id), said.replace(name, order_id)
    response = await client.request(case.method, path, **case.sent)
    assert response.status_code == case.status, response.text
    assert said in response.text
    kind = response.headers.get("Content-Type", "")
    if case.status != 204:
        assert kind.startswith(
            "text/plain" if case.status == 201 and LIST in path else "application/json"
        )
    assert ("WWW-Authenticate" in response.headers) is (case.status == 401 and path != TOKEN_PATH)
    assert ("Allow" in response.headers) is (case.status == 405)
