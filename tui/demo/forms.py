"""Validate the JSON of clients: new orders (D) and profiles (O). Errors are collected by field, as
Django REST framework reports them. Thumbnails and post processing of an order are ignored.
"""

import re
from collections.abc import Collection, Mapping
from pathlib import PurePosixPath
from urllib.parse import SplitResult, unquote, urlsplit

from tui.demo.fixtures import PROFILES, DemoProfile, Location
from tui.demo.orders import Job, OrderSpec
from tui.demo.responses import ApiError

_SCHEMES = {"ftp", "ftps", "sftp", "http", "https", "s3"}
_MAX_NUMBER = 1_000_000
_WHOLE_NUMBER = re.compile(r"(-?[0-9]{1,12})(?:\.0*)?")
_REQUIRED = "This field is required."


def whole_number(value: object) -> int | None:
    """Return an integer from a number or a text: `5`, `"5"`, `5.0`; None if it is none."""
    match = _WHOLE_NUMBER.fullmatch(str(value)) if isinstance(value, str | int | float) else None
    return int(match[1]) if match else None


class Fields:
    """Reads the members of a JSON object and collects the errors in them. Something is returned for
    an invalid member, so that parsing goes on; `check` raises in the end. Members that are optional
    may also be null.
    """

    def __init__(self, value: object) -> None:
        if not isinstance(value, dict):
            kind = type(value).__name__
            message = f"Invalid data. Expected a dictionary, but got {kind}."
            raise ApiError(400, {"non_field_errors": [message]})
        self._members: dict[str, object] = value
        self._errors: dict[str, list[str]] = {}

    def add_error(self, name: str, message: str) -> None:
        self._errors.setdefault(name, []).append(message)

    def check(self) -> None:
        """Raise `ApiError` if there are errors."""
        if self._errors:
            raise ApiError(400, self._errors)

    def text(self, name: str, choices: Collection[str] = ()) -> str:
        text = self.optional_text(name, choices)
        if not text and name not in self._errors:
            blank = "This field may not be blank."
            self.add_error(name, blank if name in self._members else _REQUIRED)
        return text or ""

    def optional_text(self, name: str, choices: Collection[str] = ()) -> str | None:
        """Return a text; it may be empty."""
        value = self._members.get(name)
        if not isinstance(value, str | None):
            self.add_error(name, "Not a valid string.")
            return None
        if value and choices and value not in choices:
            self.add_error(name, f'"{value}" is not a valid choice.')
        return value

    def number(self, name: str) -> int:
        number = self.optional_number(name)
        if number is None and name not in self._errors:
            self.add_error(name, _REQUIRED)
        return number or 0

    def optional_number(
        self, name: str, minimum: int = 0, maximum: int = _MAX_NUMBER
    ) -> int | None:
        value = self._members.get(name)
        number = whole_number(value)
        if number is None:
            if value is not None:
                self.add_error(name, "A valid integer is required.")
        elif not minimum <= number <= maximum:
            self.add_error(name, f"Ensure this value is between {minimum} and {maximum}.")
        return number

    def items(self, name: str) -> list[object]:
        """Return a list with at least one item."""
        items = self.optional_items(name)
        if not items and name not in self._errors:
            empty = "This list may not be empty."
            self.add_error(name, _REQUIRED if self._members.get(name) is None else empty)
        return items

    def optional_items(self, name: str) -> list[object]:
        value = self._members.get(name)
        if isinstance(value, list):
            return value
        if value is not None:
            self.add_error(name, f'Expected a list of items but got type "{type(value).__name__}".')
        return []


def parse_order_request(value: object, profiles: Mapping[int, DemoProfile]) -> OrderSpec:
    """Return the order in a client's JSON. Raises `ApiError`."""
    fields = Fields(value)
    origin = fields.text("origin")
    targets = [_parse_location(fields, "destinations", url) for url in fields.items("destinations")]
    jobs = [_parse_job(fields, job, profiles) for job in fields.items("jobs")]
    notifications = [
        _parse_notification(fields, item) for item in fields.optional_items("notifications")
    ]
    fields.optional_number("priority", minimum=5, maximum=10)  # D
    label = fields.optional_text("label")
    source = _parse_location(fields, "origin", origin) if origin else None
    filename = PurePosixPath(unquote(urlsplit(source.url).path)).name if source else ""
    if source and not filename:
        fields.add_error("origin", "Enter the URL of a file.")
    fields.check()
    return OrderSpec(
        filename=filename,
        label=label or next((job.label for job in jobs if job), ""),
        source=source or Location("", "", None),
        targets=tuple(filter(None, targets)),
        jobs=tuple(filter(None, jobs)),
        notifications=tuple(filter(None, notifications)),
    )


def _parse_location(fields: Fields, name: str, url: object) -> Location | None:
    parts = _split_url(url)
    if parts is None:
        fields.add_error(name, "Enter a valid URL.")
        return None
    protocol = parts.scheme.upper()
    user = unquote(parts.username) if parts.username else None
    return Location("HTTP" if protocol == "HTTPS" else protocol, parts.geturl(), user)


def _split_url(url: object) -> SplitResult | None:
    try:
        parts = urlsplit(url) if isinstance(url, str) else None
        is_known = parts is not None and parts.scheme in _SCHEMES and parts.hostname
    except ValueError:
        return None
    return parts if is_known else None


def _parse_job(fields: Fields, value: object, profiles: Mapping[int, DemoProfile]) -> Job | None:
    if not isinstance(value, dict):
        fields.add_error("jobs", "Invalid data. Expected a dictionary.")
        return None
    number, filename, label = value.get("profile_id"), value.get("filename"), value.get("label")
    profile = profiles.get(whole_number(number) or 0)
    if profile is None:
        fields.add_error("jobs", f'profile_id: Invalid pk "{number}" - object does not exist.')
    if not isinstance(filename, str) or not filename:
        fields.add_error("jobs", f"filename: {_REQUIRED}")
    if not isinstance(label, str | None):
        fields.add_error("jobs", "label: Not a valid string.")
    return Job(profile, str(filename), str(label or "")) if profile else None


def _parse_notification(fields: Fields, value: object) -> tuple[str | None, str | None] | None:
    email = value.get("email") if isinstance(value, dict) else None
    call = value.get("call") if isinstance(value, dict) else None
    if not isinstance(email, str | None) or not isinstance(call, str | None):
        fields.add_error("notifications", "Not a valid string.")
    elif not email and not call:
        fields.add_error("notifications", "Either email or call is required.")
    elif call and _split_url(call) is None:
        fields.add_error("notifications", "Enter a valid URL.")
    return call or None, email or None


ALLOWED_VALUES = {
    name: sorted({str(getattr(profile, field)) for profile in PROFILES.values()} - {""})
    for name, field in (
        ("video_formats", "video_format"),
        ("video_codecs", "video_codec"),
        ("audio_codecs", "audio_codec"),
        ("aspect_ratio", "video_aspect"),
    )
}
"""The formats, codecs and aspects of profiles (O P)."""


def parse_profile(number: int, value: object) -> DemoProfile:
    """Return the profile in a client's JSON; other members are ignored. Raises `ApiError`.

    Sizes, aspects and codecs may be null or missing, as in the vendor's Terraform provider for
    profiles without video or audio.
    """
    fields = Fields(value)
    profile = DemoProfile(
        id=number,
        name=fields.text("name"),
        video_format=fields.text("video_format", ALLOWED_VALUES["video_formats"]),
        video_codec=fields.optional_text("video_codec", ALLOWED_VALUES["video_codecs"]) or "",
        video_width=fields.optional_number("video_width"),
        video_height=fields.optional_number("video_height"),
        video_bitrate=fields.number("video_bitrate"),
        video_aspect=fields.optional_text("video_aspect", ALLOWED_VALUES["aspect_ratio"]),
        audio_bitrate=fields.number("audio_bitrate"),
        audio_codec=fields.optional_text("audio_codec", ALLOWED_VALUES["audio_codecs"]),
    )
    fields.check()
    return profile
